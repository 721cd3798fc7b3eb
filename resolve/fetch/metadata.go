package fetch

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/transport"
)

// Metadata returns METADATA of a wheel, perhaps without its description: from the wheel itself when it is here,
// else from what is remembered of it, from beside it on the server with its
// digest checked, out of its end by ranges, or out of the whole wheel, whichever
// is the first that can be had.
//
// Errors: *FileError for a wheel that can't be read, *HashError, and those of
// Wheel.
func (f *Fetcher) Metadata(ctx context.Context, file index.File) ([]byte, error) {
	if file.Path != "" {
		return f.localHeaders(file.Path, file.Name)
	}
	c, err := newCheck(file, nil)
	if err != nil {
		return nil, err
	}
	remembered := f.metadataPath(file, c)
	if text, ok := readChecked(remembered); ok {
		return text, nil
	}
	for _, sum := range c.sha256s() {
		if path := f.wheelPath(sum, file.Name); isFile(path) {
			if text, err := localMetadata(path, file.Name); err == nil {
				return text, nil
			}
		}
	}
	if f.options.Client == nil {
		return nil, &FileError{File: shown(file.URL), Err: errNoNetwork}
	}
	end, err := f.flights.start(ctx, bareURL(file.URL))
	if err != nil {
		return nil, err
	}
	defer end()
	if text, ok := readChecked(remembered); ok {
		return text, nil
	}
	text, err := f.remoteMetadata(ctx, file, c)
	if err == nil && remembered != "" {
		writeChecked(remembered, text)
	}
	return text, err
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// localMetadata reads METADATA of a wheel of this machine.
func localMetadata(path, name string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &FileError{File: path, Err: bareCause(err)}
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, &FileError{File: path, Err: bareCause(err)}
	}
	text, err := wheelMetadata(file, info.Size(), name)
	if err != nil {
		return nil, &FileError{File: path, Err: bareCause(err)}
	}
	return text, nil
}

func (f *Fetcher) remoteMetadata(ctx context.Context, file index.File, c *check) ([]byte, error) {
	if file.HasMetadata {
		text, err := f.besideMetadata(ctx, file, c.strong())
		if !transport.IsStatus(err, http.StatusNotFound, http.StatusGone) {
			return text, err
		}
	}
	var open *transport.Response
	if f.servesRanges(file) {
		text, response, err := f.rangedMetadata(ctx, file, c.strong())
		switch {
		case err == nil:
			return text, nil
		case !errors.Is(err, errWhole) && !isBroken(err):
			return nil, err
		}
		open = response
	}
	return f.wholeMetadata(ctx, file, c, open)
}

// brokenError is a wheel whose end makes no sense. Only the whole wheel, with its
// digest, can tell why.
type brokenError struct{ err error }

func (e *brokenError) Error() string { return e.err.Error() }

func isBroken(err error) bool {
	var broken *brokenError
	return errors.As(err, &broken)
}

// besideMetadata reads the file that stands beside the wheel (PEP 658). It comes
// through the page cache only where the wheel has no digest to remember it by:
// a page that fails its digest must not stay for as long as it is fresh.
func (f *Fetcher) besideMetadata(ctx context.Context, file index.File, remembered bool) ([]byte, error) {
	u, err := url.Parse(file.URL)
	if err != nil {
		return nil, &transport.URLError{URL: shown(file.URL), Reason: "is no URL"}
	}
	u.Path += ".metadata"
	if u.RawPath != "" {
		u.RawPath += ".metadata"
	}
	beside := index.File{Name: file.Name + ".metadata", URL: u.String(), Hashes: file.MetadataHashes}
	c, err := newCheck(beside, nil)
	if err != nil {
		return nil, err
	}
	text, err := f.readBeside(ctx, beside, c, !remembered)
	if err != nil {
		return nil, err
	}
	sums := newDigester(c.algorithms())
	_, _ = io.WriteString(sums, text)
	if err := c.verify(sums.sums()); err != nil {
		return nil, err
	}
	return []byte(text), nil
}

func (f *Fetcher) readBeside(ctx context.Context, beside index.File, c *check, cached bool) (string, error) {
	if cached {
		page, err := f.options.Client.Page(ctx, transport.PageRequest{URL: beside.URL, Limit: metadataLimit})
		if err != nil {
			return "", err
		}
		return page.Body, nil
	}
	response, err := f.options.Client.Get(ctx, transport.Request{URL: beside.URL, Checked: c.strong()})
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var text strings.Builder
	n, err := io.Copy(&text, io.LimitReader(response.Body, metadataLimit+1))
	if err == nil && n > metadataLimit {
		err = &transport.SizeError{URL: shown(beside.URL), Limit: metadataLimit}
	}
	return text.String(), err
}

// rangedMetadata reads the end of a wheel. With errWhole comes the response that
// the server sent instead of a part, if it is still open.
func (f *Fetcher) rangedMetadata(ctx context.Context, file index.File, checked bool) ([]byte, *transport.Response, error) {
	r, response, err := openRemote(ctx, f.options.Client, file, checked)
	if err != nil {
		if errors.Is(err, errWhole) {
			f.noteRangeless(file)
		}
		return nil, response, err
	}
	text, err := wheelMetadata(r, r.size, file.Name)
	if err == nil {
		return text, nil, nil
	}
	if f.isNetwork(ctx, err) {
		return nil, nil, err
	}
	return nil, nil, &brokenError{err}
}

// isNetwork tells what went wrong on the way from what is wrong with the wheel.
func (f *Fetcher) isNetwork(ctx context.Context, err error) bool {
	var status *transport.StatusError
	var connection *transport.ConnectionError
	var protocol *transport.ProtocolError
	return ctx.Err() != nil || errors.As(err, &status) || errors.As(err, &connection) || errors.As(err, &protocol)
}

// wholeMetadata brings the wheel into the store, where it will be wanted anyway.
// The caller has the flight.
func (f *Fetcher) wholeMetadata(ctx context.Context, file index.File, c *check, open *transport.Response) ([]byte, error) {
	w, ok, err := f.stored(ctx, file, c)
	if (ok || err != nil) && open != nil {
		_ = open.Body.Close()
	}
	if err == nil && !ok {
		w, err = f.download(ctx, file, c, open, func(int64, int64) {})
	}
	if err != nil {
		return nil, err
	}
	return localMetadata(w.Path, w.Name)
}

// metadataPath is where a wheel's METADATA is remembered: by the wheel's strong
// digest and the host that gave it, for the end of a wheel that was read by
// ranges has not been compared to the digest. "" is for a wheel without one.
func (f *Fetcher) metadataPath(file index.File, c *check) string {
	for _, d := range c.announced {
		if !isWeak(d.algorithm) {
			return filepath.Join(f.options.Store, "metadata", twoLevels(d.String()+" "+hostOf(file)+" "+file.Name))
		}
	}
	return ""
}

// readChecked reads a file that starts with a line holding its checksum.
func readChecked(path string) ([]byte, bool) {
	if path == "" {
		return nil, false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	head, body, ok := strings.Cut(string(text), "\n")
	return []byte(body), ok && head == checksum([]byte(body))
}

func writeChecked(path string, text []byte) {
	_ = writeFile(path, append([]byte(checksum(text)+"\n"), text...)) // else it is fetched again
}

func checksum(text []byte) string {
	return fmt.Sprintf("%08x", crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)))
}
