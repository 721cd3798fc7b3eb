package manifest

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// BytecodeFolder is the folder in a bundle that holds the byte-code of wheels.
const BytecodeFolder = "bytecode"

// formatWithBytecode is the version of a manifest with byte-code: a reader of 1.0
// starts the bundle without it.
const formatWithBytecode = "1.1"

// Bytecode is what one interpreter made of a wheel's modules: a zip archive with a
// member for each byte-code file, at its place in the wheel. It is of use to
// interpreters with the same CacheTag and Magic.
type Bytecode struct {
	// File is the file name, unique among them in the bundle without regard to case.
	File string `json:"file"`
	// SHA256 is in lower-case hexadecimal.
	SHA256 string `json:"sha256"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// Packing says whether the archive is there as it is.
	Packing Packing `json:"packing,omitempty"`
	// Wheel is an index into Manifest.Wheels.
	Wheel int `json:"wheel"`
	// CacheTag is sys.implementation.cache_tag: "cpython-312".
	CacheTag string `json:"cache_tag"`
	// Magic is the magic number of the byte-code, in lower-case hexadecimal.
	Magic string `json:"magic"`
}

func (m *Manifest) validateBytecode() error {
	files, made := map[string]bool{}, map[string]bool{}
	for i, b := range m.Bytecode {
		where := fmt.Sprintf("bytecode[%d]", i)
		folded := strings.ToLower(b.File)
		what := fmt.Sprintf("%d %s %s", b.Wheel, b.CacheTag, b.Magic)
		switch magic, err := hex.DecodeString(b.Magic); {
		case !strings.HasSuffix(b.File, ".zip") || !IsFileName(b.File):
			return wrong(where+".file", "%q is not the file name of byte-code", b.File)
		case files[folded]:
			return wrong(where+".file", "a second one is called %s", b.File)
		case !isDigest(b.SHA256):
			return wrong(where+".sha256", "%q is not a sha256", b.SHA256)
		case b.Size < 0:
			return wrong(where+".size", "%d is negative", b.Size)
		case b.Wheel < 0 || b.Wheel >= len(m.Wheels):
			return wrong(where+".wheel", "index %d is out of range", b.Wheel)
		case b.CacheTag == "" || !IsFileName(b.CacheTag):
			return wrong(where+".cache_tag", "%q is not a tag", b.CacheTag)
		case err != nil || len(magic) != 4 || b.Magic != strings.ToLower(b.Magic):
			return wrong(where+".magic", "%q is not a magic number", b.Magic)
		case made[what]:
			return wrong(where, "there is a second one for the same wheel and interpreter")
		}
		files[folded], made[what] = true, true
	}
	return nil
}
