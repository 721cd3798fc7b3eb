package pythondist_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/gobundle/gobundle/runtime/cache"
	"github.com/gobundle/gobundle/runtime/pythondist"
	"github.com/gobundle/gobundle/runtime/pythondist/download"
	"github.com/gobundle/gobundle/runtime/pythondist/untar"
)

// packed is a distribution that holds these files.
func packed(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	encoder, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(encoder)
	for _, name := range files {
		content := "content of " + name
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), encoder.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const program = "python/bin/python3.12"

func record(data []byte) *pythondist.Record {
	sum := sha256.Sum256(data)
	return &pythondist.Record{Name: "cpython-3.12.1", Archive: "python.tar.zst", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data)), Program: program}
}

// options are those of a machine of its own with the archive embedded; opened
// counts how often it is read.
func options(t *testing.T, data []byte, opened *atomic.Int32) pythondist.Options {
	t.Helper()
	dir := t.TempDir()
	return pythondist.Options{
		Getenv: func(name string) string {
			return map[string]string{"GOBUNDLE_CACHE_DIR": filepath.Join(dir, "cache")}[name]
		},
		Temp: dir,
		Open: func() (*pythondist.Archive, error) {
			opened.Add(1)
			return &pythondist.Archive{ReaderAt: bytes.NewReader(data), Closer: io.NopCloser(nil), Size: int64(len(data))}, nil
		},
		Unpack: untar.To,
		Hash:   sha256.New,
		Fetch:  download.To,
	}
}

func pythons(o pythondist.Options) string {
	return filepath.Join(o.Getenv("GOBUNDLE_CACHE_DIR"), pythondist.Folder)
}

// nothingLeft asserts that the cache holds so many installations and nothing else.
func nothingLeft(t *testing.T, o pythondist.Options, want int) {
	t.Helper()
	entries, err := os.ReadDir(pythons(o))
	if err != nil && want > 0 {
		t.Fatal(err)
	}
	if len(entries) != want {
		t.Errorf("the cache holds %v, want %d", entries, want)
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	data := packed(t, program, "python/lib/python3.12/os.py")
	var opened atomic.Int32
	o, r := options(t, data, &opened), record(data)
	for range 2 {
		found, err := pythondist.Ready(t.Context(), r, o)
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(found.Program)
		if err != nil || string(content) != "content of "+program {
			t.Errorf("the program is %q, %v", content, err)
		}
		if err := found.Close(); err != nil {
			t.Error(err)
		}
	}
	if opened.Load() != 1 {
		t.Errorf("unpacked %d times, want 1", opened.Load())
	}
	info, err := os.Stat(pythons(o))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v, %v", info.Mode(), err)
	}
	nothingLeft(t, o, 1)
}

// cut empties a file, "" for none, of an installation that was not used since the machine
// began.
func cut(folder, name string) error {
	var err error
	if name != "" {
		err = os.Truncate(filepath.Join(folder, filepath.FromSlash(name)), 0)
	}
	return errors.Join(err, os.Chtimes(filepath.Join(folder, "lease"), time.Unix(1e9, 0), time.Unix(1e9, 0)))
}

