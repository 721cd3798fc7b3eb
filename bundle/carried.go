package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/standalone"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/pythondist"
	"github.com/gobundle/gobundle/runtime/pythondist/untar"
)

// A PythonMode says how an executable comes by a Python of its own.
type PythonMode string

// The modes.
const (
	EmbedPython PythonMode = "embed" // it is in the file
	FetchPython PythonMode = "fetch" // it is fetched at the first start
)

// A PythonOption says which Python an executable brings along.
type PythonOption struct {
	// Distribution is the path of an archive or a folder, a URL with
	// "#sha256=...", or a name of the catalogue: "cpython-3.12". "" is none.
	Distribution string
	Mode         PythonMode // "" is EmbedPython
}

// A PythonOptionError says what is wrong with the word for a Python.
type PythonOptionError struct {
	Text   string // without credentials
	Reason string // as the end of a sentence
	Remedy string
}

func (e *PythonOptionError) Error() string { return "the Python " + e.Text + " " + e.Reason }

// A PythonMismatchError says that a target is not what a Python is.
type PythonMismatchError struct {
	Target string
	Python string // "cpython-3.12.14-linux-x86_64-gnu"
	Fits   string // the name of a target that it is
}

func (e *PythonMismatchError) Error() string {
	return fmt.Sprintf("the target %s can't run on %s", e.Target, e.Python)
}

// A carried is the Python that an executable brings along.
type carried struct {
	record       pythondist.Record
	packed       string // the file of the embedded archive, "" if it is fetched
	distribution *standalone.Distribution
	program      string // the interpreter, as it is here
	notes        []string
	release      []func() error
}

// Close lets the cache remove what was needed for the build.
func (c *carried) Close() error {
	var errs []error
	for _, release := range c.release {
		errs = append(errs, release())
	}
	c.release = nil
	return errors.Join(errs...)
}

// pythonAndTargets reads the targets, and makes the Python ready that is to be brought
// along, nil if there is none. Without targets its own is the target. The caller closes it.
func (s *session) pythonAndTargets(ctx context.Context, o *Options) (*carried, []*target.Target, error) {
	if o.Python.Distribution == "" || len(o.Targets) > 0 {
		targets, err := s.targets(ctx, o.Targets, o.TargetDefaults)
		if err != nil || o.Python.Distribution == "" {
			return nil, targets, err
		}
		if err := o.checkSystem(targets); err != nil {
			return nil, nil, err
		}
		c, err := s.carry(ctx, o, targets[0].Name)
		if err != nil {
			return nil, nil, err
		}
		for _, on := range targets {
			if err := c.check(on); err != nil {
				return nil, nil, errors.Join(err, c.Close())
			}
		}
		return c, targets, nil
	}
	c, err := s.carry(ctx, o, "")
	if err != nil {
		return nil, nil, err
	}
	on, err := s.targetOf(ctx, c, o.TargetDefaults)
	if err != nil {
		return nil, nil, errors.Join(err, c.Close())
	}
	return c, []*target.Target{on}, nil
}

// targetOf is the target that a distribution is: by asking it where it runs here, else by
// what its files tell.
func (s *session) targetOf(ctx context.Context, c *carried, defaults target.Defaults) (*target.Target, error) {
	if c.distribution.OS == runtime.GOOS && c.distribution.Arch == runtime.GOARCH {
		found, err := s.python(ctx, c.program)
		var unable *interpreter.QueryError
		if err == nil {
			return target.FromInterpreter(found)
		}
		if !errors.As(err, &unable) { // of another C library, say
			return nil, err
		}
	}
	return defaults.Parse(c.distribution.Target())
}

// check refuses a target that the distribution is not.
func (c *carried) check(on *target.Target) error {
	d := c.distribution
	system, known := standalone.SystemOf(on.Name)
	python, _, _ := strings.Cut(on.Name, "-")
	exact := strings.HasPrefix(python, "cp3.") && d.Version != d.Minor() && on.Environment.PythonFullVersion != d.Version
	if !known || system != d.System || on.Environment.ImplementationName != "cpython" || on.Environment.PythonVersion != d.Minor() ||
		strings.HasSuffix(python, "t") != d.Threaded || exact {
		return &PythonMismatchError{Target: on.Name, Python: d.Name(), Fits: d.Target()}
	}
	return nil
}

