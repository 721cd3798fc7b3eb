//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// TestCarriedPython: executables that bring a Python along run where there is none. The
// Python is made of one of GOBUNDLE_PYTHONS, as python-build-standalone packs them.
func TestCarriedPython(t *testing.T) {
	t.Parallel()
	c := newCarrying(t)
	t.Run("embedded", c.embedded)
	t.Run("empty root", c.emptyRoot)
	t.Run("read-only root", c.readOnlyRoot)
	t.Run("mismatch", c.mismatch)
	t.Run("at once", c.atOnce)
	t.Run("killed", c.killed)
	t.Run("power cut", c.powerCut)
	t.Run("byte-code", c.bytecode)
	t.Run("damaged", c.damaged)
	t.Run("fetched", c.fetched)
	t.Run("tools", c.tools)
}

// A carrying is what the tests share: a distribution, as a folder and as an archive, and
// an executable that has it.
type carrying struct {
	*place
	version   string // "3.11"
	libraries []string
	folder    string // of the distribution
	archive   string // cpython.tar.gz
	sha256    string
	app       string
}

const carriedApp = `import colorsys, os, sys
def main():
    print("hello", "%d.%d" % sys.version_info[:2], sys.base_prefix, " ".join(sys.argv[1:]))
`

func newCarrying(t *testing.T) *carrying {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skip("the targets of this test are for x86_64")
	}
	c := &carrying{}
	python := ""
	for _, candidate := range append([]string{"/usr/bin/python3"}, filepath.SplitList(os.Getenv("GOBUNDLE_PYTHONS"))...) {
		answer, err := exec.CommandContext(t.Context(), candidate, "-I", "-c",
			"import os, sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2], os.path.realpath(sys.executable), os.path.dirname(os.__file__))").Output()
		if fields := strings.Fields(string(answer)); err == nil && len(fields) == 4 && fields[0] == "cpython" {
			c.version = fields[1]
			c.folder, c.libraries = distribution(t, c.version, fields[2], fields[3])
			python = candidate
			break
		}
	}
	if python == "" {
		t.Skip("GOBUNDLE_PYTHONS names no CPython")
	}
	c.place = newPlace(t, python)
	c.archive = filepath.Join(t.TempDir(), "cpython.tar.gz")
	c.sha256 = tarred(t, c.folder, c.archive)
	work := t.TempDir()
	c.app = filepath.Join(work, "app")
	if err := os.WriteFile(filepath.Join(work, "app.py"), []byte(carriedApp), 0o600); err != nil {
		t.Fatal(err)
	}
	c.must(t, c.gobundle, "-D", filepath.Join(work, "app.py"), "-e", "app:main", "-o", c.app, "--format", "executable", "--python-dist", c.archive)
	return c
}

// left out of a standard library for tests: most of it.
var unneeded = regexp.MustCompile(`/(test|tests|idlelib|lib2to3|ensurepip|tkinter|turtledemo|pydoc_data|distutils|site-packages|dist-packages|__pycache__|config-[^/]*)(/|$)`)

// distribution makes a folder as python-build-standalone has it, and returns the
// libraries that it needs from the system.
func distribution(t *testing.T, version, program, library string) (folder string, libraries []string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "python")
	bin, lib := filepath.Join(folder, "bin"), filepath.Join(folder, "lib", "python"+version)
	if err := errors.Join(os.MkdirAll(bin, 0o755), os.MkdirAll(lib, 0o755)); err != nil {
		t.Fatal(err)
	}
	copied(t, program, filepath.Join(bin, "python"+version))
	if err := os.Symlink("python"+version, filepath.Join(bin, "python3")); err != nil {
		t.Fatal(err)
	}
	linked := []string{program}
	err := filepath.WalkDir(library, func(path string, entry fs.DirEntry, err error) error {
		relative := strings.TrimPrefix(path, library)
		switch {
		case err != nil:
			return err
		case unneeded.MatchString(relative) && entry.IsDir():
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(lib, relative), 0o755)
		case strings.HasSuffix(path, ".so"):
			linked = append(linked, path)
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return nil // a link of the system's that leads nowhere
		}
		copied(t, path, filepath.Join(lib, relative))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// What ldd can't tell is not needed: static programs.
	output, _ := exec.CommandContext(t.Context(), "ldd", linked...).Output()
	for _, match := range regexp.MustCompile(`(?m)^\s+(?:\S+ => )?(/\S+) \(`).FindAllStringSubmatch(string(output), -1) {
		libraries = append(libraries, match[1])
	}
	return folder, libraries
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, info.Mode().Perm()|0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// tarred packs a folder and returns the archive's sha256.
func tarred(t *testing.T, folder, archive string) string {
	t.Helper()
	var b bytes.Buffer
	packed, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(packed)
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		target, _ := os.Readlink(path) // "" for what is no link
		header, err := tar.FileInfoHeader(info, target)
		if err != nil {
			return err
		}
		header.Name = filepath.Join("python", strings.TrimPrefix(path, folder))
		if err := w.WriteHeader(header); err != nil || !info.Mode().IsRegular() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(w, file)
		return err
	})
	if err := errors.Join(err, w.Close(), packed.Close(), os.WriteFile(archive, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])
}

