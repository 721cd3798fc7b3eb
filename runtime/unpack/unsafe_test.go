package unpack_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/unpack"
)

// unsafeCase is an archive that must be refused, and the member it is refused
// for.
type unsafeCase struct {
	name   string
	file   string // its name; "" is evil-1.0.tar.gz
	data   []byte
	limits unpack.Limits
	member string
	reason string // a part of it
}

// unsafeCases are the attacks that the tests of pip (test_utils_unpacking), of
// CPython (test_tarfile: extraction filters) and of uv (uv-extract) try, and some
// of our own.
func unsafeCases(tb testing.TB) []unsafeCase {
	tb.Helper()
	const outside = "../../escaped"
	link := func(name, target string) entry { return entry{name: name, kind: tar.TypeSymlink, target: target} }
	hard := func(name, target string) entry { return entry{name: name, kind: tar.TypeLink, target: target} }
	file := func(name string) entry { return entry{name: name, content: "evil"} }
	tgz := func(entries ...entry) []byte { return tarGz(tb, entries...) }
	deep := strings.Repeat("d/", 20)
	var cases []unsafeCase
	add := func(name string, data []byte, member, reason string) {
		cases = append(cases, unsafeCase{name: name, data: data, member: member, reason: reason})
	}
	addZip := func(name string, data []byte, member, reason string) {
		cases = append(cases, unsafeCase{name: "zip: " + name, file: "evil-1.0.zip", data: data, member: member, reason: reason})
	}

	// Names.
	add("parent", tgz(file("p/a"), file("../escaped")), "../escaped", `".."`)
	add("parent inside", tgz(file("p/../../escaped")), "p/../../escaped", `".."`)
	add("parent that stays", tgz(file("p/a/../b")), "p/a/../b", `".."`)
	add("parent alone", tgz(entry{name: "p/..", kind: tar.TypeDir}), "p/..", `".."`)
	add("absolute", tgz(file("/tmp/gobundle-escaped")), "/tmp/gobundle-escaped", "absolute")
	add("absolute, two slashes", tgz(file("//tmp/gobundle-escaped")), "//tmp/gobundle-escaped", "absolute")
	add("drive", tgz(file("C:/escaped")), "C:/escaped", "drive")
	add("drive, relative", tgz(file("C:escaped")), "C:escaped", "drive")
	add("backslashes", tgz(file(`..\..\escaped`)), `..\..\escaped`, "backslash")
	add("server", tgz(file(`\\server\share\escaped`)), `\\server\share\escaped`, "backslash")
	add("control character", tgz(file("p/\x1b[2Jescaped")), "p/\x1b[2Jescaped", "control")
	add("line end", tgz(file("p/setup.py\n")), "p/setup.py\n", "control")
	add("reordered text", tgz(file("p/\u202eyp.tpircs")), "p/\u202eyp.tpircs", "reorders")
	add("not UTF-8", gz(tb, patchedTar(tb, "p/\xff\xfe")), "p/\xff\xfe", "UTF-8")
	add("file as folder", gz(tb, patchedTar(tb, "p/file/")), "p/file/", "")
	add("root as file", tgz(file("."), file("p/a")), ".", "root")

	// Names that clash.
	add("twice", tgz(file("p/a"), file("p/a")), "p/a", "twice")
	add("twice, spelled differently", tgz(file("p/a"), file("./p//a")), "./p//a", "twice")
	add("case", tgz(file("p/Setup.py"), file("p/setup.py")), "p/setup.py", "only in case")
	add("Unicode form", tgz(file("p/\u00e9"), file("p/e\u0301")), "p/e\u0301", "Unicode form")
	add("file and folder", tgz(file("p/a"), file("p/a/b")), "p/a/b", "below p/a")
	add("folder and file", tgz(file("p/a/b"), file("p/a")), "p/a", "twice")
	add("link and folder that differ in case", tgz(link("p/A", "."), file("p/a/b")), "p/a/b", "only in case")

	// Links.
	add("link out", tgz(file("p/a"), link("p/out", outside)), "p/out", "leads out")
	add("absolute link", tgz(link("p/out", "/etc/passwd")), "p/out", "absolute")
	add("link to a drive", tgz(link("p/out", "C:/Windows")), "p/out", "absolute")
	add("link with backslashes", tgz(link("p/out", `..\..\escaped`)), "p/out", "backslash")
	add("link with a control character", tgz(link("p/out", "a\x07")), "p/out", "control")
	add("link to nothing", tgz(link("p/out", "")), "p/out", "nothing")
	add("member through a link", tgz(file("p/a/b"), link("p/l", "a"), file("p/l/c")), "p/l/c", "through the link p/l")
	add("member through a link out", tgz(link("p/l", "../.."), file("p/l/escaped")), "p/l", "leads out")
	add("folder through a link", tgz(link("p/l", "a"), entry{name: "p/l/c", kind: tar.TypeDir}), "p/l/c", "through the link p/l")
	add("link replaced by a file", tgz(link("p/l", "a"), file("p/l")), "p/l", "twice")
	add("file replaced by a link", tgz(file("p/l"), link("p/l", "a")), "p/l", "twice")
	add("folder replaced by a link", tgz(file("p/l/a"), link("p/l", "q")), "p/l", "twice")
	// Each link of a chain stays inside when read as text alone.
	add("chain", tgz(file("p/x/y/z/f"), link("p/x/y/z/up", "../../../.."), link("p/out", "x/y/z/up/../..")), "p/out", "leads out")
	add("chain in another order", tgz(link("p/out", "x/y/z/up/../escaped"), link("p/x/y/z/up", "../../../.."), file("p/x/y/z/f")), "p/out", "leads out")
	add("chain of many", tgz(file("p/"+deep+"f"), link("p/0", deep), link("p/1", "0/"+strings.Repeat("../", 19)), link("p/2", "1/../../../..")), "p/2", "leads out")
	add("long chain", tgz(longChain(60)...), "p/out", "leads out")

	// Hard links.
	add("hard link out", tgz(hard("p/out", "../../../etc/passwd")), "p/out", `".."`)
	add("absolute hard link", tgz(hard("p/out", "/etc/passwd")), "p/out", "absolute")
	add("hard link to a link", tgz(link("p/l", "a"), hard("p/h", "p/l"), file("p/a")), "p/h", "to the link")
	add("hard link through a link", tgz(file("p/d/a"), link("p/l", "d"), hard("p/h", "p/l/a")), "p/h", "no file")
	add("hard link to nothing", tgz(hard("p/h", "p/a")), "p/h", "no file")
	add("hard link to a folder", tgz(file("p/a/b"), hard("p/h", "p/a")), "p/h", "no file")
	add("hard link to itself", tgz(hard("p/h", "p/h")), "p/h", "no file")
	add("hard link over a file", tgz(file("p/a"), file("p/b"), hard("p/b", "p/a")), "p/b", "twice")

	// Special files.
	add("character device", tgz(entry{name: "p/null", kind: tar.TypeChar}), "p/null", "device")
	add("block device", tgz(entry{name: "p/sda", kind: tar.TypeBlock}), "p/sda", "device")
	add("pipe", tgz(entry{name: "p/pipe", kind: tar.TypeFifo}), "p/pipe", "pipe")
	add("unknown kind", tgz(entry{name: "p/odd", kind: 'Z'}), "p/odd", "unknown kind")

	// More than one archive.
	plain, packed := rawTar(tb, file("p/setup.py")), zipOf(tb, file("p/setup.py"))
	add("zip behind the tar", append(gz(tb, plain), packed...), "", "zip and a gzip at once")
	add("bytes behind the tar's end", gz(tb, append(bytes.Clone(plain), "more"...)), "", "behind the end of its tar")
	add("bytes behind the gzip's end", append(gz(tb, plain), "more"...), "", "behind its end")
	cases = append(cases,
		unsafeCase{name: "zip in a tar", file: "evil-1.0.tar", data: append(bytes.Clone(plain), packed...), reason: "zip and a tar at once"},
		unsafeCase{name: "tar that begins as a zip", file: "evil-1.0.zip", data: append(patchedTar(tb, "PK\x03\x04"), packed...), reason: "tar and a zip at once"},
	)
	addZip("behind other bytes", append([]byte("PK\x03\x04 and more"), packed...), "p/setup.py", "does not lie behind")
	addZip("before other bytes", append(bytes.Clone(packed), "more"...), "", "behind its end")
	addZip("other names in front", bytes.Replace(packed, []byte("p/setup.py"), []byte("p/setop.py"), 1), "p/setup.py", "local header")
	addZip("hidden member", hideFirst(tb, zipOf(tb, file("p/hidden"), file("p/setup.py"))), "p/setup.py", "does not lie behind")

	// Zips.
	addZip("parent", zipOf(tb, file("../escaped")), "../escaped", `".."`)
	addZip("absolute", zipOf(tb, file("/tmp/gobundle-escaped")), "/tmp/gobundle-escaped", "absolute")
	addZip("backslashes", zipOf(tb, file(`..\escaped`)), `..\escaped`, "backslash")
	addZip("NUL", zipOf(tb, file("p/setup.py\x00.txt")), "p/setup.py\x00.txt", "NUL")
	addZip("twice", zipOf(tb, file("p/a"), file("p/a")), "p/a", "twice")
	addZip("link out", zipOf(tb, link("p/out", outside)), "p/out", "leads out")
	addZip("member through a link", zipOf(tb, link("p/l", "a"), file("p/l/b")), "p/l/b", "through the link")
	addZip("device", zipOf(tb, entry{name: "p/null", kind: tar.TypeChar}), "p/null", "device")
	addZip("folder without a slash", zipOf(tb, entry{name: "p/folder", kind: tar.TypeDir}), "p/folder", "folder")

	// Bombs.
	zeros := strings.Repeat("\x00", 1<<20)
	bomb := tgz(entry{name: "p/small", content: "x"}, entry{name: "p/big", content: zeros})
	cases = append(cases,
		unsafeCase{name: "too large", data: bomb, limits: unpack.Limits{Total: 1 << 20}, member: "p/big", reason: "limit of 1048576 bytes"},
		unsafeCase{name: "too many", data: tgz(file("p/a"), file("p/b"), file("p/c")), limits: unpack.Limits{Members: 2}, member: "p/c", reason: "limit"},
		unsafeCase{name: "ratio", data: bigTarGz(tb, zeros, 65), member: "p/big", reason: "200 times"},
		unsafeCase{name: "zeros behind the end", data: append(gz(tb, plain), bytes.Repeat(gz(tb, []byte(zeros)), 66)...), member: "p/setup.py", reason: "200 times"},
		unsafeCase{name: "zip: too large", file: "evil-1.0.zip", data: zipOf(tb, entry{name: "p/big", content: zeros}), limits: unpack.Limits{Total: 1000}, member: "p/big", reason: "limit of 1000 bytes"},
		unsafeCase{name: "zip: ratio", file: "evil-1.0.zip", data: bigZip(tb, zeros, 65), member: "p/big", reason: "200 times"},
		unsafeCase{name: "zip: members that share bytes", file: "evil-1.0.zip", data: overlapping(tb), member: "p/b", reason: "does not lie behind"},
	)
	return cases
}

