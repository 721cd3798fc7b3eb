package reqfile

import (
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// userinfo finds the part of a URL that may hold a password or a token.
var userinfo = lazyregexp.New(`://[^/?#\s]*@`)

const masked = "****"

// mask hides passwords in URLs, and a user name that stands alone, since it
// may be a token.
func mask(text string) string {
	text, _, _ = maskSpan(text, 0, 0)
	return text
}

// maskSpan masks text and returns where its bytes [from, to) are then.
func maskSpan(text string, from, to int) (string, int, int) {
	var shown strings.Builder
	end, newFrom, newTo := 0, from, to
	for _, span := range userinfo().FindAllStringIndex(text, -1) {
		low, high := span[0]+len("://"), span[1]-len("@")
		if colon := strings.IndexByte(text[low:high], ':'); colon >= 0 {
			low += colon + 1
		}
		if low == high {
			continue
		}
		shown.WriteString(text[end:low])
		move := func(at, now int) int {
			switch {
			case at >= high:
				return now + len(masked) - (high - low)
			case at > low:
				return now - (at - low)
			default:
				return now
			}
		}
		newFrom, newTo = move(from, newFrom), move(to, newTo)
		shown.WriteString(masked)
		end = high
	}
	shown.WriteString(text[end:])
	return shown.String(), newFrom, max(newFrom, newTo)
}
