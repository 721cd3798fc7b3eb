package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"

	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/venv"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// Scope picks what of a bundle is installed.
type Scope = venv.Scope

// VenvOptions says what to install, and into which environment.
type VenvOptions struct {
	Inputs
	Surroundings

	// Bundle is the path of a bundle whose wheels are installed; "" takes the
	// requirements of Inputs.
	Bundle string
	// Directory is the environment's folder.
	Directory string
	// Python is the interpreter: a name on PATH or a path.
	Python             string
	Force              bool
	Prompt             string
	Copies             bool
	SystemSitePackages bool
	Compile            bool
	Pip                bool
	Scope              Scope
	CollisionsOK       bool
}

// VenvSummary says what was installed.
type VenvSummary struct {
	Distributions int
	Python        string   // the interpreter's target name
	Built         []string // as in Summary
	Warnings      []string
}

// Venv makes a standard virtual environment. What fails halfway is removed.
func Venv(ctx context.Context, o VenvOptions) (*VenvSummary, error) {
	s, err := newSession(&o.Surroundings)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	host, err := s.python(ctx, o.Python)
	if err != nil {
		return nil, err
	}
	on, err := target.FromInterpreter(host)
	if err != nil {
		return nil, err
	}
	var wheels []venv.Wheel
	summary := &VenvSummary{Python: on.Name, Warnings: s.notes}
	if o.Bundle != "" {
		a, err := archive.Open(o.Bundle)
		if err != nil {
			return nil, err
		}
		defer a.Close()
		wheels, err = bundledWheels(a, host)
		if err != nil {
			return nil, err
		}
	} else {
		resolved, err := s.resolve(ctx, &o.Inputs, []*target.Target{on})
		if err != nil {
			return nil, err
		}
		var close func()
		wheels, close, err = resolved.venvWheels()
		defer close()
		if err != nil {
			return nil, err
		}
		summary.Warnings, summary.Built = resolved.warnings(), resolved.builtLines()
	}
	report, err := venv.Create(ctx, o.path(o.Directory), venv.Options{
		Python:             host.Executable,
		Wheels:             wheels,
		Scope:              o.Scope,
		Force:              o.Force,
		Prompt:             o.Prompt,
		Copies:             o.Copies,
		SystemSitePackages: o.SystemSitePackages,
		Pip:                o.Pip,
		Compile:            o.Compile,
		CollisionsOK:       o.CollisionsOK,
	})
	if err != nil {
		return nil, err
	}
	for _, collision := range report.Collisions {
		summary.Warnings = append(summary.Warnings, collision.Error())
	}
	summary.Distributions = len(report.Distributions)
	return summary, nil
}

// bundledWheels opens the wheels of the target that is right for the
// interpreter. They are valid until the archive is closed, and their bytes are
// checked against the manifest first: nothing else says that they are whole.
func bundledWheels(a *archive.Archive, host *interpreter.Interpreter) ([]venv.Wheel, error) {
	chosen, err := choose(a.Manifest, host)
	if err != nil {
		return nil, err
	}
	wheels := make([]venv.Wheel, 0, len(chosen.Wheels))
	for _, place := range chosen.Wheels {
		described := a.Manifest.Wheels[place]
		packed, err := a.Packed(place)
		if err != nil {
			return nil, err
		}
		if err := checkHash(packed, described); err != nil {
			return nil, &archive.DamageError{Path: a.Path, Member: described.File, Reason: err.Error()}
		}
		content, err := a.Wheel(place)
		if err != nil {
			return nil, err
		}
		w, err := openVenvWheel(content, content.Size(), described.File, described.DirectURL, described.Requested)
		if err != nil {
			return nil, err
		}
		w.Application = described.Role == manifest.Sources
		wheels = append(wheels, w)
	}
	return wheels, nil
}

func checkHash(content *io.SectionReader, described manifest.Wheel) error {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(content, 0, content.Size())); err != nil {
		return err
	}
	if hex.EncodeToString(hash.Sum(nil)) != described.SHA256 {
		return errors.New("its sha256 is not the manifest's")
	}
	return nil
}

// venvWheels opens the fetched wheels of the only resolution. close must be
// called even after an error.
func (r *resolved) venvWheels() (wheels []venv.Wheel, closeAll func(), err error) {
	var files []io.Closer
	closeAll = func() {
		for _, file := range files {
			file.Close()
		}
	}
	for i, pin := range r.Resolutions[0].Pins {
		fetched := r.wheels[0][i]
		file, err := os.Open(fetched.Path)
		if err != nil {
			return nil, closeAll, err
		}
		files = append(files, file)
		direct, err := directURL(pin, fetched)
		if err != nil {
			return nil, closeAll, err
		}
		w, err := openVenvWheel(file, fetched.Size, fetched.Name, direct, pin.Requested)
		if err != nil {
			return nil, closeAll, err
		}
		wheels = append(wheels, w)
	}
	return wheels, closeAll, nil
}

// openVenvWheel opens a wheel; direct is its direct_url.json, or "".
func openVenvWheel(content io.ReaderAt, size int64, file, direct string, requested bool) (venv.Wheel, error) {
	opened, err := wheel.Open(content, size, file)
	if err != nil {
		return venv.Wheel{}, err
	}
	source := wheel.Source{Wheel: opened, Requested: requested}
	if direct != "" {
		source.DirectURL = []byte(direct)
	}
	return venv.Wheel{Source: source}, nil
}
