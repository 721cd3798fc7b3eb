package reqfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// A span is a part of a line.
type span struct {
	text string
	at   int
}

func (s span) fault(format string, args ...any) *fault {
	return &fault{s.at, len(s.text), fmt.Sprintf(format, args...)}
}

func (s span) trim() span {
	left := strings.TrimLeftFunc(s.text, isSpace)
	return span{strings.TrimRightFunc(left, isSpace), s.at + len(s.text) - len(left)}
}

// cut splits at the first separator, which belongs to neither part.
func (s span) cut(separator string) (before, after span, found bool) {
	at := strings.Index(s.text, separator)
	if at < 0 {
		return s, span{at: s.at + len(s.text)}, false
	}
	rest := at + len(separator)
	return span{s.text[:at], s.at}, span{s.text[rest:], s.at + rest}, true
}

// requirement reads what stands before the options of a line: a URL, a path
// or a PEP 508 requirement. The warning is "" if there is none.
func (r *reader) requirement(s span) (e Entry, warning string, f *fault) {
	// A semicolon may be part of a URL that stands alone, but not of one
	// after a name: pip looks for the marker before anything else.
	separator := ";"
	if isURL(s.text) {
		separator = "; "
	}
	text, after, _ := s.cut(separator)
	text, after = text.trim(), after.trim()
	var marker *pep508.Marker
	if after.text != "" {
		var err error
		if marker, err = pep508.ParseMarker(after.text); err != nil {
			return Entry{}, "", after.syntaxFault(err)
		}
	}
	switch {
	case isURL(text.text):
		e, f = r.direct(text)
	default:
		local, extras := splitExtras(r.absolute(text.text))
		var path string
		if path, warning, f = r.localPath(local, text); f != nil {
			return Entry{}, "", f
		}
		if path == "" {
			e, f = r.named(text)
			break
		}
		if e, f = r.direct(span{fileURL(path), text.at}); f == nil && extras != "" {
			e.Requirement.Extras, f = parseExtras(span{extras, text.at + len(text.text) - len(extras)})
		}
	}
	if f != nil {
		return Entry{}, "", f
	}
	e.Requirement.Marker = marker
	return e, warning, nil
}

// localPath returns the path if the requirement is one: an existing folder
// whose name looks like a path, or anything that ends like an archive.
func (r *reader) localPath(path string, text span) (_, warning string, _ *fault) {
	looks := looksLikePath(text.text)
	if looks && r.isFolder(path) {
		if !r.isProject(path) {
			return "", "", text.fault("folder %s holds neither pyproject.toml nor setup.py", text.text)
		}
		return path, "", nil
	}
	if !isArchive(path) {
		return "", "", nil
	}
	if info, err := r.Stat(path); err == nil && info.Mode().IsRegular() {
		return path, "", nil
	}
	if strings.Contains(text.text, "://") && !strings.Contains(text.text, "@") {
		return "", "", text.fault("pip knows no such kind of URL")
	}
	if name, _, found := strings.Cut(text.text, "@"); found && !looksLikePath(name) {
		return "", "", nil
	}
	return path, fmt.Sprintf("%s looks like the name of a file, but there is no such file", text.text), nil
}

// looksLikePath reports whether a text can be meant as a path and not as a
// name.
func looksLikePath(text string) bool {
	return strings.ContainsRune(text, os.PathSeparator) || strings.Contains(text, "/") || strings.HasPrefix(text, ".")
}

// direct reads a URL that stands alone. Its name is that of the wheel, or the
// one in its fragment.
func (r *reader) direct(text span) (Entry, *fault) {
	link := text.text
	e, f := r.located(text)
	if f != nil {
		return Entry{}, f
	}
	if base := fileName(link); strings.HasSuffix(base, ".whl") && e.Kind != Repository {
		wheel, err := dist.ParseWheelName(base)
		if err != nil {
			return Entry{}, text.fault("%v", err)
		}
		if !pep508.IsName(wheel.NameText) {
			return Entry{}, text.fault("%q is not a project name", wheel.NameText)
		}
		e.Requirement.Name = wheel.NameText
		return e, nil
	}
	e.Requirement.Name, f = eggName(text)
	return e, f
}

