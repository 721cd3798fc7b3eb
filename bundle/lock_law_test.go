package bundle

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/lockfile"
)

// TestLockLaw holds, for small indexes full of tags and markers, that
//
//   - the bundle of a lock is the bundle of what was locked, byte for byte, for all
//     targets and for each alone;
//   - locking again changes nothing, in whatever order the targets are named, and
//     whether or not newer releases have come;
//   - a lock is read and written as the same bytes;
//   - without what it says of its making it holds the same wheels, and so do the
//     requirements that it is exported as;
//   - with one byte changed in one wheel, or one wheel missing, nothing is built.
func TestLockLaw(t *testing.T) {
	t.Parallel()
	locked, partial, inseparable := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		dists := drawDists(rt)
		var names []string
		for range rapid.IntRange(1, 3).Draw(rt, "targets") {
			names = append(names, rapid.SampledFrom(interpreters).Draw(rt, "target"))
		}
		folder := filepath.Join(t.TempDir(), "wheels")
		if err := indextest.WriteFolder(folder, dists...); err != nil {
			rt.Fatal(err)
		}
		o := bundling(t, folder, drawNeed(rt, []string{"a"}, "root"))
		o.Targets = names
		if _, err := Build(t.Context(), o); err != nil {
			if !noSolution(err) {
				rt.Fatal(err)
			}
			return
		}
		lo := LockOptions{Inputs: o.Inputs, Surroundings: o.Surroundings, Targets: names, Output: "pylock.toml"}
		_, err := Lock(t.Context(), lo)
		if inseparableError := (*resolve.InseparableError)(nil); errors.As(err, &inseparableError) {
			inseparable++
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		locked++
		text := contentOf(t, o.Directory, "pylock.toml")
		l, err := lockfile.Read(text)
		if err != nil || !bytes.Equal(l.Marshal(), text) {
			rt.Fatalf("the lock reads back otherwise (%v): %s", err, text)
		}
		if slices.ContainsFunc(l.Packages, func(p lockfile.Package) bool { return p.Marker != nil }) {
			partial++
		}
		fromLock := o
		fromLock.Inputs = Inputs{Lock: FromLock{Path: "pylock.toml"}, Indexes: Indexes{NoIndex: true}}
		fromLock.Targets = names
		sameBundle(t, rt, o, fromLock, text)
		disposable(t, rt, fromLock, text)
		exported(t, rt, fromLock, text)
		damaged(t, rt, fromLock, l)
		for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
			alone, fromLock := o, fromLock
			alone.Targets, fromLock.Targets = []string{name}, []string{name}
			alone.ConstraintFiles = constraints(t, o.Directory, l, name)
			sameBundle(t, rt, alone, fromLock, text)
		}
		again(t, rt, lo, folder, text)
	})
	if locked < 30 || partial < 5 {
		t.Errorf("%d locks, %d of them with markers, %d impossible: too few to say anything", locked, partial, inseparable)
	}
}

