package pep440

// position is a cut through the ordered line of all versions: every version lies either below or above it. The zero
// position is the open end, below all versions as a low bound and above them all as a high one.
//
// Positions are canonical: between two different ones there is always a version, so that two ranges are the same set
// exactly if their positions are equal. The functions that make positions see to that. They use that a version with
// all its local versions has a successor: 1.0.dev1 has 1.0.dev2, 1.0 has 1.0.post0.dev0, 1.0.post1 has
// 1.0.post2.dev0, and 1.0a1 with all its post-releases has 1.0a2.dev0.
type position struct {
	version Version
	side    side
}

type side uint8

const (
	beforeVersion side = iota
	afterVersion       // before the local versions of version
	afterPosts         // after all post-releases of version, a final release without a successor
)

func cutBefore(v Version) position {
	if v.isFirst() {
		return position{}
	}
	return position{version: v, side: beforeVersion}
}

func cutAfter(v Version) position { return position{version: v, side: afterVersion} }

func cutAfterLocals(v Version) position {
	return position{version: v.successor(), side: beforeVersion}
}

// cutAfterPosts takes a final release or a pre-release.
func cutAfterPosts(v Version) position {
	if v.IsPrerelease() {
		return position{version: v.afterPre(), side: beforeVersion}
	}
	return position{version: v.Base(), side: afterPosts}
}

func (p *position) isOpen() bool { return p.version.IsZero() }

// isBelow reports whether v lies above p.
func (p *position) isBelow(v Version) bool {
	switch p.side {
	case beforeVersion:
		return v.Compare(p.version) >= 0
	case afterVersion:
		return v.Compare(p.version) > 0
	default:
		return compareRelease(v, p.version) > 0
	}
}

// compare orders positions that are not open.
func (p *position) compare(q *position) int {
	switch {
	case p.side == afterPosts && q.side == afterPosts:
		return compareRelease(p.version, q.version)
	case p.side == afterPosts:
		return -q.compareAfterPosts(p)
	case q.side == afterPosts:
		return p.compareAfterPosts(q)
	}
	if c := p.version.Compare(q.version); c != 0 {
		return c
	}
	return int(p.side) - int(q.side)
}

// compareAfterPosts compares p with a position q after the post-releases of its release.
func (p *position) compareAfterPosts(q *position) int {
	if compareRelease(p.version, q.version) > 0 {
		return +1
	}
	return -1
}

// compareLow orders positions as low bounds.
func compareLow(p, q *position) int {
	switch {
	case p.isOpen() && q.isOpen():
		return 0
	case p.isOpen():
		return -1
	case q.isOpen():
		return +1
	default:
		return p.compare(q)
	}
}

// compareHigh orders positions as high bounds.
func compareHigh(p, q *position) int {
	if p.isOpen() || q.isOpen() {
		return -compareLow(p, q)
	}
	return p.compare(q)
}
