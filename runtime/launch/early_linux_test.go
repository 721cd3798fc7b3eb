//go:build amd64 || arm64

package launch

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gobundle/gobundle/runtime/early"
	"github.com/gobundle/gobundle/runtime/pythondist"
)

// bundle makes a file of a launcher, and a zip with a record and other members before it.
func (m *machine) bundle(launcher []byte, r *Record, others int) (string, error) {
	encoded, err := r.Encode()
	if err != nil {
		return "", err
	}
	b := bytes.NewBuffer(launcher)
	w := zip.NewWriter(b)
	w.SetOffset(int64(b.Len()))
	add := func(name string, content []byte) {
		out, failed := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if failed == nil {
			_, failed = out.Write(content)
		}
		err = errors.Join(err, failed)
	}
	for i := range others {
		add(fmt.Sprintf("__pypackages__/%0200d.py", i), nil)
	}
	add(Name, encoded)
	add("wheels/a.whl", nil)
	path := filepath.Join(m.bin, "app")
	return path, errors.Join(err, w.Close(), os.WriteFile(path, b.Bytes(), 0o700))
}

func pointers(t *testing.T, texts []string) []*byte {
	t.Helper()
	all, err := syscall.SlicePtrFromStrings(texts)
	if err != nil {
		t.Fatal(err)
	}
	return all[:len(all)-1]
}

// foundEarly is what package early finds, nil if it leaves a start to this package.
func foundEarly(t *testing.T, app string, arguments, environ []string) *Command {
	t.Helper()
	start := &early.Start{}
	ok := start.Find(pointers(t, arguments), pointers(t, environ), app)
	start.Release()
	if !ok {
		return nil
	}
	path, arguments, environ := start.Command()
	return &Command{Path: path, Arguments: arguments, Environ: environ}
}

