package wheel

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// environmentIn is an environment in dir, as Python 3.12 on Unix has it.
func environmentIn(dir string) Environment {
	library := filepath.Join(dir, "lib", "python3.12", "site-packages")
	return Environment{
		Prefix: dir, Purelib: library, Platlib: filepath.Join(dir, "lib64", "python3.12", "site-packages"), Scripts: filepath.Join(dir, "bin"),
		Data: dir, Headers: filepath.Join(dir, "include", "site", "python3.12"), Python: "/env/bin/python", Version: "3.12",
	}
}

// tree is all files below dir: "rwx content" by path, and the target of links.
func tree(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		info, err := d.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		mode := "-"
		if info.Mode()&0o100 != 0 {
			mode = "x"
		}
		files[filepath.ToSlash(name)] = mode + " " + string(content)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

func rowOf(path, content string) string {
	r := hashedContent(path, []byte(content))
	return r.path + "," + r.hash + "," + r.size + "\r\n"
}

func TestInstall(t *testing.T) {
	t.Parallel()
	const info, data = "demo-1.0.dist-info/", "demo-1.0.data/"
	const points = "[console_scripts]\nrun = demo.cli:main\ndeep=demo:App.start [extra]\n[gui_scripts]\nwindow = demo:show\n[demo.plugins]\nx = demo\n"
	w := openWheel(t, "demo", "1.0",
		entry{name: "demo/__init__.py", content: "1\n"}, entry{name: "demo/tool", content: "2\n", mode: 0o100755}, entry{name: "demo/empty/"},
		entry{name: data + "purelib/pure.py", content: "3\n"}, entry{name: data + "platlib/plat.so", content: "4\n", mode: 0o100755},
		entry{name: data + "data/share/man/x.1", content: "5\n"}, entry{name: data + "headers/demo.h", content: "6\n"},
		entry{name: data + "scripts/old", content: "#!python -E\nprint(7)\n", mode: 0o100755}, entry{name: data + "scripts/plain", content: "#!pythonw\r\nprint(8)\n"},
		entry{name: data + "scripts/shell", content: "#!/bin/sh\necho 9\n", mode: 0o100755}, entry{name: data + "scripts/run", content: "#!python\nwrapper\n"},
		entry{name: data + "scripts/window-script.py", content: "#!python\nwrapper\n"},
		entry{name: info + "METADATA", content: "Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\n"},
		entry{name: info + "entry_points.txt", content: points}, entry{name: info + "INSTALLER", content: "somebody\n"}, entry{name: info + "REQUESTED"})
	dir := t.TempDir()
	report, err := Install(t.Context(), []Source{{Wheel: w, Requested: true, DirectURL: []byte(`{"url":"x"}`)}}, environmentIn(dir), InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const start = "#!/env/bin/python\nimport sys\n\nfrom demo"
	const end = "\n\nif __name__ == \"__main__\":\n    sys.exit("
	scripts := map[string]string{
		"bin/run":    start + ".cli import main" + end + "main())\n",
		"bin/deep":   start + " import App" + end + "App.start())\n",
		"bin/window": start + " import show" + end + "show())\n",
		"bin/old":    "#!/env/bin/python -E\nprint(7)\n",
	}
	const library, up = "lib/python3.12/site-packages/", "../../../"
	record := rowOf(up+"bin/deep", scripts["bin/deep"]) + rowOf(up+"bin/old", scripts["bin/old"]) + rowOf(up+"bin/plain", "#!/env/bin/python\nprint(8)\n") +
		rowOf(up+"bin/run", scripts["bin/run"]) + rowOf(up+"bin/shell", "#!/bin/sh\necho 9\n") + rowOf(up+"bin/window", scripts["bin/window"]) +
		rowOf(up+"include/site/python3.12/Demo/demo.h", "6\n") + rowOf(up+"lib64/python3.12/site-packages/plat.so", "4\n") + rowOf(up+"share/man/x.1", "5\n") +
		rowOf(data+"scripts/run", "#!python\nwrapper\n") + rowOf(data+"scripts/window-script.py", "#!python\nwrapper\n") +
		rowOf(info+"INSTALLER", "gobundle\n") + rowOf(info+"METADATA", "Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\n") +
		info + "RECORD,,\r\n" + rowOf(info+"REQUESTED", "") + rowOf(info+"WHEEL", wheelText) + rowOf(info+"direct_url.json", `{"url":"x"}`) +
		rowOf(info+"entry_points.txt", points) + rowOf("demo/__init__.py", "1\n") + rowOf("demo/tool", "2\n") + rowOf("pure.py", "3\n")
	want := map[string]string{
		library + "demo/__init__.py":             "- 1\n",
		library + "demo/tool":                    "x 2\n",
		library + "pure.py":                      "- 3\n",
		"lib64/python3.12/site-packages/plat.so": "x 4\n",
		"share/man/x.1":                          "- 5\n",
		"include/site/python3.12/Demo/demo.h":    "- 6\n",
		"bin/plain":                              "- #!/env/bin/python\nprint(8)\n",
		"bin/shell":                              "x #!/bin/sh\necho 9\n",
		library + info + "METADATA":              "- Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\n",
		library + info + "WHEEL":                 "- " + wheelText,
		library + info + "entry_points.txt":      "- " + points,
		library + info + "INSTALLER":             "- gobundle\n",
		library + info + "REQUESTED":             "- ",
		library + info + "direct_url.json":       `- {"url":"x"}`,
		library + info + "RECORD":                "- " + record,
	}
	for name, content := range scripts {
		want[name] = "x " + content
	}
	got := tree(t, dir)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the environment:\n%s", diff)
	}
	size := 0
	for _, content := range got {
		size += len(content) - 2
	}
	wantReport := &Report{Distributions: []string{"demo 1.0"}, Files: len(want), Bytes: int64(size)}
	if diff := cmp.Diff(wantReport, report); diff != "" {
		t.Errorf("the report:\n%s", diff)
	}
}

func TestInstallPlatlib(t *testing.T) {
	t.Parallel()
	w := openWheel(t, "demo", "1.0", entry{name: "demo.py"}, entry{name: "demo-1.0.data/purelib/pure.py"},
		entry{name: "demo-1.0.dist-info/WHEEL", content: "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n"})
	dir := t.TempDir()
	if _, err := Install(t.Context(), []Source{{Wheel: w}}, environmentIn(dir), InstallOptions{Installer: "test"}); err != nil {
		t.Fatal(err)
	}
	got := tree(t, dir)
	for _, name := range []string{"lib64/python3.12/site-packages/demo.py", "lib/python3.12/site-packages/pure.py"} {
		if _, found := got[name]; !found {
			t.Errorf("%s is missing", name)
		}
	}
	const info = "lib64/python3.12/site-packages/demo-1.0.dist-info/"
	if got[info+"INSTALLER"] != "- test\n" || !strings.Contains(got[info+"RECORD"], "- ../../../lib/python3.12/site-packages/pure.py,sha256=") {
		t.Errorf("RECORD is %q", got[info+"RECORD"])
	}
}

// Modes are what the umask leaves, never what the wheel asks for.
func TestInstallModes(t *testing.T) {
	t.Parallel()
	w := openWheel(t, "demo", "1.0", entry{name: "a", content: "x", mode: 0o104711}, entry{name: "b", content: "x", mode: 0o100600},
		entry{name: "c", content: "x", mode: 0o120777}, entry{name: "d", content: "x", mode: 0o777})
	dir := t.TempDir()
	if _, err := Install(t.Context(), []Source{{Wheel: w}}, environmentIn(dir), InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	probe := filepath.Join(dir, "probe")
	if err := os.WriteFile(probe, nil, 0o777); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(probe)
	if err != nil {
		t.Fatal(err)
	}
	all := info.Mode() // 0777 without the umask
	for name, want := range map[string]fs.FileMode{"a": all, "b": all & 0o666, "c": all & 0o666, "d": all & 0o666} {
		info, err := os.Lstat(filepath.Join(dir, "lib/python3.12/site-packages", name))
		if err != nil || info.Mode() != want {
			t.Errorf("the mode of %s is %v, want %v (%v)", name, info.Mode(), want, err)
		}
	}
}

func TestCollisions(t *testing.T) {
	t.Parallel()
	const script = "demo-1.0.dist-info/entry_points.txt"
	for _, test := range []struct {
		name          string
		first, second []entry
		path          string // "": no collision
		never         bool   // not even with CollisionsOK
	}{
		{"same content", []entry{{name: "ns/__init__.py", content: "x"}}, []entry{{name: "ns/__init__.py", content: "x", stored: true}}, "", false},
		{"other content", []entry{{name: "ns/__init__.py", content: "x"}}, []entry{{name: "ns/__init__.py", content: "y"}}, "lib/python3.12/site-packages/ns/__init__.py", false},
		{"other size", []entry{{name: "ns.py", content: "x"}}, []entry{{name: "ns.py", content: "xx"}}, "lib/python3.12/site-packages/ns.py", false},
		{"same by another way", []entry{{name: "ns.py", content: "x"}}, []entry{{name: "more-2.0.data/purelib/ns.py", content: "x"}}, "", false},
		{"other by another way", []entry{{name: "ns.py", content: "x"}}, []entry{{name: "more-2.0.data/purelib/ns.py", content: "y"}}, "lib/python3.12/site-packages/ns.py", false},
		{"same script and data", []entry{{name: "demo-1.0.data/scripts/s", content: "#!python\n"}}, []entry{{name: "more-2.0.data/data/bin/s", content: "#!/env/bin/python\n"}}, "", false},
		{"other script and data", []entry{{name: "demo-1.0.data/scripts/s", content: "#!python\n"}}, []entry{{name: "more-2.0.data/data/bin/s", content: "#!python\n"}}, "bin/s", false},
		{"same entry point", []entry{{name: script, content: "[console_scripts]\ns=a:b"}}, []entry{{name: "more-2.0.dist-info/entry_points.txt", content: "[console_scripts]\ns = a:b\n"}}, "", false},
		{"other entry point", []entry{{name: script, content: "[console_scripts]\ns=a:b"}}, []entry{{name: "more-2.0.dist-info/entry_points.txt", content: "[console_scripts]\ns=a:c"}}, "bin/s", false},
		{"file and folder", []entry{{name: "ns", content: "x"}}, []entry{{name: "ns/x.py", content: "x"}}, "lib/python3.12/site-packages/ns", true},
		{"folder and file", []entry{{name: "ns/x.py", content: "x"}}, []entry{{name: "ns", content: "x"}}, "lib/python3.12/site-packages/ns", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sources := []Source{{Wheel: openWheel(t, "demo", "1.0", test.first...)}, {Wheel: openWheel(t, "more", "2.0", test.second...)}}
			dir := t.TempDir()
			_, err := Install(t.Context(), sources, environmentIn(dir), InstallOptions{})
			var collision *CollisionError
			if test.path == "" {
				if err != nil {
					t.Errorf("Install = %v", err)
				}
				return
			}
			if !errors.As(err, &collision) || collision.Path != test.path || collision.First+"|"+collision.Second != "demo 1.0|more 2.0" && !test.never {
				t.Errorf("Install = %v, want a collision of both at %s", err, test.path)
			}
			if left := tree(t, dir); len(left) > 0 {
				t.Errorf("Install wrote %v before it found the collision", left)
			}
			report, err := Install(t.Context(), sources, environmentIn(dir), InstallOptions{CollisionsOK: true})
			if test.never {
				if !errors.As(err, &collision) {
					t.Errorf("Install with CollisionsOK = %v, want a CollisionError", err)
				}
				return
			}
			if err != nil || len(report.Collisions) != 1 || report.Collisions[0].Path != test.path {
				t.Fatalf("Install with CollisionsOK = %+v, %v", report, err)
			}
			only := t.TempDir()
			if _, err := Install(t.Context(), sources[1:], environmentIn(only), InstallOptions{}); err != nil {
				t.Fatal(err)
			}
			if got, want := tree(t, dir)[test.path], tree(t, only)[test.path]; got != want {
				t.Errorf("%s is %q, want the later distribution's %q", test.path, got, want)
			}
		})
	}
}

func TestExistingFiles(t *testing.T) {
	t.Parallel()
	install := func(t *testing.T, existing string, o InstallOptions) (*Report, error) {
		t.Helper()
		dir := t.TempDir()
		environment := environmentIn(dir)
		if err := os.MkdirAll(environment.Purelib, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(environment.Purelib, "demo.py"), []byte(existing), 0o666); err != nil {
			t.Fatal(err)
		}
		report, err := Install(t.Context(), []Source{{Wheel: openWheel(t, "demo", "1.0", entry{name: "demo.py", content: "one\ntwo\n"})}}, environment, o)
		if err == nil && tree(t, dir)["lib/python3.12/site-packages/demo.py"] != "- one\ntwo\n" {
			t.Errorf("over %q: the file is not the wheel's", existing)
		}
		return report, err
	}
	if _, err := install(t, "one\ntwo\n", InstallOptions{}); err != nil {
		t.Errorf("over the same file: %v", err)
	}
	for _, existing := range []string{"", "one\n", "one\ntwo\nthree\n", "one\ntoo\n"} {
		_, err := install(t, existing, InstallOptions{})
		var collision *CollisionError
		if !errors.As(err, &collision) || collision.First != "" || collision.Second != "demo 1.0" {
			t.Errorf("over %q: %v, want a CollisionError", existing, err)
		}
		report, err := install(t, existing, InstallOptions{CollisionsOK: true})
		if err != nil || len(report.Collisions) != 1 {
			t.Errorf("over %q with CollisionsOK: %+v, %v", existing, report, err)
		}
	}
}

func TestInstallRefuses(t *testing.T) {
	t.Parallel()
	points := func(text string) entry {
		return entry{name: "demo-1.0.dist-info/entry_points.txt", content: text}
	}
	data := func(path string) entry { return entry{name: "demo-1.0.data/" + path, content: "x"} }
	for _, test := range []struct {
		name  string
		entry entry
		want  string
	}{
		{"unknown scheme", data("lib/x"), `unknown scheme "lib"`},
		{"no scheme", data("x"), "in none of its schemes"},
		{"module as a script", points("[console_scripts]\nrun = demo\n"), "names no callable"},
		{"script with a path", points("[console_scripts]\n../run = demo:main\n"), "no file name"},
		{"script in a folder", points("[console_scripts]\nsub/run = demo:main\n"), "no file name"},
		{"script named ..", points("[gui_scripts]\n.. = demo:main\n"), "no file name"},
		{"script with a space", points("[console_scripts]\nrun me = demo:main\n"), "a space in its name"},
		{"injected code", points("[console_scripts]\nrun = demo:main(); evil\n"), "names no callable"},
		{"syntax", points("[console_scripts]\nrun\n"), "line 2"},
		{"header folder", entry{name: "demo-1.0.dist-info/METADATA", content: "Name: ../evil\n"}, ""},
	} {
		dir := t.TempDir()
		entries := []entry{test.entry}
		if test.want == "" {
			entries, test.want = append(entries, data("headers/x.h")), "can't be a folder's"
		}
		_, err := Install(t.Context(), []Source{{Wheel: openWheel(t, "demo", "1.0", entries...)}}, environmentIn(dir), InstallOptions{})
		if !strings.Contains(errorText(err), test.want) {
			t.Errorf("%s: Install = %v, want %q", test.name, err, test.want)
		}
		if left := tree(t, dir); len(left) > 0 {
			t.Errorf("%s: Install wrote %v", test.name, left)
		}
	}
	var duplicate *DuplicateError
	sources := []Source{{Wheel: openWheel(t, "demo", "1.0")}, {Wheel: openWheel(t, "demo", "2.0")}}
	if _, err := Install(t.Context(), sources, environmentIn(t.TempDir()), InstallOptions{}); !errors.As(err, &duplicate) {
		t.Errorf("Install of two versions = %v, want a DuplicateError", err)
	}
}

// RECORD is checked while files are written, not only by Verify.
// What an interpreter would not find because of its path is not installed.
func TestInstallLongPaths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := environmentIn(dir)
	room := LongestPath - len(env.Purelib) - len("/e")
	for _, test := range []struct {
		name  string
		short bool
		want  int // the length that is refused, 0 if none is
	}{
		{strings.Repeat("x", room), true, 0},
		{strings.Repeat("x", room+1), true, LongestPath + 1},
		{strings.Repeat("x", room+1), false, 0},
	} {
		env.ShortPaths = test.short
		w := openWheel(t, "demo", "1.0", entry{name: "é" + test.name})
		err := Check(t.Context(), []Source{{Wheel: w}}, env, InstallOptions{})
		var long *LongPathError
		if errors.As(err, &long) != (test.want > 0) || test.want > 0 && long.Longest != test.want {
			t.Errorf("with %d characters more, short paths %t: %v", len(test.name)-room, test.short, err)
		}
	}
}

