package main

import (
	"archive/zip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// inCache is the variable that names a new cache.
func inCache(folder string) string { return "GOBUNDLE_CACHE_DIR=" + onWindows(folder) }

// long checks starts with environments some of whose files have long paths, first ones of
// either bundle and later ones of the other, in the same environment.
func (w *windows) long(t *testing.T) {
	t.Helper()
	app, zipapp := []string{w.app, "3", "place"}, []string{"python.exe", w.zipapp, "3", "place"}
	for _, order := range [][][]string{{app, zipapp, app}, {zipapp, app, zipapp}} {
		cache := filepath.Join(t.TempDir(), strings.Repeat("d", 80))
		for i, words := range order {
			output, code := w.start(t, []string{inCache(cache)}, words...)
			if !strings.HasPrefix(output, "['3', 'place']\n"+onWindows(cache)) || !strings.HasSuffix(output, `\Scripts\python.exe True`+"\n") || code != 3 {
				t.Errorf("start %d, %q, prints %q and ends with %d", i, words[0], output, code)
			}
		}
		if folders, err := filepath.Glob(filepath.Join(cache, "envs", "*", "cp*")); err != nil || len(folders) != 1 {
			t.Errorf("there are the environments %q, %v, want one", folders, err)
		}
	}
	deep := filepath.Join(t.TempDir(), strings.Repeat("d", 100), strings.Repeat("d", 100))
	// Nobody has started this one: the private cache outlives the test.
	fresh := foreignExecutable(t, "echo.exe", "windows", "amd64", "cp311-windows-amd64", "--inject-env", "FOLDER="+deep)
	output, code := w.start(t, []string{inCache(deep)}, fresh, "3")
	if !strings.Contains(output, "echo.exe: warning: "+onWindows(deep)+" can't be used: programs in it would have paths of ") ||
		!strings.Contains(output, "; using C:") || !strings.Contains(output, "['3']\n") || code != 3 {
		t.Errorf("in a cache that lies too deep it prints %q and ends with %d", output, code)
	}
	if output, code := w.start(t, []string{inCache(deep)}, fresh, "3"); output != "['3']\n" || code != 3 {
		t.Errorf("the next start there prints %q and ends with %d", output, code)
	}
	deep = filepath.Join(t.TempDir(), strings.Repeat("e", 110), strings.Repeat("e", 110))
	output, code = w.start(t, nil, w.app, "venv", deep)
	if !strings.HasPrefix(output, "echo.exe: error: writing to "+onWindows(deep)) || !strings.Contains(output, "echo.exe: hint: choose a folder with a shorter path") || code != 1 {
		t.Errorf("venv in a folder that lies too deep prints %q and ends with %d", output, code)
	}
	if _, err := os.Lstat(deep); err == nil {
		t.Errorf("%s was made", deep)
	}
}

// limit makes environments in a Python that is as one on a Windows that takes 259 characters:
// Wine takes any number, and so does a Windows that is set so.
const limit = `import os, shutil, sys
LIMITS = {"os.mkdir": 247}
DEEP = "Lib\\site-packages\\echo_parts\\` + longName + `\\leaf.py"

def check(event, paths):
    for path in paths:
        if isinstance(path, str) and not path.startswith("\\\\?\\") and len(os.path.abspath(path)) > LIMITS.get(event, 259):
            raise FileNotFoundError(2, "The system cannot find the path specified", path, 3)

def hook(event, arguments):
    if event in ("open", "os.mkdir", "os.rename", "os.link", "os.listdir", "os.scandir", "os.remove", "os.rmdir", "os.utime", "os.chmod"):
        check(event, arguments[:2])

for name in ("stat", "lstat"):
    def checked(path, *arguments, call=getattr(os, name), **options):
        check("os.stat", [path])
        return call(path, *arguments, **options)
    setattr(os, name, checked)
sys.addaudithook(hook)
sys.path.insert(0, sys.argv[1])
fits = 259 - len("\\envs\\") - 32 - len("\\cp311-") - 16 - len("\\") - len(DEEP) - len("C:\\")
os.environ["TEMP"] = os.environ["TMP"] = "C:\\t" + "t" * fits  # too long by one
os.mkdir(os.environ["TEMP"])
made = [os.environ["TEMP"]]
for more, wanted in (0, ""), (1, "files in it would have paths of 260 characters, and Windows takes 259"):
    cache = os.environ["GOBUNDLE_CACHE_DIR"] = "C:\\" + "r" * (fits + more)
    made.append(cache)
    try:
        import __gobundle__
        trouble = ""
        import echo_parts.` + longName + `.leaf as leaf
        if not leaf.__file__.startswith(cache) or len(leaf.__file__) != 259:
            print("it is imported from", leaf.__file__)
        del sys.modules["__gobundle__"]
    except ImportError as error:
        trouble = str(error)
    if wanted not in trouble or bool(wanted) != bool(trouble) or wanted and "(set GOBUNDLE_CACHE_DIR to a short folder" not in trouble:
        print("with %d more: %s" % (more, trouble))
    if wanted and os.listdir(cache) not in ([], ["envs", "locks"]):
        print(os.listdir(cache))
from gobundle_bootstrap.imported import leases
while leases:
    os.close(leases.pop())
for folder in made:
    shutil.rmtree("\\\\?\\" + folder)
`

// limit checks what is made, and what is refused, where Windows takes short paths only.
func (w *windows) limit(t *testing.T) {
	t.Helper()
	w.drive(t, limit, onWindows(w.zipapp))
}

// drives has the program, the cache and what it makes on several drives.
const drives = `import os, shutil, subprocess, sys, tempfile
folder = tempfile.mkdtemp()
other = os.environ["GOBUNDLE_CACHE_DIR"]
if folder[0] == other[0]:
    print("both are on drive", folder[0])

def start(cache, words, wanted, code):
    os.environ["GOBUNDLE_CACHE_DIR"] = cache
    answer = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder)
    output = answer.stdout.decode().replace("\r\n", "\n")
    if not output.startswith(wanted) or answer.returncode != code:
        print("%r in %s: exit code %d, %s" % (words, cache, answer.returncode, output))

app, zipapp = sys.argv[1:]
moved = shutil.copy(app, folder)
here = os.path.join(folder, "cache")
start(other, [moved, "3", "place"], "['3', 'place']\n" + other, 3)
start(here, [sys.executable, zipapp, "3", "place"], "['3', 'place']\n" + here, 3)
start("cache", [app, "3", "place"], "['3', 'place']\n" + here, 3)
start(here, [app, "venv", "env"], "echo.exe: env: 1 distribution", 0)
start(here, [os.path.join(folder, "env", "Scripts", "say.exe"), "3"], "['3']\n", 3)
os.environ["GOBUNDLE_TOOLS"] = "cache"
start(here, [app, "clear"], "removed ", 0)
shutil.rmtree(folder)
`

// drives checks that nothing needs a way from one drive to another.
func (w *windows) drives(t *testing.T) {
	t.Helper()
	w.drive(t, drives, onWindows(w.app), onWindows(w.zipapp))
}

// readOnly checks that a program which can't be changed, in a folder where nothing can be,
// starts, and explodes elsewhere.
func (w *windows) readOnly(t *testing.T) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "programs")
	mount := []string{"unshare", "-m", "sh", "-ec", `mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; ! touch "$0/x" 2>"$0.x"; exec "$@"`, folder}
	if os.Getuid() != 0 {
		mount = append([]string{"unshare", "-r"}, mount[1:]...)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{w.app, w.zipapp} {
		if err := os.Link(file, filepath.Join(folder, filepath.Base(file))); err != nil {
			t.Fatal(err)
		}
	}
	if err := exec.CommandContext(t.Context(), mount[0], append(mount[1:], "true")...).Run(); err != nil {
		t.Skipf("nothing can be mounted: %v", err)
	}
	app := filepath.Join(folder, "echo.exe")
	if err := os.Chmod(app, 0o555); err != nil { // its attribute on Windows is read-only then
		t.Fatal(err)
	}
	environment := []string{w.path(), inCache(t.TempDir())}
	for _, words := range [][]string{{app, "4"}, {app, "4"}, {"python.exe", filepath.Join(folder, "echo.pyz"), "4"}} {
		output, code := start(t, environment, mount[0], append(append(mount[1:], w.program), words...)...)
		if output != "['4']\n" || code != 4 {
			t.Errorf("%q prints %q and ends with %d", words, output, code)
		}
	}
}

