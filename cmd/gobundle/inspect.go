package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// inspectCommand shows what is in a bundle.
type inspectCommand struct {
	File string `arg:"" help:"The bundle."`
	JSON bool   `name:"json" help:"Print all of it as JSON."`
}

// Run prints the bundle's content to stdout.
func (c *inspectCommand) Run(ctx context.Context, u *ui) error {
	content, err := bundle.Inspect(ctx, u.path(c.File))
	if err != nil {
		return err
	}
	if c.JSON {
		text, err := json.MarshalIndent(content, "", "  ")
		if err != nil {
			return err
		}
		return u.data(string(text) + "\n")
	}
	return u.data(contentTable(content))
}

// contentTable lays the content out for reading.
func contentTable(content *bundle.Content) string {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "bundle\t%s\n", content.ID)
	fmt.Fprintf(w, "format\t%s, made by %s\n", content.Format, content.Generator)
	fmt.Fprintf(w, "size\t%s\n", size(content.Size))
	fmt.Fprintf(w, "entry point\t%s\n", content.EntryPoint)
	for _, command := range content.Commands {
		fmt.Fprintf(w, "command\t%s\n", command)
	}
	if python := content.Python; python != nil && python.Embedded() {
		fmt.Fprintf(w, "python\t%s, %s\n", python.Name, size(python.Size))
	} else if python != nil {
		fmt.Fprintf(w, "python\t%s, fetched from %s\n", python.Name, python.URL)
	}
	for _, target := range content.Targets {
		fmt.Fprintf(w, "target\t%s, %s\n", target.Name, count(target.Wheels, "wheel"))
	}
	bytecodeRows(w, content.Bytecode)
	fmt.Fprintln(w)
	fmt.Fprintln(w, "DISTRIBUTION\tVERSION\tSIZE\tFILE")
	for _, wheel := range content.Wheels {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", wheel.Name, wheel.Version, size(wheel.Size), wheel.File)
	}
	builtRows(w, content.Wheels)
	w.Flush()
	return text.String()
}

// bytecodeRows adds for which Pythons there is byte-code.
func bytecodeRows(w io.Writer, all []manifest.Bytecode) {
	var tags []string
	wheels, sizes := map[string]int{}, map[string]int64{}
	for _, b := range all {
		if wheels[b.CacheTag] == 0 {
			tags = append(tags, b.CacheTag)
		}
		wheels[b.CacheTag]++
		sizes[b.CacheTag] += b.Size
	}
	slices.Sort(tags)
	for _, tag := range tags {
		fmt.Fprintf(w, "byte-code\t%s, of %s, %s\n", tag, count(wheels[tag], "wheel"), size(sizes[tag]))
	}
}

// builtRows adds what wheels were built of, if any was.
func builtRows(w io.Writer, wheels []bundle.ContentWheel) {
	header := "\nBUILT HERE\tFROM\tBY\tWITH"
	for _, wheel := range wheels {
		if wheel.Built == nil {
			continue
		}
		if header != "" {
			fmt.Fprintln(w, header)
			header = ""
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", wheel.Name, wheel.Built.Source, wheel.Built.Backend, strings.Join(wheel.Built.Requires, ", "))
	}
}

// path makes a path that the user gave absolute.
func (u *ui) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(u.directory, name)
}
