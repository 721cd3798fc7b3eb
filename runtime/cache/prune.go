package cache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// A Policy says what is to go from a cache. The zero value is nothing.
type Policy struct {
	// All is everything.
	All bool
	// OlderThan is what was not used for that long, if it is not 0.
	OlderThan time.Duration
	// MaxSize is how many bytes may stay, if Bounded: what was not used for
	// longest goes.
	Bounded bool
	MaxSize int64
}

// Plan chooses the objects to remove. Wheels and Pythons stay as long as an
// environment that stays has them.
func (v *Inventory) Plan(p Policy, now time.Time) []Object {
	old := func(o Object) bool { return p.All || p.OlderThan > 0 && now.Sub(o.Used) > p.OlderThan }
	var chosen, kept []Object // kept are environments
	for _, o := range v.Objects {
		switch {
		case o.Kind != Environment:
		case old(o):
			chosen = append(chosen, o)
		default:
			kept = append(kept, o)
		}
	}
	for _, o := range slices.Concat(v.spare(kept), v.of(Download)) {
		if old(o) {
			chosen = append(chosen, o)
		}
	}
	if p.Bounded {
		chosen = v.shrink(chosen, kept, p.MaxSize)
	}
	return chosen
}

// shrink chooses further objects until the rest is small enough: wheels and Pythons
// that no environment has, then environments and downloads by their last use.
func (v *Inventory) shrink(chosen, kept []Object, limit int64) []Object {
	size := v.Size() - sizeOf(chosen)
	taken := map[string]bool{}
	for _, o := range chosen {
		taken[o.path] = true
	}
	rest := slices.DeleteFunc(v.of(Download), func(o Object) bool { return taken[o.path] })
	for size > limit {
		more := slices.DeleteFunc(v.spare(kept), func(o Object) bool { return taken[o.path] })
		switch {
		case len(more) > 0:
		case len(rest) > 0 && (len(kept) == 0 || rest[0].Used.Before(kept[0].Used)):
			more, rest = rest[:1], rest[1:]
		case len(kept) > 0:
			more, kept = kept[:1], kept[1:]
		default:
			return chosen
		}
		for _, o := range more {
			taken[o.path] = true
		}
		chosen = append(chosen, more...)
		size -= sizeOf(more)
	}
	return chosen
}

func (v *Inventory) of(kind Kind) []Object {
	return slices.DeleteFunc(slices.Clone(v.Objects), func(o Object) bool { return o.Kind != kind })
}

// spare returns the wheels and Pythons that none of the environments has.
func (v *Inventory) spare(environments []Object) []Object {
	wheels, pythons := map[string]bool{}, map[string]bool{}
	for _, e := range environments {
		pythons[e.python] = true
		for _, wheel := range e.wheels {
			wheels[wheel] = true
		}
	}
	return slices.Concat(
		slices.DeleteFunc(v.of(Wheel), func(o Object) bool { return wheels[o.Name] }),
		slices.DeleteFunc(v.of(Python), func(o Object) bool { return pythons[o.Name] }))
}

// A Removal says what became of objects that were chosen.
type Removal struct {
	Removed []Object
	InUse   []Object // what somebody runs, makes or reads, or where that can't be told
}

