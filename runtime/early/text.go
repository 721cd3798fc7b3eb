//go:build linux && (amd64 || arm64)

package early

import "unsafe"

// text is bytes that lie elsewhere: on the stack that the kernel has made, or in a [Start].
type text []byte

// textAt is what ends with a zero.
func textAt(p *byte) text {
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(p), n)) != 0 {
		n++
	}
	return unsafe.Slice(p, n)
}

// textOf is a constant as a text. No zero is behind it.
func textOf(s string) text { return unsafe.Slice(unsafe.StringData(s), len(s)) }

func (t text) is(other string) bool { return string(t) == other }

func (t text) begins(prefix string) bool {
	return len(t) >= len(prefix) && string(t[:len(prefix)]) == prefix
}

// cut returns what is before and after a byte; before is all of it if there is none.
func (t text) cut(separator byte) (before, after text) {
	for i, c := range t {
		if c == separator {
			return t[:i], t[i+1:]
		}
	}
	return t, nil
}

func (t text) has(c byte) bool {
	before, _ := t.cut(c)
	return len(before) < len(t)
}

func (t text) isAbsolute() bool { return len(t) > 0 && t[0] == '/' }

// isLocal reports whether it is a path from a folder to what is in it, as io/fs has it.
func (t text) isLocal() bool {
	if len(t) == 0 || t[0] == '/' || t[len(t)-1] == '/' {
		return false
	}
	for len(t) > 0 {
		var segment text
		segment, t = t.cut('/')
		if len(segment) == 0 || segment.is(".") || segment.is("..") {
			return false
		}
	}
	return true
}

// isHexadecimal reports whether it consists of small hexadecimal digits.
func (t text) isHexadecimal() bool {
	for _, c := range t {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// hasControl reports whether there are control characters of ASCII in it.
func (t text) hasControl() bool {
	for _, c := range t {
		if c < ' ' {
			return true
		}
	}
	return false
}

// isBlank reports whether it has nothing but white space of ASCII.
func (t text) isBlank() bool {
	for _, c := range t {
		if c != ' ' && (c < '\t' || c > '\r') {
			return false
		}
	}
	return true
}

// A memory is where paths are made, one after the other. The zero value is ready.
type memory struct {
	bytes [32 << 10]byte
	used  int
	// failed says that something had no room, or was a path that can't be made.
	failed bool
}

// begin starts a path; it is what is appended until end.
func (m *memory) begin() (at int) { return m.used }

func (m *memory) append(t text) {
	if len(t) >= len(m.bytes)-m.used {
		m.failed = true
		return
	}
	m.used += copy(m.bytes[m.used:], t)
}

func (m *memory) appendString(s string) { m.append(textOf(s)) }

// appendNumber appends what is not negative, in decimal.
func (m *memory) appendNumber(n int) {
	var digits [20]byte
	at := len(digits)
	for at > 0 && (n > 0 || at == len(digits)) {
		at--
		digits[at] = '0' + byte(n%10)
		n /= 10
	}
	m.append(digits[at:])
}

// appendClean appends an absolute path as filepath.Clean would write it. What has ".."
// fails.
func (m *memory) appendClean(path text) {
	for len(path) > 0 {
		var segment text
		segment, path = path.cut('/')
		if segment.is("..") {
			m.failed = true
		}
		if len(segment) > 0 && !segment.is(".") {
			m.appendString("/")
			m.append(segment)
		}
	}
}

// end returns what was appended since begin. A zero is behind it.
func (m *memory) end(at int) text {
	if m.used >= len(m.bytes) {
		m.failed = true
		return nil
	}
	m.bytes[m.used] = 0
	made := m.bytes[at:m.used]
	m.used++
	return made
}

// join makes a path of a folder, which is clean, and a name in it.
func (m *memory) join(folder, name text) text {
	at := m.begin()
	m.append(folder)
	m.appendString("/")
	m.append(name)
	return m.end(at)
}