// longChain is one link after another, each one folder up, as far as the root
// and then out.
func longChain(length int) []entry {
	entries := []entry{{name: "p/0/f", content: "x"}}
	last := "0"
	for i := 1; i < length; i++ {
		name := "l" + strings.Repeat("x", i)
		entries = append(entries, entry{name: "p/" + name, kind: tar.TypeSymlink, target: last})
		last = name
	}
	return append(entries, entry{name: "p/out", kind: tar.TypeSymlink, target: last + "/../../.."})
}

// bigTarGz is a tar of one file, the same megabyte so many times, in so many
// parts of a gzip.
func bigTarGz(tb testing.TB, megabyte string, times int) []byte {
	tb.Helper()
	var header bytes.Buffer
	w := tar.NewWriter(&header)
	if err := w.WriteHeader(&tar.Header{Name: "p/big", Typeflag: tar.TypeReg, Size: int64(times * len(megabyte))}); err != nil {
		tb.Fatal(err)
	}
	return slices.Concat(gz(tb, header.Bytes()), bytes.Repeat(gz(tb, []byte(megabyte)), times), gz(tb, make([]byte, 1024)))
}

// bigZip is a zip that says of its only member that it has so many megabytes.
func bigZip(tb testing.TB, megabyte string, times int) []byte {
	tb.Helper()
	data := zipOf(tb, entry{name: "p/big", content: megabyte})
	directory := bytes.Index(data, []byte("PK\x01\x02"))
	data[directory+24+2] = byte(times << 4) // the unpacked size is a number of four bytes
	data[directory+24+3] = byte(times >> 4)
	return data
}

