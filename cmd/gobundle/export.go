package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/lockfile"
)

// exportCommand writes what was resolved or locked for other tools.
type exportCommand struct {
	Requirements []string `arg:"" optional:"" name:"requirement" help:"Requirements, as pip takes them."`
	sourceFlags  `embed:""`

	Format        string   `enum:",requirements,pylock" default:"" help:"requirements (a file for pip, with digests), or pylock (PEP 751). Without it requirements, unless the output is called pylock.toml or pylock.NAME.toml."`
	Output        string   `short:"o" placeholder:"FILE" help:"File to write; standard output without it."`
	Targets       []string `name:"target" placeholder:"TARGET" sep:"none" help:"Interpreter and platform to export for, as for a bundle. Without it all that a pylock.toml is for, else the python3 on PATH. Repeatable."`
	platformFlags `embed:""`
	AllWheels     bool `help:"Name every wheel of a release, not only those of the targets."`
	NoHashes      bool `help:"Leave the digests out of requirements."`
}

// Run exports, and says what if that is not on standard output.
func (c *exportCommand) Run(ctx context.Context, u *ui) error {
	start := time.Now()
	pylock := c.Format == "pylock" || c.Format == "" && lockfile.IsName(filepath.Base(c.Output))
	switch {
	case len(c.Requirements) == 0 && !c.asks() && c.Lock == "":
		return usagef("name a lock with --lock, a requirement, or a file with -r", "nothing to export")
	case pylock && c.NoHashes:
		return usagef("leave --no-hashes out, or export with --format requirements", "a pylock.toml has digests always")
	}
	if err := c.check(c.Targets); err != nil {
		return err
	}
	summary, err := bundle.Export(ctx, bundle.ExportOptions{
		Inputs:         c.locked(c.inputs(c.Requirements)),
		Surroundings:   c.surroundings(u),
		Targets:        c.Targets,
		TargetDefaults: c.defaults(),
		Pylock:         pylock,
		Output:         c.Output,
		AllWheels:      c.AllWheels,
		NoHashes:       c.NoHashes,
	})
	if err != nil {
		return err
	}
	for _, warning := range summary.Warnings {
		u.warn("%s", warning)
	}
	if c.Output == "" {
		return u.data(string(summary.Text))
	}
	targets := "all that the lock is for"
	if len(summary.Targets) > 0 {
		targets = strings.Join(summary.Targets, ", ")
	}
	u.say("%s: %s for %s, %.2f s", c.Output, count(summary.Distributions, "distribution"), targets, time.Since(start).Seconds())
	return nil
}