// carry makes the distribution ready that was asked for. The target tells for which
// system a name of the catalogue is meant; "" is this machine.
func (s *session) carry(ctx context.Context, o *Options, target string) (_ *carried, err error) {
	c := &carried{}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	text := o.Python.Distribution
	if info, err := os.Stat(o.path(text)); err == nil && info.IsDir() {
		if o.Python.Mode == FetchPython {
			return nil, notFetched(text)
		}
		return c, s.carryFolder(ctx, c, o.path(text))
	}
	file, err := s.distributionFile(o, c, target)
	if err != nil {
		return nil, err
	}
	_, fetcher, err := s.open(o.Indexes)
	if err != nil {
		return nil, err
	}
	if file, err = s.place(o, fetcher, c, file); err != nil {
		return nil, err
	}
	archive, err := fetcher.Wheel(ctx, file, nil, func(done, total int64) {
		s.surroundings.progress(Progress{Phase: Fetching, Item: file.Name, Done: done, Total: total})
	})
	if err != nil {
		return nil, err
	}
	c.record = pythondist.Record{Archive: file.Name, Name: file.Name, SHA256: archive.SHA256, Size: archive.Size, URL: c.record.URL}
	return c, s.carryArchive(ctx, c, archive, o.Python.Mode)
}

func notFetched(text string) error {
	return &PythonOptionError{Text: text, Reason: "can't be fetched at the first start: it is on this machine only",
		Remedy: "give a URL with #sha256=... or a name of the catalogue, or leave out --python-dist-mode fetch"}
}

// carryArchive unpacks an archive into the cache and looks at it.
func (s *session) carryArchive(ctx context.Context, c *carried, archive fetch.Wheel, mode PythonMode) error {
	s.surroundings.progress(Progress{Phase: Packing, Item: archive.Name})
	unpacked := c.record
	unpacked.URL = ""
	installation, err := pythondist.In(ctx, s.cacheDir, &unpacked, pythondist.Options{Unpack: untar.To, Hash: sha256.New, Open: func() (*pythondist.Archive, error) {
		file, err := os.Open(archive.Path)
		if err != nil {
			return nil, err
		}
		return &pythondist.Archive{ReaderAt: file, Closer: file, Size: archive.Size}, nil
	}})
	if err != nil {
		return err
	}
	c.release = append(c.release, installation.Close)
	if c.distribution, err = standalone.Examine(installation.Folder, archive.Name); err != nil {
		return renamed(err, archive.Name)
	}
	d := c.distribution
	home := filepath.Join(installation.Folder, filepath.FromSlash(d.Home))
	c.program = filepath.Join(home, filepath.FromSlash(d.Program))
	c.record.Name = d.Name()
	if mode == FetchPython {
		c.record.Program = path.Join(d.Home, d.Program)
		return nil
	}
	// What was packed once is kept, by what it was packed of and how.
	packed := filepath.Join(s.cacheDir, "store", Packed, archive.SHA256+packedSuffix)
	if _, err := os.Stat(packed); err != nil {
		if err := os.MkdirAll(filepath.Dir(packed), 0o700); err != nil {
			return err
		}
		if err := packInto(ctx, home, packed); err != nil {
			return err
		}
	}
	return c.embed(packed)
}

// Packed is the folder of the store for packed distributions.
const Packed = "pythons"

// packedSuffix changes with the way distributions are packed.
const packedSuffix = "-1.tar.zst"

// carryFolder packs a folder.
func (s *session) carryFolder(ctx context.Context, c *carried, folder string) (err error) {
	if c.distribution, err = standalone.Examine(folder, ""); err != nil {
		return err
	}
	d := c.distribution
	home := filepath.Join(folder, filepath.FromSlash(d.Home))
	c.program = filepath.Join(home, filepath.FromSlash(d.Program))
	c.record.Name = d.Name()
	s.surroundings.progress(Progress{Phase: Packing, Item: d.Name()})
	temporary, err := os.MkdirTemp("", "gobundle-")
	if err != nil {
		return err
	}
	c.release = append(c.release, func() error { return os.RemoveAll(temporary) })
	packed := filepath.Join(temporary, pythondist.Member)
	if err := packInto(ctx, home, packed); err != nil {
		return err
	}
	return c.embed(packed)
}

// packInto packs a folder into a file, which appears whole or not at all.
func packInto(ctx context.Context, folder, packed string) error {
	file, err := os.CreateTemp(filepath.Dir(packed), ".python-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // in vain once it is renamed
	err = standalone.Pack(ctx, folder, file)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), packed)
}

// embed notes what is to be embedded.
func (c *carried) embed(packed string) error {
	size, sum, err := hashedFile(packed)
	c.packed = packed
	c.record = pythondist.Record{Name: c.distribution.Name(), Archive: pythondist.Member, SHA256: sum, Size: size,
		Program: path.Join(standalone.Top, c.distribution.Program)}
	return err
}

// renamed names an archive instead of the folder that it was unpacked into.
func renamed(err error, name string) error {
	var none *standalone.NoPythonError
	if errors.As(err, &none) {
		return &standalone.NoPythonError{Path: name, Reason: none.Reason}
	}
	return err
}

// hashedFile returns a file's size in bytes and its sha256.
func hashedFile(name string) (size int64, sum string, err error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, "", err
	}
	defer file.Close()
	hash := sha256.New()
	if size, err = io.Copy(hash, file); err != nil {
		return 0, "", err
	}
	return size, hex.EncodeToString(hash.Sum(nil)), nil
}
