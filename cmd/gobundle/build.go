package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bundle"
)

// buildCommand bundles requirements into one file.
type buildCommand struct {
	Requirements []string `arg:"" optional:"" name:"requirement" help:"Requirements, as pip takes them: names with versions, paths and URLs of wheels."`
	sourceFlags  `embed:""`

	EntryPoint     string   `short:"e" placeholder:"MODULE[:ATTR]" help:"Run this module, or call this object of it. Without -e and -c the bundle is an interpreter." xor:"entry"`
	ConsoleScript  string   `short:"c" placeholder:"NAME" help:"Run this console script of one of the distributions." xor:"entry"`
	Busybox        []string `placeholder:"COMMANDS" sep:"none" help:"Make a bundle of several commands, started by the name of the file or the first argument: @ (all console scripts), @PROJECT, NAME, !NAME or !@PROJECT (without it), NAME=MODULE[:ATTR]; separated by commas. Repeatable." xor:"entry"`
	Sources        []string `short:"D" placeholder:"PATH" sep:"none" help:"Add the application's own code: the content of a folder, or one module. Repeatable."`
	Output         string   `short:"o" placeholder:"FILE" help:"File to write; it is needed."`
	Format         string   `enum:",zipapp,executable,directory" default:"" placeholder:"FORMAT" help:"zipapp (one file that Python starts), executable (a native program that finds a Python), or directory. Without it an executable if the output's name ends in .exe, else a zipapp."`
	Icon           string   `placeholder:"FILE" help:"Icon of an executable for Windows: an .ico file."`
	Windowed       bool     `help:"Make an executable for Windows without a console, for an application that has windows."`
	targetFlags    `embed:""`
	PythonDist     string `placeholder:"PYTHON" help:"Bring a Python along, so that the executable needs none: a python-build-standalone archive (.tar.gz, .tar.zst) or such a folder, a URL with #sha256=..., or a name like cpython-3.12."`
	PythonDistMode string `enum:",embed,fetch" default:"" placeholder:"MODE" help:"embed (put that Python into the file; the default) or fetch (fetch it at the first start, from its URL or from GOBUNDLE_PYTHON_MIRROR)."`
	Shebang        string `placeholder:"LINE" help:"Start the file with #!LINE instead of the prolog that finds an interpreter."`
	startFlags     `embed:""`
	NoTools        bool   `help:"Give the application every argument: without the bundle's own verb venv."`
	Compile        bool   `help:"Put byte-code beside the wheels, made by the Pythons on this machine: the first start gets quicker, the file larger."`
	Recompress     string `placeholder:"zstd[:LEVEL]" help:"Pack the wheels of an executable anew with zstd: the file gets smaller, the first start quicker. LEVEL is 1 (quick to build) to 22 (small); the default is 9. The files stay those of RECORD, the wheels are not byte for byte the original ones any more."`
}

// Run builds the bundle and prints a summary.
func (c *buildCommand) Run(ctx context.Context, u *ui) error {
	start := time.Now()
	c.chooseFormat()
	if err := c.validate(); err != nil {
		return err
	}
	atRun, err := c.options()
	if err != nil {
		return err
	}
	recompression, err := bundle.ParseRecompression(c.Recompress)
	if err != nil {
		return usagef("write --recompress zstd, or zstd:LEVEL with a level from 1 to 22, as in zstd:19", "--recompress: %v", err)
	}
	if recompression.Level > 0 {
		collectSoon()
	}
	summary, err := bundle.Build(ctx, bundle.Options{
		Inputs:            c.locked(c.inputs(c.Requirements)),
		Surroundings:      c.surroundings(u),
		Targets:           c.Targets,
		TargetDefaults:    c.defaults(),
		PythonConstraints: c.PythonConstraints,
		EntryPoint:        c.EntryPoint,
		ConsoleScript:     c.ConsoleScript,
		Busybox:           c.Busybox,
		Sources:           c.Sources,
		Output:            c.Output,
		Format:            bundle.Format(c.Format),
		Windows:           bundle.WindowsOptions{Icon: c.Icon, Windowed: c.Windowed},
		Python:            bundle.PythonOption{Distribution: c.PythonDist, Mode: bundle.PythonMode(c.PythonDistMode)},
		Shebang:           c.Shebang,
		NoTools:           c.NoTools,
		Compile:           c.Compile,
		Recompress:        recompression,
		Run:               atRun,
	})
	if err != nil {
		return err
	}
	for _, warning := range summary.Warnings {
		u.warn("%s", warning)
	}
	if len(summary.Found) > 0 {
		u.say("Bundled the application's own code: %s", strings.Join(summary.Found, ", "))
	}
	if summary.Started != "" {
		u.say("Starts the project's script %s%s", summary.Started, besides(summary.Others))
	}
	u.versions(summary)
	u.built(summary.Built)
	u.say("%s: %s, %s for %s, %.2f s", c.Output, size(summary.Size), count(summary.Distributions, "distribution"),
		strings.Join(summary.Targets, ", "), time.Since(start).Seconds())
	return nil
}

