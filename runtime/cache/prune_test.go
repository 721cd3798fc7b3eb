package cache

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const day = 24 * time.Hour

// epoch is the present of these tests.
var epoch = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

// fill makes a cache as the bootstrap leaves it: environments are named by how
// many days ago they were used, and list their wheels.
func fill(t *testing.T, dir string, environments map[int][]string, wheels map[string]int, downloads map[string]int) {
	t.Helper()
	write := func(name string, content string, days int) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		stamp(t, path, days)
	}
	for wheel, days := range wheels {
		write("wheels/"+wheel+"/module.py", strings.Repeat("x", 1000), days)
		stamp(t, filepath.Join(dir, "wheels", wheel), days)
	}
	for days, has := range environments {
		home := fmt.Sprintf("envs/b%d/cp311-%d", days, days)
		list := ""
		for _, wheel := range has {
			list += wheel + " 1000\n"
		}
		write(home+"/wheels.txt", list, days)
		write(home+"/own.bin", strings.Repeat("y", 100-len(list)), days)
		write(home+"/lease", "", days)
		write(fmt.Sprintf("envs/b%d/at/usr/bin/python3/env", days), fmt.Sprintf("cp311-%d\n", days), days)
	}
	for name, days := range downloads {
		write(name, strings.Repeat("z", 500), days)
	}
}

func stamp(t *testing.T, path string, days int) {
	t.Helper()
	at := epoch.Add(-time.Duration(days) * day)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, dir string) *Inventory {
	t.Helper()
	v, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func namesOf(objects []Object) []string {
	names := []string{}
	for _, o := range objects {
		names = append(names, o.Name)
	}
	return names
}

func TestPlan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fill(t, dir,
		map[int][]string{1: {"w1", "shared"}, 10: {"w10", "shared"}, 40: {"w40", "shared"}},
		map[string]int{"w1": 1, "w10": 10, "w40": 40, "shared": 40, "spare": 5},
		map[string]int{"http/ab/cd": 50, "store/wheels/ab/x.whl": 2, "builds/locks/x": 90, "store/new/part": 90})
	v := look(t, dir)
	if want := int64(5*1000 + 3*100 + 2*500); v.Size() != want {
		t.Errorf("the size is %d, want %d", v.Size(), want)
	}
	for _, test := range []struct {
		name   string
		policy Policy
		want   []string
	}{
		{"nothing", Policy{}, []string{}},
		{"all", Policy{All: true}, []string{"b40/cp311-40", "b10/cp311-10", "b1/cp311-1", "shared", "w40", "w10", "spare", "w1", "http/ab/cd", "store/wheels/ab/x.whl"}},
		{"by age", Policy{OlderThan: 30 * day}, []string{"b40/cp311-40", "w40", "http/ab/cd"}},
		{"young wheels stay", Policy{OlderThan: 7 * day}, []string{"b40/cp311-40", "b10/cp311-10", "w40", "w10", "http/ab/cd"}},
		{"large enough", Policy{Bounded: true, MaxSize: 6300}, []string{}},
		{"spare wheels first", Policy{Bounded: true, MaxSize: 6299}, []string{"spare"}},
		{"then by use", Policy{Bounded: true, MaxSize: 4600}, []string{"spare", "http/ab/cd", "b40/cp311-40", "w40"}},
		{"both", Policy{OlderThan: 30 * day, Bounded: true, MaxSize: 3000}, []string{"b40/cp311-40", "w40", "http/ab/cd", "spare", "b10/cp311-10", "w10"}},
		{"everything by size", Policy{Bounded: true}, []string{"spare", "http/ab/cd", "b40/cp311-40", "w40", "b10/cp311-10", "w10", "store/wheels/ab/x.whl", "b1/cp311-1", "shared", "w1"}},
	} {
		if diff := cmp.Diff(test.want, namesOf(v.Plan(test.policy, epoch))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fill(t, dir, map[int][]string{1: {"w1"}, 2: {"w2"}, 3: {"w3"}}, map[string]int{"w1": 1, "w2": 2, "w3": 3}, map[string]int{"http/ab/cd": 1})
	for _, left := range []string{"wheels/.w9.00ff.tmp", "envs/b1/.cp311-1.00ff.tmp", "envs/b9/.cp311-9.00ff.tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, left, "x"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	lease := flock.New(filepath.Join(dir, "envs/b1/cp311-1/lease"), flock.SetFlag(os.O_RDONLY))
	if err := lease.RLock(); err != nil { // an application runs
		t.Fatal(err)
	}
	defer lease.Close()
	if err := os.MkdirAll(filepath.Join(dir, "locks"), 0o700); err != nil {
		t.Fatal(err)
	}
	wheel := flock.New(filepath.Join(dir, "locks/wheel-w2")) // is being unpacked
	if err := wheel.Lock(); err != nil {
		t.Fatal(err)
	}
	release := Share(dir) // and a bundle is being made

	v := look(t, dir)
	chosen := v.Plan(Policy{All: true}, epoch)
	for _, dry := range []bool{true, false} {
		r, err := v.Remove(t.Context(), chosen, dry)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"b3/cp311-3", "b2/cp311-2", "w3"}, namesOf(r.Removed)); diff != "" {
			t.Errorf("dry %v: removed (-want +got):\n%s", dry, diff)
		}
		if diff := cmp.Diff([]string{"b1/cp311-1", "w2", "http/ab/cd"}, namesOf(r.InUse)); diff != "" {
			t.Errorf("dry %v: in use (-want +got):\n%s", dry, diff)
		}
		if dry != exists(filepath.Join(dir, "envs/b3")) {
			t.Errorf("dry %v: the folder of a bundle that is gone is there: %v", dry, !dry)
		}
	}
	for name, want := range map[string]bool{
		"envs/b1/cp311-1/own.bin": true, "envs/b1/at/usr/bin/python3/env": true, "wheels/w1": true, "wheels/w2": true, "http/ab/cd": true,
		"wheels/w3": false, "envs/b2": false, "envs/b9": false, "wheels/.w9.00ff.tmp": false, "envs/b1/.cp311-1.00ff.tmp": false,
	} {
		if exists(filepath.Join(dir, name)) != want {
			t.Errorf("%s is there: %v, want %v", name, !want, want)
		}
	}

	release()
	if err := errorsOf(lease.Close(), wheel.Close()); err != nil {
		t.Fatal(err)
	}
	v = look(t, dir)
	if r, err := v.Remove(t.Context(), v.Plan(Policy{All: true}, epoch), false); err != nil || len(r.InUse) > 0 || len(r.Removed) != 4 {
		t.Errorf("with nothing in use: %+v, %v", r, err)
	}
	if v = look(t, dir); len(v.Objects) > 0 {
		t.Errorf("%v is left", namesOf(v.Objects))
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// A process that has closed its lease, as daemons do, still keeps its environment.
func TestRemoveSeesProcesses(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Log("only Linux shows what other processes run")
		return
	}
	dir := t.TempDir()
	fill(t, dir, map[int][]string{1: nil}, nil, nil)
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), sleep, "60")
	child.Args[0] = filepath.Join(dir, "envs/b1/cp311-1/bin/python")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	v := look(t, dir)
	for _, inUse := range []int{1, 0} {
		r, err := v.Remove(t.Context(), v.Plan(Policy{All: true}, epoch), false)
		if err != nil || len(r.InUse) != inUse {
			t.Errorf("%d in use, want %d (%v)", len(r.InUse), inUse, err)
		}
		_ = child.Process.Kill()
		_ = child.Wait()
	}
}