// What a start is does not depend on whether Go's runtime runs: package early finds what
// this package finds, or nothing.
func TestEarlyAgrees(t *testing.T) {
	t.Parallel()
	const early, late = true, false
	for _, test := range []struct {
		name      string
		change    func(m *machine, r *Record) error
		variables []string
		arguments []string
		want      bool
	}{
		{"usual", nil, nil, []string{"a", "", "b c"}, early},
		{"byte-code", func(m *machine, _ *Record) error { return write(m.environment+"/start.pyc", "code") }, nil, nil, early},
		{"empty byte-code", func(m *machine, _ *Record) error { return write(m.environment+"/start.pyc", "") }, nil, nil, early},
		{"no start", func(m *machine, _ *Record) error { return os.Remove(m.environment + "/start.py") }, nil, nil, late},
		{"an empty start", func(m *machine, _ *Record) error { return os.Truncate(m.environment+"/start.py", 0) }, nil, nil, late},
		{"no python", func(m *machine, _ *Record) error { return os.RemoveAll(m.environment + "/bin") }, nil, nil, late},
		{"a lease", func(m *machine, _ *Record) error { return write(m.environment+"/lease", "") }, []string{"__GOBUNDLE_LEASE=77", "A=1"}, nil, early},
		{"others may write", func(m *machine, _ *Record) error { return os.Chmod(m.environment, 0o770) }, nil, nil, late},
		{"no note", func(m *machine, _ *Record) error { return os.RemoveAll(m.cache + "/envs/" + id[:32] + "/at") }, nil, nil, late},
		{"an empty note", func(m *machine, _ *Record) error { return write(m.noted("python3.11"), "") }, nil, nil, late},
		{"a note that leads away", func(m *machine, _ *Record) error { return write(m.noted("python3.11"), "..") }, nil, nil, late},
		{"the environment of another", func(m *machine, _ *Record) error {
			return errors.Join(m.note("python3.9", ""), os.Remove(m.bin+"/python3.11"))
		}, nil, nil, late},
		{"which it asked for", func(m *machine, _ *Record) error { return m.note("python3.11", "/other\n") }, nil, nil, early},
		{"which it asked for, behind spaces", func(m *machine, _ *Record) error {
			return errors.Join(m.note("python3.9", " \t\n"), os.Remove(m.bin+"/python3.11"))
		}, nil, nil, late},
		{"the second name", func(_ *machine, r *Record) error { r.Names = []string{"python3.12", "python3.11"}; return nil }, nil, nil, early},
		{"no name", func(_ *machine, r *Record) error { r.Names = []string{"python3.12"}; return nil }, nil, nil, late},
		{"every start is checked", func(_ *machine, r *Record) error { r.VerifyAlways = true; return nil }, nil, nil, late},
		{"PYTHONPATH stays", func(_ *machine, r *Record) error { r.Inherit = true; return nil }, nil, nil, early},
		{"recompressed", func(_ *machine, r *Record) error { r.Recompressed = true; return nil }, nil, nil, early},
		{"no arguments of Python", func(_ *machine, r *Record) error { r.PythonArguments = nil; return nil }, nil, nil, early},
		{"arguments of Python", func(_ *machine, r *Record) error { r.PythonArguments = []string{"-X", "utf8", "-O"}; return nil }, nil, nil, early},
		{"quoted arguments of Python", func(_ *machine, r *Record) error { r.PythonArguments = []string{`-W"`}; return nil }, nil, nil, late},
		{"many arguments of Python", func(_ *machine, r *Record) error { r.PythonArguments = slices.Repeat([]string{"-u"}, 17); return nil }, nil, nil, late},
		{"commands", func(_ *machine, r *Record) error { r.Commands = []string{"app", "other"}; return nil }, nil, []string{"other"}, early},
		{"venv", nil, nil, []string{"venv", "here"}, late},
		{"venv of the application", func(_ *machine, r *Record) error { r.Tools = false; return nil }, nil, []string{"venv"}, early},
		{"a tool", nil, []string{"GOBUNDLE_TOOLS=info"}, nil, late},
		{"no tool", nil, []string{"GOBUNDLE_TOOLS="}, nil, early},
		{"a trace", nil, []string{"GOBUNDLE_TRACE=1"}, nil, late},
		{"a Python", nil, []string{"GOBUNDLE_PYTHON=python3.9"}, nil, late},
		{"another cache", nil, []string{"GOBUNDLE_CACHE_DIR=/nonexistent"}, nil, late},
		{"a relative cache", nil, []string{"GOBUNDLE_CACHE_DIR=cache"}, nil, late},
		{"a cache with slashes", nil, []string{"GOBUNDLE_CACHE_DIR={cache}//./"}, nil, early},
		{"a cache below home", nil, []string{"GOBUNDLE_CACHE_DIR=", "HOME={cache}/home"}, nil, early},
		{"a shared cache", nil, []string{"GOBUNDLE_CACHE_DIR=", "XDG_CACHE_HOME={cache}/xdg/", "HOME=/root"}, nil, early},
		{"a relative shared cache", nil, []string{"GOBUNDLE_CACHE_DIR=", "XDG_CACHE_HOME=xdg", "HOME={cache}/home"}, nil, early},
		{"no home", nil, []string{"GOBUNDLE_CACHE_DIR=", "HOME="}, nil, late},
		{"PATH with slashes", nil, []string{"PATH=.::bin:/nonexistent:{bin}//:/bin"}, nil, early},
		{"PATH with parents", nil, []string{"PATH={bin}/../bin"}, nil, late},
		{"no PATH", nil, []string{"PATH="}, nil, late},
		{"a variable twice", nil, []string{"GOBUNDLE_CACHE_DIR=/nonexistent", "GOBUNDLE_CACHE_DIR={cache}"}, nil, early},
		{"variables without a value", nil, []string{"", "=", "X", "PYTHONPATH", "PYTHONHOME"}, nil, early},
		{"too many variables", nil, slices.Repeat([]string{"A=1"}, 1024), nil, late},
		{"many arguments", nil, nil, slices.Repeat([]string{"x"}, 4000), early},
		{"too many arguments", nil, nil, slices.Repeat([]string{"x"}, 4093), late},
		{"more than there is room for", nil, nil, slices.Repeat([]string{"x"}, 5000), late},
		{"a long PATH", nil, []string{"PATH=/" + strings.Repeat("long", 9000) + ":{bin}"}, nil, late},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			r := &Record{ID: id, Names: []string{"python3.11", "python3.9"}, Tools: true, PythonArguments: []string{"-u"}}
			err := errors.Join(os.Symlink(".", m.cache+"/home"), os.Symlink(".", m.cache+"/.cache"),
				os.Symlink(".", m.cache+"/xdg"), os.Symlink(".", m.cache+"/gobundle")) // so all of these are the cache
			if test.change != nil {
				err = errors.Join(err, test.change(m, r))
			}
			app, failed := m.bundle([]byte("launcher"), r, 0)
			if err = errors.Join(err, failed); err != nil {
				t.Fatal(err)
			}
			places := strings.NewReplacer("{cache}", m.cache, "{bin}", m.bin)
			environ := slices.Clone(m.variables)
			for _, variable := range test.variables {
				environ = append(environ, places.Replace(variable))
			}
			agree(t, r, app, test.arguments, environ, test.want)
		})
	}
}

