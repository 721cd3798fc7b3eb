package manifest_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/manifest"
)

func recompressed() *manifest.Manifest {
	m := compiled()
	m.Wheels[0].Packing, m.Wheels[0].Original = manifest.Zstd, strings.Repeat("e", 64)
	m.Bytecode[1].Packing = manifest.Zstd
	return m
}

func TestPacking(t *testing.T) {
	t.Parallel()
	encoded, err := recompressed().Encode()
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if m.Format != "2.0" || !m.Recompressed() || compiled().Recompressed() {
		t.Errorf("Decode gives format %s", m.Format)
	}
	for got, want := range map[string]string{
		m.Wheels[0].Member():   "wheels/" + m.Wheels[0].File + ".zst",
		m.Wheels[1].Member():   "wheels/" + m.Wheels[1].File,
		m.Bytecode[0].Member(): "bytecode/" + m.Bytecode[0].File,
		m.Bytecode[1].Member(): "bytecode/" + m.Bytecode[1].File + ".zst",
	} {
		if got != want {
			t.Errorf("the member is %s, want %s", got, want)
		}
	}
	if again, err := m.Encode(); err != nil || !bytes.Equal(again, encoded) {
		t.Errorf("encoding it again gives (%v)\n%s", err, again)
	}
}

func TestPackingRefused(t *testing.T) {
	t.Parallel()
	encoded, err := recompressed().Encode()
	if err != nil {
		t.Fatal(err)
	}
	original := `"original_sha256": "` + strings.Repeat("e", 64) + `"`
	for _, test := range []struct{ name, old, replacement string }{
		{"an old format", `"2.0"`, `"1.1"`},
		{"unknown packing", `"packing": "zstd",` + "\n   " + `"original`, `"packing": "xz", "original`},
		{"unknown packing of byte-code", `"packing": "zstd",` + "\n   " + `"wheel"`, `"packing": "xz", "wheel"`},
		{"original of no digest", original, `"original_sha256": "` + strings.Repeat("E", 64) + `"`},
		{"no original", original + ",", ""},
		{"an original that is not packed", `"packing": "zstd",` + "\n   " + `"original`, `"original`},
	} {
		if !strings.Contains(string(encoded), test.old) {
			t.Fatalf("the sample has no %s", test.old)
		}
		_, err := manifest.Decode([]byte(strings.Replace(string(encoded), test.old, test.replacement, 1)))
		var format *manifest.FormatError
		if !errors.As(err, &format) {
			t.Errorf("%s: Decode = %v, want a FormatError", test.name, err)
		}
	}
}
