// Package lazyregexp compiles regular expressions when they are first used. The
// program has some seventy, of which a run needs a few: compiling all of them at
// each start would take as long as a third of a lock.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns a function that gives the compiled expression, for a variable of a
// package. It panics, at the first call, if the text is no regular expression.
// It is safe for concurrent use.
func New(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
