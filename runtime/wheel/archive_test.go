package wheel

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata anew")

// archiveCase is one archive and what Verify says about it. The table is also
// kept in testdata/archives.json, by which the Python reader is held to the
// same verdicts.
type archiveCase struct {
	Name    string `json:"name"`
	File    string `json:"file"`
	Content string `json:"content"` // base64
	Verdict string `json:"verdict"` // "" for a valid wheel
}

const demoFile = "demo-1.0-py3-none-any.whl"

// demo is a valid wheel with changes.
func demo(change func(*archiveSpec), entries ...entry) []byte {
	entries = append([]entry{{name: "demo/__init__.py", content: "print('demo')\n"}, {name: "demo/empty.py"}}, entries...)
	spec := archiveSpec{entries: wheelEntries("demo", "1.0", entries...)}
	if change != nil {
		change(&spec)
	}
	return rawZip(spec)
}

// with changes the entry of that name.
func with(name string, change func(*entry)) func(*archiveSpec) {
	return func(spec *archiveSpec) {
		for i := range spec.entries {
			if spec.entries[i].name == name {
				change(&spec.entries[i])
				return
			}
		}
		panic("no entry " + name)
	}
}

// onInit changes demo/__init__.py.
func onInit(change func(*entry)) func(*archiveSpec) { return with("demo/__init__.py", change) }

// renamed adds a file of that name, which RECORD lists.
func renamed(name string) []byte { return demo(nil, entry{name: name, content: "x"}) }

func descriptor(signature bool, wide bool, e *entry) []byte {
	var b []byte
	if signature {
		b = binary.LittleEndian.AppendUint32(b, descriptorSignature)
	}
	crc := binary.LittleEndian.AppendUint32(nil, crcOf(e.content))
	b = append(b, crc...)
	for _, length := range []int{len(deflated(e.content)), len(e.content)} {
		if wide {
			b = binary.LittleEndian.AppendUint64(b, uint64(length))
		} else {
			b = binary.LittleEndian.AppendUint32(b, uint32(length))
		}
	}
	return b
}

// streamed makes an entry one whose sizes follow its data.
func streamed(signature, wide bool) func(*archiveSpec) {
	return onInit(func(e *entry) {
		e.flags |= flagDescriptor
		e.localSize = ptr(uint32(0))
		e.descriptor = descriptor(signature, wide, e)
	})
}

func field(id uint16, content []byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, id)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(content)))
	return append(b, content...)
}

