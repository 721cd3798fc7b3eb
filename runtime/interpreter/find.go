package interpreter

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Names lists the names under which a Python of the given version is found on
// PATH, the most exact first: python3.12, python3, python.
func Names(major, minor int) []string {
	return []string{"python" + strconv.Itoa(major) + "." + strconv.Itoa(minor), "python" + strconv.Itoa(major), "python"}
}

// Find returns the first interpreter on PATH that answers, by names and under
// each name by folders, so that a python3 anywhere is taken before a python.
// Files that are no Pythons, or too old, are passed over. Relative folders on
// PATH are not searched.
//
// The error is a *NotFoundError, or ctx's.
func (a Asker) Find(ctx context.Context, names ...string) (*Interpreter, error) {
	missing := &NotFoundError{Names: names}
	for _, name := range names {
		for _, path := range a.candidates(name) {
			found, err := a.Query(ctx, path)
			var useless *QueryError
			switch {
			case err == nil:
				return found, nil
			case !errors.As(err, &useless):
				return nil, err
			}
			missing.Tried = append(missing.Tried, useless)
		}
	}
	return nil, missing
}

// Lookup asks the interpreter that text names as a shell would have it: a path
// if it holds a separator, else a name to be found on PATH.
//
// The error is a *QueryError, a *NotFoundError, or ctx's.
func (a Asker) Lookup(ctx context.Context, text string) (*Interpreter, error) {
	if filepath.Base(text) != text {
		return a.Query(ctx, text)
	}
	return a.Find(ctx, text)
}

// candidates lists the executable files of a name on PATH, each once.
func (a Asker) candidates(name string) []string {
	var paths []string
	var seen []os.FileInfo
	for _, folder := range filepath.SplitList(a.getenv("PATH")) {
		if !filepath.IsAbs(folder) {
			continue
		}
		for _, suffix := range suffixes(name) {
			path := filepath.Join(folder, name+suffix)
			info, err := os.Stat(path)
			if err != nil || whyNotExecutable(info) != "" || contains(seen, info) {
				continue
			}
			paths, seen = append(paths, path), append(seen, info)
		}
	}
	return paths
}

// suffixes are the file name extensions that a system adds to a name. Scripts
// (.bat, .cmd) need a shell and are left out.
func suffixes(name string) []string {
	if runtime.GOOS != "windows" || strings.EqualFold(filepath.Ext(name), ".exe") {
		return []string{""}
	}
	return []string{".exe"}
}

// contains reports whether one of the files is the same, as /bin/python3 and
// /usr/bin/python3 often are.
func contains(files []os.FileInfo, file os.FileInfo) bool {
	for _, other := range files {
		if os.SameFile(other, file) {
			return true
		}
	}
	return false
}

// getenv looks a variable up in the environment of the processes.
func (a Asker) getenv(name string) string {
	if a.Env == nil {
		return os.Getenv(name)
	}
	for i := len(a.Env) - 1; i >= 0; i-- {
		key, value, _ := strings.Cut(a.Env[i], "=")
		if key == name || (runtime.GOOS == "windows" && strings.EqualFold(key, name)) {
			return value
		}
	}
	return ""
}
