package fetch

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/runtime/cancel"
)

// local checks a file where it lies, or recalls having done so.
func (f *Fetcher) local(ctx context.Context, file index.File, c *check) (Wheel, error) {
	path, err := filepath.Abs(file.Path)
	if err != nil {
		return Wheel{}, &FileError{File: file.Path, Err: err}
	}
	end, err := f.flights.start(ctx, path)
	if err != nil {
		return Wheel{}, err
	}
	defer end()
	info, err := os.Stat(path)
	if err != nil {
		return Wheel{}, &FileError{File: path, Err: bareCause(err)}
	}
	if file.Size > 0 && info.Size() != file.Size {
		return Wheel{}, &SizeError{File: file.Name, From: path, Want: file.Size, Got: info.Size()}
	}
	known := f.folder(filepath.Dir(path))
	have, ok := known.recall(filepath.Base(path), stampOf(info))
	if !ok || !f.enough(have, file.Name, c) {
		if have, err = f.examine(ctx, path, file.Name, c, c.algorithms(), have); err != nil {
			return Wheel{}, err
		}
		if have.stamp.settled(f.options.Now()) {
			known.keep(filepath.Base(path), have)
		}
	} else if err := c.verify(have.sums); err != nil {
		return Wheel{}, err
	}
	return have.wheel(path, file.Name), nil
}

func (f *facts) wheel(path, name string) Wheel {
	return Wheel{Path: path, Name: name, SHA256: f.sums["sha256"], CRC32: f.crc32, Size: f.stamp.size}
}

// enough reports whether the facts answer all that is asked.
func (f *Fetcher) enough(have facts, name string, c *check) bool {
	if !have.verified && f.verifies(name) {
		return false
	}
	return !slices.ContainsFunc(c.algorithms(), func(algorithm string) bool { return have.sums[algorithm] == "" })
}

// verifies reports whether Options.Verify is to look at a file of this name.
func (f *Fetcher) verifies(name string) bool {
	return f.options.Verify != nil && strings.HasSuffix(strings.ToLower(name), ".whl")
}

// examine reads a file: its digests are computed while Verify looks inside. A
// wrong digest is reported before whatever is wrong inside. Digests of before
// are kept when the file is still the same.
func (f *Fetcher) examine(ctx context.Context, path, name string, c *check, algorithms []string, before facts) (facts, error) {
	file, err := os.Open(path)
	if err != nil {
		return facts{}, &FileError{File: path, Err: bareCause(err)}
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return facts{}, &FileError{File: path, Err: bareCause(err)}
	}
	if !info.Mode().IsRegular() {
		return facts{}, &FileError{File: path, Err: fs.ErrInvalid}
	}
	have := facts{stamp: stampOf(info), verified: f.verifies(name)}
	sums := newDigester(algorithms)
	var broken, inside error
	var group errgroup.Group
	if have.verified {
		group.Go(func() error {
			inside = f.options.Verify(ctx, file, info.Size(), name)
			return nil
		})
	}
	group.Go(func() error {
		_, broken = io.CopyBuffer(sums, cancel.Reader(ctx, io.NewSectionReader(file, 0, info.Size())), make([]byte, 256<<10))
		return nil
	})
	_ = group.Wait() // both leave their errors where they can be told apart
	if ctx.Err() != nil {
		return facts{}, context.Cause(ctx)
	}
	if broken != nil {
		return facts{}, &FileError{File: path, Err: bareCause(broken)}
	}
	have.sums, have.crc32 = sums.sums(), sums.crc.Sum32()
	if before.stamp == have.stamp {
		for algorithm, sum := range before.sums {
			if have.sums[algorithm] == "" {
				have.sums[algorithm] = sum
			}
		}
	}
	if err := c.verify(have.sums); err != nil {
		return facts{}, err
	}
	if inside != nil {
		return facts{}, &FileError{File: path, Err: inside}
	}
	after, err := os.Stat(path)
	if err != nil || stampOf(after) != have.stamp {
		return facts{}, &FileError{File: path, Err: errChanging}
	}
	return have, nil
}
