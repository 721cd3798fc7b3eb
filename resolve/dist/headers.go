package dist

import "bytes"

// A headers reads the header lines of an RFC 822 message as Python's email
// package does, whose reading is what core metadata is defined by: it stops at
// the first line that can't be a header, the empty one before the body as a
// rule. It allocates nothing but for folded values.
type headers struct{ rest []byte }

func newHeaders(text []byte) headers {
	return headers{bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))}
}

// next returns the next header, its value without white space around it. Lines
// of a folded value are joined by a space.
func (h *headers) next() (name, value []byte, ok bool) {
	for {
		line, rest := cutLine(h.rest)
		name, ok = headerName(line)
		if !ok {
			return nil, nil, false
		}
		h.rest = rest
		if len(name) == 0 {
			continue
		}
		value = bytes.Trim(line[len(name)+1:], " \t")
		own := false
		for len(h.rest) > 0 && (h.rest[0] == ' ' || h.rest[0] == '\t') {
			line, h.rest = cutLine(h.rest)
			if !own {
				value, own = bytes.Clone(value), true
			}
			value = append(append(value, ' '), bytes.Trim(line, " \t")...)
		}
		return name, bytes.Trim(value, " \t"), true
	}
}

// headerName returns the name of a line's header. It is empty for lines that
// Python skips: a "From " line, a colon without a name, a folded line without a
// header before it.
func headerName(line []byte) (name []byte, ok bool) {
	if len(line) == 0 {
		return nil, false
	}
	if line[0] == ' ' || line[0] == '\t' || bytes.HasPrefix(line, []byte("From ")) {
		return nil, true
	}
	for i, c := range line {
		if c == ':' {
			return line[:i], true
		}
		if c <= ' ' || c > '~' {
			return nil, false
		}
	}
	return nil, false
}

// cutLine cuts text after its first line, whatever ends it. The line comes
// without its end.
func cutLine(text []byte) (line, rest []byte) {
	end := bytes.IndexByte(text, '\n')
	if end < 0 {
		end = len(text)
	}
	if cr := bytes.IndexByte(text[:end], '\r'); cr >= 0 {
		if cr+1 == end && end < len(text) {
			return text[:cr], text[end+1:]
		}
		return text[:cr], text[cr+1:]
	}
	if end == len(text) {
		return text, nil
	}
	return text[:end], text[end+1:]
}
