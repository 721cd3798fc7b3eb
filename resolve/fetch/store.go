package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/transport"
)

// The store:
//
//	wheels/ab/cdef.../NAME        a file, by its sha256 in two levels
//	wheels/ab/cdef.../NAME.facts  what is known of it; without it the file is read again
//	names/ab/cdef...              which sha256 an announcement without one led to
//	metadata/ab/cdef...           METADATA of wheels that need not be here themselves
//	local/...                     facts of files outside the store, and their METADATA up to the description
//	new/...                       files on their way in

var errChanging = errors.New("the file changes while it is read")

// wheelPath is the place of a file in the store.
func (f *Fetcher) wheelPath(sha256, name string) string {
	return filepath.Join(f.options.Store, "wheels", sha256[:2], sha256[2:], name)
}

// stored looks for a file in the store.
func (f *Fetcher) stored(ctx context.Context, file index.File, c *check) (w Wheel, ok bool, err error) {
	sums := c.sha256s()
	if len(sums) == 0 {
		sums = f.pointed(file, c)
	}
	for _, sum := range sums {
		if w, ok, err = f.take(ctx, sum, file, c); ok || err != nil {
			return w, ok, err
		}
	}
	return Wheel{}, false, nil
}

// mostWriters is how many processes may put the same file there, one after the other,
// while it is read, before it is fetched once more.
const mostWriters = 20

// take hands out a file of the store. One that was damaged since it was put
// there is as good as none.
func (f *Fetcher) take(ctx context.Context, sha256 string, file index.File, c *check) (Wheel, bool, error) {
	path := f.wheelPath(sha256, file.Name)
	info, err := os.Stat(path)
	if err != nil {
		return Wheel{}, false, nil
	}
	have, ok := readFacts(path, file.Name)
	if !ok || have.stamp != stampOf(info) || !f.enough(have, file.Name, c) {
		same := &check{file: file.Name, from: path, announced: []digest{{"sha256", sha256}}}
		known := have
		have, err = f.examine(ctx, path, file.Name, same, c.algorithms(), known)
		for tries := 0; errors.Is(err, errChanging) && tries < mostWriters; tries++ { // another process has put the same file there
			have, err = f.examine(ctx, path, file.Name, same, c.algorithms(), known)
		}
		if err != nil {
			if ctx.Err() != nil {
				return Wheel{}, false, err
			}
			return Wheel{}, false, nil
		}
		if have.stamp.settled(f.options.Now()) {
			writeFacts(path, file.Name, &have)
		}
	}
	if err := c.verify(have.sums); err != nil {
		return Wheel{}, false, err
	}
	return have.wheel(path, file.Name), true, nil
}

func readFacts(path, name string) (facts, bool) {
	text, err := os.ReadFile(path + ".facts")
	if err != nil {
		return facts{}, false
	}
	line, _, _ := strings.Cut(string(text), "\n")
	of, have, ok := parseFacts(line)
	return have, ok && of == name
}

// writeFacts notes what is known of a file of the store. Without the note the
// file is read again, so that failing is no error.
func writeFacts(path, name string, have *facts) {
	_ = writeFile(path+".facts", []byte(have.line(name)))
}

// pointer says what an announcement that holds no sha256 led to.
type pointer struct {
	SHA256       string `json:"sha256"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
}

// pointerPath is bound to the strongest digest announced or, when there is none,
// to the URL.
func (f *Fetcher) pointerPath(file index.File, c *check) string {
	key := "url " + bareURL(file.URL)
	for _, d := range c.announced {
		if !isWeak(d.algorithm) {
			key = d.String()
		}
	}
	return filepath.Join(f.options.Store, "names", twoLevels(key))
}

func (f *Fetcher) readPointer(file index.File, c *check) (pointer, bool) {
	text, err := os.ReadFile(f.pointerPath(file, c))
	if err != nil {
		return pointer{}, false
	}
	var p pointer
	if err := json.Unmarshal(text, &p); err != nil {
		return pointer{}, false
	}
	sum, err := hex.DecodeString(p.SHA256)
	return p, err == nil && len(sum) == sha256.Size
}

func (f *Fetcher) writePointer(file index.File, c *check, p pointer) {
	if text, err := json.Marshal(p); err == nil {
		_ = writeFile(f.pointerPath(file, c), text) // else it is fetched again
	}
}

// pointed returns the sha256 that a strong digest of another kind led to before.
// Without such a digest the server has to be asked whether the file is the same,
// but when offline.
func (f *Fetcher) pointed(file index.File, c *check) []string {
	offline := f.options.Client == nil || f.options.Client.Offline()
	if !c.strong() && !offline {
		return nil
	}
	if p, ok := f.readPointer(file, c); ok {
		return []string{p.SHA256}
	}
	return nil
}

// twoLevels makes a path of any key.
func twoLevels(key string) string {
	sum := sha256.Sum256([]byte(key))
	text := hex.EncodeToString(sum[:])
	return filepath.Join(text[:2], text[2:])
}

// create makes a file for what is on its way into the store.
func (f *Fetcher) create() (*os.File, error) {
	folder := filepath.Join(f.options.Store, "new")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	f.sweep.Do(func() { sweep(folder, f.options.Now()) })
	return os.CreateTemp(folder, "*.part")
}

// sweep removes what killed processes left, long after they can be at it.
func sweep(folder string, now time.Time) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && now.Sub(info.ModTime()) > 48*time.Hour {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}

// bareURL is a URL without what doesn't name the file: credentials, fragment.
func bareURL(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	return u.String()
}

// shown is a URL without secrets.
func shown(text string) string { return transport.Redact(text) }

// bareCause takes the path out of an error that is shown beside it.
func bareCause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
