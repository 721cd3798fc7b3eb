//go:build unix

package launch

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// machine is a root with two Pythons and a cache, in which python3.11 has an
// environment.
type machine struct {
	bin, cache, environment string
	variables               []string
}

const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func newMachine(t *testing.T) *machine {
	t.Helper()
	root := t.TempDir()
	m := &machine{bin: filepath.Join(root, "bin"), cache: filepath.Join(root, "cache")}
	m.variables = []string{"PATH=relative:" + m.bin, "GOBUNDLE_CACHE_DIR=" + m.cache, "PYTHONPATH=p", "PYTHONHOME=h", "OTHER=x"}
	m.environment = filepath.Join(m.cache, "envs", id[:32], "cp311-0123456789abcdef")
	python := filepath.Join(m.bin, "python3.11")
	err := errors.Join(
		write(python, "\x7fELF"),
		write(filepath.Join(m.bin, "python3.9"), "\x7fELF"),
		write(filepath.Join(m.environment, "start.py"), "pass\n"),
		os.Mkdir(filepath.Join(m.environment, "bin"), 0o700),
		os.Symlink(python, filepath.Join(m.environment, "bin", "python")),
		m.note("python3.11", ""),
	)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// note says which environment an interpreter has.
func (m *machine) note(python, other string) error {
	return write(m.noted(python), filepath.Base(m.environment)+"\n"+other)
}

// noted is the file of that note.
func (m *machine) noted(python string) string {
	return filepath.Join(m.cache, "envs", id[:32], "at"+filepath.Join(m.bin, python), "env")
}

func write(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o700)
}

func TestCommand(t *testing.T) {
	t.Parallel()
	warm := []string{"ENV/bin/python", "-u", "ENV/start.py", "./app", "venvs"}
	quick := []string{"ENV/bin/python", "-u", "ENV/start.pyc", "./app", "venvs"}
	cold := []string{"BIN/python3.11", "-S", "./app", "venvs"}
	for _, test := range []struct {
		name      string
		change    func(m *machine, r *Record) error
		variables []string
		want      []string
	}{
		{"warm", nil, nil, warm},
		{"nothing is noted", func(m *machine, _ *Record) error { return os.RemoveAll(filepath.Join(m.cache, "envs", id[:32], "at")) }, nil, cold},
		{"start.py is gone", func(m *machine, _ *Record) error { return os.RemoveAll(filepath.Join(m.environment, "start.py")) }, nil, cold},
		{"start.py is empty", func(m *machine, _ *Record) error {
			return os.Truncate(filepath.Join(m.environment, "start.py"), 0)
		}, nil, cold},
		{"it begins with byte-code", func(m *machine, _ *Record) error {
			return write(filepath.Join(m.environment, "start.pyc"), "code")
		}, nil, quick},
		{"its byte-code is empty", func(m *machine, _ *Record) error { return write(filepath.Join(m.environment, "start.pyc"), "") }, nil, warm},
		{"its python is gone", func(m *machine, _ *Record) error { return os.RemoveAll(filepath.Join(m.environment, "bin")) }, nil, cold},
		{"others may write", func(m *machine, _ *Record) error { return os.Chmod(m.environment, 0o777) }, nil, cold},
		{"its python is another", func(m *machine, _ *Record) error { return m.note("python3.9", "") },
			[]string{"GOBUNDLE_FIRST=3.9"}, []string{"BIN/python3.9", "-S", "./app", "venvs"}},
		{"another is to be started instead", func(m *machine, _ *Record) error { return m.note("python3.9", "bin/python\n") }, []string{"GOBUNDLE_FIRST=3.9"}, warm},
		{"every start is checked", func(_ *machine, r *Record) error { r.VerifyAlways = true; return nil }, nil, cold},
		{"a tool is asked for", nil, []string{"GOBUNDLE_TOOLS=info"}, cold},
		{"a trace is asked for", nil, []string{"GOBUNDLE_TRACE=1"}, cold},
		{"the cache is relative", nil, []string{"GOBUNDLE_CACHE_DIR=cache"}, cold},
		{"a Python is named", nil, []string{"GOBUNDLE_PYTHON=python3.9"}, []string{"BIN/python3.9", "./app", "venvs"}},
		{"a shim leads nowhere", func(m *machine, _ *Record) error {
			return errors.Join(write(filepath.Join(m.bin, "python3.11"), "#!/bin/false\n"), os.RemoveAll(filepath.Join(m.cache, "envs")))
		}, nil, []string{"BIN/python3.9", "-S", "./app", "venvs"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			r := &Record{ID: id, Names: []string{"python3.11", "python3.9"}, Tools: true, PythonArguments: []string{"-u"}}
			if test.change != nil {
				if err := test.change(m, r); err != nil {
					t.Fatal(err)
				}
			}
			if slices.Contains(test.variables, "GOBUNDLE_FIRST=3.9") {
				slices.Reverse(r.Names)
			}
			command, err := r.Command(t.Context(), "./app", []string{"venvs"}, append(m.variables, test.variables...))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.NewReplacer(m.environment, "ENV", m.bin, "BIN").Replace(strings.Join(command.Arguments, " "))
			if want := strings.Join(test.want, " "); got != want || command.Path != command.Arguments[0] {
				t.Errorf("Command = %s %q, want %q", command.Path, got, want)
			}
			if command.Environ.get("PYTHONPATH")+command.Environ.get("PYTHONHOME") != "" || command.Environ.get("OTHER") != "x" {
				t.Errorf("the environment is %q", command.Environ)
			}
		})
	}
}

// The bundle's own verb is not the application's, unless it has none.
func TestCommandVerb(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for _, tools := range []bool{true, false} {
		r := &Record{ID: id, Names: []string{"python3.11"}, Tools: tools, Inherit: true}
		command, err := r.Command(t.Context(), "./app", []string{"venv"}, m.variables)
		if err != nil {
			t.Fatal(err)
		}
		if cold := command.Arguments[1] == "-S"; cold != tools {
			t.Errorf("with tools %v the command is %q", tools, command.Arguments)
		}
		r.Commands = []string{"aws"} // under whose name it is the command's
		command, err = r.Command(t.Context(), "bin/aws", []string{"venv"}, m.variables)
		if err != nil || command.Arguments[1] == "-S" {
			t.Errorf("a command of its name: %q, %v", command.Arguments, err)
		}
		if command.Environ.get("PYTHONPATH") != "p" {
			t.Errorf("PYTHONPATH is lost: %q", command.Environ)
		}
	}
}

func TestCommandErrors(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for _, test := range []struct{ variable, want string }{
		{"PATH=/nonexistent", "no Python was found on PATH"},
		{"GOBUNDLE_PYTHON=python2", "GOBUNDLE_PYTHON names python2, which is no Python"},
		{"GOBUNDLE_PYTHON=/bin/sh", "GOBUNDLE_PYTHON names /bin/sh, which is no Python"},
		{"GOBUNDLE_PYTHON=" + m.bin, "GOBUNDLE_PYTHON names " + m.bin + ", which is no Python"},
	} {
		r := &Record{ID: id, Names: []string{"python3.11"}}
		_, err := r.Command(t.Context(), "./app", nil, append(m.variables, test.variable))
		var refused *Error
		if !errors.As(err, &refused) || refused.Reason != test.want || refused.Hint == "" {
			t.Errorf("%s: %v, want %s", test.variable, err, test.want)
		}
	}
}
