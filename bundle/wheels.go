package bundle

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/target"
)

// WheelsOptions says which wheels to bring where.
type WheelsOptions struct {
	Inputs
	Surroundings

	// Targets and TargetDefaults are as in Options.
	Targets        []string
	TargetDefaults target.Defaults
	// Directory is made if it is not there.
	Directory string
}

// WheelsSummary says which wheels there are.
type WheelsSummary struct {
	Wheels  []string // file names, sorted
	Targets []string
	// Differences, Held and Built are as in Summary.
	Differences, Held, Built []string
	Warnings                 []string
}

// Wheels resolves requirements, builds what has no wheel, and puts the wheels into
// a folder. Each appears there whole, after all of them are at hand; one of the
// same name is replaced.
func Wheels(ctx context.Context, o WheelsOptions) (*WheelsSummary, error) {
	s, err := newSession(&o.Surroundings)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	targets, err := s.targets(ctx, o.Targets, o.TargetDefaults)
	if err != nil {
		return nil, err
	}
	r, err := s.resolve(ctx, &o.Inputs, targets)
	if err != nil {
		return nil, err
	}
	summary := &WheelsSummary{Built: r.builtLines(), Warnings: r.warnings()}
	summary.Differences, summary.Held = r.versionLines()
	for _, on := range targets {
		summary.Targets = append(summary.Targets, on.Name)
	}
	wheels := map[string]fetch.Wheel{}
	for _, w := range slices.Concat(r.wheels...) {
		if other, ok := wheels[w.Name]; ok && other.SHA256 != w.SHA256 {
			return nil, &stage.WheelError{File: w.Name, First: other.Path, Second: w.Path}
		}
		wheels[w.Name] = w
		summary.Wheels = append(summary.Wheels, w.Name)
	}
	slices.Sort(summary.Wheels)
	summary.Wheels = slices.Compact(summary.Wheels)
	directory := o.path(o.Directory)
	if err := os.MkdirAll(directory, 0o777); err != nil {
		return nil, &pack.OutputError{Path: directory, Reason: "can't be made: " + err.Error(), Err: err}
	}
	for _, name := range summary.Wheels {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := copyWhole(wheels[name].Path, filepath.Join(directory, name)); err != nil {
			return nil, &pack.OutputError{Path: filepath.Join(directory, name), Reason: "can't be written: " + err.Error(), Err: err}
		}
	}
	return summary, nil
}

// copyWhole copies a file, which appears whole or not at all.
func copyWhole(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	temporary := filepath.Join(filepath.Dir(to), ".gobundle-"+strings.ToLower(rand.Text()[:12]))
	out, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer os.Remove(temporary) // in vain once it is renamed
	_, err = io.Copy(out, in)
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("copying %s: %w", from, err)
	}
	return os.Rename(temporary, to)
}
