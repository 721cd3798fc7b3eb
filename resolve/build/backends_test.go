package build_test

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/venv"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// backendProjects are small projects in testdata/projects, each for another
// backend.
var backendProjects = []struct {
	folder string
	sdist  string // its file name
	tree   bool   // it is a repository, not a source distribution
	wheel  string // file name, the interpreter's own tag is NATIVE
	code   string // to try the wheel with
	wants  string // Requires-Dist, joined
}{
	{folder: "setuptools-cfg", sdist: "demo-cfg-1.2.tar.gz", wheel: "demo_cfg-1.2-py3-none-any.whl",
		code:  "import demo_cfg, os; assert os.path.exists(os.path.join(os.path.dirname(demo_cfg.__file__), 'data.txt'))",
		wants: `demo-more; extra == "more", demo-other>=1; python_version >= "3.6"`},
	{folder: "setuptools-py", sdist: "demo.py-0.9.tar.gz", wheel: "demo.py-0.9-py3-none-any.whl", code: "import demo_py", wants: "demo-other"},
	{folder: "setuptools-c", sdist: "demo_c-1.0.tar.gz", wheel: "demo_c-1.0-NATIVE.whl", code: "import demo_c; assert demo_c.answer() == 42"},
	{folder: "setuptools-scm", tree: true, wheel: "demo_scm-1.5-py3-none-any.whl", code: "import demo_scm; assert demo_scm.__version__ == '1.5'"},
	{folder: "flit", sdist: "demo_flit-2.0.tar.gz", wheel: "demo_flit-2.0-py3-none-any.whl", code: "import demo_flit",
		wants: `demo-more; extra == "more" and python_version < "4", demo-other`},
	{folder: "poetry", sdist: "demo_poetry-3.0.0.tar.gz", wheel: "demo_poetry-3.0.0-py3-none-any.whl", code: "import demo_poetry",
		wants: `demo-more; extra == "more", demo-other<2.0,>=1.0`},
	{folder: "hatch", sdist: "demo_hatch-4.1.tar.gz", wheel: "demo_hatch-4.1-py3-none-any.whl", code: "import demo_hatch",
		wants: `demo-more; extra == "more" and python_version < "4", demo-other<3,>=1`},
	{folder: "meson", sdist: "demo_meson-5.0.tar.gz", wheel: "demo_meson-5.0-NATIVE.whl", code: "import demo_meson; assert demo_meson.answer() == 43"},
	{folder: "pdm", sdist: "demo_pdm-6.0.tar.gz", wheel: "demo_pdm-6.0-py3-none-any.whl", code: "import demo_pdm",
		wants: `demo-more; extra == "more", demo-other`},
	{folder: "cython", sdist: "demo-cython-7.0.tar.gz", wheel: "demo_cython-7.0-NATIVE.whl", code: "import demo_cython; assert demo_cython.answer() == 44"},
	{folder: "cffi", sdist: "demo-cffi-8.0.tar.gz", wheel: "demo_cffi-8.0-NATIVE.whl", code: "import demo_cffi; assert demo_cffi.answer() == 45", wants: "cffi>=1"},
}

// TestBackends builds with real backends, tries the wheels, and compares them
// with those that pip makes.
//
// GOBUNDLE_BACKENDS names a folder with the backends' wheels, and with pip's. For
// compiled ones the interpreter is a CPython 3.11 among those of
// GOBUNDLE_PYTHONS.
func TestBackends(t *testing.T) {
	t.Parallel()
	backends := os.Getenv("GOBUNDLE_BACKENDS")
	if backends == "" {
		t.Skip("GOBUNDLE_BACKENDS is not set")
	}
	wheels, err := filepath.Glob(filepath.Join(backends, "*.whl"))
	if err != nil || len(wheels) == 0 {
		t.Fatalf("no wheels in %s (%v)", backends, err)
	}
	on := python311(t)
	// What hatchling requires, and only needs for editable installations.
	links := indextest.Folder(t, indextest.Dist{Name: "editables", Version: "0.3"})
	for _, path := range wheels {
		if err := os.Symlink(path, filepath.Join(links, filepath.Base(path))); err != nil {
			t.Fatal(err)
		}
	}
	python := pipEnvironment(t, links, on)
	for _, project := range backendProjects {
		t.Run(project.folder, func(t *testing.T) {
			t.Parallel()
			w := newWorkshop(t, func(o *build.Options) { o.Environ = append(o.Environ, "CFLAGS=-g0") })
			w.links, w.on = links, on
			s := build.Source{Name: project.folder, Tree: repository(t, project.folder)}
			if !project.tree {
				archive := filepath.Join(t.TempDir(), project.sdist)
				pack(t, archive, s.Tree)
				s = build.Source{Name: project.sdist, Archive: archive, Digest: project.sdist}
			}
			text, err := w.SourceMetadata(t.Context(), s, on)
			if err != nil {
				t.Fatalf("SourceMetadata: %v%s", err, detail(err))
			}
			wants, err := build.RequirementTexts(string(text))
			if err != nil || strings.Join(wants, ", ") != project.wants {
				t.Errorf("Requires-Dist are %q, %v, want %q", strings.Join(wants, ", "), err, project.wants)
			}
			built, err := w.SourceWheel(t.Context(), s, on)
			if err != nil {
				t.Fatalf("SourceWheel: %v%s", err, detail(err))
			}
			native := fmt.Sprintf("cp311-cp311-%s", on.Tags.Tags()[0].Platform)
			if want := strings.ReplaceAll(project.wheel, "NATIVE", native); built.Name != want {
				t.Errorf("the wheel is %s, want %s", built.Name, want)
			}
			tryWheel(t, w, built.Path, project.code)
			comparePip(t, w, python, s, built.Path)
		})
	}
}

