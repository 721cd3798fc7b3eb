package pep440

import (
	"slices"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"1.26.4", "2.0.0rc1", "2.1.0+cu118", "1!2.3.4.5.6"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompare(b *testing.B) {
	for _, pair := range [][2]string{{"1.26.4", "1.26.5"}, {"1.0rc1", "1.0.0rc1.post1"}, {"2.1+cu118", "2.1+cu121"}, {"1!2.3", "2.3"}} {
		v, w := MustParse(pair[0]), MustParse(pair[1])
		b.Run(pair[0]+"_"+pair[1], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v.Compare(w) == 2 {
					b.Fatal("impossible")
				}
			}
		})
	}
}

func BenchmarkSort(b *testing.B) {
	var versions []Version
	for _, row := range []string{"1.0", "0.9", "2.0rc1", "1.5.post1", "1.5", "3.10.2", "3.9", "0.1.dev3", "2.0", "1.26.4"} {
		versions = append(versions, MustParse(row))
	}
	b.ReportAllocs()
	for b.Loop() {
		slices.SortFunc(slices.Clone(versions), Version.Compare)
	}
}

func BenchmarkParseSpecifierSet(b *testing.B) {
	for _, text := range []string{">=1.21.1,<3", "~=1.4.2", ">=3.8,!=3.9.0,!=3.9.1,<4"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseSpecifierSet(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkContains(b *testing.B) {
	set, v := MustParseSpecifierSet(">=1.21.1,!=1.24,<3"), MustParse("1.26.4")
	b.ReportAllocs()
	for b.Loop() {
		if !set.Contains(v) {
			b.Fatal("not contained")
		}
	}
}

func BenchmarkRange(b *testing.B) {
	set := MustParseSpecifierSet(">=1.21.1,!=1.24,<3")
	r, v := set.Range(), MustParse("1.26.4")
	other := MustParseSpecifierSet(">=2,<4").Range()
	b.Run("of a set", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = set.Range()
		}
	})
	b.Run("contains", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = r.Contains(v)
		}
	})
	b.Run("intersect", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = r.Intersect(other)
		}
	})
	b.Run("subset", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = other.SubsetOf(r)
		}
	})
}
