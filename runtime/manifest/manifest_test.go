package manifest_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/google/go-cmp/cmp"
)

const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func sample() *manifest.Manifest {
	return &manifest.Manifest{
		Format:       manifest.Format,
		Generator:    "gobundle 0.1.0",
		EntryPoint:   manifest.EntryPoint{Kind: manifest.Callable, Module: "app", Attribute: "main"},
		Options:      manifest.Options{Tools: true},
		Requirements: []string{"flask>=3,<4"},
		Wheels: []manifest.Wheel{
			{
				File: "app_sources-0-py3-none-any.whl", SHA256: digest, Size: 10, Name: "app-sources", Version: "0",
				Tags: []string{"py3-none-any"}, Role: manifest.Sources, Requires: []string{},
			},
			{
				File: "flask-3.0.0-py3-none-any.whl", SHA256: digest, Size: 101817, Name: "flask", Version: "3.0.0",
				Tags: []string{"py3-none-any"}, Role: manifest.Dependency, Requested: true, Requires: []string{}, RequiresPython: ">=3.8",
			},
		},
		Targets: []manifest.Target{{
			Name: "cp311-manylinux_2_36_x86_64", Python: "3.11.7", Implementation: "cpython", Wheels: []int{0, 1},
			Conditions: []manifest.Condition{
				{
					By: "flask 3.0.0", Text: `python_version < "3.10"`,
					Test: manifest.InSpans("python_version", manifest.Span{High: &manifest.Key{3, 10, 0, manifest.Dev, 0}}),
				},
				{
					By: "flask 3.0.0", Text: ">=3.8", Truth: true,
					Test: manifest.InSpans("python_full_version", manifest.Span{Low: &manifest.Key{3, 8, 0, manifest.Final, 0}, LowInclusive: true}),
				},
			},
		}},
	}
}

// TestEncode holds the bytes: other programs read them.
func TestEncode(t *testing.T) {
	t.Parallel()
	got, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("Encode (-want +got):\n%s", diff)
	}
	back, err := manifest.Decode(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), back); diff != "" {
		t.Errorf("Decode(Encode(m)) (-want +got):\n%s", diff)
	}
}

func TestEncodeFillsLists(t *testing.T) {
	t.Parallel()
	m := &manifest.Manifest{
		EntryPoint: manifest.EntryPoint{Kind: manifest.Interpreter},
		Targets:    []manifest.Target{{Name: "x"}},
	}
	got, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(got), "null") {
		t.Errorf("Encode writes null:\n%s", got)
	}
	if m.Format != "" || m.Wheels != nil {
		t.Errorf("Encode changed its receiver: %+v", m)
	}
}

