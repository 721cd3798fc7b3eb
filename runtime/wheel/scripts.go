package wheel

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// script is a console or GUI entry point as an environment will have it.
type script struct {
	name  string
	files []generated
}

type generated struct {
	name    string // in the scripts folder
	content []byte
}

// scripts are the scripts for a wheel's entry points, console ones first. Of
// two with one name the last one counts.
func (p *plan) scripts(w *Wheel) ([]script, error) {
	points, err := w.EntryPoints()
	if err != nil {
		return nil, err
	}
	var wanted []EntryPoint
	for _, group := range []string{"console_scripts", "gui_scripts"} {
		for _, point := range points {
			if point.Group != group {
				continue
			}
			if reason := unusableScript(point); reason != "" {
				return nil, &EntryPointError{Wheel: w.FileName, Text: point.Name + " = " + point.Value, Reason: reason}
			}
			wanted = slices.DeleteFunc(wanted, func(other EntryPoint) bool { return other.Name == point.Name })
			wanted = append(wanted, point)
		}
	}
	var scripts []script
	for _, point := range versionedNames(wanted, p.env.Version) {
		scripts = append(scripts, script{point.Name, p.env.scriptFiles(point)})
	}
	return scripts, nil
}

// unusableScript says why a console or GUI entry point can't become a script,
// or "".
func unusableScript(point EntryPoint) string {
	switch {
	case point.Attr == "":
		return "names no callable: scripts are NAME = MODULE:CALLABLE"
	case UnsafeName(point.Name) != "" || strings.Contains(point.Name, "/"):
		return "has a name that is no file name"
	case strings.ContainsFunc(point.Name, unicode.IsSpace):
		return "has a space in its name"
	}
	return ""
}

// versionedNames replaces the scripts of pip and easy_install, whose names
// carry the version of whatever Python built the wheel, by those for this
// version, as pip does.
func versionedNames(points []EntryPoint, version string) []EntryPoint {
	major, _, _ := strings.Cut(version, ".")
	for _, names := range [][]string{
		{"pip", "pip" + major, "pip" + version},
		{"easy_install", "easy_install-" + version},
	} {
		base := names[0]
		at := slices.IndexFunc(points, func(p EntryPoint) bool { return p.Group == "console_scripts" && p.Name == base })
		if at < 0 {
			continue
		}
		original := points[at]
		points = slices.DeleteFunc(points, func(p EntryPoint) bool {
			rest, found := strings.CutPrefix(p.Name, base)
			return p.Group == "console_scripts" && found && strings.Trim(rest, "-.0123456789") == ""
		})
		for _, name := range names {
			original.Name = name
			points = append(points, original)
		}
	}
	return points
}

// wraps reports whether a file of a wheel's scripts folder is what setuptools
// generates for one of the scripts.
func wraps(scripts []script, file string) bool {
	name := file
	lower := strings.ToLower(file)
	for _, suffix := range []string{".exe", "-script.py", ".pya"} {
		if strings.HasSuffix(lower, suffix) {
			name = file[:len(file)-len(suffix)]
			break
		}
	}
	return slices.ContainsFunc(scripts, func(s script) bool { return s.name == name })
}

// scriptFiles generates the files of one script.
func (e Environment) scriptFiles(point EntryPoint) []generated {
	name, _, _ := strings.Cut(point.Attr, ".")
	var b strings.Builder
	b.WriteString("import sys\n\nfrom " + point.Module + " import " + name + "\n\nif __name__ == \"__main__\":\n")
	gui := point.Group == "gui_scripts"
	if e.Windows {
		b.WriteString("    for suffix in (\".exe\", \"-script.py\", \"-script.pyw\"):\n" +
			"        if sys.argv[0].endswith(suffix):\n" +
			"            sys.argv[0] = sys.argv[0][:-len(suffix)]\n")
	}
	b.WriteString("    sys.exit(" + point.Attr + "())\n")
	if e.Windows {
		return e.Launchers.scriptFiles(point.Name, gui, e.shebang(gui, ""), b.String())
	}
	return []generated{{point.Name, []byte(e.shebang(gui, "") + b.String())}}
}

// maxShebang is the longest #! line that every kernel takes.
const maxShebang = 127

// shebang is the first line, or the first three, of a script that this
// environment's interpreter runs. Kernels split the line at spaces and cut it
// when it is long; then /bin/sh goes first, with a line that is a string to
// Python and a command to sh.
func (e Environment) shebang(gui bool, arguments string) string {
	python := e.Python
	if e.Windows {
		if gui {
			python = filepath.Join(filepath.Dir(python), strings.Replace(filepath.Base(python), "python", "pythonw", 1))
		}
		if strings.Contains(python, " ") {
			python = `"` + python + `"`
		}
		return strings.TrimRight("#!"+python+" "+arguments, " ") + "\r\n"
	}
	line := strings.TrimRight("#!"+python+" "+arguments, " ") + "\n"
	if len(line) <= maxShebang && !strings.ContainsFunc(python, unicode.IsSpace) {
		return line
	}
	words := quote(python)
	for _, word := range strings.Fields(arguments) {
		words += " " + quote(word)
	}
	return "#!/bin/sh\n'''exec' " + words + " \"$0\" \"$@\"\n' '''\n"
}

// quote makes one word of s for sh. In the triple-quoted string that Python
// sees no three quotes follow each other.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// rewriteShebang points a script whose first line begins with "#!python" to
// this environment's interpreter; arguments stay. changed is false for any
// other script.
func (e Environment) rewriteShebang(content []byte) (_ []byte, changed bool) {
	rest, found := bytes.CutPrefix(content, []byte("#!python"))
	if !found {
		return content, false
	}
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	word, arguments, _ := bytes.Cut(bytes.TrimRight(line, "\r"), []byte(" "))
	gui := bytes.HasPrefix(word, []byte("w"))
	return append([]byte(e.shebang(gui, string(bytes.TrimSpace(arguments)))), rest...), true
}

// Launchers are the executables that start scripts on Windows: each script is
// one of them, a #! line, and a zip with __main__.py.
type Launchers struct {
	Console, GUI []byte // nil: scripts get a Python file and a .cmd file that starts it
}

// scriptFiles generates the files of one script on Windows.
func (l Launchers) scriptFiles(name string, gui bool, shebang, code string) []generated {
	launcher, extension, python := l.Console, ".py", "python.exe"
	if gui {
		launcher, extension, python = l.GUI, ".pyw", "pythonw.exe"
	}
	if launcher != nil {
		content := slices.Concat(launcher, []byte(shebang), zipOf("__main__.py", []byte(shebang+code)))
		return []generated{{name + ".exe", content}}
	}
	file := name + "-script" + extension
	return []generated{
		{file, []byte(shebang + code)},
		{name + ".cmd", []byte("@\"%~dp0" + python + "\" \"%~dp0" + file + "\" %*\r\n")},
	}
}
