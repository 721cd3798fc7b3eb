package main

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
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// backendProjects are small projects in testdata/projects, each for another
// backend.
var backendProjects = []struct {
	folder  string
	sdist   string // its file name, "" for a repository
	name    string
	wheel   string // file name, NATIVE stands for the machine's tag
	backend string
	code    string // to try it with
}{
	{"setuptools-cfg", "demo-cfg-1.2.tar.gz", "demo-cfg", "demo_cfg-1.2-py3-none-any.whl", "setuptools.build_meta",
		"import demo_cfg, os; assert os.path.exists(os.path.join(os.path.dirname(demo_cfg.__file__), 'data.txt'))"},
	{"setuptools-py", "demo.py-0.9.tar.gz", "demo-py", "demo.py-0.9-py3-none-any.whl", "setuptools.build_meta:__legacy__",
		"import demo_py; assert demo_py.__version__ == '0.9'"},
	{"setuptools-c", "demo_c-1.0.tar.gz", "demo-c", "demo_c-1.0-NATIVE.whl", "setuptools.build_meta", "import demo_c; assert demo_c.answer() == 42"},
	{"setuptools-scm", "", "demo-scm", "demo_scm-1.5-py3-none-any.whl", "setuptools.build_meta", "import demo_scm; assert demo_scm.__version__ == '1.5'"},
	{"flit", "demo_flit-2.0.tar.gz", "demo-flit", "demo_flit-2.0-py3-none-any.whl", "flit_core.buildapi", "import demo_flit; demo_flit.main()"},
	{"poetry", "demo_poetry-3.0.0.tar.gz", "demo-poetry", "demo_poetry-3.0.0-py3-none-any.whl", "poetry.core.masonry.api", "import demo_poetry; demo_poetry.main()"},
	{"hatch", "demo_hatch-4.1.tar.gz", "demo-hatch", "demo_hatch-4.1-py3-none-any.whl", "hatchling.build", "import demo_hatch; assert demo_hatch.__version__ == '4.1'"},
	{"meson", "demo_meson-5.0.tar.gz", "demo-meson", "demo_meson-5.0-NATIVE.whl", "mesonpy", "import demo_meson; assert demo_meson.answer() == 43"},
	{"pdm", "demo_pdm-6.0.tar.gz", "demo-pdm", "demo_pdm-6.0-py3-none-any.whl", "pdm.pep517.api", "import demo_pdm; assert demo_pdm.__version__ == '6.0'"},
	{"cython", "demo-cython-7.0.tar.gz", "demo-cython", "demo_cython-7.0-NATIVE.whl", "setuptools.build_meta", "import demo_cython; assert demo_cython.answer() == 44"},
	{"cffi", "demo-cffi-8.0.tar.gz", "demo-cffi", "demo_cffi-8.0-NATIVE.whl", "setuptools.build_meta", "import demo_cffi; assert demo_cffi.answer() == 45"},
}

// TestBackends builds projects with real backends and without a network, bundles
// them, runs the bundle, and compares the wheels in it with those that pip makes
// of the same sources. It takes GOBUNDLE_BACKENDS, a folder with the wheels of
// the backends and of pip, for a CPython 3.11 of GOBUNDLE_PYTHONS.
func TestBackends(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("GOBUNDLE_BACKENDS")
	if folder == "" {
		t.Skip("GOBUNDLE_BACKENDS is not set")
	}
	w := &backendWork{place: newPlace(t, pythonsByVersion(t, "3.11")["3.11"])}
	w.settings = append(w.settings, "CFLAGS=-g0") // what a debugger reads has the names of temporary folders
	w.gather(t, folder)
	bundle, wheels := filepath.Join(t.TempDir(), "demo.pyz"), t.TempDir()
	said := w.bundle(t, bundle)
	w.must(t, w.gobundle, "extract", bundle, wheels)
	theirs := w.byPip(t, folder)
	platform := strings.TrimSpace(w.must(t, "python3", "-c", "import sysconfig; print(sysconfig.get_platform().replace('-', '_').replace('.', '_'))"))
	for _, project := range backendProjects {
		t.Run(project.folder, func(t *testing.T) {
			t.Parallel()
			name := strings.ReplaceAll(project.wheel, "NATIVE", "cp311-cp311-"+platform)
			compareWheels(t, filepath.Join(wheels, name), filepath.Join(theirs, name))
			if want := regexp.MustCompile(`(?m)^Built ` + project.name + ` \S+ from \S*` + project.sdist + `\S* by ` + regexp.QuoteMeta(project.backend) + `$`); !want.MatchString(said) {
				t.Errorf("gobundle says\n%s\nwant %s", said, want)
			}
			w.must(t, bundle, "-c", project.code)
		})
	}
}