// agree compares what both packages find; early says whether that is a warm start for both.
func agree(t *testing.T, r *Record, app string, arguments, environ []string, early bool) {
	t.Helper()
	got := foundEarly(t, app, append([]string{app}, arguments...), environ)
	if (got != nil) != early {
		t.Errorf("package early finds %v", got)
	}
	if got == nil {
		return
	}
	want, err := r.Command(t.Context(), app, arguments, environ)
	if err != nil {
		t.Fatal(err)
	}
	if want.lease == "" {
		t.Fatalf("package early finds %q, where there is no warm start: %q", got.Arguments, want.Arguments)
	}
	if _, err := os.Stat(want.lease); err == nil {
		want.Environ = want.Environ.with("__GOBUNDLE_LEASE", got.Environ.get("__GOBUNDLE_LEASE"))
	}
	if got.Path != want.Path || !slices.Equal(got.Arguments, want.Arguments) || !slices.Equal(got.Environ, want.Environ) {
		t.Errorf("package early finds %s %q %q,\npackage launch %s %q %q", got.Path, got.Arguments, got.Environ, want.Path, want.Arguments, want.Environ)
	}
}

// The record is found in directories of any size; a bundle of very many members starts late.
func TestEarlyReads(t *testing.T) {
	t.Parallel()
	for others, early := range map[int]bool{0: true, 10: true, 100: true, 900: true, 1100: false} {
		m := newMachine(t)
		r := &Record{ID: id, Names: []string{"python3.11"}}
		app, err := m.bundle([]byte("launcher"), r, others)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, r, app, nil, m.variables, early)
		if err := os.Truncate(app, 100); err != nil {
			t.Fatal(err)
		}
		agree(t, r, app, nil, m.variables, false)
	}
}

// The application sees the name by which the user has started it, as own finds it.
func TestEarlyNames(t *testing.T) {
	m := newMachine(t)
	r := &Record{ID: id, Names: []string{"python3.11"}}
	app, err := m.bundle([]byte("launcher"), r, 0)
	err = errors.Join(err, os.Symlink("app", m.bin+"/link"), os.Link(app, m.bin+"/hard"), write(m.bin+"/another", ""), os.Mkdir(m.bin+"/folder", 0o700))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(m.bin)
	for name, want := range map[string]string{
		app: app, "app": app, "./app": "./app", "link": m.bin + "/link", "./link": "./link", ".//hard": ".//hard",
		"another": "", "./another": "", "folder": "", "missing": "", "./missing": "", ".": "", "..": "", "": "", "../bin/app": "../bin/app",
	} {
		command := foundEarly(t, app, []string{name}, m.variables)
		if want == "" {
			if command != nil {
				t.Errorf("of %q package early makes %q", name, command.Arguments)
			}
		} else if command == nil || command.Arguments[len(command.Arguments)-1] != want {
			t.Errorf("of %q package early makes %v, want %s", name, command, want)
		}
	}
}

