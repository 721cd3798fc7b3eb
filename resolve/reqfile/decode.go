package reqfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// An encodingError is a byte that is no text in the file's encoding.
type encodingError struct {
	line   int
	text   string // the line, with U+FFFD for what is no text
	at     int    // offset in text
	reason string
}

func (e *encodingError) Error() string { return e.reason }

// codingComment is the comment of PEP 263. It counts only in a line that
// begins with "#".
var codingComment = lazyregexp.New(`coding[:=][ \t\r\f\v]*([-\w.]+)`)

// decode turns a file into text. The error is an *encodingError.
func decode(data []byte) (string, error) {
	// The mark of UTF-32 begins with that of UTF-16, so the longer go first.
	marks := []struct {
		mark   string
		decode func(data []byte) (string, error)
	}{
		{"\xef\xbb\xbf", decodeUTF8},
		{"\xff\xfe\x00\x00", func(b []byte) (string, error) { return decodeUTF32(b, binary.LittleEndian) }},
		{"\x00\x00\xfe\xff", func(b []byte) (string, error) { return decodeUTF32(b, binary.BigEndian) }},
		{"\xff\xfe", func(b []byte) (string, error) { return decodeUTF16(b, binary.LittleEndian) }},
		{"\xfe\xff", func(b []byte) (string, error) { return decodeUTF16(b, binary.BigEndian) }},
	}
	for _, m := range marks {
		if rest, found := bytes.CutPrefix(data, []byte(m.mark)); found {
			return m.decode(rest)
		}
	}
	for number, line := range firstLines(data) {
		if !bytes.HasPrefix(line, []byte("#")) {
			continue
		}
		if found := codingComment().FindSubmatchIndex(line); found != nil {
			name := string(line[found[2]:found[3]])
			text, err := decodeNamed(data, name)
			if errors.Is(err, errUnknownEncoding) {
				return "", &encodingError{number + 1, string(line), found[2], fmt.Sprintf("unknown encoding %q", name)}
			}
			return text, err
		}
	}
	return decodeUTF8(data)
}

// firstLines returns the two lines in which PEP 263 looks for its comment.
func firstLines(data []byte) [][]byte {
	lines := bytes.SplitN(data, []byte("\n"), 3)
	return lines[:min(2, len(lines))]
}

var errUnknownEncoding = errors.New("unknown encoding")

// decodeNamed decodes by the name of one of Python's codecs.
func decodeNamed(data []byte, name string) (string, error) {
	plain := plainCodec(name)
	switch plain {
	case "utf8", "u8", "utf", "cp65001", "utf8ucs2", "utf8ucs4":
		return decodeUTF8(data)
	case "utf8sig":
		return decodeUTF8(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	case "ascii", "usascii", "646", "iso646us", "ansix341968":
		if at := bytes.IndexFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }); at >= 0 {
			return "", misplaced(data, at, "is not "+name)
		}
		return string(data), nil
	default:
		codec := lookupCodec(plain)
		if codec == nil {
			return "", errUnknownEncoding
		}
		text, err := codec.NewDecoder().Bytes(data)
		if err != nil {
			return "", misplaced(data, 0, fmt.Sprintf("is not %s: %v", name, err))
		}
		// The decoders put U+FFFD where Python's raise.
		if at := bytes.IndexRune(text, utf8.RuneError); at >= 0 {
			return "", misplaced(text, at, "is not "+name)
		}
		return string(text), nil
	}
}

// plainCodec drops case and punctuation, which Python's codec names don't
// depend on.
func plainCodec(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("-_. ", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// lookupCodec returns nil for an unknown name. Python's Latin-1 is the real
// one and not, as on the web, Windows-1252, so the code pages of one byte come
// from their own list.
func lookupCodec(plain string) encoding.Encoding {
	switch plain {
	case "latin1", "latin", "l1", "iso88591", "8859", "cp819", "iso885911987", "ibm819":
		return charmap.ISO8859_1
	}
	for _, candidate := range charmap.All {
		page, ok := candidate.(*charmap.Charmap)
		if !ok {
			continue
		}
		known := plainCodec(page.String())
		for _, long := range []string{"windows", "ibmcodepage", "iso"} {
			if number, found := strings.CutPrefix(known, long); found && (plain == known || plain == "cp"+number || plain == "windows"+number || plain == "ibm"+number || plain == "iso"+number) {
				return page
			}
		}
		if plain == known {
			return page
		}
	}
	for _, name := range []string{plain, webCodecs[plain]} {
		if codec, err := htmlindex.Get(name); err == nil && name != "" {
			return codec
		}
	}
	return nil
}

// webCodecs has the names that the web spells in another way than Python.
var webCodecs = map[string]string{
	"shiftjis": "shift_jis", "sjis": "shift_jis", "cp932": "shift_jis", "mskanji": "shift_jis",
	"eucjp": "euc-jp", "ujis": "euc-jp", "euckr": "euc-kr", "cp949": "euc-kr", "uhc": "euc-kr",
	"big5": "big5", "big5tw": "big5", "cp950": "big5", "gb2312": "gbk", "gbk": "gbk", "cp936": "gbk", "gb18030": "gb18030",
	"iso2022jp": "iso-2022-jp", "koi8r": "koi8-r", "koi8u": "koi8-u", "macroman": "macintosh", "maccyrillic": "x-mac-cyrillic",
}

func decodeUTF8(data []byte) (string, error) {
	if utf8.Valid(data) {
		return string(data), nil
	}
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return "", misplaced(data, at, `is not UTF-8; name the encoding in the first line, as in "# coding: latin-1"`)
}

func decodeUTF16(data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%2 != 0 {
		return "", &encodingError{1, "", 0, "UTF-16 text ends in the middle of a character"}
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	var text strings.Builder
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) {
			if i+1 < len(units) {
				r = utf16.DecodeRune(r, rune(units[i+1]))
			}
			if r == utf8.RuneError || utf16.IsSurrogate(r) {
				return "", misplaced([]byte(text.String()), text.Len(), "is half a UTF-16 character")
			}
			i++
		}
		text.WriteRune(r)
	}
	return text.String(), nil
}

func decodeUTF32(data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%4 != 0 {
		return "", &encodingError{1, "", 0, "UTF-32 text ends in the middle of a character"}
	}
	var text strings.Builder
	for i := 0; i < len(data); i += 4 {
		r := order.Uint32(data[i:])
		if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
			return "", misplaced([]byte(text.String()), text.Len(), "is no UTF-32 character")
		}
		text.WriteRune(rune(r))
	}
	return text.String(), nil
}

// misplaced says where in data the byte or character at an offset is.
func misplaced(data []byte, at int, what string) *encodingError {
	before := data[:at]
	start := bytes.LastIndexByte(before, '\n') + 1
	line, _, _ := bytes.Cut(data[start:], []byte("\n"))
	e := &encodingError{
		line: 1 + bytes.Count(before, []byte("\n")),
		at:   at - start,
		text: strings.ToValidUTF8(string(line), string(utf8.RuneError)),
	}
	if at < len(data) && data[at] >= utf8.RuneSelf {
		e.reason = fmt.Sprintf("byte 0x%02x %s", data[at], what)
	} else {
		e.reason = "this " + what
	}
	return e
}
