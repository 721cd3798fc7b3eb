package bundle

import (
	"context"

	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/pythondist"
)

// Content is what a bundle holds, for showing.
type Content struct {
	ID         string   `json:"id"`
	Format     string   `json:"format"`
	Generator  string   `json:"generator"`
	Size       int64    `json:"size"`   // of the file, in bytes
	Prolog     int64    `json:"prolog"` // bytes before the zip
	EntryPoint string   `json:"entry_point"`
	Commands   []string `json:"commands,omitempty"` // names, of a bundle that has several
	// Python is what an executable brings along; nil for none.
	Python   *pythondist.Record `json:"python,omitempty"`
	Tools    bool               `json:"tools"`
	Requires []string           `json:"requirements"`
	Targets  []ContentTarget    `json:"targets"`
	Wheels   []ContentWheel     `json:"wheels"`
	// Bytecode is what was compiled of the wheels.
	Bytecode []manifest.Bytecode `json:"bytecode"`
}

// ContentTarget is one target of a bundle.
type ContentTarget struct {
	Name           string `json:"name"`
	Python         string `json:"python"`
	Implementation string `json:"implementation"`
	Wheels         int    `json:"wheels"`
	// Conditions are the markers and Requires-Python that the wheel set
	// depends on, as text with their truth.
	Conditions []ContentCondition `json:"conditions"`
}

// ContentCondition is one condition of a target.
type ContentCondition struct {
	By    string `json:"by"`
	Text  string `json:"text"`
	Truth bool   `json:"truth"`
}

// ContentWheel is one wheel of a bundle.
type ContentWheel struct {
	manifest.Wheel
	// Targets are the names of the targets that use it.
	Targets []string `json:"targets"`
}

// IsBundle reports whether the file can be opened as a bundle.
func IsBundle(path string) bool {
	a, err := archive.Open(path)
	if err != nil {
		return false
	}
	a.Close()
	return true
}

// Inspect reads a bundle's manifest; no wheel is read. The errors are those of
// [archive.Open].
func Inspect(_ context.Context, path string) (*Content, error) {
	a, err := archive.Open(path)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	return content(a), nil
}

// Verify checks every wheel of a bundle against the manifest and its RECORD.
func Verify(ctx context.Context, path string) (*Content, error) {
	a, err := archive.Open(path)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if err := a.Verify(ctx); err != nil {
		return nil, err
	}
	return content(a), nil
}

// Extract writes a bundle's wheels into a folder, byte for byte as they were
// fetched, and returns how many there are, and how many of them only have the same files
// because the bundle holds them recompressed.
func Extract(ctx context.Context, path, directory string) (all, recompressed int, err error) {
	a, err := archive.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer a.Close()
	for _, w := range a.Manifest.Wheels {
		if w.Packing != "" {
			recompressed++
		}
	}
	wheels, err := a.Extract(ctx, directory)
	return len(wheels), recompressed, err
}

func content(a *archive.Archive) *Content {
	m := a.Manifest
	c := &Content{
		ID:         a.ID,
		Format:     m.Format,
		Generator:  m.Generator,
		Size:       a.Size,
		Prolog:     a.Prolog,
		EntryPoint: entryPointText(m.EntryPoint),
		Commands:   m.CommandNames(),
		Python:     a.Python,
		Tools:      m.Options.Tools,
		Requires:   m.Requirements,
	}
	c.Bytecode = append([]manifest.Bytecode{}, m.Bytecode...)
	for _, w := range m.Wheels {
		c.Wheels = append(c.Wheels, ContentWheel{Wheel: w})
	}
	for _, t := range m.Targets {
		shown := ContentTarget{Name: t.Name, Python: t.Python, Implementation: t.Implementation, Wheels: len(t.Wheels)}
		for _, condition := range t.Conditions {
			shown.Conditions = append(shown.Conditions, ContentCondition{By: condition.By, Text: condition.Text, Truth: condition.Truth})
		}
		for _, place := range t.Wheels {
			c.Wheels[place].Targets = append(c.Wheels[place].Targets, t.Name)
		}
		c.Targets = append(c.Targets, shown)
	}
	return c
}

// entryPointText says what a bundle starts, in the words of the command line.
func entryPointText(e manifest.EntryPoint) string {
	switch {
	case e.Kind == manifest.Interpreter:
		return "none (an interpreter)"
	case e.Kind == manifest.Busybox:
		return "one of its commands"
	case e.Script != "" && e.Module != "":
		return e.Script + " (" + e.Module + ":" + e.Attribute + " of " + e.Distribution + ")"
	case e.Script != "":
		return e.Script + " (a script of " + e.Distribution + ")"
	case e.Attribute != "":
		return e.Module + ":" + e.Attribute
	}
	return e.Module
}
