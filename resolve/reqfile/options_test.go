package reqfile

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestReadOptions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       Options
	}{
		{"index", "-i https://i.example/simple\n--extra-index-url=https://e.example\n--extra-index-url https://f.example\n",
			Options{IndexURL: "https://i.example/simple", ExtraIndexURLs: []string{"https://e.example", "https://f.example"}}},
		{"index replaces all before it", "--extra-index-url https://e.example\n--pypi-url https://i.example\n-ihttps://j.example\n",
			Options{IndexURL: "https://j.example"}},
		{"index beside an extra one", "--extra-index-url https://e.example -i https://j.example\n",
			Options{IndexURL: "https://j.example", ExtraIndexURLs: []string{"https://e.example"}}},
		{"no index", "-i https://i.example\n--no-index\n--extra-index-url https://e.example\n-i https://j.example\n", Options{NoIndex: true}},
		{"shortened names", "--index https://i.example\n--extra https://e.example\n--prefer\n",
			Options{IndexURL: "https://i.example", ExtraIndexURLs: []string{"https://e.example"}, PreferBinary: true}},
		{"switches", "--pre --prefer-binary\n--require-hashes\n--use-feature=fast-deps\n--trusted-host h.example:8080 --trusted-host i.example\n",
			Options{Pre: true, PreferBinary: true, RequireHashes: true, Features: []string{"fast-deps"}, TrustedHosts: []string{"h.example:8080", "i.example"}}},
		{"hashes not required", "--no-require-hashes\n", Options{NoRequireHashes: true}},
		{"binary", "--no-binary foo,Bar_baz\n--only-binary foo\n", Options{NoBinary: Names{"bar-baz"}, OnlyBinary: Names{"foo"}}},
		{"binary beside anything", "foo --no-binary foo\n-e ./proj --no-binary bar\n-r empty.txt --only-binary baz\n",
			Options{NoBinary: Names{"bar", "foo"}, OnlyBinary: Names{"baz"}}},
		{"releases", "--all-releases foo\n--only-final :all:\n--all-releases=bar\n", Options{AllReleases: Names{"bar"}, OnlyFinal: Names{":all:"}}},
		{"without effect beside a requirement", "foo --pre --no-index -i https://i.example --require-hashes\n", Options{}},
		{"quotes", `--trusted-host "a b" --trusted-host 'c\d' --trusted-host e\ f`, Options{TrustedHosts: []string{"a b", `c\d`, "e f"}}},
		{"find links", "-f links\n-f nothere -f https://h.example/l/\n-r sub/links.txt\n",
			Options{FindLinks: []string{"DIR/links", "nothere", "https://h.example/l/", "DIR/sub/here", "links"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := folder(t, map[string]string{"requirements.txt": test.text, "proj/pyproject.toml": "", "empty.txt": "",
				"links/": "", "sub/here/": "", "sub/links.txt": "--find-links=here\n-f links\n"})
			file, err := Read(t.Context(), "requirements.txt", o)
			if err != nil {
				t.Fatal(err)
			}
			for i, link := range file.Options.FindLinks {
				file.Options.FindLinks[i] = filepath.ToSlash(strings.Replace(link, o.Folder, "DIR", 1))
			}
			if !reflect.DeepEqual(file.Options, test.want) {
				t.Errorf("options of %q =\n%+v, want\n%+v", test.text, file.Options, test.want)
			}
		})
	}
}

func TestReadAddsToOptions(t *testing.T) {
	t.Parallel()
	given := Options{IndexURL: "https://a.example", ExtraIndexURLs: make([]string, 1, 9), NoBinary: Names{"foo"}}
	o := folder(t, map[string]string{"requirements.txt": "--extra-index-url https://b.example\n--only-binary foo\n"})
	o.Options = given
	file, err := Read(t.Context(), "requirements.txt", o)
	if err != nil {
		t.Fatal(err)
	}
	want := Options{IndexURL: "https://a.example", ExtraIndexURLs: []string{"", "https://b.example"}, NoBinary: Names{}, OnlyBinary: Names{"foo"}}
	if !reflect.DeepEqual(file.Options, want) {
		t.Errorf("options = %+v, want %+v", file.Options, want)
	}
	if given.ExtraIndexURLs[:2][1] != "" || !slices.Equal(given.NoBinary, Names{"foo"}) {
		t.Errorf("Read changed the options that it was given: %+v", given)
	}
}