func TestDecodeVersions(t *testing.T) {
	t.Parallel()
	encoded, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	with := func(old, replacement string) []byte {
		if !strings.Contains(string(encoded), old) {
			t.Fatalf("the sample has no %s", old)
		}
		return []byte(strings.Replace(string(encoded), old, replacement, 1))
	}
	if _, err := manifest.Decode(with(`"1.0"`, `"1.7", "novelty": {"a": [1, 2.5, "x"]}`)); err != nil {
		t.Errorf("a newer minor version with a new key: %v", err)
	}
	var version *manifest.VersionError
	_, err = manifest.Decode(with(`"1.0"`, `"3.0"`))
	if !errors.As(err, &version) || version.Format != "3.0" {
		t.Errorf("a newer major version: got %v, want a VersionError", err)
	}
	if _, err := manifest.Decode([]byte(`{"format": "3.1", "wheels": "elsewhere"}`)); !errors.As(err, &version) {
		t.Errorf("a newer major version of another shape: got %v, want a VersionError", err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	encoded, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, old, replacement string }{
		{"no format", `"format": "1.0",`, ``},
		{"format is a number", `"1.0"`, `1`},
		{"format of no version", `"1.0"`, `"1"`},
		{"format 0", `"1.0"`, `"0.9"`},
		{"key in another case", `"generator"`, `"Generator"`},
		{"key with a look-alike", `"kind"`, `"\u212aind"`},
		{"key twice", `"generator": `, `"generator": "x", "generator": `},
		{"null", `"generator": "gobundle 0.1.0"`, `"generator": null`},
		{"trailing text", "\n}\n", "\n}\n{}"},
		{"cut", "\n}\n", "\n"},
		{"not UTF-8", "gobundle 0.1.0", "gobundle \xff"},
		{"escape sequence", "gobundle 0.1.0", `gobundle \u001b[2J`},
		{"unknown kind", `"callable"`, `"shell"`},
		{"no module", `"module": "app"`, `"module": ""`},
		{"module is a path", `"module": "app"`, `"module": "../app"`},
		{"module with a quote", `"module": "app"`, `"module": "app'"`},
		{"script without distribution", `"script": ""`, `"script": "aws"`},
		{"inherit", `"requires_python": ""`, `"requires_python": "", "inherit_path": "yes"`},
		{"verify", `"requires_python": ""`, `"requires_python": "", "verify_at_run": "sometimes"`},
		{"variable without a value", `"requires_python": ""`, `"requires_python": "", "inject_env": ["A"]`},
		{"variable of the start", `"requires_python": ""`, `"requires_python": "", "inject_env": ["GOBUNDLE_PYTHON=x"]`},
		{"argument with a line feed", `"requires_python": ""`, `"requires_python": "", "inject_args": ["a\nb"]`},
		{"python argument", `"requires_python": ""`, `"requires_python": "", "python_args": ["-c"]`},
		{"python constraint without test", `"requires_python": ""`, `"requires_python": ">=3.9"`},
		{"file climbs", `"flask-3.0.0-py3-none-any.whl"`, `"../flask-3.0.0-py3-none-any.whl"`},
		{"file with a backslash", `"flask-3.0.0-py3-none-any.whl"`, `"..\\flask-3.0.0-py3-none-any.whl"`},
		{"file is absolute", `"flask-3.0.0-py3-none-any.whl"`, `"/flask-3.0.0-py3-none-any.whl"`},
		{"file is a stream", `"flask-3.0.0-py3-none-any.whl"`, `"flask-3.0.0-py3-none-any:x.whl"`},
		{"file is a device", `"flask-3.0.0-py3-none-any.whl"`, `"con.flask-3.0.0-py3-none-any.whl"`},
		{"file is no wheel", `"flask-3.0.0-py3-none-any.whl"`, `"flask-3.0.0.tar.gz"`},
		{"file of another project", `"flask-3.0.0-py3-none-any.whl"`, `"flask_login-3.0.0-py3-none-any.whl"`},
		{"file twice but for case", `"flask-3.0.0-py3-none-any.whl"`, `"APP_sources-0-py3-none-any.whl"`},
		{"short digest", digest, digest[1:]},
		{"upper-case digest", digest, strings.ToUpper(digest)},
		{"negative size", `"size": 10`, `"size": -1`},
		{"size is no whole number", `"size": 10`, `"size": 10.5`},
		{"huge size", `"size": 10`, `"size": 9223372036854775808`},
		{"name as written", `"name": "flask"`, `"name": "Flask"`},
		{"version with a slash", `"version": "3.0.0"`, `"version": "3/0"`},
		{"tag of two parts", `"py3-none-any"`, `"py3-none"`},
		{"unknown role", `"role": "sources"`, `"role": "host"`},
		{"index out of range", "0,\n    1\n", "0,\n    2\n"},
		{"index negative", "0,\n    1\n", "-1,\n    1\n"},
		{"index twice", "0,\n    1\n", "1,\n    1\n"},
		{"condition is no text", `">=3.8",` + "\n     \"truth\"", `7, "truth"`},
		{"test of an unknown operation", `"version"` + ",\n", `"exec"` + ",\n"},
		{"test of an unknown variable", `"python_full_version"`, `"__builtins__"`},
		{"no targets", `"targets"`, `"aims"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(string(encoded), test.old) {
				t.Fatalf("the sample has no %s", test.old)
			}
			_, err := manifest.Decode([]byte(strings.ReplaceAll(string(encoded), test.old, test.replacement)))
			var format *manifest.FormatError
			if !errors.As(err, &format) {
				t.Errorf("Decode = %v, want a FormatError", err)
			}
		})
	}
}

func TestDecodeBounds(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{
		"too large":     make([]byte, manifest.MaxSize+1),
		"deep lists":    []byte(strings.Repeat("[", 100000)),
		"deep objects":  []byte(strings.Repeat(`{"a":`, 100000)),
		"empty":         {},
		"no object":     []byte("[]"),
		"only a format": []byte(`{"format":"1.0"}`),
	} {
		var format *manifest.FormatError
		if _, err := manifest.Decode(data); !errors.As(err, &format) {
			t.Errorf("%s: Decode = %v, want a FormatError", name, err)
		}
	}
}

func TestEncodeRefusesWhatDecodeRefuses(t *testing.T) {
	t.Parallel()
	m := sample()
	m.Wheels[0].File = "../x-1-py3-none-any.whl"
	var format *manifest.FormatError
	if _, err := m.Encode(); !errors.As(err, &format) || format.Where != "wheels[0].file" {
		t.Errorf("Encode = %v, want a FormatError at wheels[0].file", err)
	}
}

func TestConditionHolds(t *testing.T) {
	t.Parallel()
	condition := sample().Targets[0].Conditions[0] // python_version < "3.10" was false
	for version, want := range map[string]bool{"3.11": true, "3.10": true, "3.9": false, "unheard of": false} {
		if got := condition.Holds(manifest.Facts{"python_version": version}); got != want {
			t.Errorf("Holds on %s = %v, want %v", version, got, want)
		}
	}
	if condition.Holds(nil) {
		t.Error("Holds without facts = true, want false")
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"aws": true, "aws.cmd": true, "a b": true, "ünï": true, ".hidden": true, "com": true, "console": true,
		"": false, ".": false, "..": false, "a/b": false, `a\b`: false, "a:b": false, "nul": false, "NUL.txt": false, "com1": false, "Com1 .x": false,
		"a.": false, "a ": false, "a\x00": false, "a\n": false, "a\xff": false, "a*": false, strings.Repeat("a", 256): false,
	} {
		if got := manifest.IsFileName(name); got != want {
			t.Errorf("IsFileName(%q) = %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]bool{
		"app": true, "app.main": true, "_a.__main__": true, "my-module": true, "größe": true, "a1": true,
		"": false, ".": false, "a.": false, ".a": false, "a..b": false, "-m": false, "a b": false, "a:b": false, "a/b": false, `a"`: false, "a\n": false,
	} {
		if got := manifest.IsDottedName(name); got != want {
			t.Errorf("IsDottedName(%q) = %v, want %v", name, got, want)
		}
	}
}

// TestID holds the id of known bytes.
func TestID(t *testing.T) {
	t.Parallel()
	if got := manifest.ID(nil); got != digest {
		t.Errorf("ID(nil) = %s, want %s", got, digest)
	}
}
