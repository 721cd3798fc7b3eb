package tag

import "slices"

// A Ranking is a list of tags, the best first, that is quick to look tags up
// in. It does not change and is safe for concurrent use. A nil Ranking has no
// tags.
type Ranking struct {
	tags []Tag
	runs map[name][]run
}

// name is a tag without its platform.
type name struct{ python, abi string }

// A run is a stretch of a list whose tags differ in their platforms only. Lists
// have thousands of tags and a few dozen runs, and most of these have the same
// platforms.
type run struct {
	first  int            // where it begins
	places map[string]int // its platforms, counted from there
}

// Rank makes a Ranking of tags, the best first. Of a tag that comes twice the
// first place counts. The Ranking keeps the slice, if no tag comes twice.
func Rank(tags []Tag) *Ranking {
	if r := rank(tags); r != nil {
		return r
	}
	seen := make(map[Tag]bool, len(tags))
	return rank(slices.DeleteFunc(slices.Clone(tags), func(t Tag) bool {
		twice := seen[t]
		seen[t] = true
		return twice
	}))
}

// rank is Rank for tags that are all different, else it returns nil.
func rank(tags []Tag) *Ranking {
	r := &Ranking{tags: slices.Clip(tags), runs: map[name][]run{}}
	var previous []Tag // a run, and its places
	var places map[string]int
	for first := 0; first < len(tags); {
		n := name{tags[first].Python, tags[first].ABI}
		end := first + 1
		for end < len(tags) && tags[end].Python == n.python && tags[end].ABI == n.abi {
			end++
		}
		if !slices.EqualFunc(tags[first:end], previous, func(a, b Tag) bool { return a.Platform == b.Platform }) {
			previous, places = tags[first:end], make(map[string]int, end-first)
			for i, t := range previous {
				if _, twice := places[t.Platform]; twice {
					return nil
				}
				places[t.Platform] = i
			}
		}
		for _, earlier := range r.runs[n] {
			for _, t := range tags[first:end] {
				if _, twice := earlier.places[t.Platform]; twice {
					return nil
				}
			}
		}
		r.runs[n] = append(r.runs[n], run{first, places})
		first = end
	}
	return r
}

// Tags returns the tags, the best first. The caller owns the slice.
func (r *Ranking) Tags() []Tag {
	if r == nil {
		return nil
	}
	return slices.Clone(r.tags)
}

// Equal reports whether two rankings have the same tags in the same order.
func (r *Ranking) Equal(s *Ranking) bool {
	if r == nil || s == nil {
		return r.Len() == s.Len()
	}
	return slices.Equal(r.tags, s.tags)
}

// Len returns the number of tags.
func (r *Ranking) Len() int {
	if r == nil {
		return 0
	}
	return len(r.tags)
}

// Rank returns the tag's place, 0 for the best, and whether it is in the list.
func (r *Ranking) Rank(tag Tag) (rank int, ok bool) {
	if r == nil {
		return 0, false
	}
	for _, run := range r.runs[name{tag.Python, tag.ABI}] {
		if place, ok := run.places[tag.Platform]; ok {
			return run.first + place, true
		}
	}
	return 0, false
}

// Best returns the place of the best of a wheel's tags, and whether any of
// them is in the list: whether the wheel may be installed at all.
func (r *Ranking) Best(tags []Tag) (rank int, ok bool) {
	for _, tag := range tags {
		if n, found := r.Rank(tag); found && (!ok || n < rank) {
			rank, ok = n, true
		}
	}
	return rank, ok
}
