package unpack

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"github.com/gobundle/gobundle/runtime/cancel"
)

// A member is what both kinds of archive say of one entry.
type member struct {
	name       string // as written
	clean      string // set by begin
	size       int64  // in bytes, of a file
	executable bool
	modified   time.Time
}

// begin checks a member's name and its number.
func (u *unpacking) begin(ctx context.Context, m *member) error {
	if err := u.count(ctx, m.name); err != nil {
		return err
	}
	clean, reason := cleanName(m.name)
	if reason != "" {
		return u.unsafe(m.name, reason)
	}
	m.clean = clean
	return nil
}

// place adds a member to the tree.
func (u *unpacking) place(m *member, n node) error {
	if reason := u.tree.add(m.clean, n); reason != "" {
		return u.unsafe(m.name, reason)
	}
	return nil
}

func (u *unpacking) addFolder(m *member) error {
	if err := u.place(m, node{kind: folder}); err != nil {
		return err
	}
	return u.written(m, u.root.MkdirAll(m.clean, 0o755))
}

// addFile writes a file's content, which has m.size bytes.
func (u *unpacking) addFile(ctx context.Context, m *member, content io.Reader) error {
	if m.clean == "." {
		return u.unsafe(m.name, "is a file with the name of the archive's root")
	}
	if m.size < 0 {
		return u.unsafe(m.name, "has no size")
	}
	if reason := u.limits.check(u.total+m.size, u.size); reason != "" {
		return u.large(m.name, reason)
	}
	if err := u.place(m, node{kind: file}); err != nil {
		return err
	}
	if err := u.written(m, u.root.MkdirAll(path.Dir(m.clean), 0o755)); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if m.executable {
		mode = 0o755
	}
	out, err := u.root.OpenFile(m.clean, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return u.written(m, err)
	}
	n, err := io.Copy(out, &io.LimitedReader{R: cancel.Reader(ctx, content), N: m.size + 1})
	u.total += n
	if err == nil && n != m.size {
		err = u.unsafe(m.name, "has another size than it says")
	}
	if err == nil {
		err = out.Chmod(mode) // whatever the umask
	}
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		modified := latest(m.modified)
		err = u.root.Chtimes(m.clean, modified, modified)
	}
	if err != nil {
		return u.damaged(err)
	}
	return nil
}

// oldest is the first moment that a zip can hold in every time zone. Backends
// pack files with their times, and fail on older ones.
var oldest = time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC)

func latest(t time.Time) time.Time {
	if t.Before(oldest) {
		return oldest
	}
	return t
}

// addLink notes a symbolic link. Links are made at the end, so that nothing is
// ever written through one.
func (u *unpacking) addLink(m *member, target string) error {
	reason := unsafeText(target)
	switch {
	case reason != "":
		return u.unsafe(m.name, "is a link to a path that "+reason)
	case target == "":
		return u.unsafe(m.name, "is a link to nothing")
	case len(target) > maxName:
		return u.unsafe(m.name, "is a link to a path that is too long")
	case strings.HasPrefix(target, "/"), hasDrive(target):
		return u.unsafe(m.name, "is a link to the absolute path "+target)
	}
	if err := u.place(m, node{kind: link, target: target}); err != nil {
		return err
	}
	if u.tree.leaves(m.clean) {
		return u.unsafe(m.name, "is a link that leads out, to "+target)
	}
	return nil
}

// addHardLink makes a second name of a file that came before.
func (u *unpacking) addHardLink(m *member, target string) error {
	clean, reason := cleanName(target)
	if reason != "" {
		return u.unsafe(m.name, "is a hard link to a path that "+reason)
	}
	switch u.tree.nodes[clean].kind {
	case file:
	case link:
		return u.unsafe(m.name, "is a hard link to the link "+target)
	default:
		return u.unsafe(m.name, "is a hard link to "+target+", which is no file that came before")
	}
	if err := u.place(m, node{kind: file}); err != nil {
		return err
	}
	if err := u.written(m, u.root.MkdirAll(path.Dir(m.clean), 0o755)); err != nil {
		return err
	}
	return u.written(m, u.root.Link(clean, m.clean))
}

// links makes the symbolic links, now that it is known what lies where they
// lead.
func (u *unpacking) links() error {
	for _, name := range u.tree.order {
		if u.tree.leaves(name) {
			return u.unsafe(name, "is a link that leads out, to "+u.tree.nodes[name].target)
		}
	}
	for _, name := range u.tree.order {
		m := &member{name: name, clean: name}
		if err := u.root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return u.written(m, err)
		}
		if err := u.root.Symlink(u.tree.nodes[name].target, name); err != nil {
			return u.written(m, err)
		}
	}
	return nil
}

// written makes a clash of a member that only the file system sees.
func (u *unpacking) written(m *member, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return u.unsafe(m.name, "is, to this file system, there twice")
	}
	return err
}