// python311 is a CPython 3.11 of the machine.
func python311(t *testing.T) *target.Target {
	t.Helper()
	for _, python := range append(pythons(), "python3.11") {
		if on := host(t, python); strings.HasPrefix(on.Name, "cp311-") {
			return on
		}
	}
	t.Fatal("no CPython 3.11")
	return nil
}

// repository copies a project into a folder of its own, which is a git
// repository with a tag if the project is made for one.
func repository(t *testing.T, project string) string {
	t.Helper()
	tree := filepath.Join(t.TempDir(), "demo-source")
	if err := os.CopyFS(tree, os.DirFS(filepath.Join("testdata", "projects", project))); err != nil {
		t.Fatal(err)
	}
	if project != "setuptools-scm" {
		return tree
	}
	for _, arguments := range [][]string{{"init", "-q"}, {"add", "."}, {"commit", "-q", "-m", "first"}, {"tag", "v1.5"}} {
		command := exec.Command("git", append([]string{"-C", tree, "-c", "user.name=nobody", "-c", "user.email=nobody@example.com"}, arguments...)...)
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", arguments, err, output)
		}
	}
	return tree
}

// pack makes a .tar.gz of a folder, whose top is named like it.
func pack(t *testing.T, archive, tree string) {
	t.Helper()
	out, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	packed := gzip.NewWriter(out)
	w := tar.NewWriter(packed)
	err = filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		header, err := tar.FileInfoHeader(info, "")
		if err != nil {
			return err
		}
		name, err := filepath.Rel(filepath.Dir(tree), path)
		if err != nil {
			return err
		}
		header.Name = filepath.ToSlash(name)
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		_, err = w.Write(content)
		return err
	})
	for _, end := range []func() error{w.Close, packed.Close, out.Close} {
		if err == nil {
			err = end()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// tryWheel runs code with a wheel installed, and cffi where it is needed.
func tryWheel(t *testing.T, w *workshop, path, code string) {
	t.Helper()
	site := t.TempDir()
	unzip(t, path, site)
	if strings.Contains(code, "cffi") {
		for _, pattern := range []string{"cffi-*.whl"} {
			found, err := filepath.Glob(filepath.Join(w.links, pattern))
			if err != nil || len(found) != 1 {
				t.Fatalf("%s: %q, %v", pattern, found, err)
			}
			unzip(t, found[0], site)
		}
	}
	command := exec.Command(w.on.Interpreter.Executable, "-I", "-c", "import sys; sys.path.insert(0, sys.argv[1]); "+code, site)
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", code, err, output)
	}
}

func unzip(t *testing.T, path, folder string) {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := os.CopyFS(folder, &r.Reader); err != nil {
		t.Fatal(err)
	}
}

// pipEnvironment is an environment with pip and all the backends in it.
func pipEnvironment(t *testing.T, links string, on *target.Target) (python string) {
	t.Helper()
	o := venv.Options{Python: on.Interpreter.Executable, CollisionsOK: true}
	paths, err := filepath.Glob(filepath.Join(links, "*.whl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		opened, err := wheel.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		o.Wheels = append(o.Wheels, venv.Wheel{Source: wheel.Source{Wheel: opened}})
	}
	folder := filepath.Join(t.TempDir(), "pip")
	if _, err := venv.Create(t.Context(), folder, o); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "bin", "python")
}

// comparePip builds the same with pip and compares the wheels file by file.
func comparePip(t *testing.T, w *workshop, python string, s build.Source, ours string) {
	t.Helper()
	out := t.TempDir()
	source := s.Archive
	if source == "" {
		source = repository(t, s.Name)
	}
	command := exec.Command(python, "-m", "pip", "wheel", "--isolated", "--no-index", "--no-build-isolation", "--no-deps", "--no-cache-dir",
		"--disable-pip-version-check", "--use-pep517", "--wheel-dir", out, source)
	command.Env = append(slices.Clone(w.options.Environ), "PATH="+filepath.Dir(python)+string(os.PathListSeparator)+os.Getenv("PATH"),
		"SOURCE_DATE_EPOCH=315619200", "TZ=UTC", "PYTHONHASHSEED=0")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("pip wheel: %v\n%s", err, output)
	}
	mine, theirs := wheelFiles(t, ours), wheelFiles(t, filepath.Join(out, filepath.Base(ours)))
	for name, content := range theirs {
		if mine[name] != content {
			t.Errorf("%s: differs from what pip builds:\n%.600q\n%.600q", name, mine[name], content)
		}
	}
	for name := range mine {
		if _, ok := theirs[name]; !ok {
			t.Errorf("%s: is not in what pip builds", name)
		}
	}
}

// wheelFiles are the members of a wheel: whether they can be executed, and their
// content.
func wheelFiles(t *testing.T, path string) map[string]string {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	files := map[string]string{}
	for _, file := range r.File {
		in, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file.Name, "/RECORD") { // pdm writes it in the order that a folder happens to have
			content = []byte(lines(string(content)))
		}
		files[file.Name] = fmt.Sprint(file.Mode()&0o111 != 0) + " " + string(content)
	}
	return files
}