// hideFirst drops a zip's first member from its directory.
func hideFirst(tb testing.TB, data []byte) []byte {
	tb.Helper()
	first := bytes.Index(data, []byte("PK\x01\x02"))
	second := first + 4 + bytes.Index(data[first+4:], []byte("PK\x01\x02"))
	end := bytes.Index(data, []byte("PK\x05\x06"))
	hidden := append(bytes.Clone(data[:first]), data[second:]...)
	end -= second - first
	hidden[end+8], hidden[end+10] = 1, 1
	size := len(data[second:]) - 22
	hidden[end+12], hidden[end+13] = byte(size), byte(size>>8)
	return hidden
}

// overlapping is a zip whose second member uses the bytes of its first.
func overlapping(tb testing.TB) []byte {
	tb.Helper()
	data := zipOf(tb, entry{name: "p/a", content: "same"}, entry{name: "p/b", content: "same"})
	second := bytes.LastIndex(data, []byte("PK\x01\x02"))
	for i := range 4 {
		data[second+42+i] = 0
	}
	return data
}

func TestArchiveRefuses(t *testing.T) {
	t.Parallel()
	cases := unsafeCases(t)
	if len(cases) < 60 {
		t.Fatalf("%d cases, want them all", len(cases))
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			above := t.TempDir()
			file := test.file
			if file == "" {
				file = "evil-1.0.tar.gz"
			}
			archive, dir := filepath.Join(above, file), filepath.Join(above, "in")
			if err := os.WriteFile(archive, test.data, 0o666); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			top, err := unpack.Archive(t.Context(), archive, dir, test.limits)
			var unsafe *unpack.UnsafeError
			if !errors.As(err, &unsafe) || unsafe.Member != test.member || unsafe.Archive != file || !strings.Contains(unsafe.Reason, test.reason) {
				t.Errorf("Archive = %q, %v, want an *UnsafeError for %q: %s", top, err, test.member, test.reason)
			}
			if bomb := strings.Contains(test.reason, "limit") || strings.Contains(test.reason, "times"); unsafe != nil && unsafe.Large != bomb {
				t.Errorf("Large is %v, want %v", unsafe.Large, bomb)
			}
			nothingOutside(t, above, file)
		})
	}
}

// nothingOutside checks that there is nothing beside the folder and the
// archive, and that no link leads out of the folder.
func nothingOutside(tb testing.TB, above, archive string) {
	tb.Helper()
	var names []string
	entries, err := os.ReadDir(above)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := slices.Sorted(slices.Values([]string{archive, "in"})); !slices.Equal(names, want) {
		tb.Errorf("there is %q, want %q", names, want)
	}
	for _, path := range []string{"/tmp/gobundle-escaped", filepath.Join(filepath.Dir(above), "escaped")} {
		if _, err := os.Lstat(path); err == nil {
			tb.Errorf("%s was written", path)
		}
	}
}
