package main

import (
	"fmt"
	"time"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/solve"
)

// choiceFlags say which of several possible versions is taken.
type choiceFlags struct {
	Resolution   string `enum:"highest,lowest,lowest-direct" default:"highest" help:"Versions to prefer: highest, lowest, or lowest-direct, the lowest of what the requirements name and the highest of all else."`
	ExcludeNewer cutoff `placeholder:"TIME" help:"Leave out what was uploaded later: a date, a time (RFC 3339), or how long ago, as '7 days'. What an index gives no upload time for is left out, too."`
}

// choose fills in what the flags say.
func (f *choiceFlags) choose(in *bundle.Inputs) {
	in.Mode = map[string]solve.Mode{"lowest": solve.Lowest, "lowest-direct": solve.LowestDirect}[f.Resolution]
	in.Indexes.UploadedBefore = time.Time(f.ExcludeNewer)
}

// A cutoff is a time from which on nothing counts.
type cutoff time.Time

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *cutoff) UnmarshalText(text []byte) error {
	at, err := resolve.ParseCutoff(string(text), time.Now())
	if err != nil {
		return fmt.Errorf("%w; write it as 2026-01-31, 2026-01-31T12:00:00Z, '7 days' or P7D", err)
	}
	*c = cutoff(at)
	return nil
}
