package reqfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// The limits on what is read, far above any real file.
const (
	maxSize  = 16 << 20 // bytes of one file
	maxDepth = 100      // files that include each other
	maxFiles = 10_000   // files in all; two lines per file would double them with each level
)

// ErrTooLarge is what an [OpenError] unwraps to for a file of more than 16 MiB.
var ErrTooLarge = errors.New("larger than 16 MiB")

// ReadOptions says how to reach what a requirements file refers to. The zero
// value reads local files of this machine, without variables.
type ReadOptions struct {
	// Open opens an absolute local path or an http(s) URL; Read closes what
	// it returns. nil opens local paths only.
	Open func(ctx context.Context, name string) (io.ReadCloser, error)
	// Stat looks at local paths, to tell folders and archives from names;
	// nil is os.Stat.
	Stat func(path string) (fs.FileInfo, error)
	// Getenv returns the value of a variable; nil has none. An empty value
	// counts as unset.
	Getenv func(name string) string
	// Folder is the working folder, which relative paths start from; "" is
	// that of the process.
	Folder string
	// Constraint reads the file as a constraints file.
	Constraint bool
	// Options are those in effect before the file's first line.
	Options Options
}

// Read reads the requirements file of the given path or URL and those that it
// includes. The error is a *SyntaxError, a *CycleError or an *OpenError.
func Read(ctx context.Context, name string, o ReadOptions) (*File, error) {
	r := &reader{ReadOptions: o, file: &File{Options: o.Options.clone()}}
	if r.Open == nil {
		r.Open = openLocal
	}
	if r.Stat == nil {
		r.Stat = os.Stat
	}
	if r.Getenv == nil {
		r.Getenv = func(string) string { return "" }
	}
	folder, err := filepath.Abs(o.Folder)
	if err != nil {
		return nil, fmt.Errorf("finding the working folder: %w", err)
	}
	r.Folder = folder
	first := &source{name: r.complete(name), shown: mask(name), constraint: o.Constraint}
	if err := r.read(ctx, first, Position{}); err != nil {
		return nil, err
	}
	return r.file, nil
}

// A reader collects what the files say. It has its options filled in.
type reader struct {
	ReadOptions
	file  *File
	stack []*source // the files that are being read, outermost first
	count int
}

func openLocal(_ context.Context, name string) (io.ReadCloser, error) {
	if isRemote(name) {
		return nil, errors.New("reading from the network is not set up")
	}
	return os.Open(name)
}

// read reads one file; from is the line that includes it.
func (r *reader) read(ctx context.Context, s *source, from Position) error {
	data, err := r.content(ctx, s.name)
	if err != nil {
		return &OpenError{File: s.shown, From: from, Constraint: s.constraint, Err: err}
	}
	if s.text, err = decode(data); err != nil {
		return undecodable(s, err)
	}
	r.stack = append(r.stack, s)
	for _, l := range logicalLines(s.text, r.Getenv) {
		if err := r.line(ctx, s, &l); err != nil {
			return err
		}
	}
	r.stack = r.stack[:len(r.stack)-1]
	return nil
}

// undecodable says where in the file the bytes are no text.
func undecodable(s *source, err error) error {
	var bad *encodingError
	if !errors.As(err, &bad) {
		return &OpenError{File: s.shown, Constraint: s.constraint, Err: err}
	}
	text, at, _ := maskSpan(bad.text, bad.at, bad.at)
	return &SyntaxError{File: s.shown, Line: bad.line, Column: utf8.RuneCountInString(text[:at]) + 1, Length: 1, Text: text, Reason: bad.reason}
}

func (r *reader) content(ctx context.Context, name string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if scheme(name) == "file" {
		path, ok := filePath(name)
		if !ok {
			return nil, errors.New("not the URL of a file on this machine")
		}
		name = r.absolute(path)
	}
	f, err := r.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxSize {
		return nil, ErrTooLarge
	}
	return data, nil
}

// complete makes the name of a requirements file independent of the working
// folder.
func (r *reader) complete(name string) string {
	switch scheme(name) {
	case "http", "https":
		return name
	case "file":
		if path, ok := filePath(name); ok {
			return fileURL(r.absolute(path))
		}
		return name
	default:
		return r.absolute(name)
	}
}

// absolute completes a path from the working folder.
func (r *reader) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(r.Folder, path)
}

func (r *reader) isFolder(path string) bool {
	info, err := r.Stat(path)
	return err == nil && info.IsDir()
}

// isProject reports whether a folder can be built.
func (r *reader) isProject(folder string) bool {
	for _, name := range []string{"pyproject.toml", "setup.py"} {
		if info, err := r.Stat(filepath.Join(folder, name)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}
