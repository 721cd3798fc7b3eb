package tag

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in   string
		want []string
	}{
		{"py3-none-any", []string{"py3-none-any"}},
		{"py2.py3-none-any", []string{"py2-none-any", "py3-none-any"}},
		{"CP39-cp39-Win_AMD64", []string{"cp39-cp39-win_amd64"}},
		{"cp314-cp314t.abi3-win32", []string{"cp314-cp314t-win32", "cp314-abi3-win32"}},
		{"py3.PY3-none-any", []string{"py3-none-any"}},
		{"cp38-cp38-manylinux2014_x86_64.manylinux_2_17_x86_64", []string{"cp38-cp38-manylinux2014_x86_64", "cp38-cp38-manylinux_2_17_x86_64"}},
	} {
		got, err := Parse(test.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", test.in, err)
		}
		if text := texts(got); !slices.Equal(text, test.want) {
			t.Errorf("Parse(%q) = %v, want %v", test.in, text, test.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("py3.", 100) + "py3"
	for _, in := range []string{"", "py3", "py3-none", "py3-none-any-x", "-none-any", "py3--any", "py3-none-", "py3.-none-any", ".py3-none-any",
		"py3-a..b-any", "2.7-none-any", "3py-none-any", "p+y-none-any", many + "-" + strings.ReplaceAll(many, "py", "cp") + "-any"} {
		_, err := Parse(in)
		var bad *SyntaxError
		if !errors.As(err, &bad) || bad.Input != in {
			t.Errorf("Parse(%q) = %v, want a *SyntaxError", in, err)
		}
	}
}

func texts(tags []Tag) []string {
	var list []string
	for _, tag := range tags {
		list = append(list, tag.String())
	}
	return list
}

func TestRanking(t *testing.T) {
	t.Parallel()
	r := Rank([]Tag{{"cp312", "cp312", "linux"}, {"py3", "none", "any"}, {"cp312", "cp312", "linux"}, {"py2", "none", "any"}})
	if got := r.Len(); got != 3 {
		t.Errorf("Len() = %d, want 3: a repeated tag counts once", got)
	}
	for _, test := range []struct {
		wheel string
		rank  int
		ok    bool
	}{
		{"py2.py3-none-any", 1, true},
		{"py2-none-any", 2, true},
		{"cp312-cp312-linux", 0, true},
		{"cp311-cp311-linux", 0, false},
	} {
		tags, err := Parse(test.wheel)
		if err != nil {
			t.Fatal(err)
		}
		if rank, ok := r.Best(tags); rank != test.rank || ok != test.ok {
			t.Errorf("Best(%s) = %d, %v, want %d, %v", test.wheel, rank, ok, test.rank, test.ok)
		}
	}
	var none *Ranking
	if _, ok := none.Best(r.Tags()); ok || none.Len() != 0 || none.Tags() != nil {
		t.Error("a nil Ranking has tags")
	}
}

func TestStableABI(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version    Version
		abis       []string
		has, lacks string
	}{
		{Version{3, 12}, []string{"cp312"}, "cp311-abi3-p", "cp312-abi3t-p"},
		{Version{3, 13}, []string{"cp313t"}, "cp312-abi3t-p", "cp312-abi3-p"},
		{Version{3, 13}, []string{"cp313td", "cp313t"}, "cp313-abi3t-p", "cp313-abi3-p"},
		{Version{3, 12}, []string{"cp312d", "cp312", "abi3", "none"}, "cp312-cp312-p", "cp313-cp313-p"},
		{Version{3, 1}, []string{"cp31"}, "cp31-none-p", "cp31-abi3-p"},
	} {
		got := texts(CPython(test.version, test.abis, []string{"p"}))
		if !slices.Contains(got, test.has) || slices.Contains(got, test.lacks) {
			t.Errorf("CPython(%v, %v) = %v, want it with %s and without %s", test.version, test.abis, got, test.has, test.lacks)
		}
		if slices.Sort(got); len(slices.Compact(got)) != len(got) {
			t.Errorf("CPython(%v, %v) lists a tag twice", test.version, test.abis)
		}
	}
}

func TestPlatforms(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		got   []string
		first string
		last  string
		count int
	}{
		{"aarch64 begins at 2.17", Manylinux("aarch64", Version{2, 18}), "manylinux_2_18_aarch64", "manylinux2014_aarch64", 3},
		{"older than all", Manylinux("aarch64", Version{2, 16}), "", "", 0},
		{"no glibc", Manylinux("x86_64", Version{-1, -1}), "", "", 0},
		{"glibc 3", Manylinux("x86_64", Version{3, 1}), "manylinux_3_1_x86_64", "manylinux1_x86_64", 2 + 46 + 3},
		{"musl", Musllinux("x86_64", Version{1, 1}), "musllinux_1_1_x86_64", "musllinux_1_0_x86_64", 2},
		{"minor numbers of macOS 11 are 0", MacOS(Version{11, 6}, "arm64"), "macosx_11_0_arm64", "macosx_10_4_universal2", 15},
		{"universal2", MacOS(Version{12, 0}, "universal2"), "macosx_12_0_universal2", "macosx_10_4_universal2", 15},
		{"i386", MacOS(Version{10, 5}, "i386"), "macosx_10_5_i386", "macosx_10_4_universal", 10},
		{"ppc", MacOS(Version{10, 7}, "ppc"), "macosx_10_6_ppc", "macosx_10_0_universal", 28},
		{"ppc64", MacOS(Version{10, 6}, "ppc64"), "macosx_10_5_ppc64", "macosx_10_4_universal", 6},
		{"before x86_64", MacOS(Version{10, 3}, "x86_64"), "", "", 0},
		{"iOS 11", IOS(Version{11, 4}, "arm64_iphoneos"), "", "", 0},
		{"iOS 13.2", IOS(Version{13, 2}, "arm64_iphoneos"), "ios_13_2_arm64_iphoneos", "ios_12_0_arm64_iphoneos", 13},
		{"Android 15", Android(15, "x86"), "", "", 0},
	} {
		if len(test.got) != test.count {
			t.Errorf("%s: %d platforms, want %d: %v", test.name, len(test.got), test.count, test.got)
			continue
		}
		if test.count > 0 && (test.got[0] != test.first || test.got[test.count-1] != test.last) {
			t.Errorf("%s: %s to %s, want %s to %s", test.name, test.got[0], test.got[test.count-1], test.first, test.last)
		}
	}
}