// So it is with a Python that the bundle brings along.
func TestEarlyCarries(t *testing.T) {
	t.Parallel()
	before := time.Unix(1, 0)
	for _, test := range []struct {
		name   string
		change func(folder string, r *pythondist.Record) error
		early  bool
	}{
		{"usual", nil, true},
		{"fetched", func(_ string, r *pythondist.Record) error { r.URL = "https://example.com/python.tar.gz"; return nil }, true},
		{"not in the cache", func(folder string, _ *pythondist.Record) error { return os.RemoveAll(folder) }, false},
		{"others may write", func(folder string, _ *pythondist.Record) error { return os.Chmod(folder, 0o777) }, false},
		{"a link", func(folder string, _ *pythondist.Record) error {
			return errors.Join(os.Rename(folder, folder+"-x"), os.Symlink(folder+"-x", folder))
		}, false},
		{"no lease", func(folder string, _ *pythondist.Record) error { return os.Remove(folder + "/lease") }, false},
		{"not used since the machine began", func(folder string, _ *pythondist.Record) error { return os.Chtimes(folder+"/lease", before, before) }, false},
		{"an empty program", func(folder string, _ *pythondist.Record) error { return os.Truncate(folder+"/python/bin/python3", 0) }, false},
		{"no program", func(folder string, _ *pythondist.Record) error { return os.Remove(folder + "/python/bin/python3") }, false},
		{"no executable", func(folder string, _ *pythondist.Record) error { return os.Chmod(folder+"/python/bin/python3", 0o600) }, false},
		{"a program elsewhere", func(_ string, r *pythondist.Record) error { r.Program = "../bin/python3"; return nil }, false},
		{"no program in it", func(_ string, r *pythondist.Record) error { r.Program = ""; return nil }, false},
		{"a short digest", func(_ string, r *pythondist.Record) error { r.SHA256 = r.SHA256[:40]; return nil }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			carried := &pythondist.Record{Name: "cpython-3.12", Archive: pythondist.Member, SHA256: id, Size: 1234, Program: "python/bin/python3"}
			folder := filepath.Join(m.cache, pythondist.Folder, id[:32])
			program := filepath.Join(folder, "python/bin/python3")
			err := errors.Join(
				write(program, "\x7fELF"), write(filepath.Join(folder, "lease"), ""),
				os.Remove(m.environment+"/bin/python"), os.Symlink(program, m.environment+"/bin/python"),
				write(filepath.Join(m.cache, "envs", id[:32], "at"+program, "env"), filepath.Base(m.environment)+"\n"),
				os.Chtimes(filepath.Join(folder, "lease"), time.Now(), time.Now().Add(-time.Millisecond)),
			)
			if test.change != nil {
				err = errors.Join(err, test.change(folder, carried))
			}
			r := &Record{ID: id, Names: []string{"python3.11"}, Python: carried}
			app, failed := m.bundle([]byte("launcher"), r, 0)
			if err = errors.Join(err, failed); err != nil {
				t.Fatal(err)
			}
			agree(t, r, app, []string{"x"}, m.variables, test.early)
			if info, err := os.Stat(filepath.Join(folder, "lease")); test.early && (err != nil || time.Since(info.ModTime()) > time.Minute) {
				t.Errorf("the use is not noted: %v", err)
			}
		})
	}
}

// On arm64 it is done as here. An emulator's own file is the bundle, for that is what the
// system takes for the running program.
func TestEarlyElsewhere(t *testing.T) {
	t.Parallel()
	emulator, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		t.Skip("there is no qemu-aarch64-static")
	}
	program, err := os.ReadFile(emulator)
	if err != nil {
		t.Fatal(err)
	}
	m := newMachine(t)
	app, err := m.bundle(program, &Record{ID: id, Names: []string{"python3.11"}, PythonArguments: []string{"-u"}}, 0)
	err = errors.Join(err, write(m.environment+"/lease", ""), write(m.bin+"/python3.11", "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\" $__GOBUNDLE_LEASE\n"))
	if err != nil {
		t.Fatal(err)
	}
	launcher := filepath.Join(t.TempDir(), "launcher")
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-E="+early.Entry, "-o", launcher, "../../cmd/gobundle-launcher")
	build.Env = append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0", "GOARCH=arm64")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v, %s", err, said)
	}
	start := exec.CommandContext(t.Context(), app, "-0", app, launcher, "a", "b c")
	start.Env = m.variables
	said, err := start.CombinedOutput()
	want := strings.Join([]string{m.environment + "/bin/python", "-u", m.environment + "/start.py", app, "a", "b c", "3"}, "\n") + "\n"
	if err != nil || string(said) != want {
		t.Errorf("it says %q, %v, want %q", said, err, want)
	}
}
