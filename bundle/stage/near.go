package stage

import (
	"cmp"
	"slices"
)

// near returns up to three of the names that look like the wanted one, best
// first: as many edits away as a slip of the fingers makes.
func near(wanted string, names []string) []string {
	type guess struct {
		name  string
		edits int
	}
	var guesses []guess
	limit := max(1, len([]rune(wanted))/3)
	for _, name := range names {
		if n := edits([]rune(wanted), []rune(name), limit); n <= limit {
			guesses = append(guesses, guess{name, n})
		}
	}
	slices.SortFunc(guesses, func(a, b guess) int { return cmp.Or(cmp.Compare(a.edits, b.edits), cmp.Compare(a.name, b.name)) })
	var best []string
	for _, g := range slices.Compact(guesses) {
		if best = append(best, g.name); len(best) == 3 {
			break
		}
	}
	return best
}

// edits counts the characters to insert, delete, replace or swap with their
// neighbour to make b of a (optimal string alignment). Above the limit any number above it may come.
func edits(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			replace := last[j]
			if a[i] != b[j] {
				replace++
			}
			row[j+1] = min(replace, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
