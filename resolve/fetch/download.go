package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/transport"
)

// errNoNetwork says that a Fetcher without a client was asked for a remote file.
var errNoNetwork = errors.New("this is not a file of this machine, and there is no network client")

// download brings a file into the store, out of the open response when there is
// one, and closes that.
func (f *Fetcher) download(ctx context.Context, file index.File, c *check, open *transport.Response, progress func(done, total int64)) (Wheel, error) {
	if f.options.Client == nil {
		return Wheel{}, &FileError{File: shown(file.URL), Err: errNoNetwork}
	}
	request := transport.Request{URL: file.URL, Checked: c.strong()}
	before, known := pointer{}, false
	if open == nil && !c.strong() {
		if before, known = f.readPointer(file, c); known {
			if _, err := os.Stat(f.wheelPath(before.SHA256, file.Name)); err == nil {
				request.ETag, request.LastModified = before.ETag, before.LastModified
			}
		}
	}
	if open == nil {
		var err error
		open, err = f.options.Client.Get(ctx, request)
		if known && transport.IsStatus(err, http.StatusNotModified) {
			if w, ok, err := f.take(ctx, before.SHA256, file, c); ok || err != nil {
				return w, err
			}
			request.ETag, request.LastModified = "", ""
			open, err = f.options.Client.Get(ctx, request)
		}
		if err != nil {
			return Wheel{}, err
		}
	}
	defer open.Body.Close()
	part, err := f.create()
	if err != nil {
		return Wheel{}, fmt.Errorf("writing to the store: %w", err)
	}
	defer os.Remove(part.Name()) // which fails once the file has its place
	defer part.Close()
	sums, err := f.receive(ctx, part, file, c, open, progress)
	if err != nil {
		return Wheel{}, err
	}
	w, err := f.admit(ctx, part, file, c, sums)
	if err == nil && len(c.sha256s()) == 0 {
		f.writePointer(file, c, pointer{w.SHA256, open.Header.Get("ETag"), open.Header.Get("Last-Modified")})
	}
	return w, err
}

// receive writes the body to part, and computes its digests meanwhile.
func (f *Fetcher) receive(ctx context.Context, part *os.File, file index.File, c *check, from *transport.Response, progress func(done, total int64)) (*digester, error) {
	total := file.Size
	if total <= 0 {
		total = from.Size
	}
	limit := f.options.MaxSize
	if total >= 0 {
		limit = min(limit, total)
	}
	if total > limit || total >= 0 && from.Size > total {
		return nil, &SizeError{File: file.Name, From: c.from, Want: limit, Got: max(total, from.Size)}
	}
	sums := newDigester(c.algorithms())
	out := io.MultiWriter(part, sums)
	buffer := make([]byte, 128<<10)
	for {
		n, err := from.Body.Read(buffer)
		if sums.size+int64(n) > limit {
			return nil, &SizeError{File: file.Name, From: c.from, Want: limit, Got: sums.size + int64(n)}
		}
		if _, err := out.Write(buffer[:n]); err != nil {
			return nil, fmt.Errorf("writing to the store: %w", err)
		}
		if n > 0 {
			progress(sums.size, total)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	if total >= 0 && sums.size < total {
		return nil, &SizeError{File: file.Name, From: c.from, Want: total, Got: sums.size}
	}
	return sums, nil
}

// admit checks a file that has arrived and gives it its place in the store. It
// is on the disk before it is seen there: its name says what it holds.
func (f *Fetcher) admit(ctx context.Context, part *os.File, file index.File, c *check, sums *digester) (Wheel, error) {
	have := facts{sums: sums.sums(), crc32: sums.crc.Sum32(), verified: f.verifies(file.Name)}
	if err := c.verify(have.sums); err != nil {
		return Wheel{}, err
	}
	if have.verified {
		if err := f.options.Verify(ctx, part, sums.size, file.Name); err != nil {
			return Wheel{}, &FileError{File: c.from, Err: err}
		}
	}
	store := func(err error) (Wheel, error) { return Wheel{}, fmt.Errorf("writing to the store: %w", err) }
	if err := part.Sync(); err != nil {
		return store(err)
	}
	if err := part.Close(); err != nil {
		return store(err)
	}
	path := f.wheelPath(have.sums["sha256"], file.Name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return store(err)
	}
	if err := os.Rename(part.Name(), path); err != nil {
		// Where open files can't be replaced another process may have been first.
		if info, statErr := os.Stat(path); statErr != nil || info.Size() != sums.size {
			return store(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return store(err)
	}
	have.stamp = stampOf(info)
	writeFacts(path, file.Name, &have)
	return have.wheel(path, file.Name), nil
}