func TestInstallVerifies(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"#!python\n", "x"} {
		entries := wheelEntries("demo", "1.0", entry{name: "demo-1.0.data/scripts/run", content: content})
		for i := range entries {
			if strings.HasSuffix(entries[i].name, "/run") {
				entries[i].content += "evil"
			}
		}
		b := rawZip(archiveSpec{entries: entries})
		w, err := Open(strings.NewReader(string(b)), int64(len(b)), demoFile)
		if err != nil {
			t.Fatal(err)
		}
		var record *RecordError
		if _, err := Install(t.Context(), []Source{{Wheel: w}}, environmentIn(t.TempDir()), InstallOptions{}); !errors.As(err, &record) {
			t.Errorf("Install = %v, want a RecordError", err)
		}
	}
}

func TestPipScripts(t *testing.T) {
	t.Parallel()
	w := openWheel(t, "demo", "1.0", entry{name: "demo-1.0.dist-info/entry_points.txt",
		content: "[console_scripts]\npip = p:m\npip3 = p:m\npip3.7 = p:m\npipx = x:m\neasy_install = e:m\neasy_install-3.7 = e:m\n"})
	dir := t.TempDir()
	if _, err := Install(t.Context(), []Source{{Wheel: w}}, environmentIn(dir), InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, name := range []string{"pip", "pip3", "pip3.7", "pip3.12", "pipx", "easy_install", "easy_install-3.7", "easy_install-3.12"} {
		if _, err := os.Stat(filepath.Join(dir, "bin", name)); err == nil {
			got = append(got, name)
		}
	}
	want := []string{"pip", "pip3", "pip3.12", "pipx", "easy_install", "easy_install-3.12"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scripts:\n%s", diff)
	}
}

func TestShebang(t *testing.T) {
	t.Parallel()
	long := "/" + strings.Repeat("long/", 25) + "python"
	for _, test := range []struct {
		python, content, want string
	}{
		{"/e/bin/python", "#!python\nx\n", "#!/e/bin/python\nx\n"},
		{"/e/bin/python", "#!python", "#!/e/bin/python\n"},
		{"/e/bin/python", "#!python3\nx", "#!/e/bin/python\nx"},
		{"/e/bin/python", "#!pythonw -E  -s \r\nx", "#!/e/bin/python -E  -s\nx"},
		{"/e/bin/python", "#!/usr/bin/python\nx", "#!/usr/bin/python\nx"},
		{"/e/bin/python", "# !python\n", "# !python\n"},
		{"/e/bin/python", "", ""},
		{"/e v/bin/python", "#!python -E\nx\n", "#!/bin/sh\n'''exec' '/e v/bin/python' '-E' \"$0\" \"$@\"\n' '''\nx\n"},
		{"/it's/bin/py thon", "#!python\nx\n", "#!/bin/sh\n'''exec' '/it'\\''s/bin/py thon' \"$0\" \"$@\"\n' '''\nx\n"},
		{long, "#!python\n", "#!/bin/sh\n'''exec' '" + long + "' \"$0\" \"$@\"\n' '''\n"},
	} {
		got, changed := Environment{Python: test.python}.rewriteShebang([]byte(test.content))
		if string(got) != test.want || changed != strings.HasPrefix(test.content, "#!python") {
			t.Errorf("with %s %q becomes %q, want %q", test.python, test.content, got, test.want)
		}
	}
}

func TestWindowsScripts(t *testing.T) {
	t.Parallel()
	sources := func() []Source {
		return []Source{{Wheel: openWheel(t, "demo", "1.0", entry{name: "demo-1.0.dist-info/entry_points.txt",
			content: "[console_scripts]\nrun = demo:main\n[gui_scripts]\nwindow = demo:show\n"})}}
	}
	install := func(launchers Launchers) map[string]string {
		dir := t.TempDir()
		environment := environmentIn(dir)
		environment.Windows, environment.Python, environment.Launchers = true, `C:\My Env\Scripts\python.exe`, launchers
		if _, err := Install(t.Context(), sources(), environment, InstallOptions{}); err != nil {
			t.Fatal(err)
		}
		return tree(t, dir)
	}
	got := install(Launchers{})
	for name, want := range map[string]string{
		"bin/run.cmd":           "x @\"%~dp0python.exe\" \"%~dp0run-script.py\" %*\r\n",
		"bin/window.cmd":        "x @\"%~dp0pythonw.exe\" \"%~dp0window-script.pyw\" %*\r\n",
		"bin/run-script.py":     "#!\"C:\\My Env\\Scripts\\python.exe\"\r\nimport sys\n\nfrom demo import main\n",
		"bin/window-script.pyw": "from demo import show\n",
	} {
		if content := got[name]; !strings.Contains(content, strings.TrimPrefix(want, "x ")) {
			t.Errorf("%s is %q, want %q", name, content, want)
		}
	}
	got = install(Launchers{Console: []byte("MZ console"), GUI: []byte("MZ gui")})
	for name, want := range map[string]string{"bin/run.exe": "x MZ console#!\"C:\\", "bin/window.exe": "x MZ gui#!\"C:\\"} {
		if !strings.HasPrefix(got[name], want) || !strings.Contains(got[name], "PK\x05\x06") {
			t.Errorf("%s is %.40q, want it to begin with %q", name, got[name], want)
		}
	}
	environment := environmentIn(t.TempDir())
	environment.Windows = true
	var invalid *InvalidError
	hazard := []Source{{Wheel: openWheel(t, "demo", "1.0", entry{name: "demo/aux.py"})}}
	if _, err := Install(t.Context(), hazard, environment, InstallOptions{}); !errors.As(err, &invalid) || invalid.Path != "demo/aux.py" {
		t.Errorf("Install on Windows = %v, want demo/aux.py refused", err)
	}
	clash := []Source{{Wheel: openWheel(t, "demo", "1.0", entry{name: "a.py", content: "x"})}, {Wheel: openWheel(t, "more", "1.0", entry{name: "A.py", content: "y"})}}
	var collision *CollisionError
	if _, err := Install(t.Context(), clash, environment, InstallOptions{}); !errors.As(err, &collision) {
		t.Errorf("Install on Windows = %v, want a CollisionError", err)
	}
}

func TestCompile(t *testing.T) {
	t.Parallel()
	var entries []entry
	for i := range 20 {
		entries = append(entries, entry{name: fmt.Sprintf("demo/m%d.py", i), content: fmt.Sprintf("x = %d\n", i)})
	}
	entries = append(entries, entry{name: "demo/broken.py", content: "def :\n"}, entry{name: "demo/data.txt", content: "x"})
	dir := t.TempDir()
	environment := environmentIn(dir)
	environment.Python = pythons(t)[0]
	if _, err := Install(t.Context(), []Source{{Wheel: openWheel(t, "demo", "1.0", entries...)}}, environment, InstallOptions{Compile: true}); err != nil {
		t.Fatal(err)
	}
	compiled, err := filepath.Glob(filepath.Join(environment.Purelib, "demo/__pycache__/*.pyc"))
	if err != nil || len(compiled) != 20 {
		t.Errorf("%d files are compiled, want 20 (%v)", len(compiled), err)
	}
	record := tree(t, dir)["lib/python3.12/site-packages/demo-1.0.dist-info/RECORD"]
	for _, name := range compiled {
		relative, _ := filepath.Rel(environment.Purelib, name)
		if !strings.Contains(record, "\n"+relative+",,\r\n") {
			t.Errorf("RECORD has no row for %s", relative)
		}
	}
	if strings.Contains(record, "broken.cpython") {
		t.Error("RECORD has a row for what doesn't compile")
	}
}
