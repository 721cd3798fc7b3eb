package unpack

import "fmt"

// Limits bounds what an archive may ask of the machine. A zero field means the
// default.
type Limits struct {
	Members int   // files, folders and links; default 200,000
	Total   int64 // bytes of all members together; default 4 GiB
	Ratio   int64 // unpacked over packed bytes, once an archive unpacks to more than 64 MiB; default 200
}

const (
	defaultMembers = 200_000
	defaultTotal   = 4 << 30
	defaultRatio   = 200
	ratioFloor     = 64 << 20
)

func (l Limits) withDefaults() Limits {
	if l.Members == 0 {
		l.Members = defaultMembers
	}
	if l.Total == 0 {
		l.Total = defaultTotal
	}
	if l.Ratio == 0 {
		l.Ratio = defaultRatio
	}
	return l
}

// check says why an archive of packed bytes may not unpack to so many, or "".
func (l Limits) check(unpacked, packed int64) string {
	if unpacked < 0 || unpacked > l.Total {
		return fmt.Sprintf("goes beyond the limit of %d bytes for the whole archive", l.Total)
	}
	if unpacked > ratioFloor && unpacked/l.Ratio > packed {
		return fmt.Sprintf("unpacks to more than %d times the archive's size", l.Ratio)
	}
	return ""
}