// The last use is stamped, and what is incomplete is made anew.
func TestReadyAgain(t *testing.T) {
	t.Parallel()
	data := packed(t, program, "python/lib/python3.12/os.py")
	for _, test := range []struct {
		name   string
		change func(folder string) error
		made   int32
	}{
		{"used long ago", func(folder string) error {
			return os.Chtimes(filepath.Join(folder, "lease"), time.Unix(1e9, 0), time.Unix(1e9, 0))
		}, 1},
		{"the program is gone", func(folder string) error { return os.Remove(filepath.Join(folder, filepath.FromSlash(program))) }, 2},
		{"the program is empty", func(folder string) error { return os.Truncate(filepath.Join(folder, filepath.FromSlash(program)), 0) }, 2},
		{"a power cut emptied a file", func(folder string) error { return cut(folder, "python/lib/python3.12/os.py") }, 2},
		{"a power cut emptied the list", func(folder string) error { return cut(folder, "files.txt") }, 2},
		{"a power cut, and a file is gone", func(folder string) error {
			return errors.Join(os.Remove(filepath.Join(folder, "python/lib/python3.12/os.py")), cut(folder, ""))
		}, 2},
		{"byte-code came after a power cut", func(folder string) error {
			return errors.Join(os.WriteFile(filepath.Join(folder, "python/os.pyc"), nil, 0o600), cut(folder, ""))
		}, 1},
		{"the lease is gone", func(folder string) error { return os.Remove(filepath.Join(folder, "lease")) }, 2},
		{"a killed process left something", func(folder string) error {
			return errors.Join(os.RemoveAll(folder), os.MkdirAll(filepath.Join(filepath.Dir(folder), "."+filepath.Base(folder)+".abc.tmp", "python"), 0o700))
		}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var opened atomic.Int32
			o, r := options(t, data, &opened), record(data)
			found, err := pythondist.Ready(t.Context(), r, o)
			if err != nil {
				t.Fatal(err)
			}
			folder := filepath.Join(pythons(o), r.SHA256[:32])
			if err := errors.Join(found.Close(), test.change(folder)); err != nil {
				t.Fatal(err)
			}
			if found, err = pythondist.Ready(t.Context(), r, o); err != nil {
				t.Fatal(err)
			}
			defer found.Close()
			info, err := os.Stat(filepath.Join(folder, "lease"))
			if err != nil || time.Since(info.ModTime()) > time.Hour {
				t.Errorf("last used %v, %v", info.ModTime(), err)
			}
			if opened.Load() != test.made {
				t.Errorf("unpacked %d times, want %d", opened.Load(), test.made)
			}
			nothingLeft(t, o, 1)
		})
	}
}

func TestReadyAtOnce(t *testing.T) {
	t.Parallel()
	data := packed(t, program)
	var opened atomic.Int32
	o, r := options(t, data, &opened), record(data)
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			found, err := pythondist.Ready(t.Context(), r, o)
			if err != nil {
				t.Error(err)
				return
			}
			if err := found.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if opened.Load() != 1 {
		t.Errorf("unpacked %d times, want 1", opened.Load())
	}
}

func TestReadyRefuses(t *testing.T) {
	t.Parallel()
	data := packed(t, program)
	outside := packed(t, program, "../outside")
	without := packed(t, "python/readme")
	garbage := []byte("<html>not found</html>")
	for _, test := range []struct {
		name, want string
		data       []byte
		r          *pythondist.Record
	}{
		{"another sha256", "its sha256 is ", data, func() *pythondist.Record {
			r := record(data)
			r.SHA256 = strings.Repeat("0", 64)
			return r
		}()},
		{"another size", "bytes, not ", data, func() *pythondist.Record { r := record(data); r.Size++; return r }()},
		{"garbage of another sha256", "its sha256 is ", garbage, func() *pythondist.Record { r := record(data); r.Size = int64(len(garbage)); return r }()},
		{"garbage", "zstd", garbage, record(garbage)},
		{"a way out", `".."`, outside, record(outside)},
		{"no program", "there is no " + program, without, record(without)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var opened atomic.Int32
			o := options(t, test.data, &opened)
			_, err := pythondist.Ready(t.Context(), test.r, o)
			var damage *pythondist.DamageError
			if !errors.As(err, &damage) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Ready: %v, want a DamageError with %q", err, test.want)
			}
			nothingLeft(t, o, 0)
		})
	}
}

