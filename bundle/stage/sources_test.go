package stage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// tree writes files; "-> x" is a symbolic link to x.
func tree(tb testing.TB, files map[string]string) string {
	tb.Helper()
	folder := tb.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		var err error
		if target, found := strings.CutPrefix(content, "-> "); found {
			err = os.Symlink(target, path)
		} else if err = os.WriteFile(path, []byte(content), 0o644); err == nil && strings.HasPrefix(content, "#!") {
			err = os.Chmod(path, 0o755)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	return folder
}

func collected(t *testing.T, excluded []string, sources ...Source) []string {
	t.Helper()
	files, err := collect(t.Context(), sources, excluded)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		name := file.name
		if file.executable {
			name += "*"
		}
		names = append(names, name)
	}
	return names
}

func TestCollect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{
			"packages, namespaces and data",
			map[string]string{"app.py": "", "pkg/__init__.py": "", "ns/part/mod.py": "", "pkg/data/größe.txt": "x", "pkg/run.sh": "#!/bin/sh", ".env": "", "empty": ""},
			[]string{".env", "app.py", "empty", "ns/part/mod.py", "pkg/__init__.py", "pkg/data/größe.txt", "pkg/run.sh*"},
		},
		{
			"what is no part of the application",
			map[string]string{
				"app.py": "", "__pycache__/app.cpython-311.pyc": "", "app.pyc": "", "app.pyo": "", "app.py~": "", ".#app.py": "", "#app.py#": "", ".app.py.swp": "",
				".git/config": "", "sub/.git": "gitdir: x", ".hg/x": "", ".svn/x": "", "CVS/x": "", ".DS_Store": "", "._app.py": "", ".idea/x": "",
				".venv/pyvenv.cfg": "", ".venv/lib/x.py": "", "deep/env/pyvenv.cfg": "", "deep/env/bin/x": "", "deep/mod.py": "", ".mypy_cache/x": "", TemporaryPrefix + "abc": "",
			},
			[]string{"app.py", "deep/mod.py"},
		},
		{
			"links that stay",
			map[string]string{"app.py": "x", "alias.py": "-> app.py", "pkg/mod.py": "", "other": "-> pkg", "pkg/up.py": "-> ../app.py"},
			[]string{"alias.py", "app.py", "other/mod.py", "other/up.py", "pkg/mod.py", "pkg/up.py"},
		},
		{
			"links among what is left out",
			map[string]string{"app.py": "", "node_modules": "-> /", "old.pyc": "-> /nowhere"},
			[]string{"app.py"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := collected(t, nil, Source{Path: tree(t, test.files)}); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCollectPlaces(t *testing.T) {
	t.Parallel()
	folder := tree(t, map[string]string{"app.py": "a", "pkg/__init__.py": "", "pkg/mod.py": "", "out.pyz": "old", "again/app.py": "a", "dist/x": ""})
	at := func(name string) string { return filepath.Join(folder, name) }
	tests := []struct {
		name     string
		sources  []Source
		excluded []string
		want     []string
	}{
		{"a file", []Source{{Path: at("app.py")}}, nil, []string{"app.py"}},
		{"a file elsewhere", []Source{{Path: at("app.py"), As: "x/y.py"}}, nil, []string{"x/y.py"}},
		{"a package by its name", []Source{{Path: at("pkg"), As: "pkg"}}, nil, []string{"pkg/__init__.py", "pkg/mod.py"}},
		{"a folder's content", []Source{{Path: at("pkg")}}, nil, []string{"__init__.py", "mod.py"}},
		{"the same file twice", []Source{{Path: at("app.py")}, {Path: at("again")}}, nil, []string{"app.py"}},
		{"the output is left out", []Source{{Path: folder}}, []string{at("out.pyz"), at("not there"), at("dist")}, []string{"again/app.py", "app.py", "pkg/__init__.py", "pkg/mod.py"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := collected(t, test.excluded, test.sources...); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	t.Run("the output under another name", func(t *testing.T) {
		t.Parallel()
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(folder, link); err != nil {
			t.Fatal(err)
		}
		got := collected(t, []string{filepath.Join(link, "out.pyz")}, Source{Path: link})
		if slices.Contains(got, "out.pyz") || len(got) != 5 {
			t.Errorf("got %q, want the folder without out.pyz", got)
		}
	})
}

func TestCollectRefuses(t *testing.T) {
	t.Parallel()
	outside := tree(t, map[string]string{"secret": ""})
	tests := []struct {
		name   string
		files  map[string]string
		more   Source
		reason string
	}{
		{"link to elsewhere", map[string]string{"a.py": "-> " + outside + "/secret"}, Source{}, "leaves the sources"},
		{"link upwards", map[string]string{"pkg/a.py": "-> ../../x"}, Source{}, "link"},
		{"dangling link", map[string]string{"a.py": "-> b.py"}, Source{}, "link to nothing"},
		{"link to itself", map[string]string{"a.py": "-> a.py"}, Source{}, "link to nothing, or to itself"},
		{"link to its own folder", map[string]string{"pkg/a.py": "", "pkg/loop": "-> ."}, Source{}, "a folder that holds it"},
		{"links in a circle", map[string]string{"a/x": "-> ../b", "b/y": "-> ../a"}, Source{}, "a folder that holds it"},
		{"nothing", map[string]string{"x.pyc": ""}, Source{}, "holds no files"},
		{"a virtual environment", map[string]string{"pyvenv.cfg": "", "a.py": ""}, Source{}, "is a virtual environment"},
		{"not there", map[string]string{"a.py": ""}, Source{Path: "/no/such/folder"}, "does not exist"},
		{"two files, one place", map[string]string{"secret": "other"}, Source{Path: outside}, "different content"},
		{"file and folder in one place", map[string]string{"secret/a": ""}, Source{Path: outside}, "needs a folder"},
		{"a place outside", map[string]string{"a": ""}, Source{Path: outside, As: "../x"}, "can't be placed"},
		{"a backslash", map[string]string{`a\b.py`: ""}, Source{}, "backslash"},
		{"a line break", map[string]string{"a\nb.py": ""}, Source{}, "control character"},
		{"not UTF-8", map[string]string{"a\xff.py": ""}, Source{}, "not UTF-8"},
		{"reordered text", map[string]string{"a\u202eb.py": ""}, Source{}, "reorders"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sources := []Source{{Path: tree(t, test.files)}}
			if test.more.Path != "" {
				sources = append(sources, test.more)
			}
			_, err := collect(t.Context(), sources, nil)
			var refusal *SourceError
			if !errors.As(err, &refusal) || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, want a SourceError with %q", err, test.reason)
			}
		})
	}
}

func TestCollectLinksBetweenSources(t *testing.T) {
	t.Parallel()
	shared := tree(t, map[string]string{"shared.py": ""})
	folder := tree(t, map[string]string{"app.py": "", "alias.py": "-> " + shared + "/shared.py"})
	if got, want := collected(t, nil, Source{Path: folder}, Source{Path: shared}), []string{"alias.py", "app.py", "shared.py"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCollectEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := collect(ctx, []Source{{Path: tree(t, map[string]string{"a.py": ""})}}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestSourcesName(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{"app-sources": true, "app-sources-2": true}
	for module, want := range map[string]string{
		"my_app": "my-app-sources", "App": "app-sources-3", "größe": "gr-e-sources", "日本": "application-sources", "": "application-sources",
		"_": "application-sources", "../../etc": "etc-sources", strings.Repeat("x", 500): strings.Repeat("x", 64) + "-sources",
	} {
		if got := sourcesName(module, taken); got != want {
			t.Errorf("sourcesName(%q) = %q, want %q", module, got, want)
		}
	}
}

// TestSourcesWheelIsDeterministic: two places, two umasks, another number of
// processors, one wheel.
func TestSourcesWheelIsDeterministic(t *testing.T) {
	files := map[string]string{"app.py": "print(1)", "big.bin": strings.Repeat("0123456789", smallFile/5), "run.sh": "#!/bin/sh\n"}
	for i := range 300 {
		files["pkg/m"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+".py"] = strings.Repeat("x = 1\n", i)
	}
	build := func() Wheel {
		list, err := collect(t.Context(), []Source{{Path: tree(t, files)}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, err := buildSources(t.Context(), t.TempDir(), "app-sources", list)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	first := build()
	previous := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(previous)
	second := build()
	second.Path, first.Path = "", ""
	if first.SHA256 != second.SHA256 || first.CRC32 != second.CRC32 || first.Size != second.Size {
		t.Errorf("got %+v, then %+v", first, second)
	}
}

func TestAsScript(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"":                                  "#!python\n",
		"print(1)\n":                        "#!python\nprint(1)\n",
		"#!/usr/bin/env -S runner\nx = 1\n": "#!python\nx = 1\n",
		"#!/usr/bin/python3\r\nx = 1\r\n":   "#!python\nx = 1\r\n",
		"\ufeffx = 1\n":                     "#!python\nx = 1\n",
		"#!alone":                           "#!python\n",
	} {
		if got := string(asScript([]byte(content))); got != want {
			t.Errorf("asScript(%q) = %q, want %q", content, got, want)
		}
	}
}
