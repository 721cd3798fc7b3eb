package stage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// A Source is a folder or file of the application.
type Source struct {
	// Path is a folder, or a file.
	Path string
	// As is the place below the root of imports, with slashes. "" is the root
	// itself for a folder, whose content is taken then, and the file's own
	// name for a file.
	As string
	// Script says that it is a file to be installed among the commands.
	Script bool
}

// A SourceError says why a file can't be among the sources.
type SourceError struct {
	Path   string
	Reason string // as the end of a sentence
}

func (e *SourceError) Error() string { return "source " + e.Path + " " + e.Reason }

// A sourceFile is a file that goes into the wheel of the sources.
type sourceFile struct {
	name       string // in the wheel
	path       string // on disk
	executable bool
	script     bool // it goes among the commands
}

// kind tells a command from a module of the same name.
func (f sourceFile) kind() string {
	if f.script {
		return "script"
	}
	return "module"
}

// A collector gathers the files of the sources.
type collector struct {
	roots    []string // of all sources, without symbolic links
	excluded []fs.FileInfo
	files    map[string]sourceFile
	open     []string // the folders being read, without symbolic links: a link to one of them has no end
}

// collect returns the files of the sources sorted by name.
func collect(ctx context.Context, sources []Source, excluded []string) ([]sourceFile, error) {
	c := &collector{files: map[string]sourceFile{}}
	for _, name := range excluded {
		if info, err := os.Stat(name); err == nil {
			c.excluded = append(c.excluded, info)
		}
	}
	for _, source := range sources {
		absolute, err := filepath.Abs(source.Path)
		if err != nil {
			return nil, err
		}
		root, err := filepath.EvalSymlinks(absolute)
		if err != nil {
			return nil, &SourceError{Path: source.Path, Reason: "does not exist"}
		}
		c.roots = append(c.roots, root)
	}
	for i, source := range sources {
		if err := c.add(ctx, source, c.roots[i]); err != nil {
			return nil, err
		}
	}
	if len(c.files) == 0 {
		return nil, &SourceError{Path: sources[0].Path, Reason: "holds no files"}
	}
	files := make([]sourceFile, 0, len(c.files))
	for _, file := range c.files {
		for folder := path.Dir(file.name); folder != "."; folder = path.Dir(folder) {
			if other, found := c.files[folder]; found {
				return nil, &SourceError{Path: file.path, Reason: fmt.Sprintf("needs a folder %s, which is a file of %s", folder, other.path)}
			}
		}
		files = append(files, file)
	}
	slices.SortFunc(files, func(a, b sourceFile) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.kind(), b.kind()))
	})
	return files, nil
}

// add takes one source as the user named it: its own name is never ignored.
func (c *collector) add(ctx context.Context, source Source, root string) error {
	if source.As != "" && (!fs.ValidPath(source.As) || source.As == ".") {
		return &SourceError{Path: source.Path, Reason: fmt.Sprintf("can't be placed at %q", source.As)}
	}
	info, err := os.Stat(root)
	if err != nil {
		return err
	}
	if source.Script {
		return c.addScript(source.Path, info)
	}
	if !info.IsDir() {
		name := source.As
		if name == "" {
			name = filepath.Base(source.Path)
		}
		return c.addFile(name, source.Path, info)
	}
	if isVirtualEnvironment(root) {
		return &SourceError{Path: source.Path, Reason: "is a virtual environment"}
	}
	return c.addFolder(ctx, source.As, source.Path, root)
}

// addFolder takes what is in a folder. Its real path has no symbolic links.
func (c *collector) addFolder(ctx context.Context, as, folder, real string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if slices.Contains(c.open, real) {
		return &SourceError{Path: folder, Reason: "is a link to a folder that holds it"}
	}
	c.open = append(c.open, real)
	defer func() { c.open = c.open[:len(c.open)-1] }()
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := c.addEntry(ctx, as, folder, real, entry); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) addEntry(ctx context.Context, as, folder, real string, entry fs.DirEntry) error {
	name, where := path.Join(as, entry.Name()), filepath.Join(folder, entry.Name())
	if isIgnoredFile(entry.Name()) && !entry.IsDir() {
		return nil
	}
	target := filepath.Join(real, entry.Name())
	if entry.Type()&fs.ModeSymlink != 0 {
		if ignoredFolders[entry.Name()] {
			return nil
		}
		var err error
		if target, err = c.follow(where); err != nil {
			return err
		}
	}
	info, err := os.Stat(where)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(c.excluded, func(other fs.FileInfo) bool { return os.SameFile(info, other) }) {
		return nil
	}
	if !info.IsDir() {
		return c.addFile(name, where, info)
	}
	if isIgnoredFolder(where) {
		return nil
	}
	return c.addFolder(ctx, name, where, target)
}

// follow resolves a symbolic link, which must stay in the sources: what a
// bundle holds must not depend on what else is on the machine.
func (c *collector) follow(link string) (string, error) {
	target, err := filepath.EvalSymlinks(link)
	if err == nil {
		target, err = filepath.Abs(target)
	}
	if err != nil {
		return "", &SourceError{Path: link, Reason: "is a link to nothing, or to itself"}
	}
	for _, root := range c.roots {
		if relative, err := filepath.Rel(root, target); err == nil && filepath.IsLocal(relative) {
			return target, nil
		}
	}
	return "", &SourceError{Path: link, Reason: "is a link that leaves the sources, to " + target}
}

// addScript takes a file that becomes a command. It may have the name of a module.
func (c *collector) addScript(where string, info fs.FileInfo) error {
	name := filepath.Base(where)
	if reason := wheel.UnsafeName(name); reason != "" {
		return &SourceError{Path: fmt.Sprintf("%q", where), Reason: reason}
	}
	if !info.Mode().IsRegular() {
		return &SourceError{Path: where, Reason: "is not a file"}
	}
	if !manifest.IsFileName(name) {
		return &SourceError{Path: where, Reason: "has a name that no command can have"}
	}
	c.files["script: "+name] = sourceFile{name: name, path: where, executable: true, script: true}
	return nil
}

func (c *collector) addFile(name, where string, info fs.FileInfo) error {
	if reason := wheel.UnsafeName(name); reason != "" {
		return &SourceError{Path: fmt.Sprintf("%q", where), Reason: reason}
	}
	if !info.Mode().IsRegular() {
		return &SourceError{Path: where, Reason: "is neither a file nor a folder"}
	}
	if other, found := c.files[name]; found {
		equal, err := sameContent(other.path, where)
		if err != nil {
			return err
		}
		if !equal {
			return &SourceError{Path: where, Reason: fmt.Sprintf("and %s would both be %s, with different content", other.path, name)}
		}
		return nil
	}
	c.files[name] = sourceFile{name: name, path: where, executable: info.Mode()&0o111 != 0}
	return nil
}

func sameContent(first, second string) (bool, error) {
	a, err := os.Open(first)
	if err != nil {
		return false, err
	}
	defer a.Close()
	b, err := os.Open(second)
	if err != nil {
		return false, err
	}
	defer b.Close()
	x, y := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, errX := io.ReadFull(a, x)
		m, errY := io.ReadFull(b, y)
		if !bytes.Equal(x[:n], y[:m]) {
			return false, nil
		}
		for _, err := range []error{errX, errY} {
			if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return false, err
			}
		}
		if errX != nil || errY != nil {
			return true, nil
		}
	}
}
