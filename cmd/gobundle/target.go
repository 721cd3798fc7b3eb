package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// targetFlags say what a bundle is made for.
type targetFlags struct {
	Targets           []string `name:"target" placeholder:"TARGET" sep:"none" help:"Interpreter and platform to bundle for, as cp312-manylinux_2_28_x86_64 or cp312-linux-x86_64; an interpreter by path or name; or a complete-platform JSON file. The python3 on PATH without it. Repeatable."`
	PythonConstraints []string `name:"python-constraint" placeholder:"CONSTRAINT" sep:"none" help:"Refuse to run on other interpreters, as 'CPython>=3.9,<3.14', 'PyPy' or '>=3.9'. Repeatable: one must hold."`
	platformFlags     `embed:""`
}

// platformFlags say what short names of platforms leave out.
type platformFlags struct {
	Glibc tag.Version `placeholder:"VERSION" help:"Oldest glibc that targets named linux-... run on; 2.28 without it."`
	Musl  tag.Version `placeholder:"VERSION" help:"Oldest musl that targets named musl-... run on; 1.2 without it."`
	MacOS tag.Version `name:"macos" placeholder:"VERSION" help:"Oldest macOS that targets named macos-... run on; 13.0 without it."`
}

func (f *platformFlags) defaults() target.Defaults {
	return target.Defaults{Glibc: f.Glibc, Musl: f.Musl, MacOS: f.MacOS}
}

// check refuses versions that no target uses.
func (f *platformFlags) check(targets []string) error {
	for _, flag := range []struct {
		name, system string
		version      tag.Version
	}{{"--glibc", "linux-", f.Glibc}, {"--musl", "musl-", f.Musl}, {"--macos", "macos-", f.MacOS}} {
		if flag.version == (tag.Version{}) {
			continue
		}
		if !strings.Contains(strings.Join(targets, " "), flag.system) {
			return usagef(fmt.Sprintf("name a target such as cp312-%sx86_64, or leave %s out", flag.system, flag.name),
				"%s %s is for targets named %s..., and there is none", flag.name, flag.version, flag.system)
		}
	}
	return nil
}

// targetCommand has the verbs about targets.
type targetCommand struct {
	List    targetListCommand    `cmd:"" help:"List the built-in names that targets are made of."`
	Inspect targetInspectCommand `cmd:"" help:"Show what a target is: its marker variables, and the tags of its wheels."`
}

// targetListCommand lists the built-in names.
type targetListCommand struct {
	platformFlags `embed:""`
	JSON          bool `name:"json" help:"Print them as JSON."`
}

// knownNames are the parts of targets' names: any Python goes with any platform.
type knownNames struct {
	Pythons   []target.Known `json:"pythons"`
	Platforms []target.Known `json:"platforms"`
}

// Run prints the names to stdout.
func (c *targetListCommand) Run(u *ui) error {
	names := knownNames{target.Pythons(), c.defaults().Platforms()}
	if c.JSON {
		return u.json(names)
	}
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PYTHON\tIS")
	for _, known := range names.Pythons {
		fmt.Fprintf(w, "%s\t%s\n", known.Name, known.Meaning)
	}
	fmt.Fprintln(w, "\nPLATFORM\tIS")
	for _, known := range names.Platforms {
		fmt.Fprintf(w, "%s\t%s\n", known.Name, known.Meaning)
	}
	w.Flush()
	text.WriteString("\nA target is both: cp312-linux-x86_64. A platform may also be any of the tags that wheels have:\n" +
		"cp312-manylinux_2_17_x86_64, cp313t-musllinux_1_1_aarch64, pp311-macosx_11_0_arm64, cp310-win_amd64.\n")
	return u.data(text.String())
}

// targetInspectCommand shows one target.
type targetInspectCommand struct {
	Target        string `arg:"" help:"Name of a target; an interpreter by path or name; or a complete-platform JSON file."`
	platformFlags `embed:""`
	JSON          bool   `name:"json" help:"Print a complete platform as PEX reads it: all marker variables, and all tags in order."`
	CacheDir      string `placeholder:"DIR" help:"Keep the cache in DIR."`
}

// Run prints the target to stdout.
func (c *targetInspectCommand) Run(ctx context.Context, u *ui) error {
	if err := c.check([]string{c.Target}); err != nil {
		return err
	}
	on, err := bundle.ReadTarget(ctx, c.Target, c.defaults(), bundle.Surroundings{
		Directory: u.directory,
		Getenv:    u.getenv,
		Version:   version,
		CacheDir:  c.CacheDir,
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return u.json(on.CompletePlatform())
	}
	return u.data(targetTable(on))
}

// targetTable lays a target out for reading.
func targetTable(on *target.Target) string {
	const most = 8
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "target\t%s\n", on.Name)
	if on.Interpreter != nil {
		fmt.Fprintf(w, "interpreter\t%s\n", on.Interpreter.Executable)
	}
	facts := on.Facts()
	for _, name := range manifest.Variables() {
		fmt.Fprintf(w, "%s\t%s\n", name, cmp.Or(facts[name], "not known"))
	}
	for i, tag := range on.Tags.Tags() {
		switch {
		case i == most:
			fmt.Fprintf(w, "\tand %s, all with --json\n", count(on.Tags.Len()-most, "more tag"))
		case i == 0:
			fmt.Fprintf(w, "tags, best first\t%s\n", tag)
		case i < most:
			fmt.Fprintf(w, "\t%s\n", tag)
		}
	}
	w.Flush()
	return text.String()
}

// json prints a value to stdout as JSON.
func (u *ui) json(value any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return err
	}
	return u.data(text.String())
}

// versions says of which projects targets have different versions, or older
// ones than they could have.
func (u *ui) versions(summary *bundle.Summary) {
	u.some("Versions differ: ", summary.Differences)
	u.some("For the sake of all targets: ", summary.Held)
}

// some says the first lines of many.
func (u *ui) some(about string, lines []string) {
	const most = 6
	for i, line := range lines {
		if i == most && len(lines) > most+1 {
			u.say("%sand %d more", about, len(lines)-most)
			break
		}
		u.say("%s%s", about, line)
	}
}
