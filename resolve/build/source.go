package build

import (
	"context"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// A Source is what a wheel is built from. Name, and one of Archive and Tree, must
// be set.
type Source struct {
	// Name is what messages call it: a file name, a path, a URL without secrets.
	Name string
	// Archive is the path of a source distribution or another source archive.
	Archive string
	// Tree is the path of a folder. The backend works right in it, and may leave
	// files there.
	Tree string
	// Subdirectory is the project's folder below Archive's top or Tree, with
	// slashes; "" is that itself.
	Subdirectory string
	// Digest tells the source's bytes from all others: a sha256, a commit. What
	// is built of a source without one is not kept for later runs. It must not
	// be empty for an Archive.
	Digest string

	// Reference is the URL that it was required by, "" for what an index has.
	Reference string

	// Project is the normalised name that the result must have, and Version its
	// version; "" and the zero version are any.
	Project string
	Version pep440.Version

	// named says that Name is a file name of an index, which has to agree with
	// what is built.
	named bool
}

// key is equal for sources that are the same.
func (s *Source) key() string {
	if s.Digest != "" {
		return s.Digest + " " + s.Subdirectory
	}
	return s.Tree + " " + s.Subdirectory
}

// project is the project's name as far as it is known without a look inside.
func (s *Source) project() string {
	if s.Project == "" && s.named {
		if name, err := dist.ParseSdistName(s.Name); err == nil {
			return name.Name
		}
	}
	return s.Project
}

// check compares what the source came to with what was asked for.
func (s *Source) check(m dist.Metadata) error {
	name := pep508.NormalizeName(m.Name)
	if s.Project != "" && s.Project != name {
		return &MismatchError{Source: s.Name, What: "name", Want: s.Project, Got: name}
	}
	if !s.Version.IsZero() && !s.Version.Equal(m.Version) {
		return &MismatchError{Source: s.Name, What: "version", Want: s.Version.String(), Got: m.Version.String()}
	}
	if !s.named {
		return nil
	}
	// Of an older name only the project tells where the version begins.
	said, err := dist.ParseSdistNameFor(s.Name, name)
	if err != nil {
		want := s.project()
		if want == "" {
			want = "that of the file"
		}
		return &MismatchError{Source: s.Name, What: "name", Want: want, Got: name}
	}
	if !said.Version.Equal(m.Version) {
		return &MismatchError{Source: s.Name, What: "version", Want: said.Version.String(), Got: m.Version.String()}
	}
	return nil
}

// sdist brings a source distribution of an index here.
func (b *Builder) sdist(ctx context.Context, file index.File) (Source, error) {
	var want []string
	if b.options.Hashes != nil {
		want = b.options.Hashes(file)
	}
	fetched, err := b.options.Fetcher.Wheel(ctx, file, want, nil)
	if err != nil {
		return Source{}, err
	}
	return Source{Name: file.Name, Archive: fetched.Path, Digest: fetched.SHA256, named: true}, nil
}
