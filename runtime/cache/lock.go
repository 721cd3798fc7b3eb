package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// patience is how long Lock waits before it says so.
const patience = time.Second

// Lock takes the exclusive lock that name stands for, waiting for other
// processes and goroutines. The folder must exist; the file is made and stays
// there. waiting, unless nil, is called once if it takes more than a second.
// The lock ends with the process, or when unlock is called, once. Where the
// file system has no locks, a file beside name that its owner keeps fresh takes
// their place.
func Lock(ctx context.Context, name string, waiting func()) (unlock func() error, err error) {
	return take(ctx, name, waiting, flock.New(name))
}

// systemLock is *flock.Flock; tests have one that isn't supported.
type systemLock interface {
	TryLock() (bool, error)
	Unlock() error
}

func take(ctx context.Context, name string, waiting func(), system systemLock) (unlock func() error, err error) {
	try, unlock := system.TryLock, system.Unlock
	begin, pause := time.Now(), time.Millisecond
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		taken, err := try()
		if unsupported(err) {
			held := &heldFile{name: name + ".held"}
			try, unlock = held.tryLock, held.unlock
			taken, err = try()
		}
		if err != nil {
			return nil, err
		}
		if taken {
			return unlock, nil
		}
		if waiting != nil && time.Since(begin) >= patience {
			waiting()
			waiting = nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, 50*time.Millisecond)
	}
}

const (
	heldFresh = 2 * time.Second  // how often an owner touches its file
	heldStale = 30 * time.Second // after which nobody is taken to own it
)

// heldFile is a lock for file systems without locks: whoever makes the file has
// it.
type heldFile struct {
	name string
	stop chan struct{}
	done chan struct{}
}

func (h *heldFile) tryLock() (bool, error) {
	f, err := os.OpenFile(h.name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return false, h.removeStale()
	}
	if err != nil {
		return false, err
	}
	if err := f.Close(); err != nil {
		return false, err
	}
	h.stop, h.done = make(chan struct{}), make(chan struct{})
	go h.keepFresh()
	return true, nil
}

// removeStale takes away a file whose owner has died. It is moved first: of
// several processes that see it, one moves it, and none removes the next
// owner's.
func (h *heldFile) removeStale() error {
	info, err := os.Stat(h.name)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if time.Since(info.ModTime()) < heldStale {
		return nil
	}
	grave, err := os.MkdirTemp(filepath.Dir(h.name), ".stale-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(grave)
	moved := filepath.Join(grave, "held")
	if err := os.Rename(h.name, moved); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	// Between the look and the move another process may have taken the lock
	// anew: then it gets it back.
	if again, err := os.Stat(moved); err == nil && !os.SameFile(info, again) {
		return os.Link(moved, h.name)
	}
	return nil
}

func (h *heldFile) keepFresh() {
	defer close(h.done)
	tick := time.NewTicker(heldFresh)
	defer tick.Stop()
	for {
		select {
		case <-h.stop:
			return
		case now := <-tick.C:
			// A failure shows at the latest when another process finds the file
			// stale.
			_ = os.Chtimes(h.name, now, now)
		}
	}
}

func (h *heldFile) unlock() error {
	close(h.stop)
	<-h.done
	return os.Remove(h.name)
}
