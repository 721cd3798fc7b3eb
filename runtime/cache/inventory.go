package cache

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Kind says what an object of the cache is.
type Kind string

// The kinds of objects.
const (
	Environment Kind = "environment" // what one bundle runs in, on one interpreter
	Wheel       Kind = "wheel"       // an unpacked wheel, shared by environments
	Python      Kind = "python"      // a Python that executables brought along, shared by environments
	Download    Kind = "download"    // a file that was kept when a bundle was made
)

// An Object is one thing that can be removed from the cache by itself.
type Object struct {
	Kind Kind
	// Name is its path below its folder in the cache, with slashes.
	Name string
	// Size is in bytes. A file that is linked to counts once: as a part of its
	// wheel, if that is still there.
	Size int64
	// Used is the time of its last use. Of a download it is the time of the last
	// reading if the file system keeps that, else of its making.
	Used time.Time

	path   string
	lock   string   // name of its file among the locks, "" for none
	wheels []string // of an environment: the names of its wheels
	python string   // of an environment: the name of the Python it is made with, if that is an object
}

// leased reports whether a file in it says whether it is in use.
func (o Object) leased() bool { return o.Kind == Environment || o.Kind == Python }

// An Inventory is what is in a cache: environments, then wheels, then Pythons,
// then downloads, each in the order of their last use.
//
// The twin of the bootstrap's inventory.py, which knows no downloads.
type Inventory struct {
	Dir     string
	Objects []Object
}

// downloads are the folders of the cache that are filled when bundles are made.
var downloads = []string{"store", "http", "builds", "interpreters"}

// Take looks through a cache. A folder that is not there is an empty cache.
func Take(ctx context.Context, dir string) (*Inventory, error) {
	v := &Inventory{Dir: dir}
	var environments, wheels, pythons []Object
	for _, path := range folders(filepath.Join(dir, "wheels")) {
		name := filepath.Base(path)
		wheels = append(wheels, Object{Kind: Wheel, Name: name, Used: modified(path), path: path, lock: "wheel-" + name})
	}
	for _, path := range folders(filepath.Join(dir, "pythons")) {
		name := filepath.Base(path)
		pythons = append(pythons, Object{Kind: Python, Name: name, Used: lastUse(path), path: path, lock: "python-" + name})
	}
	for _, bundle := range folders(filepath.Join(dir, "envs")) {
		for _, path := range folders(bundle) {
			if filepath.Base(path) != "at" {
				environments = append(environments, environment(filepath.Base(bundle), path))
			}
		}
	}
	kept, err := takeDownloads(ctx, dir)
	if err != nil {
		return nil, err
	}
	seen := map[fileID]bool{}
	for _, objects := range [][]Object{wheels, environments, pythons} { // wheels first: links count there
		sortByUse(objects)
		for i := range objects {
			if objects[i].Size, err = onDisk(ctx, objects[i].path, seen); err != nil {
				return nil, err
			}
		}
	}
	sortByUse(kept)
	v.Objects = slices.Concat(environments, wheels, pythons, kept)
	return v, nil
}

// Size is that of all objects, in bytes.
func (v *Inventory) Size() int64 { return sizeOf(v.Objects) }

func sizeOf(objects []Object) int64 {
	var size int64
	for _, o := range objects {
		size += o.Size
	}
	return size
}

func sortByUse(objects []Object) {
	slices.SortStableFunc(objects, func(a, b Object) int {
		if c := a.Used.Compare(b.Used); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
}

func environment(bundle, path string) Object {
	name := filepath.Base(path)
	o := Object{Kind: Environment, Name: bundle + "/" + name, Used: lastUse(path), path: path, lock: "env-" + bundle + "-" + name}
	if config, err := os.ReadFile(filepath.Join(path, "pyvenv.cfg")); err == nil {
		o.python = ownPython(string(config))
	}
	text, err := os.ReadFile(filepath.Join(path, "wheels.txt"))
	if err != nil {
		return o
	}
	for scanner := bufio.NewScanner(bytes.NewReader(text)); scanner.Scan(); {
		wheel, size, found := strings.Cut(scanner.Text(), " ")
		if _, err := strconv.ParseInt(size, 10, 64); !found || err != nil {
			return o
		}
		o.wheels = append(o.wheels, wheel)
	}
	return o
}

// ownPython finds the Python among the cache's objects in a pyvenv.cfg, "" if there is
// none. It has no regular expression, which would be a tenth of a launcher.
func ownPython(config string) string {
	parts := strings.FieldsFunc(config, func(r rune) bool { return r == '/' || r == '\\' })
	for i, part := range parts {
		if part == "pythons" && i+2 < len(parts) && len(parts[i+1]) == 32 && strings.Trim(parts[i+1], "0123456789abcdef") == "" {
			return parts[i+1]
		}
	}
	return ""
}

// lastUse is the time of the lease in a folder, else the folder's own.
func lastUse(path string) time.Time {
	if used := modified(filepath.Join(path, "lease")); !used.IsZero() {
		return used
	}
	return modified(path)
}

func modified(path string) time.Time {
	info, err := os.Lstat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// folders lists the finished folders in a folder, sorted by name.
func folders(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var found []string
	for _, entry := range entries {
		if entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
			found = append(found, filepath.Join(dir, entry.Name()))
		}
	}
	return found
}

// takeDownloads lists the files that were kept when bundles were made. Locks are
// none, and neither is what is being downloaded.
func takeDownloads(ctx context.Context, dir string) ([]Object, error) {
	var found []Object
	for _, name := range downloads {
		err := filepath.WalkDir(filepath.Join(dir, name), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return nil // it has gone, or was never there
			}
			if entry.IsDir() {
				if entry.Name() == "locks" || entry.Name() == "new" {
					return fs.SkipDir
				}
				return ctx.Err()
			}
			info, err := entry.Info()
			if err != nil || !info.Mode().IsRegular() {
				return nil
			}
			relative, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			found = append(found, Object{Kind: Download, Name: filepath.ToSlash(relative), Size: info.Size(), Used: lastRead(info), path: path})
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("looking through %s: %w", filepath.Join(dir, name), err)
		}
	}
	return found, nil
}

// onDisk sums up the files in a folder that have not been seen.
func onDisk(ctx context.Context, dir string, seen map[fileID]bool) (int64, error) {
	var size int64
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return ctx.Err() // what can't be read has gone
		}
		info, err := entry.Info()
		if err != nil {
			return nil
		}
		if id, known := idOf(info); known {
			if seen[id] {
				return nil
			}
			seen[id] = true
		}
		size += info.Size()
		return nil
	})
	return size, err
}
