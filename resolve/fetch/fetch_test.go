package fetch_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/transport"
)

// world is an index, a client of it, and a fetcher with a new store.
type world struct {
	t        *testing.T
	srv      *indextest.Server
	store    string
	verified atomic.Int32 // calls of Verify
	options  fetch.Options
	client   *transport.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, srv: indextest.New(t), store: filepath.Join(t.TempDir(), "store")}
	w.client = w.newClient(transport.Options{})
	w.options = fetch.Options{Store: w.store, Client: w.client, Verify: w.verify}
	return w
}

// newClient makes a client that tries three times and doesn't wait.
func (w *world) newClient(o transport.Options) *transport.Client {
	w.t.Helper()
	o.Retries = 2
	o.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	client, err := transport.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

// errVerify is what a wheel with this word in it fails with.
var errVerify = errors.New("RECORD doesn't match")

func (w *world) verify(_ context.Context, r io.ReaderAt, size int64, name string) error {
	w.verified.Add(1)
	text, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return err
	}
	if strings.Contains(string(text), "UNVERIFIABLE") || !strings.HasSuffix(name, ".whl") {
		return errVerify
	}
	return nil
}

func (w *world) fetcher() *fetch.Fetcher {
	w.t.Helper()
	f, err := fetch.New(w.options)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// file puts a distribution on the index and asks a new client for it.
func (w *world) file(d indextest.Dist) index.File {
	w.t.Helper()
	w.srv.Add(d)
	client, err := index.New(index.Options{IndexURL: w.srv.URL(), Transport: w.client})
	if err != nil {
		w.t.Fatal(err)
	}
	p, err := client.Project(w.t.Context(), d.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	w.srv.Forget()
	return p.Files[len(p.Files)-1]
}

func (w *world) wheel(file index.File, want ...string) (fetch.Wheel, error) {
	return w.fetcher().Wheel(w.t.Context(), file, want, nil)
}

// requireWheel checks all that is said of a wheel against its bytes.
func (w *world) requireWheel(got fetch.Wheel, err error, name string, data []byte) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("Wheel: %v", err)
	}
	text, err := os.ReadFile(got.Path)
	if err != nil || !bytes.Equal(text, data) || filepath.Base(got.Path) != name {
		w.t.Errorf("%s holds %d bytes, %v, want %d", got.Path, len(text), err, len(data))
	}
	want := fetch.Wheel{Path: got.Path, Name: name, SHA256: sum256(data), CRC32: crc32.ChecksumIEEE(data), Size: int64(len(data))}
	if got != want {
		w.t.Errorf("Wheel = %+v, want %+v", got, want)
	}
}

