package dist

import (
	"errors"
	"slices"
	"testing"
)

func TestParseWheelNameRefuses(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", ".whl", "a/b-1.0-py3-none-any.whl", `a-1.0-1\..\x-py3-none-any.whl`, "a-1.0-1\n-py3-none-any.whl",
		"a-1.0-py3-none-any.WHL", "a-1.0-py3-none-any.whl.metadata", "a-1.0-py3-none-any/../../x.whl"} {
		_, err := ParseWheelName(file)
		var bad *FileNameError
		if !errors.As(err, &bad) || bad.File != file {
			t.Errorf("ParseWheelName(%q) = %v, want a *FileNameError", file, err)
		}
	}
}

func TestBuildOrder(t *testing.T) {
	t.Parallel()
	files := []string{"a-1-py3-none-any.whl", "a-1-0-py3-none-any.whl", "a-1-1-py3-none-any.whl", "a-1-1a-py3-none-any.whl", "a-1-2-py3-none-any.whl",
		"a-1-010-py3-none-any.whl", "a-1-20250101123456789012-py3-none-any.whl"}
	var builds []Build
	for _, file := range files {
		w, err := ParseWheelName(file)
		if err != nil {
			t.Fatal(err)
		}
		builds = append(builds, w.Build)
	}
	for i := range builds {
		for j := range builds {
			if got, want := sign(builds[i].Compare(builds[j])), sign(i-j); got != want {
				t.Errorf("build of %s against %s: %d, want %d", files[i], files[j], got, want)
			}
		}
	}
	if !slices.IsSortedFunc(builds, Build.Compare) {
		t.Errorf("%v is not in order", builds)
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

func TestParseSdistNameFor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ file, project, name, version string }{
		{"foo_bar-1.0.tar.gz", "foo-bar", "foo_bar", "1.0"},
		{"foo-bar-1.0-2.tar.gz", "foo-bar", "foo-bar", "1.0.post2"},
		{"Foo.Bar-1.0.zip", "foo-bar", "Foo.Bar", "1.0"},
		{"foo-1.0.tgz", "foo", "foo", "1.0"},
		{"foo-2-1.0.tar.bz2", "foo-2", "foo-2", "1.0"},
		{"foo-2.tar.gz", "foo", "foo", "2"},
		{"foo-bar-1.0.tar.gz", "foo", "", ""},
		{"foo-1.0.exe", "foo", "", ""},
		{"bar-1.0.tar.gz", "foo", "", ""},
		{"foo-1.0-py3-none-any.whl", "foo", "", ""},
		{"foo-.tar.gz", "foo", "", ""},
	} {
		got, err := ParseSdistNameFor(test.file, test.project)
		if test.version == "" {
			var bad *FileNameError
			if !errors.As(err, &bad) {
				t.Errorf("ParseSdistNameFor(%q, %q) = %v, %v, want a *FileNameError", test.file, test.project, got, err)
			}
			continue
		}
		if err != nil || got.NameText != test.name || got.Version.String() != test.version {
			t.Errorf("ParseSdistNameFor(%q, %q) = %+v, %v, want %s %s", test.file, test.project, got, err, test.name, test.version)
		}
	}
}

// FuzzWheelName: what parses has a String that parses to the same.
func FuzzWheelName(f *testing.F) {
	for _, seed := range []string{"foo-1.0-py3-none-any.whl", "Foo.Bar_baz-1!2.0rc1.post2.dev3+l.o_c-1000abc-cp39.cp310-abi3.none-win32.any.whl",
		"foo_bár-1.0-007-py3-none-any.whl", "._.-1-py3-none-any.whl", "foo__bar-1.0-py3-none-any.whl", "a-1-0-py3-none-any.whl", "x.whl"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		w, err := ParseWheelName(file)
		if err != nil {
			var bad *FileNameError
			if !errors.As(err, &bad) {
				t.Fatalf("ParseWheelName(%q): %T, want a *FileNameError", file, err)
			}
			return
		}
		again, err := ParseWheelName(w.String())
		if err != nil {
			t.Fatalf("ParseWheelName(%q), of %q: %v", w, file, err)
		}
		if again.Name != w.Name || !again.Version.Equal(w.Version) || again.Build != w.Build || !slices.Equal(again.Tags, w.Tags) || again.String() != w.String() {
			t.Fatalf("ParseWheelName(%q) = %+v, want %+v", w, again, w)
		}
	})
}

// FuzzSdistName: a name that parses on its own parses for its own project, to
// the same version unless the name's end could be part of a version.
func FuzzSdistName(f *testing.F) {
	for _, seed := range []string{"foo-1.0.tar.gz", "foo-bar-1.0.zip", "foo-1.0-2.tar.gz", "-1.0.zip", "a--1.zip", "a-1-1.zip"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		s, err := ParseSdistName(file)
		if err != nil {
			return
		}
		again, err := ParseSdistNameFor(file, s.Name)
		if err == nil && again.NameText == s.NameText && !again.Version.Equal(s.Version) {
			t.Fatalf("%q is %v and, for %s, %v", file, s.Version, s.Name, again.Version)
		}
		if err != nil && s.Name == s.NameText {
			t.Fatalf("ParseSdistNameFor(%q, %q): %v", file, s.Name, err)
		}
	})
}

func BenchmarkParseWheelName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseWheelName("charset_normalizer-3.4.7-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl"); err != nil {
			b.Fatal(err)
		}
	}
}