// besides says which scripts there are as well.
func besides(scripts []string) string {
	if len(scripts) == 0 {
		return ""
	}
	return fmt.Sprintf("; -c starts another: %s", strings.Join(scripts, ", "))
}

// chooseFormat tells the format by the output's name if it is not told.
func (c *buildCommand) chooseFormat() {
	if c.Format != "" {
		return
	}
	c.Format = string(bundle.Zipapp)
	if strings.EqualFold(filepath.Ext(c.Output), ".exe") {
		c.Format = string(bundle.Executable)
	}
}

// validate checks the flags against each other, before any work.
func (c *buildCommand) validate() error {
	switch {
	case len(c.Requirements) == 0 && !c.asks() && len(c.Sources) == 0 && c.EntryPoint == "" && len(c.Busybox) == 0 && c.Lock == "":
		return usagef("name a requirement, a file with -r, or code with -D", "nothing to bundle")
	case c.Script != "" && len(c.Busybox) > 0:
		return usagef("leave out one of them", "--busybox makes a bundle that starts several things, and --script one that starts %s", c.Script)
	case c.Script != "" && (c.EntryPoint != "" || c.ConsoleScript != ""):
		return usagef("leave out -e and -c, or name the script with -D instead", "the bundle is to start both --script %s and something else", c.Script)
	case c.Output == "":
		return usagef("name the file to write, as in -o app.pyz", "--output is missing")
	case c.Output == "-":
		return usagef("name a file, as in -o app.pyz; one that is called - is ./-", "a bundle is a file and can't go to the standard output")
	case c.Format == string(bundle.Zipapp) && os.IsPathSeparator(c.Output[len(c.Output)-1]):
		return usagef("name a file in it, as in -o "+c.Output+"app.pyz", "%s is the name of a folder", c.Output)
	}
	if c.Format != string(bundle.Zipapp) && c.Shebang != "" {
		return usagef("leave out --shebang, or --format "+c.Format, "--shebang is for zipapps only")
	}
	if c.Format != string(bundle.Executable) && (c.Icon != "" || c.Windowed) {
		return usagef("add --format executable, or leave it out", "--icon and --windowed are for executables only")
	}
	if c.Format != string(bundle.Executable) && c.Recompress != "" {
		return usagef("add --format executable, or leave it out", "--recompress is for executables only: a zipapp is unpacked by Pythons that have no zstd")
	}
	switch {
	case c.PythonDist != "" && c.Format != string(bundle.Executable):
		return usagef("add --format executable, or leave it out", "--python-dist is for executables only")
	case c.PythonDist == "" && c.PythonDistMode != "":
		return usagef("add --python-dist cpython-3.12 or the like, or leave it out", "--python-dist-mode is about the Python of --python-dist")
	}
	return c.check(c.Targets)
}

// size writes bytes as people read them, in powers of 1,000.
func size(bytes int64) string {
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	value, unit := float64(bytes), 0
	for value >= 999.95 && unit < 4 {
		value /= 1000
		unit++
	}
	return fmt.Sprintf("%.1f %s", value, []string{"B", "kB", "MB", "GB", "TB"}[unit])
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