// bare is a command with nothing in its environment but an empty PATH and a cache.
func (c *carrying) bare(ctx context.Context, cache, app string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, app, arguments...)
	command.Env = []string{"PATH=", "GOBUNDLE_CACHE_DIR=" + cache}
	return command
}

// greets asserts that the application says what it should, by a Python of the cache.
func (c *carrying) greets(t *testing.T, said, cache, arguments string) {
	t.Helper()
	if !strings.HasPrefix(said, "hello "+c.version+" "+filepath.Join(cache, "pythons")+"/") || !strings.HasSuffix(said, " "+arguments+"\n") {
		t.Errorf("the application says %q, want a greeting by a Python in %s to %q", said, cache, arguments)
	}
}

// pythons asserts that a cache holds one Python and nothing unfinished.
func pythons(t *testing.T, cache string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(cache, "pythons"))
	if err != nil || len(entries) != 1 || strings.HasPrefix(entries[0].Name(), ".") {
		t.Errorf("the cache has the Pythons %v, %v, want one", entries, err)
	}
}

func (c *carrying) embedded(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	for _, arguments := range []string{"cold", "warm"} {
		c.greets(t, output(t, c.bare(t.Context(), cache, c.app, arguments)), cache, arguments)
	}
	pythons(t, cache)
	if runtime.GOOS == "linux" {
		// A warm start is over before Go's runtime begins, which would say what it does.
		early := c.bare(t.Context(), cache, c.app, "early")
		early.Env = append(early.Env, "GODEBUG=inittrace=1")
		if said, err := early.CombinedOutput(); err != nil || !strings.HasPrefix(string(said), "hello ") || strings.Contains(string(said), "init runtime") {
			t.Errorf("a warm start says %q, %v", said, err)
		}
	}

	// The file is still a zipapp, and the user's Python still wins.
	if said := c.must(t, "python3", c.app, "zipapp"); !strings.Contains(said, "hello "+c.version) || strings.Contains(said, "/pythons/") {
		t.Errorf("as a zipapp it says %q", said)
	}
	forced := c.command(t.Context(), c.app)
	forced.Env = append(forced.Env, "GOBUNDLE_PYTHON=python3")
	if said := output(t, forced); strings.Contains(said, "/pythons/") {
		t.Errorf("GOBUNDLE_PYTHON does not win: %q", said)
	}
	if listing := c.must(t, "unzip", "-l", c.app); !strings.Contains(listing, "python.tar.zst") {
		t.Errorf("unzip -l lists\n%s", listing)
	}

	// A folder gives the same bytes as its archive, and both the same each time.
	again := filepath.Join(t.TempDir(), "app")
	c.must(t, c.gobundle, "-D", filepath.Join(filepath.Dir(c.app), "app.py"), "-e", "app:main", "-o", again, "--format", "executable", "--python-dist", c.folder)
	first, err := os.ReadFile(c.app)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(again); err != nil || !bytes.Equal(first, second) {
		t.Errorf("the folder gives other bytes than the archive (%v)", err)
	}
}

// The target is that of the Python, and another one is refused by name.
func (c *carrying) mismatch(t *testing.T) {
	t.Parallel()
	build := func(target string) (string, error) {
		said, err := c.command(t.Context(), c.gobundle, "-D", filepath.Join(filepath.Dir(c.app), "app.py"), "-e", "app:main", "-o", filepath.Join(t.TempDir(), "app"),
			"--format", "executable", "--python-dist", c.archive, "--target", target).CombinedOutput()
		return string(said), err
	}
	python := "cp" + strings.ReplaceAll(c.version, ".", "")
	for _, target := range []string{"cp36-linux-x86_64", python + "-musl-x86_64", python + "-windows-amd64", python + "-linux-aarch64", "pp310-linux-x86_64"} {
		said, err := build(target)
		if err == nil || !strings.Contains(said, "can't run on cpython-"+c.version) || !strings.Contains(said, "gobundle: hint: leave out --target, use --target cp3") {
			t.Errorf("for %s: %v\n%s", target, err, said)
		}
	}
	if said, err := build(python + "-manylinux_2_17_x86_64"); err != nil {
		t.Errorf("for an older glibc: %v\n%s", err, said)
	}
}

// endsWithHint runs an executable that must end with an error and a hint.
func endsWithHint(t *testing.T, command *exec.Cmd, reason, hint string) {
	t.Helper()
	said, err := command.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(said), "app: error: ") ||
		!strings.Contains(string(said), reason) || !strings.Contains(string(said), "app: hint: ") || !strings.Contains(string(said), hint) {
		t.Errorf("%v, and it says\n%swant %q and %q", err, said, reason, hint)
	}
}

