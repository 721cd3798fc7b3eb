package reqfile

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"
)

// include reads the file that an -r or -c option names.
func (r *reader) include(ctx context.Context, s *source, l *line, option setting) error {
	fail := func(format string, args ...any) error {
		return s.syntaxError(l, option.fault(format, args...))
	}
	next := &source{constraint: option.name == "constraint"}
	var err error
	if next.name, next.shown, err = r.resolve(s, option.value); err != nil {
		return fail("%v", err)
	}
	if base := path.Base(filepath.ToSlash(next.name)); isLock(base) {
		return fail("%s is a lock, not a requirements file", base)
	}
	for i, open := range r.stack {
		if open.name == next.name {
			e := &CycleError{Where: s.position(l)}
			for _, member := range append(r.stack[i:], next) {
				e.Chain = append(e.Chain, member.shown)
			}
			return e
		}
	}
	if r.count++; len(r.stack) >= maxDepth || r.count >= maxFiles {
		return fail("too many files: at most %d may include each other, and %d be included in all", maxDepth, maxFiles)
	}
	return r.read(ctx, next, s.position(l))
}

// resolve returns the complete name of an included file and how the user would
// name it. Names in a file that has a URL are relative to that URL, even if it
// is a file URL; paths are relative to the folder of the including file.
func (r *reader) resolve(s *source, value string) (name, shown string, err error) {
	within := scheme(s.name)
	target := scheme(value)
	switch {
	case within == "http" || within == "https" || within == "file":
		base, err := url.Parse(s.name)
		if err != nil {
			return "", "", fmt.Errorf("not a URL: %s", mask(s.name))
		}
		reference, err := url.Parse(value)
		if err != nil {
			return "", "", fmt.Errorf("not a URL: %s", mask(value))
		}
		name = base.ResolveReference(reference).String()
		return name, mask(name), nil
	case target == "http" || target == "https" || target == "file":
		return r.complete(value), mask(value), nil
	case filepath.IsAbs(value):
		return filepath.Clean(value), value, nil
	default:
		return filepath.Join(filepath.Dir(s.name), value), filepath.Join(filepath.Dir(s.shown), value), nil
	}
}

// isLock reports whether a file has one of the names of PEP 751.
func isLock(base string) bool {
	inner, found := strings.CutPrefix(base, "pylock.")
	if base == "pylock.toml" {
		return true
	}
	name, toml := strings.CutSuffix(inner, ".toml")
	return found && toml && name != "" && !strings.Contains(name, ".")
}
