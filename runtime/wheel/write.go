package wheel

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

func hashedContent(path string, content []byte) row {
	sum := sha256.Sum256(content)
	return hashed(path, sum[:], int64(len(content)))
}

// writer writes planned files; one per goroutine.
type writer struct {
	plan    *plan
	checker *checker
	found   func(*CollisionError) // allowed collision with a file that was there
}

// write writes all planned files. Rows of files that are rewritten get their
// new hash.
func (p *plan) write(ctx context.Context) (*Report, error) {
	report := &Report{Collisions: p.allowed}
	var files, written atomic.Int64
	var lock sync.Mutex
	var existing []*CollisionError
	found := func(e *CollisionError) {
		lock.Lock()
		defer lock.Unlock()
		existing = append(existing, e)
	}
	err := inParallel(ctx, len(p.files), func() func(int) error {
		w := &writer{plan: p, found: found}
		return func(i int) error {
			f := &p.files[i]
			size, err := w.writeFile(f)
			if err == nil && !f.hidden {
				files.Add(1)
				written.Add(size)
			}
			return err
		}
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(existing, func(a, b *CollisionError) int { return strings.Compare(a.Path, b.Path) })
	report.Collisions = append(report.Collisions, existing...)
	report.Files, report.Bytes = int(files.Load()), written.Load()
	return report, nil
}

// writeFile writes one file and returns its size.
func (w *writer) writeFile(f *planned) (int64, error) {
	if f.member == nil {
		return int64(len(f.content)), w.writeContent(f, f.content)
	}
	if f.script {
		return w.writeScript(f)
	}
	if f.hidden {
		return 0, w.copyTo(io.Discard, f)
	}
	out, err := w.create(f)
	if errors.Is(err, fs.ErrExist) {
		return f.member.size, w.replace(f, func(out io.Writer) error { return w.copyTo(out, f) })
	}
	if err != nil {
		return 0, err
	}
	if err := w.copyTo(out, f); err != nil {
		out.Close()
		return 0, err
	}
	return f.member.size, out.Close()
}

// writeScript writes a file of .data/scripts. They are small: kept in memory
// while their first line is rewritten.
func (w *writer) writeScript(f *planned) (int64, error) {
	if f.member.size > maxScript {
		return 0, f.distribution.wheel.archive.invalid(f.member.name, "has %d bytes; the limit for scripts is %d", f.member.size, maxScript)
	}
	var b bytes.Buffer
	if err := w.copyTo(&b, f); err != nil {
		return 0, err
	}
	content, changed := w.plan.env.rewriteShebang(b.Bytes())
	if changed {
		// Each file has a row of its own: no other goroutine writes here.
		entry := &f.distribution.rows[f.row]
		*entry = hashedContent(entry.path, content)
	}
	return int64(len(content)), w.writeContent(f, content)
}

func (w *writer) writeContent(f *planned, content []byte) error {
	if f.hidden {
		return nil
	}
	out, err := w.create(f)
	write := func(out io.Writer) error {
		_, err := out.Write(content)
		return err
	}
	if errors.Is(err, fs.ErrExist) {
		return w.replace(f, write)
	}
	if err != nil {
		return err
	}
	if err := write(out); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// copyTo unpacks a member and checks it.
func (w *writer) copyTo(out io.Writer, f *planned) error {
	if w.checker == nil {
		w.checker = f.distribution.record.checker()
	}
	w.checker.use(f.distribution.record)
	return w.checker.copyTo(out, f.member)
}

// create makes a file that isn't there yet. What the umask leaves of its mode
// is up to the umask, as with pip.
func (w *writer) create(f *planned) (*os.File, error) {
	mode := fs.FileMode(0o666)
	if f.executable {
		mode = 0o777
	}
	return os.OpenFile(f.target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
}

// replace deals with a path that is taken by a file from before the
// installation: the same content is fine, other content must be allowed.
func (w *writer) replace(f *planned, write func(io.Writer) error) error {
	same, err := sameAsFile(f.target, write)
	if err != nil || same {
		return err
	}
	collision := &CollisionError{Path: w.plan.shown(f.target), Second: f.distribution.wheel.String()}
	if !w.plan.options.CollisionsOK {
		return collision
	}
	w.found(collision)
	if err := os.Remove(f.target); err != nil {
		return err
	}
	out, err := w.create(f)
	if err != nil {
		return err
	}
	if err := write(out); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// sameAsFile reports whether write produces what is in a regular file.
func sameAsFile(name string, write func(io.Writer) error) (bool, error) {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	c := &comparer{file: f}
	if err := write(c); err != nil {
		if errors.Is(err, errDifferent) {
			return false, nil
		}
		return false, err
	}
	n, err := f.Read(make([]byte, 1))
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return n == 0, nil
}

var errDifferent = errors.New("different content")

// comparer is a writer that fails with errDifferent at the first byte that file
// doesn't have.
type comparer struct {
	file   io.Reader
	buffer []byte
}

func (c *comparer) Write(p []byte) (int, error) {
	if len(c.buffer) < len(p) {
		c.buffer = make([]byte, len(p))
	}
	n, err := io.ReadFull(c.file, c.buffer[:len(p)])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	if !bytes.Equal(c.buffer[:n], p) {
		return 0, errDifferent
	}
	return len(p), nil
}
