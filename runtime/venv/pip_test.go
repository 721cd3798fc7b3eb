package venv

import (
	"encoding/csv"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pip runs the pip of an interpreter on an environment.
func pip(t *testing.T, python, dir string, arguments ...string) (string, error) {
	t.Helper()
	arguments = append([]string{"-I", "-m", "pip", "--python", filepath.Join(dir, "bin", "python")}, arguments...)
	command := exec.CommandContext(t.Context(), python, arguments...)
	command.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + t.TempDir(), "LC_ALL=C.UTF-8", "PIP_CONFIG_FILE=/dev/null", "PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_NO_INDEX=1"}
	output, err := command.CombinedOutput()
	return string(output), err
}

// asPip is a listing without what may differ from pip's: INSTALLER, REQUESTED,
// direct_url.json, the wording of generated scripts, the rows of these in
// RECORD, and how the empty environment was made.
func asPip(t *testing.T, dir string, wheels []Wheel) map[string]string {
	t.Helper()
	generated := map[string]bool{"pyvenv.cfg": true}
	for _, w := range wheels {
		points, err := w.Wheel.EntryPoints()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range points {
			if p.Group == "console_scripts" || p.Group == "gui_scripts" {
				generated["bin/"+p.Name] = true
			}
		}
	}
	paths := listing(t, dir)
	for name, content := range paths {
		mode, _, _ := strings.Cut(content, " ")
		switch base := path.Base(name); {
		case generated[name], base == "INSTALLER":
			paths[name] = mode
		case base == "REQUESTED", base == "direct_url.json":
			delete(paths, name)
		case base == "RECORD" && strings.HasSuffix(path.Dir(name), ".dist-info"):
			paths[name] = mode + " " + strings.Join(slices.DeleteFunc(strings.SplitAfter(content, "\r\n"), func(line string) bool {
				fields, _ := csv.NewReader(strings.NewReader(line)).Read()
				if len(fields) == 0 {
					return false
				}
				to := path.Join(path.Dir(path.Dir(name)), strings.TrimPrefix(fields[0], mode+" "))
				base := path.Base(to)
				return generated[to] || base == "INSTALLER" || base == "REQUESTED" || base == "direct_url.json"
			}), "")
		}
	}
	return paths
}

// projectOf is the normalised project name in a file name of a wheel or a
// .dist-info folder.
func projectOf(file string) string {
	name, _, _ := strings.Cut(path.Base(file), "-")
	return strings.ToLower(strings.NewReplacer("_", "-", ".", "-").Replace(name))
}

// An environment is what pip would have made of the same wheels. This takes
// real wheels, which GOBUNDLE_WHEELS names, and the pip of an interpreter they
// fit, which GOBUNDLE_WHEELS_PYTHON names.
func TestAsPip(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("GOBUNDLE_WHEELS")
	if folder == "" {
		t.Skip("GOBUNDLE_WHEELS names no folder of wheels")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.whl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no wheels (%v)", folder, err)
	}
	byProject := map[string]string{}
	for _, file := range files {
		byProject[projectOf(file)] = file
	}
	everything := slices.DeleteFunc(slices.Sorted(maps.Keys(byProject)), func(name string) bool {
		// The last two have half of all files, which are like those of others.
		return slices.Contains([]string{"pip", "setuptools", "awscli", "cfn-lint"}, name)
	})
	python := os.Getenv("GOBUNDLE_WHEELS_PYTHON")
	comparePip(t, python, folder, byProject, everything)
}

// comparePip installs by pip, by Create and by the twin, at one and the same
// path.
func comparePip(t *testing.T, python, folder string, byProject map[string]string, requirements []string) {
	t.Helper()
	parent := t.TempDir()
	dir := filepath.Join(parent, "env")
	if err := makeEmpty(t.Context(), dir, false, Options{Python: python}); err != nil {
		t.Fatal(err)
	}
	output, err := pip(t, python, dir, append([]string{"install", "--no-compile", "--find-links", folder}, requirements...)...)
	if err != nil {
		t.Fatalf("%s: pip can not install these wheels: %v\n%s", python, err, output)
	}
	infos, err := filepath.Glob(filepath.Join(dir, "lib", "*", "site-packages", "*.dist-info"))
	if err != nil {
		t.Fatal(err)
	}
	var list []bundled
	for _, info := range infos {
		project := projectOf(info)
		list = append(list, bundled{Path: byProject[project], Role: "dependency", Requested: slices.Contains(requirements, project)})
	}
	wheels := opened(t, list)
	want := asPip(t, dir, wheels)
	wantList, _ := pip(t, python, dir, "list")
	wantCheck, wantErr := pip(t, python, dir, "check")

	again := func(who string, make func() error) {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := make(); err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		if diff := cmp.Diff(want, asPip(t, dir, wheels)); diff != "" {
			t.Errorf("%s: %d distributions by pip (-) and %s (+) differ:\n%s", python, len(list), who, diff)
		}
	}
	again("the bundle's own verb", func() error {
		_, err := twin(t, python, list, dir)
		return err
	})
	again("Create", func() error {
		_, err := Create(t.Context(), dir, Options{Python: python, Wheels: wheels})
		return err
	})
	if got, err := pip(t, python, dir, "list"); err != nil || got != wantList {
		t.Errorf("pip list says %q, want %q (%v)", got, wantList, err)
	}
	if got, err := pip(t, python, dir, "check"); got != wantCheck || (err == nil) != (wantErr == nil) {
		t.Errorf("pip check says %q, want %q", got, wantCheck)
	}
	uninstall := []string{"uninstall", "-y"}
	for _, b := range list {
		uninstall = append(uninstall, projectOf(b.Path))
	}
	if output, err := pip(t, python, dir, uninstall...); err != nil {
		t.Errorf("pip uninstall: %v\n%s", err, output)
	}
	after := listing(t, dir)
	left := names(after, func(name string) bool {
		return after[name][0] != 'd' && (strings.Contains(name, "site-packages/") || strings.HasPrefix(name, "share/"))
	})
	if len(left) > 0 {
		t.Errorf("pip uninstall leaves %v", left)
	}
}
