// Package pack writes a staged tree as a zipapp
// (https://peps.python.org/pep-0441/) or as a folder.
//
// The same tree gives the same bytes, on any machine. All members are stored,
// not deflated: wheels are compressed already, so packing is copying, which the
// system does. What is written appears whole or not at all.
//
// It knows nothing of how a tree came about.
package pack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/bundle/stage"
)

// Options say what stands before the zip, and who is told of the work.
type Options struct {
	// Prolog is written before the zip: a "#!" line or a script, or the head of an
	// executable.
	Prolog []byte
	// Seal completes the file before it gets its name, and returns its size in bytes; nil
	// if nothing is left to do.
	Seal func(ctx context.Context, file *os.File) (int64, error)
	// Progress is told how many bytes are written; nil for nobody. It is
	// called by one goroutine.
	Progress func(done, total int64)
}

func (o Options) progress(done, total int64) {
	if o.Progress != nil {
		o.Progress(done, total)
	}
}

// Zipapp writes the tree to path, which it replaces, and returns the size of
// the file in bytes. The file is executable as far as the umask allows. If path is a
// symbolic link, then the file that it leads to is replaced.
//
// A path that can't be written is an [*OutputError]; a tree that Python could not start from
// a zip a [*LimitError]. Then, and when the context ends, nothing is left behind.
func Zipapp(ctx context.Context, path string, tree *stage.Tree, o Options) (int64, error) {
	l, err := plan(tree, int64(len(o.Prolog)))
	if err != nil {
		return 0, err
	}
	if err := checkLimits(l, tree.Manifest); err != nil {
		return 0, err
	}
	path, err = outputFile(path)
	if err != nil {
		return 0, err
	}
	out, err := createTemporary(path)
	if err != nil {
		return 0, err
	}
	defer os.Remove(out.Name()) // in vain once it is renamed
	if err := write(ctx, out, l, o); err != nil {
		out.Close()
		return 0, outputError(path, err)
	}
	size := l.total
	if o.Seal != nil {
		if size, err = o.Seal(ctx, out); err != nil {
			out.Close()
			return 0, outputError(path, err)
		}
	}
	if err := finish(out, path); err != nil {
		return 0, err
	}
	return size, nil
}

// write writes prolog and zip.
func write(ctx context.Context, out *os.File, l *layout, o Options) error {
	if _, err := out.Write(o.Prolog); err != nil {
		return err
	}
	done := int64(len(o.Prolog))
	for i := range l.members {
		m := &l.members[i]
		header := l.localHeader(m)
		if _, err := out.Write(header); err != nil {
			return err
		}
		done += int64(len(header))
		if err := copyEntry(ctx, out, m.Entry, func(n int64) { o.progress(done+n, l.total) }); err != nil {
			return err
		}
		done += m.Size
	}
	if _, err := out.Write(l.directory()); err != nil {
		return err
	}
	o.progress(l.total, l.total)
	return nil
}

// step is how many bytes are copied between two looks at the context.
const step = 16 << 20

// copyEntry copies the content of an entry. From file to file the system does
// that alone: io.CopyN lets *os.File use copy_file_range.
func copyEntry(ctx context.Context, out *os.File, e stage.Entry, progress func(done int64)) error {
	in, err := e.Open()
	if err != nil {
		return fmt.Errorf("reading %s: %w", e.Name, err)
	}
	defer in.Close()
	for done := int64(0); done < e.Size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.CopyN(out, in, min(step, e.Size-done))
		done += n
		if errors.Is(err, io.EOF) {
			return &ChangedError{Entry: e.Name, Reason: fmt.Sprintf("has %d bytes, not %d", done, e.Size)}
		}
		if err != nil {
			return fmt.Errorf("copying %s: %w", e.Name, err)
		}
		progress(done)
	}
	if n, err := in.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return &ChangedError{Entry: e.Name, Reason: fmt.Sprintf("has more than %d bytes", e.Size)}
	}
	return nil
}

// A ChangedError says that a file is not what it was when the tree was staged.
type ChangedError struct {
	Entry  string
	Reason string
}

func (e *ChangedError) Error() string { return e.Entry + " changed meanwhile: it " + e.Reason }

// outputFile returns the path that is to be renamed to.
func outputFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return path, nil // what is wrong shows when it is written
	}
	if info.IsDir() {
		return "", &OutputError{Path: path, Reason: "is a folder"}
	}
	if !info.Mode().IsRegular() {
		return "", &OutputError{Path: path, Reason: "is not a regular file"}
	}
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path, nil
	}
	return resolved, nil
}