func TestVeto(t *testing.T) {
	t.Parallel()
	got := ManylinuxExcept("x86_64", Version{2, 17}, func(v Version) bool { return v.Minor > 5 })
	if want := []string{"manylinux_2_5_x86_64", "manylinux1_x86_64"}; !slices.Equal(got, want) {
		t.Errorf("ManylinuxExcept = %v, want %v", got, want)
	}
}

// TestNewerTakesMore holds that a newer system takes every wheel that an older
// one takes.
func TestNewerTakesMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		arch := rapid.SampledFrom([]string{"x86_64", "aarch64", "i686"}).Draw(t, "arch")
		minor := rapid.IntRange(0, 60).Draw(t, "minor")
		newer := minor + rapid.IntRange(0, 10).Draw(t, "step")
		lists := map[string]func(int) []string{
			"manylinux": func(n int) []string { return Manylinux(arch, Version{2, n}) },
			"musllinux": func(n int) []string { return Musllinux(arch, Version{1, n}) },
			"macos":     func(n int) []string { return MacOS(Version{11 + n, 0}, arch) },
			"android":   func(n int) []string { return Android(n, arch) },
		}
		for name, list := range lists {
			old, all := list(minor), list(newer)
			if len(all) < len(old) || !slices.Equal(all[len(all)-len(old):], old) {
				t.Errorf("%s: %v does not end in %v", name, all, old)
			}
		}
	})
}

// FuzzParse: what parses stands for tags that parse to themselves, and their
// number is the product of the parts' numbers.
func FuzzParse(f *testing.F) {
	seeds := []string{"py3-none-any", "py2.py3-none-any", "cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64", "CP314-cp314t.abi3-Win32",
		"..-a-b", "é-a-b", "2.7-none-any", "a-b-c-d", "ß.ẞ-x-y"}
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tags, err := Parse(text)
		if err != nil {
			return
		}
		product := 1
		for _, part := range strings.Split(text, "-") {
			product *= strings.Count(part, ".") + 1
		}
		if len(tags) == 0 || len(tags) > product {
			t.Fatalf("Parse(%q) has %d tags, want 1 to %d", text, len(tags), product)
		}
		for _, tag := range tags {
			again, err := Parse(tag.String())
			if err != nil || len(again) != 1 || again[0] != tag {
				t.Fatalf("Parse(%q) = %v, %v, want itself", tag, again, err)
			}
		}
	})
}

func BenchmarkRank(b *testing.B) {
	platforms := append([]string{"linux_x86_64"}, Manylinux("x86_64", Version{2, 36})...)
	for b.Loop() {
		Rank(append(CPython(Version{3, 12}, []string{"cp312"}, platforms), Compatible(Version{3, 12}, "cp312", platforms)...))
	}
}

func TestVersionText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Version{"2.28": {2, 28}, "13": {13, 0}, "1.2": {1, 2}, "10.15": {10, 15}} {
		var got Version
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("UnmarshalText(%q) = %v, %v, want %v", text, got, err, want)
		}
		var again Version
		if err := again.UnmarshalText([]byte(got.String())); err != nil || again != got {
			t.Errorf("%v reads back as %v, %v", got, again, err)
		}
	}
	for _, text := range []string{"", ".", "2.", ".1", "2.28.1", "-1", "a", "2,28", "99999"} {
		var got Version
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("UnmarshalText(%q) = %v, want an error", text, got)
		}
	}
	if (Version{}).String() != "" {
		t.Errorf("the zero Version is %q", Version{})
	}
}
