package manifest_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/manifest"
)

func compiled() *manifest.Manifest {
	m := sample()
	m.Bytecode = []manifest.Bytecode{
		{File: "flask-3.0.0-py3-none-any.cpython-311.zip", SHA256: digest, Size: 7, Wheel: 1, CacheTag: "cpython-311", Magic: "a70d0d0a"},
		{File: "flask-3.0.0-py3-none-any.cpython-312.zip", SHA256: digest, Size: 8, Wheel: 1, CacheTag: "cpython-312", Magic: "cb0d0d0a"},
	}
	return m
}

func TestBytecode(t *testing.T) {
	t.Parallel()
	encoded, err := compiled().Encode()
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if m.Format != "1.1" || !slices.Equal(m.Bytecode, compiled().Bytecode) {
		t.Errorf("Decode gives format %s and %+v", m.Format, m.Bytecode)
	}
	if again, err := m.Encode(); err != nil || !bytes.Equal(again, encoded) {
		t.Errorf("encoding it again gives (%v)\n%s", err, again)
	}
}

func TestBytecodeRefused(t *testing.T) {
	t.Parallel()
	encoded, err := compiled().Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, replacement string }{
		{"file is a path", "any.cpython-311.zip", "any/cpython-311.zip"},
		{"file of another kind", "any.cpython-311.zip", "any.cpython-311.whl"},
		{"two of one name but for case", "any.cpython-311.zip", "ANY.cpython-312.zip"},
		{"upper-case digest", digest, strings.ToUpper(digest)},
		{"negative size", `"size": 7`, `"size": -7`},
		{"wheel out of range", `"wheel": 1`, `"wheel": 2`},
		{"negative wheel", `"wheel": 1`, `"wheel": -1`},
		{"tag is a path", `"cpython-311"`, `"../311"`},
		{"no tag", `"cpython-311"`, `""`},
		{"magic of no hexadecimal digits", `"a70d0d0a"`, `"x70d0d0a"`},
		{"short magic", `"a70d0d0a"`, `"a70d0d"`},
		{"upper-case magic", `"a70d0d0a"`, `"A70D0D0A"`},
		{"two for one interpreter", `"cpython-312",` + "\n   " + `"magic": "cb0d0d0a"`, `"cpython-311", "magic": "a70d0d0a"`},
	} {
		if !strings.Contains(string(encoded), test.old) {
			t.Fatalf("the sample has no %s", test.old)
		}
		_, err := manifest.Decode([]byte(strings.ReplaceAll(string(encoded), test.old, test.replacement)))
		var format *manifest.FormatError
		if !errors.As(err, &format) {
			t.Errorf("%s: Decode = %v, want a FormatError", test.name, err)
		}
	}
}