// Remove removes objects that nobody uses, what killed processes left of others,
// and notes that lead to nothing. An environment or a Python is in use while somebody
// holds a lock on its lease, an environment also while a process runs in it, a download while a bundle is made.
// Where the file system has no locks, nothing is removed. Whoever starts a bundle
// meanwhile makes anew what is missing. With dry nothing is changed.
func (v *Inventory) Remove(ctx context.Context, objects []Object, dry bool) (*Removal, error) {
	r := &Removal{}
	if len(v.Objects) == 0 && !exists(filepath.Join(v.Dir, "envs")) {
		return r, nil
	}
	if err := os.MkdirAll(filepath.Join(v.Dir, "locks"), 0o700); err != nil {
		return nil, fmt.Errorf("taking locks in the cache: %w", err)
	}
	shared, downloads, environments := split(objects)
	running, err := v.conceal(ctx, environments, dry)
	if err != nil {
		return nil, err
	}
	gone := map[string]bool{}
	remove := func(o Object) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if running[o.path] {
			r.InUse = append(r.InUse, o)
			return nil
		}
		removed, err := v.remove(o, dry)
		if err != nil {
			return fmt.Errorf("removing %s from the cache: %w", o.Name, err)
		}
		if removed {
			gone[o.path] = true
			r.Removed = append(r.Removed, o)
		} else {
			r.InUse = append(r.InUse, o)
		}
		return nil
	}
	for _, o := range environments {
		if err := remove(o); err != nil {
			return nil, err
		}
	}
	stay := slices.DeleteFunc(v.of(Environment), func(o Object) bool { return gone[o.path] })
	spare := v.spare(stay)
	for _, o := range shared {
		if slices.ContainsFunc(spare, func(s Object) bool { return s.path == o.path }) {
			if err := remove(o); err != nil {
				return nil, err
			}
		}
	}
	if err := v.removeDownloads(downloads, remove, r); err != nil {
		return nil, err
	}
	if dry {
		return r, nil
	}
	return r, v.removeRest()
}

// grace is what a start may take between finding its environment and being seen
// in it, by its lease or else as a process.
func grace() time.Duration {
	if runtime.GOOS == "linux" {
		return 100 * time.Millisecond
	}
	return time.Second
}

// conceal makes environments that nobody uses impossible to find, gives those that
// have found one time to show, and returns the paths of all in which processes run.
func (v *Inventory) conceal(ctx context.Context, environments []Object, dry bool) (map[string]bool, error) {
	running := runningIn(environments)
	keys := map[string][]string{}
	for _, o := range environments {
		release, free, err := try(filepath.Join(o.path, "lease"), os.O_RDONLY)
		if err == nil && free {
			release()
		}
		if !running[o.path] && (free || errors.Is(err, fs.ErrNotExist)) {
			bundle, key, _ := strings.Cut(o.Name, "/")
			keys[bundle] = append(keys[bundle], key)
		}
	}
	if dry || len(keys) == 0 {
		return running, nil
	}
	for bundle, keys := range keys {
		if err := v.forget(bundle, keys); err != nil {
			return nil, err
		}
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(grace()):
	}
	return runningIn(environments), nil
}

// split tells what environments share from downloads and from environments.
func split(objects []Object) (shared, downloads, environments []Object) {
	for _, o := range objects {
		switch o.Kind {
		case Wheel, Python:
			shared = append(shared, o)
		case Download:
			downloads = append(downloads, o)
		default:
			environments = append(environments, o)
		}
	}
	return shared, downloads, environments
}

// removeDownloads removes files that were kept, unless a bundle is being made.
func (v *Inventory) removeDownloads(objects []Object, remove func(Object) error, r *Removal) error {
	if len(objects) == 0 {
		return nil
	}
	unlock, free, err := try(filepath.Join(v.Dir, "locks", making), os.O_CREATE|os.O_RDWR)
	if err != nil {
		return err
	}
	if !free {
		r.InUse = append(r.InUse, objects...)
		return nil
	}
	defer unlock()
	for _, o := range objects {
		if err := remove(o); err != nil {
			return err
		}
	}
	return nil
}

// remove removes one object if it is free, and reports whether it was.
func (v *Inventory) remove(o Object, dry bool) (bool, error) {
	if o.lock == "" {
		if dry {
			return true, nil
		}
		err := os.Remove(o.path)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return true, err
	}
	lock := filepath.Join(v.Dir, "locks", o.lock)
	unlock, free, err := try(lock, os.O_CREATE|os.O_RDWR)
	if err != nil || !free {
		return false, err
	}
	defer unlock()
	lease := filepath.Join(o.path, "lease")
	if o.leased() && runtime.GOOS != "windows" { // Windows doesn't rename what is open
		release, free, err := try(lease, os.O_RDONLY)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil || !free:
			return false, err
		default:
			defer release()
		}
	}
	if dry {
		return true, nil
	}
	if o.leased() && runtime.GOOS != "windows" {
		if err := os.Remove(lease); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
	}
	return v.takeAway(o.path, lock)
}

