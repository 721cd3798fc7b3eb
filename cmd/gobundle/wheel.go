package main

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bundle"
)

// wheelCommand builds and fetches wheels, and bundles nothing.
type wheelCommand struct {
	Requirements []string `arg:"" optional:"" name:"requirement" help:"Requirements, as pip takes them."`
	sourceFlags  `embed:""`

	Directory     string   `name:"wheel-dir" short:"w" default:"." placeholder:"DIR" help:"Folder for the wheels, made if it is not there; the current one without it."`
	Targets       []string `name:"target" placeholder:"TARGET" sep:"none" help:"Interpreter and platform to get wheels for, as for a bundle. The python3 on PATH without it. Repeatable."`
	platformFlags `embed:""`
}

// Run brings the wheels and prints a summary.
func (c *wheelCommand) Run(ctx context.Context, u *ui) error {
	start := time.Now()
	if len(c.Requirements) == 0 && !c.asks() && c.Lock == "" {
		return usagef("name a requirement, or a file with -r", "no wheels to get")
	}
	if info, err := os.Stat(u.path(c.Directory)); err == nil && !info.IsDir() {
		return usagef("name another one with -w", "%s is not a folder", c.Directory)
	}
	if err := c.check(c.Targets); err != nil {
		return err
	}
	summary, err := bundle.Wheels(ctx, bundle.WheelsOptions{
		Inputs:         c.locked(c.inputs(c.Requirements)),
		Surroundings:   c.surroundings(u),
		Targets:        c.Targets,
		TargetDefaults: c.defaults(),
		Directory:      c.Directory,
	})
	if err != nil {
		return err
	}
	for _, warning := range summary.Warnings {
		u.warn("%s", warning)
	}
	u.some("Versions differ: ", summary.Differences)
	u.some("For the sake of all targets: ", summary.Held)
	u.built(summary.Built)
	u.say("%s: %s for %s, %.2f s", c.Directory, count(len(summary.Wheels), "wheel"), strings.Join(summary.Targets, ", "), time.Since(start).Seconds())
	return nil
}
