package cache

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
)

// pythonName is the name of a Python in a cache.
func pythonName(letter string) string { return strings.Repeat(letter, 32) }

// fillPythons adds Pythons, named by a letter, with how many days ago they were
// used, and says which environments of fill are made with them.
func fillPythons(t *testing.T, dir string, pythons map[string]int, environments map[int]string) {
	t.Helper()
	for letter, days := range pythons {
		folder := filepath.Join(dir, "pythons", pythonName(letter))
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string]string{"program": strings.Repeat("p", 2000), "lease": ""} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		stamp(t, filepath.Join(folder, "lease"), days)
	}
	for days, letter := range environments {
		config := fmt.Sprintf("home = %s/pythons/%s/python/bin\n", dir, pythonName(letter))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("envs/b%d/cp311-%d/pyvenv.cfg", days, days)), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Pythons stay as long as an environment that stays is made with them.
func TestPlanPythons(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fill(t, dir, map[int][]string{1: nil, 40: nil}, nil, nil)
	fillPythons(t, dir, map[string]int{"a": 1, "b": 40, "c": 50, "d": 2}, map[int]string{1: "a", 40: "b"})
	v := look(t, dir)
	for _, test := range []struct {
		name   string
		policy Policy
		want   string
	}{
		{"by age", Policy{OlderThan: 30 * day}, "b40/cp311-40 c b"},
		{"spare ones first", Policy{Bounded: true, MaxSize: v.Size() - 1}, "c d"},
		{"then by use", Policy{Bounded: true, MaxSize: 3000}, "c d b40/cp311-40 b"},
		{"all", Policy{All: true}, "b40/cp311-40 b1/cp311-1 c b d a"},
	} {
		names := namesOf(v.Plan(test.policy, epoch))
		for i, name := range names {
			if !strings.Contains(name, "/") {
				names[i] = name[:1]
			}
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: chose %s, want %s", test.name, got, test.want)
		}
	}
}

func TestRemovePythons(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fill(t, dir, map[int][]string{1: nil}, nil, nil)
	fillPythons(t, dir, map[string]int{"a": 1, "b": 2, "c": 3}, map[int]string{1: "a"})
	left := filepath.Join(dir, "pythons", "."+pythonName("d")+".00ff.tmp")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	held := flock.New(filepath.Join(dir, "pythons", pythonName("b"), "lease"), flock.SetFlag(os.O_RDONLY))
	environment := flock.New(filepath.Join(dir, "envs/b1/cp311-1/lease"), flock.SetFlag(os.O_RDONLY))
	if err := errorsOf(held.RLock(), environment.RLock()); err != nil {
		t.Fatal(err)
	}
	v := look(t, dir)
	r, err := v.Remove(t.Context(), v.Plan(Policy{All: true}, epoch), false)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{pythonName("c")}, namesOf(r.Removed)); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b1/cp311-1", pythonName("b")}, namesOf(r.InUse)); diff != "" {
		t.Errorf("in use (-want +got):\n%s", diff)
	}
	if exists(left) {
		t.Error("what a killed process left is there")
	}
	if err := errorsOf(held.Close(), environment.Close()); err != nil {
		t.Fatal(err)
	}
	v = look(t, dir)
	if r, err = v.Remove(t.Context(), v.Plan(Policy{All: true}, epoch), false); err != nil || len(r.Removed) != 3 {
		t.Errorf("with nothing in use: removed %v, %v", namesOf(r.Removed), err)
	}
}

// An object's lock goes with it: who has waited for it takes the new one.
func TestLockObject(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unlock, err := LockObject(t.Context(), dir, "python-x", nil)
	if err != nil {
		t.Fatal(err)
	}
	taken := make(chan error)
	go func() {
		release, err := LockObject(t.Context(), dir, "python-x", nil)
		if err == nil && !exists(filepath.Join(dir, "locks", "python-x")) {
			err = os.ErrNotExist
		}
		if err == nil {
			err = release()
		}
		taken <- err
	}()
	if err := errorsOf(os.Remove(filepath.Join(dir, "locks", "python-x")), unlock()); err != nil {
		t.Fatal(err)
	}
	if err := <-taken; err != nil {
		t.Errorf("LockObject after a removal: %v", err)
	}
}

func TestRemoveLeftovers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	object := filepath.Join(dir, "abc")
	for _, name := range []string{TemporaryName(object), TemporaryName(object), TemporaryName(filepath.Join(dir, "abcd")), object} {
		if err := os.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := RemoveLeftovers(object); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || !strings.HasPrefix(entries[0].Name(), ".abcd.") || entries[1].Name() != "abc" {
		t.Errorf("left are %v, want abc and what is of abcd", entries)
	}
}