func (c *carrying) damaged(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(c.app)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(data, []byte("python.tar.zst\x28\xb5\x2f\xfd"))
	data[at+100_000] ^= 1
	app, cache := filepath.Join(t.TempDir(), "app"), t.TempDir()
	if err := os.WriteFile(app, data, 0o755); err != nil {
		t.Fatal(err)
	}
	endsWithHint(t, c.bare(t.Context(), cache, app), "its sha256 is ", "get app anew")
	if entries, err := os.ReadDir(filepath.Join(cache, "pythons")); err != nil || len(entries) > 0 {
		t.Errorf("%v is left, %v", entries, err)
	}
	if said, err := c.command(t.Context(), c.gobundle, "verify", app).CombinedOutput(); err == nil {
		t.Errorf("gobundle verify finds nothing: %s", said)
	}
	unsafe := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(unsafe, "pythons"), 0o777), os.Chmod(filepath.Join(unsafe, "pythons"), 0o777)); err != nil {
		t.Fatal(err)
	}
	endsWithHint(t, c.bare(t.Context(), unsafe, c.app), "can be written by other users", "GOBUNDLE_CACHE_DIR")
}

func (c *carrying) fetched(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	files := http.FileServer(http.Dir(filepath.Dir(c.archive)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		asked.Add(1)
		files.ServeHTTP(w, q)
	}))
	defer server.Close()
	app := filepath.Join(t.TempDir(), "app")
	address := server.URL + "/cpython.tar.gz"
	build := []string{"-D", filepath.Join(filepath.Dir(c.app), "app.py"), "-e", "app:main", "-o", app, "--format", "executable", "--python-dist-mode", "fetch", "--python-dist"}
	wrong, err := c.command(t.Context(), c.gobundle, append(build, address+"#sha256="+strings.Repeat("0", 64))...).CombinedOutput()
	if err == nil || !strings.Contains(string(wrong), "gobundle: hint: ") {
		t.Errorf("with another sha256: %v\n%s", err, wrong)
	}
	c.must(t, c.gobundle, append(build, address+"#sha256="+c.sha256)...)
	if info, err := os.Stat(app); err != nil || info.Size() > 10_000_000 {
		t.Errorf("it has %d bytes, %v", info.Size(), err)
	}
	cache := t.TempDir()
	for _, arguments := range []string{"cold", "warm"} {
		c.greets(t, output(t, c.bare(t.Context(), cache, app, arguments)), cache, arguments)
	}
	pythons(t, cache)
	asked.Store(0)
	c.startsAtOnce(t, app, 10)
	if asked.Load() != 1 {
		t.Errorf("it was fetched %d times, want once", asked.Load())
	}
	c.killedAt(t, app, "pythons/.*.tmp/cpython.tar.gz", 1)
	server.Close()
	endsWithHint(t, c.bare(t.Context(), t.TempDir(), app), "fetching cpython-"+c.version, "GOBUNDLE_PYTHON_MIRROR")
	mirrored := c.bare(t.Context(), t.TempDir(), app, "mirrored")
	mirrored.Env = append(mirrored.Env, "GOBUNDLE_PYTHON_MIRROR="+filepath.Dir(c.archive))
	c.greets(t, output(t, mirrored), strings.TrimPrefix(mirrored.Env[1], "GOBUNDLE_CACHE_DIR="), "mirrored")
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "cpython.tar.gz"), []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	mirrored = c.bare(t.Context(), t.TempDir(), app)
	mirrored.Env = append(mirrored.Env, "GOBUNDLE_PYTHON_MIRROR="+other)
	endsWithHint(t, mirrored, "its sha256 is ", "GOBUNDLE_PYTHON_MIRROR")
}

func (c *carrying) tools(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	tool := func(name string, arguments ...string) string {
		command := c.bare(t.Context(), cache, c.app, arguments...)
		command.Env = append(command.Env, "GOBUNDLE_TOOLS="+name)
		return output(t, command)
	}
	line := regexp.MustCompile(`(?m)^python +cpython-` + regexp.QuoteMeta(c.version) + `.*-linux-`)
	for _, text := range []string{tool("info"), c.must(t, c.gobundle, "inspect", c.app)} {
		if !line.MatchString(text) {
			t.Errorf("the Python is not listed in\n%s", text)
		}
	}
	c.must(t, c.gobundle, "verify", c.app)
	output(t, c.bare(t.Context(), cache, c.app))
	row := regexp.MustCompile(`(?m)^python .* [0-9a-f]{32}$`)
	for _, text := range []string{tool("cache", "info"), c.must(t, c.gobundle, "cache", "info", "--cache-dir", cache)} {
		if !row.MatchString(text) {
			t.Errorf("the Python is not listed in\n%s", text)
		}
	}
	// It stays as long as its environment, and the running program keeps both.
	tool("cache", "prune", "--older-than", "1d")
	pythons(t, cache)
	c.must(t, c.gobundle, "cache", "clear", "--cache-dir", cache)
	if entries, err := os.ReadDir(filepath.Join(cache, "pythons")); err != nil || len(entries) > 0 {
		t.Errorf("%v is left, %v", entries, err)
	}
	c.greets(t, output(t, c.bare(t.Context(), cache, c.app, "again")), cache, "again")
}
