//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// newRoot makes a root with the application, the C library and what else its Python is
// linked with, and nothing more.
func (c *carrying) newRoot(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root changes the root")
	}
	root := t.TempDir()
	for _, library := range c.libraries {
		to := filepath.Join(root, library)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		copied(t, library, to)
	}
	copied(t, c.app, filepath.Join(root, "app"))
	return root
}

// greetsAlone asserts what the application says that was started with "alone".
func (c *carrying) greetsAlone(t *testing.T, said string) {
	t.Helper()
	if !strings.HasPrefix(said, "hello "+c.version+" /") || !strings.HasSuffix(said, " alone\n") {
		t.Errorf("it says %q", said)
	}
}

// Without /proc, /dev and a home, and with a temporary folder only or a cache only.
func (c *carrying) emptyRoot(t *testing.T) {
	t.Parallel()
	for folder, variables := range map[string][]string{"tmp": {"PATH="}, "cache": {"PATH=", "GOBUNDLE_CACHE_DIR=/cache"}} {
		root := c.newRoot(t)
		if err := os.Mkdir(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			c.greetsAlone(t, output(t, &exec.Cmd{Path: "/app", Args: []string{"/app", "alone"}, Env: variables, Dir: "/", SysProcAttr: &syscall.SysProcAttr{Chroot: root}}))
		}
		cache := map[string]string{"tmp": "tmp/gobundle-0", "cache": "cache"}[folder]
		pythons(t, filepath.Join(root, cache))
		if left, err := filepath.Glob(filepath.Join(root, "*")); err != nil || len(left) > len(map[string]bool{"app": true, "lib": true, "lib64": true, "usr": true, folder: true}) {
			t.Errorf("the root has %v, %v", left, err)
		}
	}
}

// Where nothing can be written but the cache; then where that can't, either.
func (c *carrying) readOnlyRoot(t *testing.T) {
	t.Parallel()
	root := c.newRoot(t)
	if err := os.Mkdir(filepath.Join(root, "cache"), 0o700); err != nil {
		t.Fatal(err)
	}
	const script = `mount --bind "$1" "$1" && mount -t tmpfs -o mode=700 tmpfs "$1/cache" && mount -o remount,ro,bind "$1" || exit 77
chroot=$(command -v chroot)
for n in 1 2; do env -i PATH= GOBUNDLE_CACHE_DIR=/cache "$chroot" "$1" /app alone || exit; done
mount -o remount,ro "$1/cache"
for n in 1 2; do env -i PATH= GOBUNDLE_CACHE_DIR=/cache "$chroot" "$1" /app alone || exit; done
umount "$1/cache"
env -i PATH= GOBUNDLE_CACHE_DIR=/cache "$chroot" "$1" /app alone 2>&1`
	said, err := exec.CommandContext(t.Context(), "unshare", "-m", "sh", "-c", script, "sh", root).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 77 {
		t.Skip("nothing can be mounted here")
	}
	lines := strings.SplitAfter(string(said), "\n")
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || len(lines) != 7 {
		t.Fatalf("%v, and it says\n%s", err, said)
	}
	for _, line := range lines[:4] {
		c.greetsAlone(t, line)
	}
	if !strings.HasPrefix(lines[4], "app: error: ") || !strings.Contains(lines[4], "read-only") || !strings.HasPrefix(lines[5], "app: hint: set GOBUNDLE_CACHE_DIR ") {
		t.Errorf("where nothing can be written it says %q", lines[4:])
	}
}

func (c *carrying) atOnce(t *testing.T) {
	t.Parallel()
	c.startsAtOnce(t, c.app, 50)
}

// startsAtOnce starts an application so many times for the first time.
func (c *carrying) startsAtOnce(t *testing.T, app string, times int) {
	t.Helper()
	cache := t.TempDir()
	var group sync.WaitGroup
	for i := range times {
		group.Go(func() {
			said, err := c.bare(t.Context(), cache, app, fmt.Sprint(i)).Output()
			if err != nil {
				t.Errorf("start %d: %v", i, err)
				return
			}
			c.greets(t, string(said), cache, fmt.Sprint(i))
		})
	}
	group.Wait()
	pythons(t, cache)
}

// A first start that is killed at any point leaves nothing that is in the way.
func (c *carrying) killed(t *testing.T) {
	t.Parallel()
	for _, point := range []struct {
		pattern string // of files in the cache
		count   int
	}{
		{"pythons/.*.tmp", 1},
		{"pythons/.*.tmp/python/lib/python*/*", 100},
		{"pythons/[0-9a-f]*/lease", 1},
		{"wheels/*", 1},
		{"envs/*/*", 1},
	} {
		c.killedAt(t, c.app, point.pattern, point.count)
	}
}

// killedAt kills the first start of an application as soon as there are so many files in
// the cache.
func (c *carrying) killedAt(t *testing.T, app, pattern string, count int) {
	t.Helper()
	cache := t.TempDir()
	first := c.bare(t.Context(), cache, app)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- first.Wait() }()
	for killed := false; !killed; {
		select {
		case err := <-ended:
			t.Fatalf("the first start ends before there are %d of %s: %v", count, pattern, err)
		default:
		}
		found, err := filepath.Glob(filepath.Join(cache, pattern))
		if err != nil {
			t.Fatal(err)
		}
		if killed = len(found) >= count; killed {
			_ = first.Process.Kill() // it may have been quicker
		}
	}
	<-ended
	c.greets(t, output(t, c.bare(t.Context(), cache, app, "after")), cache, "after")
	pythons(t, cache)
}

// What a power cut leaves are files that are empty: of the Python, of its environment, or of
// both.
func (c *carrying) powerCut(t *testing.T) {
	t.Parallel()
	long := time.Unix(1e9, 0)
	for _, files := range []string{"lib/python*/encodings/__init__.py", "lib/python*/*.py"} {
		cache := t.TempDir()
		c.greets(t, output(t, c.bare(t.Context(), cache, c.app, "before")), cache, "before")
		empty, err := filepath.Glob(filepath.Join(cache, "pythons", "*", "python", files))
		if err != nil || len(empty) == 0 {
			t.Fatalf("there is no %s: %v", files, err)
		}
		leases, err := filepath.Glob(filepath.Join(cache, "pythons", "*", "lease"))
		if err != nil || len(leases) != 1 {
			t.Fatalf("the leases are %v, %v", leases, err)
		}
		for _, file := range empty {
			err = errors.Join(err, os.Truncate(file, 0))
		}
		// Byte-code was not written, either.
		caches, _ := filepath.Glob(filepath.Join(cache, "pythons", "*", "python", "lib", "python*", "*", "__pycache__"))
		for _, folder := range caches {
			err = errors.Join(err, os.RemoveAll(folder))
		}
		if err = errors.Join(err, os.Chtimes(leases[0], long, long)); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"after", "again"} {
			c.greets(t, output(t, c.bare(t.Context(), cache, c.app, word)), cache, word)
		}
		pythons(t, cache)
	}
}

// A warm start has byte-code of all that it imports of its Python, whatever the variable says.
func (c *carrying) bytecode(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	start := func(arguments ...string) string {
		command := c.bare(t.Context(), cache, c.app, arguments...)
		command.Env = append(command.Env, "PYTHONDONTWRITEBYTECODE=1", "PYTHONVERBOSE=1")
		said, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		return string(said)
	}
	start("cold")
	// A path without quotes is that of a source.
	if said := start("warm"); strings.Contains(said, "# code object from "+cache) || !strings.Contains(said, ".pyc matches "+cache) {
		t.Errorf("a warm start compiles:\n%s", said)
	}
}
