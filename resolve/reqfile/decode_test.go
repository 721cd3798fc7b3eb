package reqfile

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, data, want string
	}{
		{"UTF-8", "é", "é"},
		{"UTF-8 with a mark", "\xef\xbb\xbfé", "é"},
		{"UTF-16, little end first", "\xff\xfef\x00\xe9\x00\x3d\xd8\x00\xde", "fé😀"},
		{"UTF-16, big end first", "\xfe\xff\x00f\x00\xe9\xd8\x3d\xde\x00", "fé😀"},
		{"UTF-32, little end first", "\xff\xfe\x00\x00f\x00\x00\x00\x00\xf6\x01\x00", "f😀"},
		{"UTF-32, big end first", "\x00\x00\xfe\xff\x00\x00\x00f\x00\x01\xf6\x00", "f😀"},
		{"mark before comment", "\xef\xbb\xbf# coding: latin-1\né", "# coding: latin-1\né"},
		{"comment", "# coding: latin-1\n\xe9\x80", "# coding: latin-1\né\u0080"},
		{"comment of an editor", "# -*- coding: cp1252 -*-\n\x80", "# -*- coding: cp1252 -*-\n€"},
		{"second line", "#!\n# vim: set fileencoding=koi8-r :\n\xc1", "#!\n# vim: set fileencoding=koi8-r :\nа"},
		{"third line", "\n\n# coding: latin-1\né", "\n\n# coding: latin-1\né"},
		{"indented comment", " # coding: latin-1\né", " # coding: latin-1\né"},
		{"no comment", "coding: latin-1\né", "coding: latin-1\né"},
		{"Latin-9", "#coding:iso8859_15\n\xa4", "#coding:iso8859_15\n€"},
		{"Shift JIS", "# coding=shift_jis\n\x83e", "# coding=shift_jis\nテ"},
		{"GB 18030", "# coding: gb18030\n\xb0\xa1", "# coding: gb18030\n啊"},
		{"code page", "# coding: cp437\n\x82", "# coding: cp437\né"},
		{"UTF-8 by Python's other name", "# coding: utf_8_sig\né", "# coding: utf_8_sig\né"},
		{"ASCII", "# coding: us-ascii\na", "# coding: us-ascii\na"},
	}
	for _, test := range tests {
		if got, err := decode([]byte(test.data)); err != nil || got != test.want {
			t.Errorf("%s: decode(%q) = %q, %v, want %q", test.name, test.data, got, err, test.want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, data, reason string
	}{
		{"UTF-8", "a\xff", "byte 0xff is not UTF-8"},
		{"named UTF-8", "# coding: utf-8\n\xff", "byte 0xff is not UTF-8"},
		{"ASCII", "# coding: ascii\né", "byte 0xc3 is not ascii"},
		{"hole in a code page", "# coding: cp1253\n\xaa", "is not cp1253"},
		{"unknown", "# coding: klingon\n", `unknown encoding "klingon"`},
		{"odd UTF-16", "\xff\xfea", "in the middle of a character"},
		{"half a pair", "\xff\xfe\x3d\xd8a\x00", "half a UTF-16 character"},
		{"half a pair at the end", "\xff\xfe\x3d\xd8", "half a UTF-16 character"},
		{"odd UTF-32", "\xff\xfe\x00\x00a\x00", "in the middle of a character"},
		{"beyond Unicode", "\xff\xfe\x00\x00\x00\x00\x11\x00", "no UTF-32 character"},
	}
	for _, test := range tests {
		if got, err := decode([]byte(test.data)); err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: decode(%q) = %q, %v, want an error about %q", test.name, test.data, got, err, test.reason)
		}
	}
}

// Whatever can be written in an encoding with a mark is read back.
func TestDecodeMarks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		order := rapid.SampledFrom([]binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}).Draw(t, "order")
		short, long := order.AppendUint16(nil, 0xfeff), order.AppendUint32(nil, 0xfeff)
		for _, unit := range utf16.Encode([]rune(want)) {
			short = order.AppendUint16(short, unit)
		}
		for _, r := range want {
			long = order.AppendUint32(long, uint32(r))
		}
		for _, data := range [][]byte{short, long} {
			// A UTF-16 file whose text begins with U+0000 is UTF-32 to pip.
			if strings.HasPrefix(want, "\x00") && len(data) == len(short) {
				continue
			}
			if got, err := decode(data); err != nil || got != want {
				t.Fatalf("decode(%q) = %q, %v, want %q", data, got, err, want)
			}
		}
	})
}
