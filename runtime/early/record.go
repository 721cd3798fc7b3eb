//go:build linux && (amd64 || arm64)

package early

import "encoding/binary"

// Bytes of what is read. More is for package launch.
const (
	tailSize      = 4 << 10
	mostDirectory = 256 << 10
	mostRecord    = 8 << 10
)

// files has room for what is read.
type files struct {
	tail      [tailSize]byte
	directory [mostDirectory]byte
	record    [mostRecord]byte
	note      [4 << 10]byte
}

// readRecord returns the member launch.json of the zip that ends a file. As package launch,
// it reads what a gobundle has written; what has records of ZIP64 it leaves.
func (f *files) readRecord(descriptor int, size int64) (record text, ok bool) {
	tail := f.tail[:min(tailSize, max(size, 0))]
	begin := size - int64(len(tail))
	if readAt(descriptor, tail, begin) < len(tail) {
		return nil, false
	}
	length, at, ok := findDirectory(tail)
	if !ok || length > mostDirectory || at > size-length {
		return nil, false
	}
	directory := f.directory[:length]
	if at >= begin {
		directory = tail[at-begin:][:length]
	} else if readAt(descriptor, directory, at) < len(directory) {
		return nil, false
	}
	length, at, ok = findMember(directory, "launch.json")
	if !ok || length > mostRecord || at > size-length {
		return nil, false
	}
	const localSize = 30
	local := f.record[:localSize]
	if readAt(descriptor, local, at) < localSize || string(local[:4]) != "PK\x03\x04" {
		return nil, false
	}
	at += localSize + int64(binary.LittleEndian.Uint16(local[26:])) + int64(binary.LittleEndian.Uint16(local[28:]))
	record = f.record[:length]
	return record, readAt(descriptor, record, at) == len(record)
}

// findDirectory returns where the central directory is, by the record that ends a zip
// (APPNOTE.TXT, section 4.3.16).
func findDirectory(tail []byte) (length, at int64, ok bool) {
	const endSize, locatorSize = 22, 20
	for i := len(tail) - endSize; i >= 0; i-- {
		if string(tail[i:i+4]) != "PK\x05\x06" {
			continue
		}
		if i >= locatorSize && string(tail[i-locatorSize:][:4]) == "PK\x06\x07" {
			return 0, 0, false
		}
		return int64(binary.LittleEndian.Uint32(tail[i+12:])), int64(binary.LittleEndian.Uint32(tail[i+16:])), true
	}
	return 0, 0, false
}

// findMember returns where a member is that is stored as it is (section 4.3.12).
func findMember(directory []byte, name string) (length, at int64, ok bool) {
	const entrySize = 46
	for len(directory) >= entrySize && string(directory[:4]) == "PK\x01\x02" {
		nameEnd := entrySize + int(binary.LittleEndian.Uint16(directory[28:]))
		next := nameEnd + int(binary.LittleEndian.Uint16(directory[30:])) + int(binary.LittleEndian.Uint16(directory[32:]))
		if next > len(directory) {
			return 0, 0, false
		}
		if string(directory[entrySize:nameEnd]) == name {
			method := binary.LittleEndian.Uint16(directory[10:])
			return int64(binary.LittleEndian.Uint32(directory[24:])), int64(binary.LittleEndian.Uint32(directory[42:])), method == 0
		}
		directory = directory[next:]
	}
	return 0, 0, false
}

// mostTexts is how many texts a list has at most.
const mostTexts = 16

type list struct {
	texts [mostTexts]text
	n     int
}

func (l *list) all() []text { return l.texts[:l.n] }

// settings are what matters of launch.json for a warm start.
type settings struct {
	id        text
	names     list
	arguments list // of Python
	commands  list
	tools     bool
	inherit   bool
	always    bool // verify_always
	python    carried
	carries   bool // there is a python
}

// parse reads launch.json as package launch writes it. It reports false for whatever else is
// in it: a key of a later gobundle, a text with a backslash.
func (s *settings) parse(record text) bool {
	p := parser{rest: record}
	p.take('{')
	for more := true; more; more = p.skip(',') {
		switch key := p.key(); {
		case key.is("id"):
			s.id = p.text()
		case key.is("names"):
			p.list(&s.names)
		case key.is("python_args"):
			p.list(&s.arguments)
		case key.is("commands"):
			p.list(&s.commands)
		case key.is("tools"):
			s.tools = p.truth()
		case key.is("inherit"):
			s.inherit = p.truth()
		case key.is("verify_always"):
			s.always = p.truth()
		case key.is("recompressed"):
			p.truth() // which matters where wheels are unpacked
		case key.is("python"):
			s.python.parse(&p)
			s.carries = true
		default:
			p.failed = true
		}
	}
	p.take('}')
	return !p.failed && p.rest.isBlank()
}

// A parser takes JSON from the front of what rests.
type parser struct {
	rest   text
	failed bool
}

func (p *parser) skip(c byte) bool {
	if p.failed || len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *parser) take(c byte) {
	if !p.skip(c) {
		p.failed = true
	}
}

func (p *parser) word(word string) bool {
	if !p.rest.begins(word) {
		return false
	}
	p.rest = p.rest[len(word):]
	return true
}

func (p *parser) text() text {
	p.take('"')
	t, rest := p.rest.cut('"')
	if p.failed || len(t) == len(p.rest) || t.has('\\') || t.hasControl() {
		p.failed = true
		return nil
	}
	p.rest = rest
	return t
}

// key takes a name of an object, and the colon behind it.
func (p *parser) key() text {
	name := p.text()
	p.take(':')
	return name
}

func (p *parser) truth() bool {
	if p.word("true") {
		return true
	}
	if !p.word("false") {
		p.failed = true
	}
	return false
}

// number takes a whole number, of which only its end matters.
func (p *parser) number() {
	n := 0
	for n < len(p.rest) && p.rest[n] >= '0' && p.rest[n] <= '9' {
		n++
	}
	p.failed = p.failed || n == 0
	p.rest = p.rest[n:]
}

func (p *parser) list(into *list) {
	into.n = 0
	if p.word("null") {
		return
	}
	p.take('[')
	if p.skip(']') {
		return
	}
	for more := true; more; more = p.skip(',') {
		if into.n == mostTexts {
			p.failed = true
			return
		}
		into.texts[into.n] = p.text()
		into.n++
	}
	p.take(']')
}