// layout checks that environments in the cache are as venv makes them, but for scripts of
// shells and for what is gobundle's, and that a Python which has no venv does as well.
func (w *windows) layout(t *testing.T) {
	t.Helper()
	cache, plain := t.TempDir(), filepath.Join(t.TempDir(), "env")
	if output, code := w.start(t, nil, "python.exe", "-m", "venv", "--without-pip", plain); code != 0 {
		t.Fatalf("making a virtual environment: %s", output)
	}
	if output, code := w.start(t, []string{inCache(cache)}, w.app, "0"); code != 0 {
		t.Fatalf("starting: %s", output)
	}
	made := w.environment(t, cache)
	want := contents(t, plain)
	for name, content := range want {
		if strings.Contains(strings.ToLower(name), "activate") {
			continue // nobody stands in such an environment
		}
		got, found := made[name]
		if name == "pyvenv.cfg" {
			got, content = line(got, "home"), line(content, "home")
		}
		if !found || got != content {
			t.Errorf("%s is there: %t, and different: %.100q, want %.100q", name, found, got, content)
		}
	}
	if _, found := want["Scripts/python.exe"]; !found {
		t.Errorf("venv makes %d files, and no python.exe", len(want))
	}
	for name, python := range map[string]string{"a Python without venv": w.mirror(t, "venv"), "an embeddable Python": w.embeddable(t)} {
		cache := t.TempDir()
		for _, kind := range []string{"cold", "warm"} {
			output, code := w.start(t, []string{inCache(cache), "WINEPATH=" + onWindows(python)}, w.app, "5", "place")
			if want := "['5', 'place']\n" + onWindows(cache); !strings.HasPrefix(output, want) || code != 5 {
				t.Errorf("%s start with %s prints %q and ends with %d", kind, name, output, code)
			}
		}
	}
}

