package build

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/venv"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// An environment is what a backend runs in.
type environment struct {
	mu     sync.Mutex // held while it is made
	folder string     // "" before it is made, and where there is no isolation
	python string
}

// environment returns an environment of the interpreter with the wheels
// installed. Builds that need the same share one.
func (b *Builder) environment(ctx context.Context, host *target.Target, wheels []fetch.Wheel) (*environment, error) {
	if b.options.NoIsolation {
		return &environment{python: host.Interpreter.Executable}, nil
	}
	key := host.Interpreter.Executable + "\n" + strings.Join(digests(wheels), "\n")
	b.mu.Lock()
	env := b.environments[key]
	if env == nil {
		env = &environment{}
		b.environments[key] = env
	}
	b.mu.Unlock()
	env.mu.Lock()
	defer env.mu.Unlock()
	if env.folder != "" {
		return env, nil
	}
	folder, err := b.temporary("environment-*")
	if err != nil {
		return nil, err
	}
	if err := install(ctx, folder, host, wheels); err != nil {
		return nil, err
	}
	env.folder, env.python = folder, programIn(folder, host)
	return env, nil
}

// install makes a virtual environment in a folder, which is empty.
func install(ctx context.Context, folder string, host *target.Target, wheels []fetch.Wheel) error {
	o := venv.Options{Python: host.Interpreter.Executable, CollisionsOK: true}
	var sources []wheel.Source
	for _, w := range wheels {
		opened, err := wheel.OpenFile(w.Path)
		if err != nil {
			return err
		}
		defer opened.Close()
		source := wheel.Source{Wheel: opened}
		sources = append(sources, source)
		o.Wheels = append(o.Wheels, venv.Wheel{Source: source})
	}
	made, err := makeBare(folder, host.Interpreter)
	if err != nil {
		return err
	}
	if !made {
		_, err = venv.Create(ctx, folder, o)
		return err
	}
	_, err = wheel.Install(ctx, sources, placesIn(folder, host), wheel.InstallOptions{CollisionsOK: true})
	return err
}

// placesIn says where an environment keeps what.
func placesIn(folder string, host *target.Target) wheel.Environment {
	scheme, info := host.Interpreter.Scheme, host.Interpreter.VersionInfo
	place := func(path string) string { return filepath.Join(folder, filepath.FromSlash(path)) }
	return wheel.Environment{
		Prefix: folder, Purelib: place(scheme.Purelib), Platlib: place(scheme.Platlib), Scripts: place(scheme.Scripts),
		Data: place(scheme.Data), Headers: place(scheme.Headers), Python: programIn(folder, host),
		Version: fmt.Sprintf("%d.%d", info[0], info[1]),
	}
}

// programIn is the interpreter of an environment.
func programIn(folder string, host *target.Target) string {
	scripts := filepath.FromSlash(host.Interpreter.Scheme.Scripts)
	if runtime.GOOS == "windows" {
		return filepath.Join(folder, scripts, "python.exe")
	}
	return filepath.Join(folder, scripts, "python")
}

// digests lists what the wheels are, sorted.
func digests(wheels []fetch.Wheel) []string {
	sums := make([]string, 0, len(wheels))
	for _, w := range wheels {
		sums = append(sums, w.SHA256+" "+w.Name)
	}
	slices.Sort(sums)
	return sums
}
