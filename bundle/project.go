package bundle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/pyproject"
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/resolve/source"
)

// A ProjectError says that a folder is no project.
type ProjectError struct {
	Folder string // as the user named it
	Reason string // as the end of a sentence
}

func (e *ProjectError) Error() string { return e.Folder + " " + e.Reason }

// readProject adds what a project, dependency groups and a script require.
func (s *session) readProject(ctx context.Context, r *read, in *Inputs, options reqfile.Options) error {
	r.project = r.onlyFolder()
	if in.Project != "" {
		entry, err := s.project(ctx, in, options)
		if err != nil {
			return err
		}
		r.add(entry, "")
		r.project = entry.Path
	}
	entries, err := s.groups(in)
	if err != nil {
		return err
	}
	if in.Script != "" {
		if r.script, err = s.script(in); err != nil {
			return err
		}
		r.scriptName = in.Script
		if !r.script.Found {
			r.notes = append(r.notes, in.Script+" has no script block that says what it requires (PEP 723)")
		}
		for _, requirement := range r.script.Dependencies {
			entries = append(entries, entryOf(requirement, in.Script))
		}
	}
	for _, entry := range entries {
		r.add(entry, entry.Where.File)
	}
	return nil
}

// onlyFolder returns the path of the only folder that is required until now, "" if
// there is none or more.
func (r *read) onlyFolder() string {
	only := ""
	for _, entry := range r.entries {
		reference, err := source.Parse(entry.Requirement.URL)
		if entry.Kind != reqfile.Local || err != nil || reference.Kind != source.Folder {
			continue
		}
		if only != "" {
			return ""
		}
		only = entry.Path
	}
	return only
}

// project requires the project of Inputs.Project, a folder which extras may follow.
func (s *session) project(ctx context.Context, in *Inputs, options reqfile.Options) (reqfile.Entry, error) {
	folder, extras := splitExtras(in.Project)
	path := s.surroundings.path(folder)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return reqfile.Entry{}, &ProjectError{folder, "does not exist"}
	case err != nil:
		return reqfile.Entry{}, err
	case !info.IsDir():
		return reqfile.Entry{}, &ProjectError{folder, "is not a folder"}
	}
	return s.argument(ctx, path+string(filepath.Separator)+extras, options)
}

// splitExtras takes the extras off "folder[extra]".
func splitExtras(text string) (folder, extras string) {
	if open := strings.LastIndexByte(text, '['); open >= 0 && strings.HasSuffix(text, "]") {
		return text[:open], text[open:]
	}
	return text, ""
}

// groups requires what dependency groups ask for (PEP 735). Each is NAME, of the
// project's pyproject.toml or that of the folder, or PATH:NAME.
func (s *session) groups(in *Inputs) ([]reqfile.Entry, error) {
	folder, _ := splitExtras(in.Project)
	files := map[string]*pyproject.File{}
	var entries []reqfile.Entry
	for _, text := range in.Groups {
		name, group := filepath.Join(folder, pyproject.Name), text
		if at := strings.LastIndexByte(text, ':'); at >= 0 {
			name, group = text[:at], text[at+1:]
		}
		file := files[name]
		if file == nil {
			var err error
			if file, err = s.pyproject(name); err != nil {
				return nil, err
			}
			files[name] = file
		}
		requirements, err := file.Group(group)
		if err != nil {
			return nil, err
		}
		for _, requirement := range requirements {
			entries = append(entries, entryOf(requirement, fmt.Sprintf("group %s of %s", group, name)))
		}
	}
	return entries, nil
}

// pyproject reads a pyproject.toml.
func (s *session) pyproject(name string) (*pyproject.File, error) {
	file, err := os.Open(s.surroundings.path(name))
	if err != nil {
		return nil, &InputError{File: name, Err: bareCause(err)}
	}
	defer file.Close()
	return pyproject.Read(name, file)
}

// An InputError says that a file which the user named can't be read.
type InputError struct {
	File string
	Err  error
}

func (e *InputError) Error() string { return fmt.Sprintf("opening %s: %v", e.File, e.Err) }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// bareCause takes the path out of an error, which stands beside it anyway.
func bareCause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// entryOf is a requirement that stands in a file which is none of pip's.
func entryOf(requirement pep508.Requirement, where string) reqfile.Entry {
	entry := reqfile.Entry{Requirement: requirement, Where: reqfile.Position{File: where}, Text: shownRequirement(requirement)}
	switch {
	case requirement.URL == "":
	case strings.Contains(strings.SplitN(requirement.URL, ":", 2)[0], "+"):
		entry.Kind = reqfile.Repository
	case strings.HasPrefix(requirement.URL, "file:"):
		entry.Kind = reqfile.Local
	default:
		entry.Kind = reqfile.Archive
	}
	return entry
}
