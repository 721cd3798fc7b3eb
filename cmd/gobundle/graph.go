package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/bundle"
)

// graphCommand shows which distribution of a bundle needs which.
type graphCommand struct {
	File string `arg:"" help:"The bundle."`
}

// Run prints the graph for dot.
func (c *graphCommand) Run(ctx context.Context, u *ui) error {
	content, err := bundle.Inspect(ctx, u.path(c.File))
	if err != nil {
		return err
	}
	return u.data(dot(content))
}

// dot writes the graph in the language of Graphviz, as the bundle's own tool does:
// each project and each need once, whatever the number of targets.
func dot(content *bundle.Content) string {
	var names, edges []string
	for _, wheel := range content.Wheels {
		names = append(names, fmt.Sprintf("\t%q\n", wheel.Name))
		for _, needed := range wheel.Requires {
			edges = append(edges, fmt.Sprintf("\t%q -> %q\n", wheel.Name, needed))
		}
	}
	slices.Sort(names)
	slices.Sort(edges)
	return "digraph bundle {\n" + strings.Join(slices.Compact(names), "") + strings.Join(slices.Compact(edges), "") + "}\n"
}
