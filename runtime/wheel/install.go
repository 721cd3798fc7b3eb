package wheel

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Source is a wheel to install.
type Source struct {
	Wheel     *Wheel
	Requested bool   // the user named it: REQUESTED is written
	DirectURL []byte // content of direct_url.json (PEP 610), or nil
}

// Environment says where an environment keeps what. All paths are absolute and
// of the operating system's kind.
type Environment struct {
	Prefix    string // the environment's root; collisions are named relative to it
	Purelib   string // site-packages for pure wheels
	Platlib   string // site-packages for the others
	Scripts   string // "bin" or "Scripts"
	Data      string // usually the prefix
	Headers   string // gets one folder per distribution: "include/site/python3.12"
	Python    string // the environment's interpreter, for scripts
	Version   string // its version as "3.12"
	Windows   bool
	Launchers Launchers // only looked at on Windows
	// ShortPaths says that its interpreter gets at no file whose path is longer than
	// LongestPath.
	ShortPaths bool
}

// InstallOptions changes how Install works. The zero value is useful.
type InstallOptions struct {
	Installer    string // for the INSTALLER files; "" is "gobundle"
	CollisionsOK bool   // of two distributions that write one path the later one wins, as with pip
	Compile      bool   // byte-compile with Environment.Python; files that don't compile are left alone
}

// Report says what Install did.
type Report struct {
	Distributions []string          // "name version", in the order given
	Files         int               // written, byte-code not counted
	Bytes         int64             // written, byte-code not counted
	Collisions    []*CollisionError // those that CollisionsOK allowed
}

// Install writes wheels into an environment as `pip install` would: files,
// .data folders, scripts and entry points, and in each .dist-info INSTALLER,
// REQUESTED, direct_url.json and a RECORD of all that was written. Modes follow
// the umask. Every byte is checked against the wheel's RECORD on the way.
//
// Two wheels, or a wheel and a file that is already there, may share a path if
// the content is the same; else the error is a [*CollisionError]. Collisions
// between the wheels, and wheels that aren't valid, are found before anything
// is written; after any other error the environment may hold parts of them, and
// the caller must throw it away.
//
// If its interpreter would not find a file, the error is a [*LongPathError], as early.
// Further errors are [*InvalidError], [*VersionError], [*RecordError],
// [*EntryPointError], and [*DuplicateError]. The wheels stay open.
func Install(ctx context.Context, wheels []Source, env Environment, o InstallOptions) (*Report, error) {
	p, err := newPlan(ctx, wheels, env, o)
	if err != nil {
		return nil, err
	}
	if err := p.makeFolders(); err != nil {
		return nil, err
	}
	report, err := p.write(ctx)
	if err != nil {
		return nil, err
	}
	if o.Compile {
		if err := p.compile(ctx); err != nil {
			return nil, err
		}
	}
	for _, d := range p.distributions {
		name := filepath.Join(d.library, d.wheel.DistInfo, "RECORD")
		content := formatRecord(d.rows)
		if err := replaceFile(name, content); err != nil {
			return nil, err
		}
		report.Distributions = append(report.Distributions, d.wheel.String())
		report.Files++
		report.Bytes += int64(len(content))
	}
	return report, nil
}

// Check finds what Install would refuse before it writes anything.
func Check(ctx context.Context, wheels []Source, env Environment, o InstallOptions) error {
	_, err := newPlan(ctx, wheels, env, o)
	return err
}

// DuplicateError says that two of the wheels to install are of one project.
type DuplicateError struct {
	First, Second string // file names
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("%s and %s are two wheels of one project", e.First, e.Second)
}

// makeFolders makes each folder that a file goes to, parents first.
func (p *plan) makeFolders() error {
	var folders []string
	last := ""
	for i := range p.files {
		if p.files[i].target == "" {
			continue
		}
		if folder := filepath.Dir(p.files[i].target); folder != last {
			folders = append(folders, folder)
			last = folder
		}
	}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return err
		}
	}
	return nil
}

// replaceFile writes a file anew, whatever is there.
func replaceFile(name string, content []byte) error {
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(name, content, 0o666)
}
