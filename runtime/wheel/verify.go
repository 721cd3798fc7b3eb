package wheel

import (
	"context"
	"hash"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Verify checks a whole wheel: everything that [Open] and reading every member
// check, the Wheel-Version, and that each file is listed in RECORD with the
// hash and size it really has. It returns an [*InvalidError], a
// [*VersionError], a [*RecordError], or the error of r or ctx; of several
// faults always the same one. Memory use is bounded.
func Verify(ctx context.Context, r io.ReaderAt, size int64, fileName string) error {
	w, err := Open(r, size, fileName)
	if err != nil {
		return err
	}
	return w.Verify(ctx)
}

// Verify checks an open wheel as the function of that name does.
func (w *Wheel) Verify(ctx context.Context) error {
	if _, err := w.Info(); err != nil {
		return err
	}
	r, err := w.record()
	if err != nil {
		return err
	}
	members := w.archive.members
	return inParallel(ctx, len(members), func() func(int) error {
		check := r.checker()
		return func(i int) error {
			return check.copyTo(io.Discard, &members[i])
		}
	})
}

// checker inflates members of one wheel and holds them against its RECORD. Not
// safe for concurrent use.
type checker struct {
	record *record
	reader *reader
	hashes map[string]hash.Hash
}

func (r *record) checker() *checker {
	return &checker{record: r, reader: newReader(r.wheel.archive), hashes: map[string]hash.Hash{}}
}

// use turns the checker to another wheel and keeps its buffers.
func (c *checker) use(r *record) {
	c.record, c.reader.archive = r, r.wheel.archive
}

// copyTo writes m's content to out and checks it against the archive and RECORD.
// What out got before an error must be thrown away.
func (c *checker) copyTo(out io.Writer, m *member) error {
	if m.directory() || c.record.wheel.unhashed(m.name) {
		return c.reader.copyTo(out, m)
	}
	entry := c.record.rows[c.record.rowOf[m.name]]
	h := c.hash(entry.hash)
	if err := c.reader.copyTo(tee{out, h}, m); err != nil {
		return err
	}
	if entry.size != "" && entry.size != strconv.FormatInt(m.size, 10) {
		return c.record.mismatch(m.name, "has "+strconv.FormatInt(m.size, 10)+" bytes, not "+entry.size)
	}
	if !sameDigest(entry.hash, h.Sum(nil)) {
		return c.record.mismatch(m.name, "has another hash")
	}
	return nil
}

func (c *checker) hash(field string) hash.Hash {
	algorithm, _, _ := strings.Cut(field, "=")
	h := c.hashes[algorithm]
	if h == nil {
		h = newHash(field)
		c.hashes[algorithm] = h
	}
	h.Reset()
	return h
}

// tee hashes what it passes on.
type tee struct {
	out  io.Writer
	hash hash.Hash
}

func (t tee) Write(p []byte) (int, error) {
	t.hash.Write(p)
	return t.out.Write(p)
}

// inParallel calls the functions that worker makes, each on its own goroutine,
// for 0 to n-1. Of several errors it returns the one of the smallest number, so
// that the verdict doesn't depend on timing.
func inParallel(ctx context.Context, n int, worker func() func(i int) error) error {
	var next, failed atomic.Int64
	failed.Store(int64(n))
	errs := make(map[int64]error)
	var lock sync.Mutex
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			work := worker()
			for {
				i := next.Add(1) - 1
				if i >= failed.Load() || ctx.Err() != nil {
					return
				}
				if err := work(int(i)); err != nil {
					lock.Lock()
					errs[i] = err
					if i < failed.Load() {
						failed.Store(i)
					}
					lock.Unlock()
					return
				}
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return errs[failed.Load()]
}
