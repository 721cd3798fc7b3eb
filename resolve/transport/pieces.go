package transport

import "strings"

// pieces is a text that comes bit by bit. It is kept in pieces until it is whole,
// for a buffer that grows is copied again and again, and what it left behind
// takes several times its size.
type pieces struct {
	full [][]byte
	last []byte
	next int // size of the next piece in bytes, 0 for the usual one
}

const pieceSize = 64 << 10

// Write implements io.Writer.
func (p *pieces) Write(text []byte) (int, error) {
	n := len(text)
	for len(text) > 0 {
		if len(p.last) == cap(p.last) {
			if p.last != nil {
				p.full = append(p.full, p.last)
			}
			p.last, p.next = make([]byte, 0, max(p.next, pieceSize)), 0
		}
		room := min(cap(p.last)-len(p.last), len(text))
		p.last = append(p.last, text[:room]...)
		text = text[room:]
	}
	return n, nil
}

// String joins the pieces and lets them go; it is called once.
func (p *pieces) String() string {
	size := len(p.last)
	for _, piece := range p.full {
		size += len(piece)
	}
	var text strings.Builder
	text.Grow(size)
	for i, piece := range p.full {
		text.Write(piece)
		p.full[i] = nil
	}
	text.Write(p.last)
	*p = pieces{}
	return text.String()
}
