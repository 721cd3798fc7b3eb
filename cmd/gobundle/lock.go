package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bundle"
)

// lockCommand writes a lock file.
type lockCommand struct {
	Requirements []string `arg:"" optional:"" name:"requirement" help:"Requirements, as pip takes them: names with versions, paths and URLs of wheels."`
	inputFlags   `embed:""`

	Output          string   `short:"o" placeholder:"FILE" default:"pylock.toml" help:"Lock file to write: pylock.toml, which it is without -o, or pylock.NAME.toml."`
	Targets         []string `name:"target" placeholder:"TARGET" sep:"none" help:"Interpreter and platform to lock for, as for a bundle. The python3 on PATH without it. Repeatable."`
	platformFlags   `embed:""`
	AllWheels       bool     `help:"Lock every wheel of a release, not only those of the targets."`
	Upgrade         bool     `short:"U" help:"Take the newest versions, not those of the lock that is there."`
	UpgradePackages []string `name:"upgrade-package" short:"P" placeholder:"NAME" sep:"none" help:"Take the newest version of NAME, or the one of NAME==VERSION, and keep the others. Repeatable."`
	Check           bool     `help:"Write nothing; fail if the lock is out of date, and say what changed." xor:"write"`
	DryRun          bool     `help:"Write nothing; say what would change." xor:"write"`
}

// outdatedError is a lock that --check has found to be out of date.
type outdatedError struct {
	lock    string
	changes []string // empty if there is no lock
}

func (e *outdatedError) Error() string {
	if len(e.changes) == 0 {
		return "there is no " + e.lock
	}
	return e.lock + " is out of date"
}

// Run locks and says what changed.
func (c *lockCommand) Run(ctx context.Context, u *ui) error {
	start := time.Now()
	if len(c.Requirements) == 0 && !c.asks() {
		return usagef("name a requirement, or a file with -r", "nothing to lock")
	}
	if err := c.check(c.Targets); err != nil {
		return err
	}
	summary, err := bundle.Lock(ctx, bundle.LockOptions{
		Inputs:          c.inputs(c.Requirements),
		Surroundings:    c.surroundings(u),
		Targets:         c.Targets,
		TargetDefaults:  c.defaults(),
		Output:          c.Output,
		AllWheels:       c.AllWheels,
		Upgrade:         c.Upgrade,
		UpgradePackages: c.UpgradePackages,
		NoWrite:         c.Check || c.DryRun,
	})
	if err != nil {
		return err
	}
	for _, warning := range summary.Warnings {
		u.warn("%s", warning)
	}
	if c.Check && (summary.New || len(summary.Changes) > 0) {
		return &outdatedError{lock: c.Output, changes: summary.Changes}
	}
	u.some("Versions differ: ", summary.Differences)
	u.some("For the sake of all targets: ", summary.Held)
	if !summary.New {
		u.some("", summary.Changes)
	}
	u.say("%s: %s for %s, %s, %.2f s", c.Output, count(summary.Distributions, "distribution"), strings.Join(summary.Targets, ", "),
		c.done(summary), time.Since(start).Seconds())
	return nil
}

// done says in a word or two what became of the file.
func (c *lockCommand) done(summary *bundle.LockSummary) string {
	switch {
	case !summary.New && len(summary.Changes) == 0:
		return "up to date"
	case c.DryRun && summary.New:
		return "not written"
	case c.DryRun:
		return fmt.Sprintf("%s, not written", count(len(summary.Changes), "change"))
	case summary.New:
		return "new"
	}
	return count(len(summary.Changes), "change")
}