// A folder that others can write to is not trusted.
func TestReadyUnsafe(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	data := packed(t, program)
	var opened atomic.Int32
	o, r := options(t, data, &opened), record(data)
	folder := filepath.Join(pythons(o), r.SHA256[:32])
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.Chmod(folder, 0o777)); err != nil {
		t.Fatal(err)
	}
	_, err := pythondist.Ready(t.Context(), r, o)
	var unsafe *cache.UnsafeError
	if !errors.As(err, &unsafe) {
		t.Errorf("Ready: %v, want an UnsafeError", err)
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	data := packed(t, program)
	other := packed(t, program, "more")
	breaks := atomic.Bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/mirror/python.tar.zst", "/own/python.tar.zst":
			http.ServeContent(w, q, "", time.Time{}, bytes.NewReader(data))
		case "/breaks/python.tar.zst":
			if breaks.CompareAndSwap(false, true) {
				w.Header().Set("Content-Length", "10000")
				_, _ = w.Write(data[:20])
				return
			}
			http.ServeContent(w, q, "", time.Time{}, bytes.NewReader(data))
		case "/other/python.tar.zst":
			_, _ = w.Write(other)
		default:
			http.NotFound(w, q)
		}
	}))
	t.Cleanup(server.Close)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "python.tar.zst"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, address, mirror, want string }{
		{"its own URL", "/own/python.tar.zst", "", ""},
		{"a mirror", "/missing/python.tar.zst", "SERVER/mirror/", ""},
		{"a mirror that is a folder", "/missing/python.tar.zst", folder, ""},
		{"a mirror that is a file URL", "/missing/python.tar.zst", "file://" + filepath.ToSlash(folder), ""},
		{"a connection that breaks once", "/breaks/python.tar.zst", "", ""},
		{"a URL with nothing behind it", "/missing/python.tar.zst", "", "the server answers 404"},
		{"a mirror with nothing behind it", "/own/python.tar.zst", "SERVER/missing", "the server answers 404"},
		{"a mirror with another file", "/own/python.tar.zst", "SERVER/other", "bytes"},
		{"a folder without it", "/own/python.tar.zst", filepath.Join(folder, "none"), "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var opened atomic.Int32
			o, r := options(t, nil, &opened), record(data)
			r.URL = server.URL + test.address
			getenv := o.Getenv
			o.Getenv = func(name string) string {
				if name == pythondist.MirrorVariable {
					return strings.Replace(test.mirror, "SERVER", strings.Replace(server.URL, "://", "://user:secret@", 1), 1)
				}
				return getenv(name)
			}
			said := ""
			o.Say = func(what string) { said += what }
			found, err := pythondist.Ready(t.Context(), r, o)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Fatalf("Ready: %v, want %q", err, test.want)
			}
			if strings.Contains(said, "secret") || err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is told: %s; %v", said, err)
			}
			if err != nil {
				nothingLeft(t, o, 0)
				return
			}
			if err := found.Close(); err != nil {
				t.Error(err)
			}
			nothingLeft(t, o, 1)
		})
	}
}

func TestFetchWithoutNetwork(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	o, r := options(t, nil, &opened), record(nil)
	r.URL, o.Fetch = "https://index.example/python.tar.zst", nil
	_, err := pythondist.Ready(t.Context(), r, o)
	var fetch *pythondist.FetchError
	if !errors.As(err, &fetch) || !errors.Is(err, pythondist.ErrNoNetwork) {
		t.Errorf("Ready: %v, want a FetchError", err)
	}
}

// A launcher that can't unpack starts what is unpacked.
func TestReadyWithoutUnpacking(t *testing.T) {
	t.Parallel()
	data := packed(t, program)
	var opened atomic.Int32
	o, r := options(t, data, &opened), record(data)
	able := o.Unpack
	o.Unpack = nil
	if _, err := pythondist.Ready(t.Context(), r, o); !errors.Is(err, pythondist.ErrNoUnpack) {
		t.Errorf("Ready: %v, want ErrNoUnpack", err)
	}
	for _, o.Unpack = range []pythondist.Unpack{able, nil} {
		found, err := pythondist.Ready(t.Context(), r, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := found.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(r *pythondist.Record)
	}{
		{"sha256", func(r *pythondist.Record) { r.SHA256 = "../.." }},
		{"upper case", func(r *pythondist.Record) { r.SHA256 = strings.ToUpper(r.SHA256) + "" }},
		{"a program outside", func(r *pythondist.Record) { r.Program = "../bin/sh" }},
		{"an absolute program", func(r *pythondist.Record) { r.Program = "/bin/sh" }},
		{"no archive", func(r *pythondist.Record) { r.Archive = "" }},
		{"an archive elsewhere", func(r *pythondist.Record) { r.Archive = "a/b" }},
		{"a negative size", func(r *pythondist.Record) { r.Size = -1 }},
	} {
		r := record([]byte("x"))
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		test.change(r)
		if r.Check() == nil {
			t.Errorf("%s: Check = nil", test.name)
		}
	}
}
