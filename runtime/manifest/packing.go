package manifest

import "strings"

// Packing says how a wheel, or byte-code, lies in a bundle. "" is as it is.
type Packing string

// Zstd is an archive of package recompress, in the place of the wheel. Its name in the
// bundle has ".zst" at the end.
const Zstd Packing = "zstd"

// formatWithPacking is the version of a manifest with anything packed: a reader of
// format 1 would not find the wheels.
const formatWithPacking = "2.0"

// newestFormat is the last major version that is read here.
const newestFormat = 2

func (p Packing) suffix() string {
	if p == Zstd {
		return ".zst"
	}
	return ""
}

// Member is the wheel's place in a bundle.
func (w Wheel) Member() string { return WheelFolder + "/" + w.File + w.Packing.suffix() }

// Member is the place of the byte-code in a bundle.
func (b Bytecode) Member() string { return BytecodeFolder + "/" + b.File + b.Packing.suffix() }

// Recompressed reports whether anything in the bundle is packed.
func (m *Manifest) Recompressed() bool {
	for _, w := range m.Wheels {
		if w.Packing != "" {
			return true
		}
	}
	for _, b := range m.Bytecode {
		if b.Packing != "" {
			return true
		}
	}
	return false
}

// validatePacking checks how wheels and byte-code are packed.
func (m *Manifest) validatePacking() error {
	for _, w := range m.Wheels {
		switch {
		case w.Packing != "" && w.Packing != Zstd:
			return wrong("wheels", "the packing %q is unknown", string(w.Packing))
		case (w.Packing == "") != (w.Original == ""):
			return wrong("wheels", "%s is packed without the sha256 of its original, or has one without being packed", w.File)
		case w.Original != "" && !isDigest(w.Original):
			return wrong("wheels", "%q is not a sha256", w.Original)
		}
	}
	for _, b := range m.Bytecode {
		if b.Packing != "" && b.Packing != Zstd {
			return wrong("bytecode", "the packing %q is unknown", string(b.Packing))
		}
	}
	if m.Recompressed() && strings.HasPrefix(m.Format, "1.") {
		return wrong("format", "%s has nothing that is packed", m.Format)
	}
	return nil
}
