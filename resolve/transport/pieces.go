package transport

import "strings"

// pieces is a text that comes bit by bit. Where its size is known it is written in
// place. Else it is kept in pieces until it is whole, for a buffer that grows is
// copied again and again, and what it left behind takes several times its size.
type pieces struct {
	first strings.Builder // as much as was announced
	full  [][]byte
	last  []byte
}

// announced makes room for a text of so many bytes, which may become more.
func (p *pieces) announced(size int) { p.first.Grow(size) }

const pieceSize = 64 << 10

// Write implements io.Writer.
func (p *pieces) Write(text []byte) (int, error) {
	n := len(text)
	if room := p.first.Cap() - p.first.Len(); room > 0 {
		room = min(room, len(text))
		p.first.Write(text[:room])
		text = text[room:]
	}
	for len(text) > 0 {
		if len(p.last) == cap(p.last) {
			if p.last != nil {
				p.full = append(p.full, p.last)
			}
			p.last = make([]byte, 0, pieceSize)
		}
		room := min(cap(p.last)-len(p.last), len(text))
		p.last = append(p.last, text[:room]...)
		text = text[room:]
	}
	return n, nil
}

// String joins the pieces and lets them go; it is called once.
func (p *pieces) String() string {
	if p.last == nil {
		return p.first.String()
	}
	size := p.first.Len() + len(p.last)
	for _, piece := range p.full {
		size += len(piece)
	}
	var text strings.Builder
	text.Grow(size)
	text.WriteString(p.first.String())
	for i, piece := range p.full {
		text.Write(piece)
		p.full[i] = nil
	}
	text.Write(p.last)
	*p = pieces{}
	return text.String()
}
