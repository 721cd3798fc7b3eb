package transport

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// entry is a page as the cache keeps it. One file holds it: a first line with
// the form's name and a checksum of all that follows, a line of JSON, the body.
type entry struct {
	URL          string    `json:"url"` // of the last hop, without secrets
	ContentType  string    `json:"content_type"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Until        time.Time `json:"until"` // when it must be asked for again
	// Absent is the status of a page that isn't there, 404 or 410; 0 for one that
	// is. It is kept so that an index without a project is known offline too.
	Absent int    `json:"absent,omitempty"`
	Body   string `json:"-"`
}

// form names the layout of the files; another layout needs another name.
const form = "gobundle-page-1 "

// prefixSize is that of the first line.
const prefixSize = len(form) + 8 + 1

func (e *entry) fresh(now time.Time) bool { return now.Before(e.Until) }

// pageKey is a cache key: no secret of the URL can be read from it, and
// credentials are no part of it.
func pageKey(u *url.URL, accept string) string {
	bare := *u
	bare.User = nil
	sum := sha256.Sum256([]byte(bare.String() + "\n" + accept))
	return hex.EncodeToString(sum[:])
}

func (c *Client) entryPath(key string) string {
	return filepath.Join(c.options.CacheDir, key[:2], key[2:])
}

// load reads an entry. Whatever is wrong with it makes it a miss.
func (c *Client) load(key string, limit int64) *entry {
	if c.options.CacheDir == "" {
		return nil
	}
	f, err := os.Open(c.entryPath(key))
	if err != nil {
		return nil
	}
	defer f.Close()
	e, err := readEntry(f, limit)
	if err != nil {
		return nil
	}
	return e
}

func readEntry(f *os.File, limit int64) (*entry, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > limit+1<<16 {
		return nil, fmt.Errorf("%d bytes are more than asked for", info.Size())
	}
	first := make([]byte, prefixSize)
	if _, err := io.ReadFull(f, first); err != nil {
		return nil, err
	}
	var text strings.Builder
	text.Grow(int(info.Size()))
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	if _, err := io.Copy(io.MultiWriter(&text, sum), f); err != nil {
		return nil, err
	}
	if want := checksumLine(sum.Sum32()); string(first) != want {
		return nil, fmt.Errorf("checksum differs")
	}
	head, body, _ := strings.Cut(text.String(), "\n")
	e := &entry{Body: body}
	return e, json.Unmarshal([]byte(head), e)
}

func checksumLine(sum uint32) string { return fmt.Sprintf("%s%08x\n", form, sum) }

// save writes an entry. A cache that can't be written is no error: the next run
// asks again.
func (c *Client) save(key string, e *entry) {
	if c.options.CacheDir == "" {
		return
	}
	head, err := json.Marshal(e)
	if err != nil {
		return
	}
	head = append(head, '\n')
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, head)
	for at := 0; at < len(e.Body); at += pieceSize { // as bytes it would be held twice
		sum = crc32.Update(sum, table, []byte(e.Body[at:min(at+pieceSize, len(e.Body))]))
	}
	path := c.entryPath(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // made with mode 0600
	if err != nil {
		return
	}
	_, err = io.Copy(f, io.MultiReader(strings.NewReader(checksumLine(sum)), bytes.NewReader(head), strings.NewReader(e.Body)))
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
}