// requireEmpty checks that nothing of a file that was refused is left.
func (w *world) requireEmpty() {
	w.t.Helper()
	err := filepath.WalkDir(w.store, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !entry.IsDir() {
			w.t.Errorf("the store holds %s", path)
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
}

func sum256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func sum512(data []byte) string {
	sum := sha512.Sum512(data)
	return hex.EncodeToString(sum[:])
}

var flask = indextest.Dist{Name: "flask", Version: "3.0", Requires: []string{"werkzeug>=3"}, Padding: 100_000}

func TestWheel(t *testing.T) {
	t.Parallel()
	name, data := indextest.Wheel(flask)
	w := newWorld(t)
	file := w.file(flask)
	for _, want := range [][]string{nil, {"sha256:" + sum256(data)}, {"sha256:" + strings.Repeat("0", 64), "SHA512=" + strings.ToUpper(sum512(data))}} {
		got, err := w.wheel(file, want...)
		w.requireWheel(got, err, name, data)
	}
	if paths := w.srv.Paths(); len(paths) != 1 || w.verified.Load() != 2 {
		t.Errorf("requests = %q, %d verifications, want 1, and 2: a new kind of digest means reading again", paths, w.verified.Load())
	}
	// What is in the store needs no network.
	w.options.Client = nil
	got, err := w.wheel(file)
	w.requireWheel(got, err, name, data)
}

func TestWrongDigests(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("0", 64)
	tests := []struct {
		name  string
		file  func(*index.File)
		want  []string
		error any
		text  string
	}{
		{"announced", func(f *index.File) { f.Hashes = index.Digests{{Algorithm: "sha256", Hex: zeros}} }, nil, new(*fetch.HashError), "is announced"},
		{"announced, weak", func(f *index.File) { f.Hashes = index.Digests{{Algorithm: "md5", Hex: zeros[:32]}} }, nil, new(*fetch.HashError), "but md5:00"},
		{"one of two announced", func(f *index.File) {
			f.Hashes = append(slices.Clone(f.Hashes), index.Digest{Algorithm: "sha1", Hex: zeros[:40]})
		}, nil, new(*fetch.HashError), "but sha1:00"},
		{"wanted", func(*index.File) {}, []string{"sha256:" + zeros}, new(*fetch.HashError), "is wanted"},
		{"none of two wanted", func(*index.File) {}, []string{"sha256:" + zeros, "sha384:" + zeros + zeros[:32]}, new(*fetch.HashError), " or sha384:"},
		{"wanted, weak", func(*index.File) {}, []string{"md5:" + zeros[:32]}, new(*fetch.HashFormatError), "too weak"},
		{"wanted, unknown", func(*index.File) {}, []string{"crc32:00000000"}, new(*fetch.HashFormatError), "unknown algorithm"},
		{"wanted, too short", func(*index.File) {}, []string{"sha256:00"}, new(*fetch.HashFormatError), "hexadecimal"},
		{"wanted, no algorithm", func(*index.File) {}, []string{zeros}, new(*fetch.HashFormatError), "algorithm:hex"},
		{"announced of no sense", func(f *index.File) { f.Hashes = index.Digests{{Algorithm: "sha256", Hex: "xyz"}} }, nil, new(*fetch.HashFormatError), "hexadecimal"},
		{"size", func(f *index.File) { f.Size-- }, nil, new(*fetch.SizeError), "larger than"},
		{"size, too few", func(f *index.File) { f.Size++ }, nil, new(*fetch.SizeError), "has 10"},
		{"a name that leads away", func(f *index.File) { f.Name = "../x.whl" }, nil, new(*fetch.FileError), "no file name"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, local := range []bool{false, true} {
				w := newWorld(t)
				file := w.file(flask)
				if local {
					if _, ok := test.error.(**fetch.SizeError); ok {
						continue // a local file has the size it has
					}
					file.Path = filepath.Join(indextest.Folder(t, flask), file.Name)
				}
				test.file(&file)
				_, err := w.wheel(file, test.want...)
				if !errors.As(err, test.error) || !strings.Contains(err.Error(), test.text) {
					t.Errorf("local=%t: error = %v (%T), want a %T with %q", local, err, err, test.error, test.text)
				}
				var hash *fetch.HashError
				if errors.As(err, &hash) && (hash.File != file.Name || !strings.Contains(hash.Got, ":") || len(hash.Want) == 0) {
					t.Errorf("local=%t: error = %+v", local, hash)
				}
				if !local {
					w.requireEmpty()
				}
			}
		})
	}
}

// A weak digest is checked, but a file is not known again by it.
func TestWeakAnnouncedDigests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.file(indextest.Dist{Name: "x", Version: "1", Raw: []byte("not a zip"), FileName: "x-1-py3-none-any.whl"})
	file.Size = -1
	file.Hashes = index.Digests{{Algorithm: "md5", Hex: "8f5c7d4b5a1f1d2f0f0c0b5b3b0a7c11"}}
	if _, err := w.wheel(file); err == nil {
		t.Error("a wrong md5 is taken")
	}
	file.Hashes = index.Digests{{Algorithm: "blake2b", Hex: "00"}}
	if _, err := w.wheel(file); err != nil {
		t.Errorf("an unknown algorithm: %v, want it passed over", err)
	}
}

func TestUnverifiable(t *testing.T) {
	t.Parallel()
	bad := indextest.Dist{Name: "bad", Version: "1", Raw: []byte("UNVERIFIABLE"), FileName: "bad-1-py3-none-any.whl"}
	w := newWorld(t)
	file := w.file(bad)
	_, err := w.wheel(file)
	if !errors.Is(err, errVerify) || !strings.Contains(err.Error(), file.URL) {
		t.Errorf("error = %v, want that of Verify with the URL", err)
	}
	w.requireEmpty()
	file.Path = filepath.Join(indextest.Folder(t, bad), file.Name)
	if _, err := w.wheel(file); !errors.Is(err, errVerify) || !strings.Contains(err.Error(), file.Path) {
		t.Errorf("error = %v, want that of Verify with the path", err)
	}
	// A wrong digest says more than what is wrong inside.
	var hash *fetch.HashError
	if _, err := w.wheel(file, "sha256:"+strings.Repeat("0", 64)); !errors.As(err, &hash) {
		t.Errorf("error = %v, want a HashError", err)
	}
}

