package wheel

// Limits bounds what a wheel may ask of the machine that reads it. A zero field
// means the default.
type Limits struct {
	Entries   int   // members; default 500,000
	Installed int64 // bytes of all members together when unpacked; default 16 GiB
	Ratio     int64 // unpacked over packed bytes, once a wheel unpacks to more than 256 MiB; default 200
}

const (
	defaultEntries   = 500_000
	defaultInstalled = 16 << 30
	defaultRatio     = 200
	ratioFloor       = 256 << 20

	// What is read whole.
	maxDirectory = 256 << 20
	maxMetadata  = 16 << 20
	maxRecord    = 128 << 20
	maxScript    = 64 << 20
)

func (l Limits) withDefaults() Limits {
	if l.Entries == 0 {
		l.Entries = defaultEntries
	}
	if l.Installed == 0 {
		l.Installed = defaultInstalled
	}
	if l.Ratio == 0 {
		l.Ratio = defaultRatio
	}
	return l
}