func TestReadWarnings(t *testing.T) {
	t.Parallel()
	const digest = "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"
	o := folder(t, map[string]string{"proj/pyproject.toml": "", "empty.txt": "", "requirements.txt": strings.Join([]string{
		"foo --pre", "-r empty.txt --no-index", "-r empty.txt -r other.txt", "--hash=sha256:" + digest, "-e ./proj --hash=sha256:" + digest,
		"-e ./proj ; python_version<'3'", "-e ./proj -e ./other", "nothere.zip", "foo --hash=sha256:abc", "foo --hash=sha256:" + digest + " bar", "-C a=b",
	}, "\n")})
	file, err := Read(t.Context(), "requirements.txt", o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"line 1: --pre has no effect beside a requirement",
		"line 2: --no-index has no effect beside an included file",
		"line 3: --requirement has no effect beside an included file",
		"line 4: --hash has no effect without a requirement",
		"line 5: --hash has no effect beside an editable requirement",
		"line 6: ; stands after an option and has no effect",
		"line 6: python_version<3 stands after an option and has no effect",
		"line 7: --editable has no effect beside an editable requirement",
		"line 8: nothere.zip looks like the name of a file, but there is no such file",
		"line 9: --hash=sha256:abc matches nothing: sha256 has 64 hexadecimal digits",
		"line 10: bar stands after an option and has no effect",
		"line 11: --config-settings has no effect without a requirement",
	}
	var got []string
	for _, w := range file.Warnings {
		got = append(got, strings.TrimPrefix(w.String(), "requirements.txt "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("warnings =\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got, want := file.Entries[len(file.Entries)-1].Hashes, []string{"sha256:" + strings.ToLower(digest)}; !slices.Equal(got, want) {
		t.Errorf("hashes = %q, want %q", got, want)
	}
}

func TestNamesAdd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		target, opposite, value  string
		wantTarget, wantOpposite string
	}{
		{"", "", "foo", "foo", ""},
		{"foo", "", "Foo.Bar,foo", "foo foo-bar", ""},
		{"", "foo bar", "foo", "foo", "bar"},
		{"foo", "bar", ":all:", ":all:", ""},
		{"foo", "bar", ":none:", "", "bar"},
		{"", "bar", ":all:,foo,:none:,baz", "baz", ""},
		{"", "bar", "foo,:all:,baz", ":all:", ""},
		{"", "bar", ":all:,:none:,a,:all:,c", ":all:", ""},
		{":all:", "", "foo", ":all: foo", ""},
	}
	names := func(s string) Names {
		fields := Names(strings.Fields(s))
		slices.Sort(fields)
		return fields
	}
	for _, test := range tests {
		target, opposite := names(test.target), names(test.opposite)
		target.Add(test.value, &opposite)
		if got := strings.Join(target, " "); got != test.wantTarget {
			t.Errorf("(%s).Add(%s) = %s, want %s", test.target, test.value, got, test.wantTarget)
		}
		if got := strings.Join(opposite, " "); got != test.wantOpposite {
			t.Errorf("(%s).Add(%s) leaves %s of %s, want %s", test.target, test.value, got, test.opposite, test.wantOpposite)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	tests := []struct {
		o               Options
		wheels, sources bool
	}{
		{Options{}, true, true},
		{Options{NoBinary: Names{"foo"}}, false, true},
		{Options{OnlyBinary: Names{"foo"}}, true, false},
		{Options{OnlyBinary: Names{":all:"}, NoBinary: Names{"foo"}}, false, true},
		{Options{OnlyBinary: Names{"foo"}, NoBinary: Names{":all:"}}, true, false},
		{Options{OnlyBinary: Names{":all:"}}, true, false},
		{Options{NoBinary: Names{":all:"}}, false, true},
		{Options{NoBinary: Names{"bar"}}, true, true},
	}
	for _, test := range tests {
		if wheels, sources := test.o.Formats("Foo"); wheels != test.wheels || sources != test.sources {
			t.Errorf("Formats with no %q and only %q = %t, %t, want %t, %t", test.o.NoBinary, test.o.OnlyBinary, wheels, sources, test.wheels, test.sources)
		}
	}
}

func TestPrereleases(t *testing.T) {
	t.Parallel()
	tests := []struct {
		o                Options
		allowed, refused bool
	}{
		{Options{}, false, false},
		{Options{Pre: true}, true, false},
		{Options{Pre: true, OnlyFinal: Names{"foo"}}, false, true},
		{Options{AllReleases: Names{"foo"}, OnlyFinal: Names{":all:"}}, true, false},
		{Options{AllReleases: Names{"bar"}}, false, false},
	}
	for _, test := range tests {
		if allowed, refused := test.o.Prereleases("foo"); allowed != test.allowed || refused != test.refused {
			t.Errorf("Prereleases with %+v = %t, %t, want %t, %t", test.o, allowed, refused, test.allowed, test.refused)
		}
	}
}
