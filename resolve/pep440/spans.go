package pep440

// Place says where a [Bound] lies beside its version. Places are in ascending order.
type Place int

// The places beside a version.
const (
	BeforeDevs  Place = iota // before the version's developmental releases, and before all pre-releases of a final release
	Before                   // just before the version
	After                    // just after the version, before its local versions
	AfterLocals              // after the version's local versions, before its post-releases
	AfterPosts               // after the version's post-releases
)

// Bound is one end of a [Span].
type Bound struct {
	Version   Version // zero where Unbounded
	Place     Place
	Unbounded bool
}

// Span is an interval of versions without a hole.
type Span struct {
	Low, High Bound
}

// Spans returns r as ascending intervals with versions between them.
func (r Range) Spans() []Span {
	spans := make([]Span, len(r.spans))
	for i, s := range r.spans {
		spans[i] = Span{Low: s.low.bound(true), High: s.high.bound(false)}
	}
	return spans
}

// bound names p by the version that specifiers would name it by.
func (p position) bound(low bool) Bound {
	if p.isOpen() {
		return Bound{Unbounded: true}
	}
	switch p.side {
	case afterVersion:
		return Bound{Version: p.version, Place: After}
	case afterPosts:
		return Bound{Version: p.version, Place: AfterPosts}
	}
	f := p.version.split()
	if f.dev != "0" || p.version.Local() != "" {
		return Bound{Version: p.version, Place: Before}
	}
	f.dev = ""
	place := BeforeDevs
	switch {
	case f.phase == devOnly:
		f.phase = final
	case f.post == "0":
		f.post, place = "", AfterLocals
	case f.post != "":
		f.post, place = f.post.previous(), AfterLocals
	case low && f.pre != "0":
		f.pre, place = f.pre.previous(), AfterPosts
	}
	return Bound{Version: f.version(), Place: place}
}
