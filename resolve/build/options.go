package build

import (
	"context"
	"errors"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/unpack"
)

// A Resolver finds the wheels that build requirements come to on a target that is
// an interpreter of this machine, their own requirements included. It must be
// safe for concurrent use.
//
// It may call the Builder again, for requirements that have no wheel; it must
// then pass ctx on, by which cycles are found.
type Resolver interface {
	Wheels(ctx context.Context, requirements []pep508.Requirement, on *target.Target) ([]fetch.Wheel, error)
}

// Options says how to build. Fetcher and CacheDir must be set, and Resolver unless
// there is no isolation; all else has a useful zero value.
type Options struct {
	Resolver Resolver
	// Fetcher brings source distributions here, and checks built wheels.
	Fetcher *fetch.Fetcher
	// CacheDir is the folder of built wheels. It is made when it is needed.
	// Several processes may use it.
	CacheDir string
	// LogDir is the folder of the logs of failed builds; "" is one in CacheDir.
	LogDir string
	// TempDir is where sources are unpacked and environments are made; "" is
	// the system's folder for temporary files.
	TempDir string

	// Host finds an interpreter of this machine to build with for a target
	// that is none, in the hope that the wheel is pure. Without it, or if its
	// error is an *interpreter.NotFoundError, such builds are a *NotHereError.
	Host func(ctx context.Context, on *target.Target) (*target.Target, error)

	// Hashes are the digests allowed for a file of an index, each as
	// "algorithm:hex"; nil or an empty answer is any.
	Hashes func(file index.File) []string

	Settings Settings
	// NoIsolation runs backends in the interpreter as it is. Nothing is
	// installed, and built wheels are not kept.
	NoIsolation bool

	// Environ is the environment of the process, as os.Environ gives it; nil is
	// that of this process. Backends get all of it but what would make them
	// find other code or configuration (PIP_*, PYTHON*), with the environment's
	// own programs first on PATH, and SOURCE_DATE_EPOCH set.
	Environ []string

	// Refresh builds anew what was built by an earlier run.
	Refresh bool
	// Limits bound what source distributions may unpack to.
	Limits unpack.Limits

	// Progress is told when a backend starts to work; nil for nobody. It must be
	// safe for concurrent use and quick.
	Progress func(Progress)
}

// Progress is one step of a build.
type Progress struct {
	Source string // what is built
	Hook   string // the hook that is called, as PEP 517 names it
	Log    string // path of the file that gets what the backend prints
}

// Settings are config settings of PEP 517: values by key. A key with several
// values is given to the backend as a list.
type Settings struct {
	// All are for every distribution.
	All map[string][]string
	// Projects are for one project each, by normalised name; a key here
	// replaces that of All.
	Projects map[string]map[string][]string
	// References are for what is required by one URL each, whatever its name; a
	// key here replaces that of All and of Projects.
	References map[string]map[string][]string
}

func (o *Options) validate() error {
	switch {
	case o.Fetcher == nil:
		return errors.New("preparing to build: no fetcher")
	case o.CacheDir == "":
		return errors.New("preparing to build: no folder for built wheels")
	case o.Resolver == nil && !o.NoIsolation:
		return errors.New("preparing to build: no resolver for build requirements")
	}
	return nil
}