// backendWork is what the projects are built from.
type backendWork struct {
	*place
	links        string // a folder of distributions
	requirements []string
}

// gather puts everything into the folder of distributions: the sources, the
// backends, and what the projects require.
func (w *backendWork) gather(t *testing.T, backends string) {
	t.Helper()
	w.links = indextest.Folder(t,
		indextest.Dist{Name: "demo-other", Version: "1.0"}, indextest.Dist{Name: "demo-more", Version: "1.0"},
		// What hatchling requires, and only needs for editable installations.
		indextest.Dist{Name: "editables", Version: "0.3"},
	)
	wheels, err := filepath.Glob(filepath.Join(backends, "*.whl"))
	if err != nil || len(wheels) == 0 {
		t.Fatalf("no wheels in %s (%v)", backends, err)
	}
	for _, path := range wheels {
		if err := os.Symlink(path, filepath.Join(w.links, filepath.Base(path))); err != nil {
			t.Fatal(err)
		}
	}
	for _, project := range backendProjects {
		tree := filepath.Join(t.TempDir(), "demo-source")
		if err := os.CopyFS(tree, os.DirFS(filepath.Join("testdata", "projects", project.folder))); err != nil {
			t.Fatal(err)
		}
		requires := project.name
		if project.sdist == "" {
			commitTree(t, tree)
			requires = "git+file://" + tree + "@v1.5"
		} else {
			packTree(t, filepath.Join(w.links, project.sdist), tree)
		}
		if project.folder == "setuptools-cfg" {
			requires += "[more]"
		}
		w.requirements = append(w.requirements, requires)
	}
}

// bundle makes a bundle of all projects and returns what gobundle says about it.
func (w *backendWork) bundle(t *testing.T, output string) string {
	t.Helper()
	command := w.command(t.Context(), w.gobundle, append(slices.Clone(w.requirements), "-o", output, "--no-index", "-f", w.links)...)
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", command.Args, err, said)
	}
	return string(said)
}

// byPip has pip build the same into a folder, in an environment in which all
// backends are.
func (w *backendWork) byPip(t *testing.T, backends string) string {
	t.Helper()
	wheels, _ := filepath.Glob(filepath.Join(backends, "*.whl")) // the pattern is sound
	environment, out := filepath.Join(t.TempDir(), "pip"), t.TempDir()
	w.must(t, w.gobundle, append(append([]string{"venv", "editables", "-q", "--no-index", "-f", w.links}, wheels...), environment)...)
	arguments := []string{"-m", "pip", "wheel", "--isolated", "--no-index", "--no-build-isolation", "--no-deps", "--no-cache-dir",
		"--disable-pip-version-check", "--use-pep517", "--find-links", w.links, "--wheel-dir", out}
	command := w.command(t.Context(), filepath.Join(environment, "bin", "python"), append(arguments, w.requirements...)...)
	command.Env = append(command.Env, "SOURCE_DATE_EPOCH=315619200", "TZ=UTC", "PYTHONHASHSEED=0",
		"PATH="+filepath.Join(environment, "bin")+":/usr/bin:/bin")
	output(t, command)
	return out
}

// commitTree makes a repository of a folder, with the tag v1.5.
func commitTree(t *testing.T, tree string) {
	t.Helper()
	for _, arguments := range [][]string{{"init", "-q"}, {"add", "."}, {"commit", "-q", "-m", "first"}, {"tag", "v1.5"}} {
		command := exec.CommandContext(t.Context(), "git", append([]string{"-C", tree, "-c", "user.name=nobody", "-c", "user.email=nobody@index.example"}, arguments...)...)
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", arguments, err, output)
		}
	}
}

// packTree makes a .tar.gz of a folder, whose top is named like it.
func packTree(t *testing.T, archive, tree string) {
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

// compareWheels compares two wheels file by file.
func compareWheels(t *testing.T, ours, theirs string) {
	t.Helper()
	mine, others := wheelFiles(t, ours), wheelFiles(t, theirs)
	for name, content := range others {
		if mine[name] != content {
			t.Errorf("%s: differs from what pip builds:\n%.600q\n%.600q", name, mine[name], content)
		}
	}
	for name := range mine {
		if _, ok := others[name]; !ok {
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
			content = []byte(strings.Join(slices.Sorted(strings.Lines(string(content))), ""))
		}
		files[file.Name] = fmt.Sprint(file.Mode()&0o111 != 0) + " " + string(content)
	}
	return files
}