func TestSdistsAreNotVerified(t *testing.T) {
	t.Parallel()
	sdist := indextest.Dist{Name: "x", Version: "1", Sdist: true}
	name, data := indextest.Sdist(sdist)
	w := newWorld(t)
	got, err := w.wheel(w.file(sdist))
	w.requireWheel(got, err, name, data)
	if w.verified.Load() != 0 {
		t.Error("a source distribution was looked into as a wheel")
	}
}

// Files without a digest are asked for again, and brought again when they changed.
func TestFilesWithoutDigest(t *testing.T) {
	t.Parallel()
	dist := indextest.Dist{Name: "x", Version: "1", NoHash: true}
	changed := dist
	changed.Files = map[string]string{"x.py": "changed"}
	for _, validators := range []bool{true, false} {
		w := newWorld(t)
		w.srv.Behave(func(b *indextest.Behaviour) { b.NoValidators, b.NoSizes = !validators, true })
		codes := func() string {
			text := ""
			for _, r := range w.srv.Requests() {
				text += fmt.Sprint(r.Status, " ")
			}
			return text
		}
		file := w.file(dist)
		name, data := indextest.Wheel(dist)
		for range 2 {
			got, err := w.wheel(file)
			w.requireWheel(got, err, name, data)
		}
		want := "200 304 "
		if !validators {
			want = "200 200 "
		}
		if got := codes(); got != want {
			t.Errorf("validators=%t: answers = %q, want %q", validators, got, want)
		}
		w.srv.Add(changed)
		_, data2 := indextest.Wheel(changed)
		got, err := w.wheel(file)
		w.requireWheel(got, err, name, data2)

		w.options.Client = w.newClient(transport.Options{Offline: true})
		got, err = w.wheel(file)
		w.requireWheel(got, err, name, data2)
	}
}

func TestOtherStrongDigests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.file(flask)
	name, data := indextest.Wheel(flask)
	file.Hashes = index.Digests{{Algorithm: "sha512", Hex: sum512(data)}}
	for range 3 {
		got, err := w.wheel(file)
		w.requireWheel(got, err, name, data)
	}
	if paths := w.srv.Paths(); len(paths) != 1 {
		t.Errorf("requests = %q, want one", paths)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.file(indextest.Dist{Name: "x", Version: "1", Padding: 500_000})
	for range 2 { // from the server, from the store
		last, calls := int64(0), 0
		_, err := w.fetcher().Wheel(t.Context(), file, nil, func(done, total int64) {
			if done < last || total != file.Size || done > total {
				t.Errorf("progress(%d, %d) after %d", done, total, last)
			}
			last = done
			calls++
		})
		if err != nil || last != file.Size {
			t.Errorf("progress ended at %d of %d after %d calls: %v", last, file.Size, calls, err)
		}
	}
}

