package lockfile

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// RequirementsOptions say how a lock is written as a requirements file.
type RequirementsOptions struct {
	// DefaultIndex is the URL of the index that is looked in if nothing is said.
	DefaultIndex string
	// Directory is the absolute folder that paths of the lock are relative to. Of
	// repositories, and of parts of archives, pip takes no relative ones.
	Directory string
	// NoHashes leaves the digests out.
	NoHashes bool
}

// Requirements returns the lock as a requirements file that pip installs with
// --require-hashes: every distribution in its version or by its URL, with the marker
// of the lock and the digests of the files. Of groups it has the default ones, of
// extras none. Paths are as in the lock; pip takes those of folders of wheels
// relative to the file, and all others relative to the working folder.
//
// pip refuses a file in which not all have digests. The names of distributions that
// can't have any, folders and repositories, are returned as well.
//
// The error is a *pep508.EvaluationError.
func (l *Lock) Requirements(o RequirementsOptions) (text []byte, unhashed []string, err error) {
	narrowed, err := l.Narrow(Wanted{})
	if err != nil {
		return nil, nil, err
	}
	for i := range narrowed.Packages {
		if p := &narrowed.Packages[i]; len(p.digests()) == 0 {
			unhashed = append(unhashed, p.Name)
		}
	}
	option := "--require-hashes "
	if o.NoHashes || len(unhashed) > 0 {
		option = ""
	}
	var b bytes.Buffer
	b.WriteString("# Made by gobundle export. It names all that is needed: pip install --no-deps " + option + "-r FILE\n")
	narrowed.requirementsHead(&b, o.DefaultIndex)
	requiredBy := narrowed.requiredBy()
	for i := range narrowed.Packages {
		p := &narrowed.Packages[i]
		b.WriteString(p.reference(o.Directory))
		if p.Marker != nil {
			b.WriteString(" ; " + p.Marker.String())
		}
		if !o.NoHashes {
			for _, digest := range p.digests() {
				b.WriteString(" \\\n    --hash=" + digest)
			}
		}
		b.WriteByte('\n')
		if by := requiredBy[p.Name]; len(by) > 0 {
			b.WriteString("    # via " + strings.Join(by, ", ") + "\n")
		}
	}
	return b.Bytes(), unhashed, nil
}

// requirementsHead writes what the lock is for, and where its files are.
func (l *Lock) requirementsHead(b *bytes.Buffer, defaultIndex string) {
	if !l.RequiresPython.IsEmpty() && len(l.Environments) == 0 {
		fmt.Fprintf(b, "# For Python %s\n", l.RequiresPython)
	}
	for _, marker := range l.Environments {
		fmt.Fprintf(b, "# For %s\n", marker)
	}
	indexes, folders, remote := l.places()
	i := slices.IndexFunc(indexes, func(index string) bool { return sameIndex(index, defaultIndex) })
	switch {
	case i >= 0:
		indexes = slices.Delete(indexes, i, i+1)
	case len(indexes) > 0:
		b.WriteString("--index-url " + indexes[0] + "\n")
		indexes = indexes[1:]
	case len(folders) > 0 && !remote:
		b.WriteString("--no-index\n")
	}
	for _, index := range indexes {
		b.WriteString("--extra-index-url " + index + "\n")
	}
	for _, folder := range folders {
		b.WriteString("--find-links " + folder + "\n")
	}
	b.WriteByte('\n')
}

// places lists the indexes and the folders that files of releases are in, sorted.
// Remote reports that there are files elsewhere.
func (l *Lock) places() (indexes, folders []string, remote bool) {
	for i := range l.Packages {
		p := &l.Packages[i]
		if p.Index != "" && !slices.Contains(indexes, p.Index) {
			indexes = append(indexes, p.Index)
		}
		files := slices.Clone(p.Wheels)
		if p.Sdist != nil {
			files = append(files, *p.Sdist)
		}
		for j := range files {
			folder := files[j].folder()
			remote = remote || folder == ""
			if folder != "" && !slices.Contains(folders, folder) {
				folders = append(folders, folder)
			}
		}
	}
	slices.Sort(indexes)
	slices.Sort(folders)
	return indexes, folders, remote
}

func sameIndex(a, b string) bool { return strings.TrimRight(a, "/") == strings.TrimRight(b, "/") }

// folder is where on this machine the file lies, "" if it is elsewhere.
func (f *File) folder() string {
	if f.Path != "" {
		return path.Dir(strings.ReplaceAll(f.Path, `\`, "/"))
	}
	address, err := url.Parse(f.URL)
	if err != nil || address.Scheme != "file" {
		return ""
	}
	return (&url.URL{Scheme: "file", Path: path.Dir(address.Path)}).String()
}

// requiredBy lists for each name those that require it, sorted.
func (l *Lock) requiredBy() map[string][]string {
	by := map[string][]string{}
	for i := range l.Packages {
		p := &l.Packages[i]
		for _, dependency := range p.Dependencies {
			name, _ := dependency["name"].(string)
			if name != "" && !slices.Contains(by[name], p.Name) {
				by[name] = append(by[name], p.Name)
			}
		}
	}
	for _, names := range by {
		slices.Sort(names)
	}
	return by
}

// reference is the package as a requirement, without its marker.
func (p *Package) reference(directory string) string {
	switch {
	case p.VCS != nil:
		place := p.VCS.URL
		if p.VCS.Path != "" {
			place = fileURL(directory, p.VCS.Path)
		}
		return p.Name + " @ " + p.VCS.Type + "+" + place + "@" + p.VCS.CommitID + subdirectoryFragment(p.VCS.Subdirectory)
	case p.Directory != nil:
		option := ""
		if p.Directory.Editable && p.Marker == nil { // pip takes no marker with -e
			option = "-e "
		}
		return option + hereOr(path.Join(p.Directory.Path, p.Directory.Subdirectory))
	case p.Archive != nil && p.Archive.Path != "" && p.Archive.Subdirectory == "":
		return hereOr(p.Archive.Path)
	case p.Archive != nil && p.Archive.Path != "":
		return p.Name + " @ " + fileURL(directory, p.Archive.Path) + subdirectoryFragment(p.Archive.Subdirectory)
	case p.Archive != nil:
		return p.Name + " @ " + p.Archive.URL + subdirectoryFragment(p.Archive.Subdirectory)
	case p.Version.IsZero():
		return p.Name
	}
	return p.Name + "==" + p.Version.String()
}

// hereOr is a path as pip knows one: with a dot in front if it is relative.
func hereOr(name string) string {
	if name == "." || path.IsAbs(name) || strings.HasPrefix(name, "../") || strings.HasPrefix(name, "./") {
		return name
	}
	return "./" + name
}

func fileURL(directory, name string) string {
	if !path.IsAbs(name) {
		name = path.Join(directory, name)
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}

func subdirectoryFragment(subdirectory string) string {
	if subdirectory == "" {
		return ""
	}
	return "#subdirectory=" + url.PathEscape(subdirectory)
}

// digests are those of all files, each as "sha256:HEX": of one file the shortest that
// is strong enough.
func (p *Package) digests() []string {
	files := slices.Clone(p.Wheels)
	for _, f := range []*File{p.Sdist, p.Archive} {
		if f != nil {
			files = append(files, *f)
		}
	}
	digests := slices.Clone(p.Digests)
	for i := range files {
		for _, algorithm := range strong {
			if value := files[i].Hashes[algorithm]; value != "" {
				digests = append(digests, algorithm+":"+value)
				break
			}
		}
	}
	slices.Sort(digests)
	return slices.Compact(digests)
}