func TestTakeEmpty(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "none")
	v := look(t, missing)
	if r, err := v.Remove(t.Context(), v.Plan(Policy{All: true}, epoch), false); err != nil || len(r.Removed)+len(r.InUse) > 0 {
		t.Errorf("Remove = %+v, %v", r, err)
	}
	if exists(missing) {
		t.Error("looking into a cache makes one")
	}
}

const twinPlan = `
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "../../bootstrap")
from gobundle_bootstrap.inventory import Inventory
from gobundle_bootstrap.prune import plan
cache, now = sys.argv[1], float(sys.argv[2])
for line in sys.stdin:
    days, size, everything = [int(word) for word in line.split()]
    chosen = plan(Inventory(cache), now, None if days < 0 else days * 86400, None if size < 0 else size, bool(everything))
    print(" ".join([e.bundle + "/" + e.name for e in chosen[0]] + ["|"] + [w.name for w in chosen[1]]))
`

// The bootstrap and this package choose the same.
func TestTwinPlan(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fill(t, dir,
		map[int][]string{1: {"a", "b"}, 5: {"b", "c"}, 9: {"c", "d"}, 20: {"d"}, 33: {"e", "a"}, 60: nil},
		map[string]int{"a": 33, "b": 5, "c": 9, "d": 20, "e": 33, "f": 3, "g": 70}, nil)
	fillPythons(t, dir, map[string]int{"1": 1, "2": 8, "3": 50, "4": 50}, map[int]string{1: "1", 9: "2", 20: "2", 60: "3"})
	v := look(t, dir)
	var input strings.Builder
	var want []string
	rapid.Check(t, func(r *rapid.T) {
		if len(want) >= 60 {
			return
		}
		days, size := rapid.IntRange(-1, 80).Draw(r, "days"), rapid.Int64Range(-1, 16000).Draw(r, "size")
		p := Policy{OlderThan: time.Duration(max(days, 0)) * day, Bounded: size >= 0, MaxSize: size, All: rapid.IntRange(0, 9).Draw(r, "all") == 0}
		if days == 0 {
			return // no age to the one, and any age to the other
		}
		all := 0
		if p.All {
			all = 1
		}
		fmt.Fprintf(&input, "%d %d %d\n", days, size, all)
		wheels, _, environments := split(v.Plan(p, epoch))
		want = append(want, strings.Join(slices.Concat(namesOf(environments), []string{"|"}, namesOf(wheels)), " "))
	})
	command := exec.CommandContext(t.Context(), "python3", "-I", "-c", twinPlan, dir, fmt.Sprint(epoch.Unix()))
	command.Stdin, command.Stderr = strings.NewReader(input.String()), os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimRight(string(output), "\n"), "\n")); diff != "" {
		t.Errorf("(-Go +Python):\n%s", diff)
	}
}
