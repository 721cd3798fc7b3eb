package tag

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestRankingIsAList compares with looking through the list.
func TestRankingIsAList(t *testing.T) {
	t.Parallel()
	one := rapid.Custom(func(t *rapid.T) Tag {
		return Tag{
			rapid.SampledFrom([]string{"cp312", "py3", "py2"}).Draw(t, "python"),
			rapid.SampledFrom([]string{"cp312", "abi3", "none"}).Draw(t, "abi"),
			rapid.SampledFrom([]string{"any", "win32", "linux_x86_64", "manylinux_2_17_x86_64"}).Draw(t, "platform"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		tags := rapid.SliceOf(one).Draw(t, "tags")
		if rapid.Bool().Draw(t, "with runs") {
			var platforms []string
			for _, tag := range tags {
				platforms = append(platforms, tag.Platform)
			}
			tags = append(tags, CPython(Version{3, 12}, []string{"cp312"}, platforms)...)
		}
		var distinct []Tag
		for _, tag := range tags {
			if !slices.Contains(distinct, tag) {
				distinct = append(distinct, tag)
			}
		}
		r := Rank(slices.Clone(tags))
		if !slices.Equal(r.Tags(), distinct) || r.Len() != len(distinct) {
			t.Fatalf("Rank(%v) has %v, want %v", tags, r.Tags(), distinct)
		}
		if !r.Equal(Rank(distinct)) {
			t.Fatal("two rankings of the same tags differ")
		}
		for range 10 {
			tag := one.Draw(t, "asked")
			want := slices.Index(distinct, tag)
			if got, ok := r.Rank(tag); ok != (want >= 0) || ok && got != want {
				t.Fatalf("%v has place %d, %v in %v, want %d", tag, got, ok, distinct, want)
			}
		}
	})
}