// eggName returns the project name in a URL's fragment, or "".
func eggName(text span) (string, *fault) {
	name, found := egg(text.text)
	if !found {
		return "", nil
	}
	if pep508.IsName(name) {
		return name, nil
	}
	at := strings.Index(text.text, "egg="+name) + len("egg=")
	reason := fmt.Sprintf("egg=%s is not a project name", name)
	if strings.ContainsAny(name, "[<>=") {
		reason += "; write NAME[EXTRA] @ URL, without a version"
	}
	return "", span{name, text.at + at}.fault("%s", reason)
}

// located fills in what a URL alone tells.
func (r *reader) located(text span) (Entry, *fault) {
	link := text.text
	e := Entry{Kind: Archive, URLHashes: fragmentHashes(link)}
	e.Requirement.URL = link
	switch s := scheme(link); {
	case isRepository(s):
		e.Kind = Repository
		return e, nil
	case s == "file":
		path, ok := filePath(link)
		if !ok {
			return Entry{}, text.fault("not the URL of a file on this machine")
		}
		e.Kind, e.Path = Local, r.absolute(path)
		if e.Path == path {
			return e, nil
		}
	case s == "":
		// NAME @ ./path, which pip reads and cannot open.
		if strings.Contains(link, "://") {
			return Entry{}, text.fault("not a URL")
		}
		path, _, _ := strings.Cut(link, "#")
		e.Kind, e.Path = Local, r.absolute(filepath.FromSlash(path))
	default:
		if err := checkURL(link); err != nil {
			return Entry{}, text.fault("not a URL: %v%s", err, unset(link))
		}
		return e, nil
	}
	e.Requirement.URL = fileURL(e.Path)
	if _, fragment, found := strings.Cut(link, "#"); found {
		e.Requirement.URL += "#" + fragment
	}
	return e, nil
}

// named reads a PEP 508 requirement without its marker.
func (r *reader) named(text span) (Entry, *fault) {
	requirement, err := pep508.ParseRequirement(text.text)
	if err != nil {
		f := text.syntaxFault(err)
		f.reason += r.advice(text.text)
		return Entry{}, f
	}
	if requirement.URL == "" {
		return Entry{Requirement: requirement}, nil
	}
	e, f := r.located(span{requirement.URL, text.at + max(0, strings.LastIndex(text.text, requirement.URL))})
	if f != nil {
		return Entry{}, f
	}
	requirement.URL = e.Requirement.URL
	e.Requirement = requirement
	return e, nil
}

// advice is what a requirement that cannot be read was perhaps meant to be.
func (r *reader) advice(text string) string {
	if reason := unset(text); reason != "" {
		return reason
	}
	switch {
	case strings.HasSuffix(text, `\`):
		return "; a backslash joins lines only as the last character of one"
	case strings.Contains(text, "://") && !strings.Contains(text, "@ "):
		return "; pip knows no such kind of URL"
	case looksLikePath(text):
		if _, err := r.Stat(r.absolute(text)); err == nil {
			return fmt.Sprintf("; %s exists, but is no archive; a requirements file is included with -r", text)
		}
		return fmt.Sprintf("; it looks like a path, but there is no %s", text)
	case strings.Contains(text, "=") && !strings.ContainsAny(text, "<>!~") && !strings.Contains(text, "=="):
		return "; = is no operator, == is"
	case strings.Contains(text, "\t-"):
		return "; options must be separated by a space, not by a tab"
	}
	return ""
}

// unset names the variable that was not replaced.
func unset(text string) string {
	if found := variable().FindString(text); found != "" {
		return fmt.Sprintf("; %s is not set", found)
	}
	return ""
}

// parseExtras reads extras in brackets.
func parseExtras(text span) ([]string, *fault) {
	const name = "name"
	requirement, err := pep508.ParseRequirement(name + text.text)
	if err != nil {
		return nil, span{name + text.text, text.at - len(name)}.syntaxFault(err)
	}
	return requirement.Extras, nil
}

// syntaxFault places the error of reading the span.
func (s span) syntaxFault(err error) *fault {
	var syntax *pep508.SyntaxError
	if errors.As(err, &syntax) {
		return &fault{s.at + syntax.Offset, syntax.Length, syntax.Reason}
	}
	return s.fault("%v", err)
}