// constraints writes a file that makes a build for one target take the versions of
// a lock.
func constraints(t *testing.T, folder string, l *lockfile.Lock, name string) []string {
	t.Helper()
	on := parsedTarget(t, name)
	selection, err := l.Select(lockfile.Wanted{Environment: on.Environment, Python: on.Python})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range selection.Packages {
		lines = append(lines, p.Name+"=="+p.Version.String())
	}
	if err := os.WriteFile(filepath.Join(folder, "constraints.txt"), []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{"constraints.txt"}
}

func contentOf(t *testing.T, folder, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// sameBundle builds both, and compares the bytes.
func sameBundle(t *testing.T, rt *rapid.T, one, other Options, lock []byte) {
	t.Helper()
	one.Output, other.Output = "one.pyz", "other.pyz"
	for _, o := range []Options{one, other} {
		if _, err := Build(t.Context(), o); err != nil {
			rt.Fatalf("building %s: %v\n%s", o.Output, err, lock)
		}
	}
	if !bytes.Equal(contentOf(t, one.Directory, "one.pyz"), contentOf(t, one.Directory, "other.pyz")) {
		rt.Fatalf("for %v the lock gives another bundle:\n%s", one.Targets, lock)
	}
}

// again locks with the targets turned round and newer releases about.
func again(t *testing.T, rt *rapid.T, lo LockOptions, folder string, want []byte) {
	t.Helper()
	newer := []indextest.Dist{{Name: "a", Version: "9"}, {Name: "b", Version: "9"}, {Name: "c", Version: "9"}, {Name: "d", Version: "9"}}
	if err := indextest.WriteFolder(folder, newer...); err != nil {
		rt.Fatal(err)
	}
	lo.Targets = slices.Clone(lo.Targets)
	slices.Reverse(lo.Targets)
	summary, err := Lock(t.Context(), lo)
	if err != nil {
		rt.Fatal(err)
	}
	if got := contentOf(t, lo.Directory, "pylock.toml"); !bytes.Equal(got, want) || len(summary.Changes) > 0 {
		rt.Fatalf("locked again: %q\n%s\nwant\n%s", summary.Changes, got, want)
	}
}

// disposable takes away what the lock says of its making.
func disposable(t *testing.T, rt *rapid.T, o Options, text []byte) {
	t.Helper()
	bare, _, _ := bytes.Cut(text, []byte("\n[tool.gobundle]"))
	if err := os.WriteFile(filepath.Join(o.Directory, "pylock.bare.toml"), bare, 0o644); err != nil {
		rt.Fatal(err)
	}
	o.Output = "bare.pyz"
	o.Lock.Path = "pylock.bare.toml"
	if _, err := Build(t.Context(), o); err != nil {
		rt.Fatalf("without its tool table: %v\n%s", err, text)
	}
	bundled, err := Inspect(t.Context(), filepath.Join(o.Directory, "bare.pyz"))
	if err != nil {
		rt.Fatal(err)
	}
	whole, err := Inspect(t.Context(), filepath.Join(o.Directory, "other.pyz"))
	if err != nil {
		rt.Fatal(err)
	}
	if got, want := wheelsByTarget(bundled), wheelsByTarget(whole); !slices.Equal(got, want) {
		rt.Fatalf("without its tool table the lock has %q, want %q\n%s", got, want, text)
	}
}

// damaged changes one byte of one wheel of the lock, and then takes it away. The wheel
// is whole again in the end.
func damaged(t *testing.T, rt *rapid.T, o Options, l *lockfile.Lock) {
	t.Helper()
	var places []string
	for _, p := range l.Packages {
		for _, w := range p.Wheels {
			places = append(places, filepath.Join(o.Directory, filepath.FromSlash(w.Path)))
		}
	}
	if len(places) == 0 {
		return
	}
	place := rapid.SampledFrom(places).Draw(rt, "damaged")
	whole, err := os.ReadFile(place)
	if err != nil {
		rt.Fatal(err)
	}
	changed := bytes.Clone(whole)
	changed[rapid.IntRange(0, len(whole)-1).Draw(rt, "at")] ^= byte(rapid.IntRange(1, 255).Draw(rt, "change"))
	o.Output = "damaged.pyz"
	for _, content := range [][]byte{changed, nil} {
		err := os.Remove(place) // first, for it may be the same file as one in the cache
		if err == nil && content != nil {
			err = os.WriteFile(place, content, 0o644)
		}
		if err != nil {
			rt.Fatal(err)
		}
		_, err = Build(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), filepath.Base(place)) {
			rt.Fatalf("Build() = %v, want an error about %s", err, place)
		}
		var mismatch *LockMismatchError
		if content != nil && !errors.As(err, &mismatch) {
			rt.Fatalf("Build() = %v, want a *LockMismatchError", err)
		}
		if _, err := os.Stat(filepath.Join(o.Directory, o.Output)); err == nil {
			rt.Fatal("a bundle of damaged wheels was written")
		}
	}
	if err := os.WriteFile(place, whole, 0o644); err != nil {
		rt.Fatal(err)
	}
}

// exported bundles the requirements that the lock is exported as.
func exported(t *testing.T, rt *rapid.T, o Options, text []byte) {
	t.Helper()
	_, err := Export(t.Context(), ExportOptions{Inputs: o.Inputs, Surroundings: o.Surroundings, Output: "exported.txt"})
	if err != nil {
		rt.Fatalf("exporting: %v\n%s", err, text)
	}
	o.Inputs = Inputs{RequirementFiles: []string{"exported.txt"}, NoDependencies: true, RequireHashes: true}
	o.Output = "exported.pyz"
	if _, err := Build(t.Context(), o); err != nil {
		rt.Fatalf("bundling what was exported: %v\n%s", err, contentOf(t, o.Directory, "exported.txt"))
	}
	got, err := Inspect(t.Context(), filepath.Join(o.Directory, "exported.pyz"))
	if err != nil {
		rt.Fatal(err)
	}
	want, err := Inspect(t.Context(), filepath.Join(o.Directory, "other.pyz"))
	if err != nil {
		rt.Fatal(err)
	}
	if got, want := wheelsByTarget(got), wheelsByTarget(want); !slices.Equal(got, want) {
		rt.Fatalf("what was exported has %q, want %q\n%s", got, want, text)
	}
}

func wheelsByTarget(c *Content) []string {
	var all []string
	for _, w := range c.Wheels {
		targets := slices.Sorted(slices.Values(w.Targets))
		all = append(all, w.File+" for "+strings.Join(targets, ", "))
	}
	slices.Sort(all)
	return all
}