func archiveCases() []archiveCase {
	info := "demo-1.0.dist-info/"
	record := func(edit func(string) string) []byte {
		return demo(with(info+"RECORD", func(e *entry) { e.content = edit(e.content) }))
	}
	replace := func(old, new string) []byte {
		return record(func(s string) string {
			if !strings.Contains(s, old) {
				panic("RECORD has no " + old)
			}
			return strings.Replace(s, old, new, 1)
		})
	}
	bomb := strings.Repeat("\x00", 4096)
	cases := []struct {
		name    string
		content []byte
	}{
		{"valid", demo(nil)},
		{"valid_directories", demo(nil, entry{name: "demo/"}, entry{name: "empty/"})},
		{"valid_stored", demo(onInit(func(e *entry) { e.stored = true }))},
		{"valid_comment", demo(func(s *archiveSpec) { s.comment = "made by hand" })},
		{"valid_zip64_end", demo(func(s *archiveSpec) { s.zip64 = true })},
		{"valid_zip64_local", demo(onInit(func(e *entry) {
			sizes := binary.LittleEndian.AppendUint64(nil, uint64(len(e.content)))
			sizes = binary.LittleEndian.AppendUint64(sizes, uint64(len(deflated(e.content))))
			e.extra = field(extraZIP64, sizes)
			e.size, e.packed = ptr(uint32(0xffffffff)), ptr(uint32(0xffffffff))
		}))},
		{"valid_descriptor", demo(streamed(true, false))},
		{"valid_descriptor_unsigned", demo(streamed(false, false))},
		{"valid_descriptor_zip64", demo(streamed(true, true))},
		{"valid_descriptor_zip64_unsigned", demo(streamed(false, true))},
		{"valid_extra", demo(onInit(func(e *entry) { e.extra = field(0x5455, []byte("\x01abcd")) }))},
		{"valid_unicode_path", demo(onInit(func(e *entry) { e.extra = field(extraUnicodePath, []byte("\x01crc_demo/__init__.py")) }))},
		{"valid_utf8_name", renamed("demo/größe.py")},
		{"valid_symlink_kept_as_text", demo(nil, entry{name: "demo/link", content: "/etc/passwd", mode: 0o120777})},
		{"valid_setuid", demo(nil, entry{name: "demo/tool", content: "x", mode: 0o104755})},

		{"empty", nil},
		{"not_a_zip", []byte(strings.Repeat("this is no zip archive\n", 10))},
		{"html", []byte("<!DOCTYPE html><html><body>404</body></html>")},
		{"truncated", demo(func(s *archiveSpec) { s.cut = 30 })},
		{"truncated_by_one", demo(func(s *archiveSpec) { s.cut = 1 })},
		{"data_after_the_end", demo(func(s *archiveSpec) { s.after = "more" })},
		{"data_before_the_start", demo(func(s *archiveSpec) { s.before = "#!/bin/sh\n" })},
		{"data_before_the_start_with_relative_offsets", append([]byte("#!/bin/sh\n"), demo(nil)...)},
		{"data_before_the_directory", demo(with(info+"RECORD", func(e *entry) { e.after = "smuggled" }))},
		{"data_between_members", demo(onInit(func(e *entry) { e.after = "smuggled" }))},
		{"data_after_the_directory", demo(func(s *archiveSpec) { s.between = "smuggled" })},
		{"two_ends", demo(func(s *archiveSpec) { s.comment = string(rawZip(archiveSpec{})) })},
		{"no_members", rawZip(archiveSpec{})},
		{"too_few_counted", demo(func(s *archiveSpec) { s.count = ptr(uint16(3)) })},
		{"too_many_counted", demo(func(s *archiveSpec) { s.count = ptr(uint16(9)) })},
		{"directory_elsewhere", demo(func(s *archiveSpec) { s.directory = ptr(uint32(0)) })},
		{"directory_beyond_the_end", demo(func(s *archiveSpec) { s.directory = ptr(uint32(0x7fffffff)) })},
		{"directory_too_long", demo(func(s *archiveSpec) { s.size = ptr(uint32(0x7fffffff)) })},
		{"other_disk", demo(onInit(func(e *entry) { e.disk = 1 }))},

		{"absolute", renamed("/etc/passwd")},
		{"parent", renamed("../evil.py")},
		{"parent_inside", renamed("demo/../../evil.py")},
		{"parent_at_the_end", renamed("demo/..")},
		{"current", renamed("./evil.py")},
		{"empty_part", renamed("demo//evil.py")},
		{"backslash", renamed(`demo\evil.py`)},
		{"drive", renamed("C:/evil.py")},
		{"drive_relative", renamed("c:evil.py")},
		{"nul", renamed("demo/evil.py\x00.txt")},
		{"newline", renamed("demo/evil\n.py")},
		{"escape", renamed("demo/\x1b[31m.py")},
		{"c1_control", renamed("demo/\u0085.py")},
		{"right_to_left", renamed("demo/\u202eyp.evil")},
		{"no_name", renamed("")},
		{"slash", renamed("/")},
		{"not_utf8", demo(onInit(func(e *entry) { e.name = "demo/\xff.py"; e.localName = ptr("demo/\xff.py"); e.flags = flagUTF8 }))},
		{"cp437_name", demo(nil, entry{name: "demo/größe.py", content: "x", flags: flagUTF8})}, // toggles the flag off
		{"second_name", demo(onInit(func(e *entry) { e.extra = field(extraUnicodePath, []byte("\x01crc_evil.py")) }))},
		{"twice", demo(func(s *archiveSpec) { s.entries = append(s.entries, s.entries[0]) })},
		{"twice_with_other_content", demo(func(s *archiveSpec) {
			s.entries = append(s.entries, entry{name: s.entries[0].name, content: "evil"})
		})},
		{"file_and_folder", demo(nil, entry{name: "demo/a", content: "x"}, entry{name: "demo/a/b", content: "x"})},
		{"file_and_directory_entry", demo(nil, entry{name: "demo/a", content: "x"}, entry{name: "demo/a/"})},
		{"directory_with_content", demo(nil, entry{name: "demo/a/", content: "x"})},

		{"encrypted", demo(onInit(func(e *entry) { e.flags = 1 }))},
		{"encrypted_in_local_header_only", demo(onInit(func(e *entry) { e.localFlags = 1 }))},
		{"method_unknown", demo(onInit(func(e *entry) { e.method = ptr(uint16(12)) }))},
		{"local_name_differs", demo(onInit(func(e *entry) { e.localName = ptr("demo/__evil__.py") }))},
		{"local_name_of_a_directory_differs", demo(with("demo/", func(e *entry) { e.localName = ptr("evil/") }), entry{name: "demo/"})},
		{"local_name_longer", demo(onInit(func(e *entry) { e.localName = ptr("demo/__init__.py.") }))},
		{"local_size_differs", demo(onInit(func(e *entry) { e.localSize = ptr(uint32(3)) }))},
		{"local_flags_differ", demo(onInit(func(e *entry) { e.localFlags = flagDescriptor }))},
		{"local_zip64_differs", demo(onInit(func(e *entry) {
			e.localSize = ptr(uint32(0xffffffff))
			e.localExtra = field(extraZIP64, binary.LittleEndian.AppendUint64(nil, 99))
		}))},
		{"zip64_field_short", demo(onInit(func(e *entry) { e.size, e.extra = ptr(uint32(0xffffffff)), field(extraZIP64, []byte("1234")) }))},
		{"zip64_field_twice", demo(onInit(func(e *entry) {
			e.extra = append(field(extraZIP64, nil), field(extraZIP64, nil)...)
		}))},
		{"zip64_size_negative", demo(onInit(func(e *entry) {
			e.size, e.extra = ptr(uint32(0xffffffff)), field(extraZIP64, bytes.Repeat([]byte{0xff}, 8))
		}))},
		{"extra_field_short", demo(onInit(func(e *entry) { e.extra = []byte{1, 0, 200, 0} }))},
		{"offset_wrong", demo(onInit(func(e *entry) { e.offset = ptr(uint32(2)) }))},
		{"two_members_one_place", demo(func(s *archiveSpec) { s.entries[1].offset = ptr(uint32(0)) })},
		{"crc_wrong", demo(onInit(func(e *entry) { e.crc = ptr(uint32(1)) }))},
		{"size_too_small", demo(onInit(func(e *entry) { e.size = ptr(uint32(3)) }))},
		{"size_too_large", demo(onInit(func(e *entry) { e.size = ptr(uint32(300)) }))},
		{"stored_with_two_sizes", demo(onInit(func(e *entry) { e.stored = true; e.size = ptr(uint32(3)) }))},
		{"deflate_damaged", demo(onInit(func(e *entry) { e.data = bytes.Repeat([]byte{0xff}, 20) }))},
		{"deflate_cut", demo(onInit(func(e *entry) { d := deflated(e.content); e.data = d[:len(d)-3] }))},
		{"deflate_followed_by_data", demo(onInit(func(e *entry) { e.data = append(deflated(e.content), "evil"...) }))},
		{"bomb_that_lies", demo(onInit(func(e *entry) { e.data = deflated(bomb) }))},
		{"descriptor_missing", demo(onInit(func(e *entry) { e.flags = flagDescriptor }))},
		{"descriptor_damaged", demo(onInit(func(e *entry) { e.flags = flagDescriptor; e.descriptor = []byte("0123456789abcdef") }))},
		{"descriptor_differs", demo(onInit(func(e *entry) {
			e.flags = flagDescriptor
			e.descriptor = descriptor(true, false, &entry{content: "other"})
		}))},
		{"installs_too_much", demo(onInit(func(e *entry) {
			e.size, e.extra = ptr(uint32(0xffffffff)), field(extraZIP64, binary.LittleEndian.AppendUint64(nil, 17<<30))
		}))},
		{"ratio_too_high", demo(onInit(func(e *entry) { e.size = ptr(uint32(1 << 30)) }))},

		{"no_dist_info", rawZip(archiveSpec{entries: []entry{{name: "demo.py", content: "x"}}})},
		{"dist_info_of_another", wheelBytes("other", "1.0")},
		{"dist_info_of_another_version", wheelBytes("demo", "1.1")},
		{"dist_info_without_version", rawZip(archiveSpec{entries: []entry{{name: "demo.dist-info/METADATA", content: "x"}}})},
		{"two_dist_infos", demo(nil, entry{name: "evil-1.0.dist-info/METADATA", content: "x"})},
		{"no_metadata", demo(with(info+"METADATA", func(e *entry) { e.name = info + "METADATE" }))},
		{"no_wheel_file", demo(with(info+"WHEEL", func(e *entry) { e.name = info + "WHEELS" }))},
		{"no_record", demo(with(info+"RECORD", func(e *entry) { e.name = info + "RECORDS" }))},
		{"wheel_version_minor", demo(nil, entry{name: info + "WHEEL", content: "Wheel-Version: 1.9\nRoot-Is-Purelib: true\n"})},
		{"wheel_version_major", demo(nil, entry{name: info + "WHEEL", content: "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n"})},
		{"wheel_version_missing", demo(nil, entry{name: info + "WHEEL", content: "Root-Is-Purelib: true\n"})},
		{"wheel_version_in_the_body", demo(nil, entry{name: info + "WHEEL", content: "Root-Is-Purelib: true\n\nWheel-Version: 1.0\n"})},
		{"wheel_version_no_number", demo(nil, entry{name: info + "WHEEL", content: "Wheel-Version: one\n"})},
		{"wheel_file_not_utf8", demo(nil, entry{name: info + "WHEEL", content: "Wheel-Version: 1.0\nGenerator: \xff\n"})},

		{"record_valid_lf", record(func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") })},
		{"record_valid_quoted", replace("demo/empty.py,", `"demo/empty.py",`)},
		{"record_valid_backslash", replace("demo/empty.py,", `demo\empty.py,`)},
		{"record_valid_no_size", replace(",14\r\n", ",\r\n")},
		{"record_valid_padding", replace(",14\r\n", "=,14\r\n")},
		{"record_valid_twice_the_same", record(func(s string) string { return s + info + "RECORD,,\r\n" })},
		{"record_valid_without_itself", replace(info+"RECORD,,\r\n", "")},
		{"record_valid_signature", demo(nil, entry{name: info + "RECORD.jws", content: "{}"}, entry{name: info + "RECORD", content: strings.Replace(
			recordOf(wheelEntries("demo", "1.0", entry{name: "demo/__init__.py", content: "print('demo')\n"}, entry{name: "demo/empty.py"})[:4], "demo-1.0.dist-info"),
			info+"RECORD,,", info+"RECORD,,\r\n"+info+"RECORD.jws,,", 1)})},
		{"record_other_hash", replace("demo/empty.py,sha256=4", "demo/empty.py,sha256=5")},
		{"record_other_size", replace(",14\r\n", ",15\r\n")},
		{"record_file_missing", replace("demo/empty.py", "demo/missing.py")},
		{"record_file_unlisted", record(func(s string) string { return s[strings.Index(s, "\n")+1:] })},
		{"record_twice_differently", record(func(s string) string { return s + "demo/empty.py,sha256=x,0\r\n" })},
		{"record_no_hash", record(func(string) string {
			return "demo/__init__.py,,\r\ndemo/empty.py,,\r\n"
		})},
		{"record_md5", replace("demo/empty.py,sha256=", "demo/empty.py,md5=")},
		{"record_hash_of_itself", replace(info+"RECORD,,", info+"RECORD,sha256=x,")},
		{"record_quote_open", record(func(s string) string { return `"` + s })},
		{"record_not_utf8", record(func(s string) string { return s + "\xff" })},
		{"record_empty", record(func(string) string { return "" })},
		{"record_html", record(func(string) string { return "<html>\n" })},
	}
	var table []archiveCase
	for _, c := range cases {
		table = append(table, archiveCase{Name: c.name, File: demoFile, Content: base64.StdEncoding.EncodeToString(c.content)})
	}
	valid := table[0]
	for _, file := range []string{"demo-1.0-1-py3-none-any.whl", "Demo-1-py3-none-any.whl", "/folder/demo-1.0.0-py3-none-any.whl",
		"demo-1.0.zip", "demo-1.0.whl", "demo-2.0-py3-none-any.whl", "other-1.0-py3-none-any.whl", "demo--1.0-py3-none-any.whl", ""} {
		valid.Name, valid.File = "file_name_"+file, file
		table = append(table, valid)
	}
	return table
}

func crcOf(content string) uint32 {
	b := zipOf("x", []byte(content))
	return binary.LittleEndian.Uint32(b[14:])
}

func verdict(t *testing.T, c archiveCase) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(c.Content)
	if err != nil {
		t.Fatal(err)
	}
	err = Verify(t.Context(), bytes.NewReader(b), int64(len(b)), c.File)
	if err == nil {
		return ""
	}
	var invalid *InvalidError
	var record *RecordError
	var version *VersionError
	if !errors.As(err, &invalid) && !errors.As(err, &record) && !errors.As(err, &version) {
		t.Errorf("%s: Verify = %T, want an InvalidError, RecordError or VersionError", c.Name, err)
	}
	return err.Error()
}

// Archives of every kind that a reader must refuse, and some that look odd and
// are valid. What pip's, installer's and uv's own tests try is among them.
func TestArchives(t *testing.T) {
	t.Parallel()
	const file = "testdata/archives.json"
	table := archiveCases()
	for i := range table {
		table[i].Verdict = verdict(t, table[i])
		valid := strings.Contains(table[i].Name, "valid")
		if valid != (table[i].Verdict == "") && !strings.HasPrefix(table[i].Name, "file_name") && table[i].Name != "wheel_version_minor" {
			t.Errorf("%s: Verify = %q", table[i].Name, table[i].Verdict)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(table); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var golden []archiveCase
	if err := json.Unmarshal(want, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden) != len(table) {
		t.Fatalf("%s has %d archives, want %d (see -update)", file, len(golden), len(table))
	}
	for i, c := range golden {
		if c.Name != table[i].Name {
			t.Fatalf("%s: archive %d is %s, want %s (see -update)", file, i, c.Name, table[i].Name)
		}
		if got := verdict(t, c); got != c.Verdict {
			t.Errorf("%s: Verify = %q, want %q", c.Name, got, c.Verdict)
		}
	}
}