func TestBrokenDownloads(t *testing.T) {
	t.Parallel()
	name, data := indextest.Wheel(flask)
	tests := []struct {
		name   string
		faults []indextest.Fault
		set    func(*indextest.Behaviour)
		error  any
	}{
		{"once", []indextest.Fault{{Cut: 50_000, Times: 1}}, nil, nil},
		{"again and again", []indextest.Fault{{Cut: 30_000, Times: 2}}, nil, nil},
		{"without ranges", []indextest.Fault{{Cut: 30_000, Times: 1}}, func(b *indextest.Behaviour) { b.NoRanges = true }, nil},
		{"without validators", []indextest.Fault{{Cut: 30_000, Times: 1}}, func(b *indextest.Behaviour) { b.NoValidators = true }, nil},
		{"always", []indextest.Fault{{Cut: 30_000}}, nil, new(*transport.ConnectionError)},
		{"reset once", []indextest.Fault{{Reset: true, Times: 1}}, nil, nil},
		{"unavailable for a while", []indextest.Fault{{Status: 503, Times: 2, RetryAfter: "1"}}, nil, nil},
		{"unavailable", []indextest.Fault{{Status: 503}}, nil, new(*fetch.StatusError)},
		{"not there", []indextest.Fault{{Status: 404}}, nil, new(*fetch.StatusError)},
		{"another file", []indextest.Fault{{Body: "<html>", ContentType: "text/html"}}, nil, new(*fetch.SizeError)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			file := w.file(flask)
			if test.set != nil {
				w.srv.Behave(test.set)
			}
			for _, f := range test.faults {
				f.Path = ".whl"
				w.srv.Fail(f)
			}
			got, err := w.wheel(file)
			if test.error == nil {
				w.requireWheel(got, err, name, data)
				return
			}
			if !errors.As(err, test.error) || !strings.Contains(err.Error(), w.srv.Host()) {
				t.Errorf("error = %v (%T), want a %T with the URL", err, err, test.error)
			}
			w.requireEmpty()
		})
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.file(flask)
	for _, size := range []int64{file.Size, -1} {
		file.Size, w.options.MaxSize = size, 1000
		var limit *fetch.SizeError
		if _, err := w.wheel(file); !errors.As(err, &limit) {
			t.Errorf("error = %v, want a SizeError", err)
		}
	}
}

// Whatever happens to the store, what comes out of it is right.
func TestDamagedStore(t *testing.T) {
	t.Parallel()
	name, data := indextest.Wheel(flask)
	tests := []struct {
		name   string
		damage func(path string) error
		asks   bool // the server has to be asked again
	}{
		{"nothing", func(string) error { return nil }, false},
		{"no facts", func(path string) error { return os.Remove(path + ".facts") }, false},
		{"broken facts", func(path string) error { return os.WriteFile(path+".facts", []byte("x\ty\n"), 0o600) }, false},
		{"touched", func(path string) error { return os.Chtimes(path, time.Now(), time.Now()) }, false},
		{"a changed byte", func(path string) error {
			changed := bytes.Clone(data)
			changed[1000] ^= 1
			return os.WriteFile(path, changed, 0o600)
		}, true},
		{"truncated", func(path string) error { return os.Truncate(path, 1000) }, true},
		{"removed", os.Remove, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			file := w.file(flask)
			got, err := w.wheel(file)
			w.requireWheel(got, err, name, data)
			w.srv.Forget()
			must(t, test.damage(got.Path))
			for range 2 {
				got, err = w.wheel(file)
				w.requireWheel(got, err, name, data)
			}
			if asked := len(w.srv.Paths()) > 0; asked != test.asks {
				t.Errorf("requests = %q, want any: %t", w.srv.Paths(), test.asks)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Several fetchers on one store, as in several processes, and several callers.
func TestConcurrentFetchers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.file(flask)
	name, data := indextest.Wheel(flask)
	var group sync.WaitGroup
	for range 4 {
		f := w.fetcher()
		for range 4 {
			group.Go(func() {
				got, err := f.Wheel(t.Context(), file, nil, nil)
				w.requireWheel(got, err, name, data)
				if _, err := f.Metadata(t.Context(), file); err != nil {
					t.Errorf("Metadata: %v", err)
				}
			})
		}
	}
	group.Wait()
	downloads := 0
	for _, path := range w.srv.Paths() {
		if strings.HasSuffix(path, ".whl") {
			downloads++
		}
	}
	if downloads > 4 {
		t.Errorf("%d downloads, want at most one of each fetcher", downloads)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.file(flask)
	w.srv.Fail(indextest.Fault{Path: ".whl", Cut: 10, Stall: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := w.fetcher().Wheel(ctx, file, nil, func(int64, int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
	w.requireEmpty()
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	if _, err := fetch.New(fetch.Options{}); err == nil {
		t.Error("New without a store succeeds")
	}
	w := newWorld(t)
	file := w.file(flask)
	w.options.Client = nil
	var unreadable *fetch.FileError
	if _, err := w.wheel(file); !errors.As(err, &unreadable) {
		t.Errorf("error without a client = %v, want a FileError", err)
	}
	if _, err := w.fetcher().Metadata(t.Context(), file); !errors.As(err, &unreadable) {
		t.Errorf("error without a client = %v, want a FileError", err)
	}
}
