// Package spelling finds what a user may have meant by a name that isn't there.
package spelling

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Near returns up to three of the names that look like the wanted one, best
// first: as many edits away as a slip of the fingers makes.
func Near(wanted string, names []string) []string {
	type guess struct {
		name  string
		edits int
	}
	var guesses []guess
	limit := max(1, utf8.RuneCountInString(wanted)/3)
	for _, name := range names {
		if n := Edits(wanted, name, limit); n <= limit {
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

// Edits counts the characters to insert, delete, replace or swap with their
// neighbour to make b of a (optimal string alignment). Of more edits than the limit
// it says only that there are more: limit+1.
func Edits(a, b string, limit int) int {
	if n, m := utf8.RuneCountInString(a), utf8.RuneCountInString(b); n-m > limit || m-n > limit {
		return limit + 1
	}
	from, to := []rune(a), []rune(b)
	before, last, row := make([]int, len(to)+1), make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := range from {
		row[0] = i + 1
		least := row[0]
		for j := range to {
			replace := last[j]
			if from[i] != to[j] {
				replace++
			}
			row[j+1] = min(replace, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if min(least, slices.Min(last)+1) > limit { // a swap reaches back two rows
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(to)], limit+1)
}