// embeddable makes a Python for Windows in the form that is to be embedded: its library is in a
// zip, extension modules are beside the program, and a file says so.
func (w *windows) embeddable(t *testing.T) string {
	t.Helper()
	source, folder := filepath.Dir(here(w.python)), t.TempDir()
	for _, pattern := range []string{"*.exe", "*.dll", filepath.Join("DLLs", "*")} {
		files, err := filepath.Glob(filepath.Join(source, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if err := os.Symlink(file, filepath.Join(folder, filepath.Base(file))); err != nil {
				t.Fatal(err)
			}
		}
	}
	library, err := os.Create(filepath.Join(folder, "python311.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer library.Close()
	archive := zip.NewWriter(library)
	for name, content := range contents(t, filepath.Join(source, "Lib")) {
		if !strings.HasSuffix(name, ".py") || strings.HasPrefix(name, "site-packages/") || strings.HasPrefix(name, "venv/") {
			continue
		}
		member, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(member, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "python311._pth"), []byte("python311.zip\r\n.\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// environment returns the files of the only environment in a cache.
func (w *windows) environment(t *testing.T, cache string) map[string]string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(cache, "envs", "*", "cp*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("there are the environments %q, %v, want one", folders, err)
	}
	return contents(t, folders[0])
}

// line returns a line of pyvenv.cfg.
func line(text, key string) string {
	_, value, _ := strings.Cut(text, key+" = ")
	value, _, _ = strings.Cut(value, "\n")
	return strings.TrimSpace(value)
}

// contents returns the content of all files below a folder, by their slash paths; folders
// have "".
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, folder+string(filepath.Separator)))
		if entry.IsDir() {
			found[name] = ""
			return nil
		}
		content, err := os.ReadFile(path)
		found[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(found, folder)
	return found
}

// mirror makes a Python for Windows that lacks a part of its library; it returns its folder.
func (w *windows) mirror(t *testing.T, part string) string {
	t.Helper()
	source, folder := filepath.Dir(here(w.python)), filepath.Join(t.TempDir(), "python")
	for _, level := range []string{"", "Lib"} {
		if err := os.MkdirAll(filepath.Join(folder, level), 0o700); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(filepath.Join(source, level))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if name := filepath.Join(level, entry.Name()); entry.Name() != part && name != "Lib" {
				if err := os.Symlink(filepath.Join(source, name), filepath.Join(folder, name)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return folder
}
