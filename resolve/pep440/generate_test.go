package pep440

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// anyVersion draws versions that lie close together, so that bounds meet.
func anyVersion() *rapid.Generator[Version] {
	return rapid.Custom(func(t *rapid.T) Version {
		text := publicText(t, 1)
		if rapid.IntRange(0, 3).Draw(t, "with local") == 0 {
			text += "+" + localText(t)
		}
		return MustParse(text)
	})
}

func publicText(t *rapid.T, minSegments int) string {
	var b strings.Builder
	if rapid.IntRange(0, 9).Draw(t, "with epoch") == 0 {
		b.WriteString("1!")
	}
	segments := rapid.SliceOfN(rapid.SampledFrom([]string{"0", "1", "2", "9", "10"}), minSegments, 3).Draw(t, "release")
	b.WriteString(strings.Join(segments, "."))
	switch rapid.IntRange(0, 11).Draw(t, "oddity") {
	case 0:
		b.WriteString(".0.0.0") // more segments than are packed
	case 1:
		b.WriteString(".4294967295") // the highest number that is packed
	case 2:
		b.WriteString(".4294967296")
	}
	number := rapid.SampledFrom([]string{"", "0", "1", "2", "3", "1023", "1024", "65534", "65535", "4294967293", "4294967294"})
	for _, part := range [][]string{{"a", "b", "rc"}, {".post"}, {".dev"}} {
		if rapid.IntRange(0, 2).Draw(t, "with part") == 0 {
			b.WriteString(rapid.SampledFrom(part).Draw(t, "part") + number.Draw(t, "number"))
		}
	}
	return b.String()
}

func localText(t *rapid.T) string {
	part := rapid.SampledFrom([]string{"0", "1", "10", "a", "ab", "0a", "b"})
	return strings.Join(rapid.SliceOfN(part, 1, 2).Draw(t, "local"), ".")
}

// anySpecifier draws clauses of every form.
func anySpecifier() *rapid.Generator[Specifier] {
	return rapid.Custom(func(t *rapid.T) Specifier {
		op := rapid.SampledFrom([]string{"~=", "==", "!=", "<=", ">=", "<", ">", "===", "==*", "!=*"}).Draw(t, "operator")
		var text string
		switch op {
		case "~=":
			text = op + publicText(t, 2)
		case "==", "!=", "===":
			text = op + anyVersion().Draw(t, "version").String()
		case "==*", "!=*":
			text = op[:2] + MustParse(publicText(t, 1)).Base().String() + ".*"
		default:
			text = op + publicText(t, 1)
		}
		s, err := ParseSpecifier(text)
		if err != nil {
			panic(fmt.Sprintf("the generator made %q: %v", text, err))
		}
		return s
	})
}

// anyRange draws ranges as a solver makes them: from specifiers and single versions, by the operations of sets.
func anyRange() *rapid.Generator[Range] {
	return rapid.Custom(func(t *rapid.T) Range {
		r := Empty()
		for range rapid.IntRange(0, 3).Draw(t, "parts") {
			part := anySpecifier().Draw(t, "specifier").Range()
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				r = r.Union(part)
			case 1:
				r = r.Complement().Intersect(part)
			case 2:
				r = r.Union(Singleton(anyVersion().Draw(t, "version")))
			case 3:
				r = part.Subtract(r)
			}
		}
		return r
	})
}
