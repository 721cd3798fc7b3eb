package bundle

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/pyproject"
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/resolve/transport"
)

// read is what the command line and the requirements files ask for together.
type read struct {
	roots         []resolve.Root
	constraints   []resolve.Root
	overrides     []pep508.Requirement
	indexes       Indexes
	prereleases   bool
	requireHashes bool
	builds        Builds
	entries       []reqfile.Entry
	folders       []string
	project       string // the path of the folder whose commands are offered, "" for none
	script        *pyproject.Script
	scriptName    string
	standalone    bool // no requirements file says where the application lies
	notes         []string
}

// commandLine is the name under which arguments are read.
const commandLine = "the command line"

// read reads all requirements.
func (s *session) read(ctx context.Context, in *Inputs) (*read, error) {
	r := &read{indexes: in.Indexes, prereleases: in.Prereleases, requireHashes: in.RequireHashes, notes: slices.Clone(s.notes)}
	options := in.Builds.options()
	for _, text := range in.Requirements {
		entry, err := s.argument(ctx, text, options)
		if err != nil {
			return nil, err
		}
		r.add(entry, "")
	}
	if err := s.readProject(ctx, r, in, options); err != nil {
		return nil, err
	}
	type source struct {
		name       string
		constraint bool
	}
	var sources []source
	for _, name := range in.RequirementFiles {
		sources = append(sources, source{name, false})
	}
	for _, name := range in.ConstraintFiles {
		sources = append(sources, source{name, true})
	}
	for _, source := range sources {
		file, err := reqfile.Read(ctx, source.name, s.readOptions(in.Indexes, options, source.constraint))
		if err != nil {
			return nil, err
		}
		options = file.Options
		for _, warning := range file.Warnings {
			r.notes = append(r.notes, warning.String())
		}
		for _, entry := range file.Entries {
			r.add(entry, entry.Where.String())
		}
		if !source.constraint && !strings.Contains(source.name, "://") {
			folder := filepath.Dir(s.surroundings.path(source.name))
			r.folders = append(r.folders, folder, filepath.Join(folder, "src"))
		}
	}
	if r.standalone = len(r.folders) == 0; r.standalone {
		r.folders = []string{s.surroundings.Directory, filepath.Join(s.surroundings.Directory, "src")}
	}
	r.merge(options)
	r.builds = in.Builds.merge(options)
	r.builds.configure(r.entries)
	r.requireHashes = r.requireHashes || reqfile.HashMode(r.entries, options)
	for _, text := range in.Overrides {
		override, err := pep508.ParseRequirement(text)
		if err != nil {
			return nil, &ArgumentError{Err: err}
		}
		r.overrides = append(r.overrides, override)
	}
	for _, name := range in.Exclusions {
		if !pep508.IsName(name) {
			return nil, &ArgumentError{Err: fmt.Errorf("%q is not a project's name", name), Hint: "name a project alone, as in --exclude NAME"}
		}
	}
	return r, nil
}

func (s *session) readOptions(where Indexes, options reqfile.Options, constraint bool) reqfile.ReadOptions {
	return reqfile.ReadOptions{
		Open: func(ctx context.Context, name string) (io.ReadCloser, error) {
			if strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://") {
				return s.openURL(ctx, where, name)
			}
			return os.Open(s.surroundings.path(name))
		},
		Getenv:     s.surroundings.Getenv,
		Folder:     s.surroundings.Directory,
		Constraint: constraint,
		Options:    options,
	}
}

// openURL opens a requirements file on a server.
func (s *session) openURL(ctx context.Context, where Indexes, address string) (io.ReadCloser, error) {
	client, err := s.network(where)
	if err != nil {
		return nil, err
	}
	answer, err := client.Get(ctx, transport.Request{URL: address})
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// add files an entry under roots or constraints.
func (r *read) add(entry reqfile.Entry, from string) {
	r.entries = append(r.entries, entry)
	root := resolve.Root{Requirement: entry.Requirement, From: from, Hashes: entry.Hashes}
	if url := root.Requirement.URL; url != "" && len(entry.URLHashes) > 0 && !strings.Contains(url, "#") {
		root.Requirement.URL += "#" + strings.ReplaceAll(entry.URLHashes[0], ":", "=")
	}
	if entry.Constraint {
		r.constraints = append(r.constraints, root)
	} else {
		r.roots = append(r.roots, root)
	}
}

// merge adds what option lines say; the command line wins where only one can.
func (r *read) merge(o reqfile.Options) {
	if r.indexes.IndexURL == "" {
		r.indexes.IndexURL = o.IndexURL
	}
	r.indexes.ExtraIndexURLs = append(slices.Clone(r.indexes.ExtraIndexURLs), o.ExtraIndexURLs...)
	r.indexes.FindLinks = append(slices.Clone(r.indexes.FindLinks), o.FindLinks...)
	r.indexes.TrustedHosts = append(slices.Clone(r.indexes.TrustedHosts), o.TrustedHosts...)
	r.indexes.NoIndex = r.indexes.NoIndex || o.NoIndex
	r.prereleases = r.prereleases || o.Pre
}
