package cache

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// unsupportedLock is a file system without locks.
type unsupportedLock struct{}

func (unsupportedLock) TryLock() (bool, error) { return false, syscall.ENOLCK }
func (unsupportedLock) Unlock() error          { return syscall.ENOLCK }

// locks are the two kinds of lock on a name.
var locks = map[string]func(name string) systemLock{
	"system": func(name string) systemLock { return flock.New(name) },
	"file":   func(string) systemLock { return unsupportedLock{} },
}

func TestLockExcludes(t *testing.T) {
	t.Parallel()
	for kind, system := range locks {
		name := filepath.Join(t.TempDir(), "lock")
		var holders, total atomic.Int32
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 5 {
					unlock, err := take(t.Context(), name, nil, system(name))
					if err != nil {
						t.Errorf("%s: %v", kind, err)
						return
					}
					if holders.Add(1) != 1 {
						t.Errorf("%s: two hold the lock", kind)
					}
					total.Add(1)
					time.Sleep(100 * time.Microsecond)
					holders.Add(-1)
					if err := unlock(); err != nil {
						t.Errorf("%s: unlocking: %v", kind, err)
					}
				}
			})
		}
		group.Wait()
		if total.Load() != 40 {
			t.Errorf("%s: taken %d times, want 40", kind, total.Load())
		}
	}
}

func TestLockWaits(t *testing.T) {
	t.Parallel()
	for kind, system := range locks {
		name := filepath.Join(t.TempDir(), "lock")
		unlock, err := take(t.Context(), name, nil, system(name))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience+400*time.Millisecond)
		defer cancel()
		var said atomic.Int32
		begin := time.Now()
		if _, err := take(ctx, name, func() { said.Add(1) }, system(name)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: a second taker gets %v, want to wait until its context ends", kind, err)
		}
		if said.Load() != 1 || time.Since(begin) < patience {
			t.Errorf("%s: said %d times that it waits, want once", kind, said.Load())
		}
		if err := unlock(); err != nil {
			t.Errorf("%s: unlocking: %v", kind, err)
		}
		again, err := take(t.Context(), name, func() { t.Errorf("%s: waits for a free lock", kind) }, system(name))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if err := again(); err != nil {
			t.Errorf("%s: unlocking: %v", kind, err)
		}
	}
}

// A lock file whose owner died without a word is taken over, once it is old.
func TestStaleLock(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "lock")
	held := name + ".held"
	if err := os.WriteFile(held, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := take(ctx, name, nil, unsupportedLock{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("over a fresh file: %v, want to wait", err)
	}
	old := time.Now().Add(-2 * heldStale)
	if err := os.Chtimes(held, old, old); err != nil {
		t.Fatal(err)
	}
	unlock, err := take(t.Context(), name, nil, unsupportedLock{})
	if err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(filepath.Dir(name)); err != nil || len(entries) > 0 {
		t.Errorf("%v is left (%v)", entries, err)
	}
}

func TestLockErrors(t *testing.T) {
	t.Parallel()
	if _, err := Lock(t.Context(), filepath.Join(t.TempDir(), "no", "lock"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a missing folder: %v, want os.ErrNotExist", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Lock(ctx, filepath.Join(t.TempDir(), "lock"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v, want context.Canceled", err)
	}
}

// The lock holds between processes, and ends with the one that has it.
func TestLockBetweenProcesses(t *testing.T) {
	if name := os.Getenv("GOBUNDLE_TEST_LOCK"); name != "" {
		if _, err := Lock(t.Context(), name, nil); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name+".taken", []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		return
	}
	t.Parallel()
	name := filepath.Join(t.TempDir(), "lock")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLockBetweenProcesses$")
	child.Env = append(os.Environ(), "GOBUNDLE_TEST_LOCK="+name)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		if _, err := os.Stat(name + ".taken"); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := Lock(ctx, name, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another process has it: %v, want to wait", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	unlock, err := Lock(t.Context(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}