// takeAway gives a folder another name and removes it then, so that nobody sees
// a part of it.
func (v *Inventory) takeAway(path, lock string) (bool, error) {
	aside := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%x.tmp", filepath.Base(path), time.Now().UnixNano()))
	if err := os.Rename(path, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		if errors.Is(err, fs.ErrPermission) && runtime.GOOS == "windows" {
			return false, nil // something in it is open
		}
		return false, err
	}
	err := os.RemoveAll(aside)
	_ = os.Remove(lock) // who waits for it sees that it is another file now
	return true, err
}

// try takes an exclusive lock on a file without waiting. It is not free if
// somebody has it, or if that can't be told.
func try(path string, flag int) (unlock func(), free bool, err error) {
	if flag&os.O_CREATE == 0 && !exists(path) {
		return nil, false, fs.ErrNotExist
	}
	lock := flock.New(path, flock.SetFlag(flag), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if unsupported(err) || err == nil && !taken {
		_ = lock.Close()
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	mine, err := lock.Stat()
	if now, statErr := os.Stat(path); err != nil || statErr != nil || !os.SameFile(mine, now) {
		_ = lock.Close() // removed by another who prunes
		return nil, false, nil
	}
	return func() { _ = lock.Close() }, true, nil
}

// removeRest removes what killed processes left, notes about environments that
// are gone, and folders in which nothing is left.
func (v *Inventory) removeRest() error {
	if err := v.leftovers(filepath.Join(v.Dir, "wheels"), "wheel-"); err != nil {
		return err
	}
	if err := v.leftovers(filepath.Join(v.Dir, "pythons"), "python-"); err != nil {
		return err
	}
	for _, bundle := range folders(filepath.Join(v.Dir, "envs")) {
		id := filepath.Base(bundle)
		if err := v.leftovers(bundle, "env-"+id+"-"); err != nil {
			return err
		}
		if err := v.forget(id, nil); err != nil {
			return err
		}
	}
	return nil
}

// forget removes the notes of a bundle that lead to environments with these keys,
// or to none, unless somebody is writing one.
func (v *Inventory) forget(bundle string, keys []string) error {
	lock := filepath.Join(v.Dir, "locks", "at-"+bundle)
	unlock, free, err := try(lock, os.O_CREATE|os.O_RDWR)
	if err != nil || !free {
		return err
	}
	forget(filepath.Join(v.Dir, "envs", bundle), keys)
	_ = os.Remove(lock)
	unlock()
	return nil
}

// leftovers removes what has an unfinished name, unless somebody is making it.
func (v *Inventory) leftovers(dir, prefix string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		name, unfinished := strings.CutSuffix(entry.Name(), ".tmp")
		if !unfinished || !strings.HasPrefix(name, ".") || strings.Count(name, ".") < 2 {
			continue
		}
		lock := filepath.Join(v.Dir, "locks", prefix+name[1:strings.LastIndex(name, ".")])
		unlock, free, err := try(lock, os.O_CREATE|os.O_RDWR)
		if err != nil {
			return err
		}
		if !free {
			continue
		}
		err = os.RemoveAll(filepath.Join(dir, entry.Name()))
		unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// forget removes notes, and then the folders that are empty. Only for who has the
// lock.
func forget(bundle string, keys []string) {
	var dirs []string
	_ = filepath.WalkDir(filepath.Join(bundle, "at"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if entry.IsDir() {
			dirs = append(dirs, path)
			return nil
		}
		note, err := os.ReadFile(path)
		key, _, _ := strings.Cut(string(note), "\n")
		if entry.Name() != "env" || err == nil && (key == "" || slices.Contains(keys, key) || !exists(filepath.Join(bundle, filepath.Base(key)))) {
			_ = os.Remove(path)
		}
		return nil
	})
	slices.Reverse(dirs)
	for _, dir := range append(dirs, bundle) {
		_ = os.Remove(dir) // there may be something in it
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
