package resolve

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/source"
)

// direct writes what came by URL or path into a lock.
func (k *locker) direct(p *lockfile.Package, pin *Pin) {
	origin := pin.Origin
	switch origin.Kind {
	case source.Repository:
		p.VCS = &lockfile.VCS{Type: origin.System, RequestedRevision: origin.Revision, CommitID: origin.Commit, Subdirectory: origin.Subdirectory}
		if path, ok := strings.CutPrefix(origin.URL, "file://"); ok {
			p.VCS.Path = relativePath(k.lock.Directory, filepath.FromSlash(path))
		} else {
			p.VCS.URL = WithoutSecrets(origin.URL)
		}
	case source.Folder:
		p.Directory = &lockfile.Directory{Path: relativePath(k.lock.Directory, origin.Path), Subdirectory: origin.Subdirectory}
	case source.Archive:
		hashes := map[string]string{}
		maps.Copy(hashes, origin.Hashes)
		hashes["sha256"] = origin.SHA256
		f := index.File{Name: origin.FileName, URL: origin.URL, Path: origin.Path, Size: -1, Hashes: index.DigestsOf(hashes)}
		if info, err := os.Stat(f.Path); err == nil && f.Path != "" {
			f.Size = info.Size()
		}
		p.Archive = k.file(f)
		p.Archive.Name, p.Archive.Subdirectory = "", origin.Subdirectory
	default:
		p.Archive = k.file(pin.File)
		p.Archive.Name = ""
		p.Version = pin.Version
	}
}

// lockedDirect is what a lock has for a project that no index was asked for.
type lockedDirect struct {
	url  string // as a requirement has it
	file index.File
	// revision is what was asked for when a repository was locked.
	revision string
}

// lockedDirect reads a package's place.
func (r *replay) lockedDirect(p *lockfile.Package) (lockedDirect, error) {
	switch {
	case p.VCS != nil:
		repository := p.VCS.URL
		if p.VCS.Path != "" {
			repository = r.fileURL(p.VCS.Path)
		}
		address := p.VCS.Type + "+" + repository + "@" + p.VCS.CommitID
		return lockedDirect{url: address + fragment(p.VCS.Subdirectory, nil), revision: p.VCS.RequestedRevision}, nil
	case p.Directory != nil:
		return lockedDirect{url: r.fileURL(p.Directory.Path) + fragment(p.Directory.Subdirectory, nil)}, nil
	}
	f, err := r.file(p.Archive)
	return lockedDirect{url: f.URL + fragment(p.Archive.Subdirectory, p.Archive.Hashes), file: f}, err
}

// fileURL makes a URL of a path in the lock.
func (r *replay) fileURL(path string) string {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.Directory, path)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// fragment says which part of an archive or tree is the project, and which digests
// a file has.
func fragment(subdirectory string, hashes map[string]string) string {
	var parts []string
	for _, algorithm := range slices.Sorted(maps.Keys(hashes)) {
		if slices.Contains([]string{"sha256", "sha384", "sha512"}, algorithm) {
			parts = append(parts, algorithm+"="+hashes[algorithm])
		}
	}
	if subdirectory != "" {
		parts = append(parts, "subdirectory="+url.PathEscape(subdirectory))
	}
	if len(parts) == 0 {
		return ""
	}
	return "#" + strings.Join(parts, "&")
}

// reference brings here what a direct reference leads to: what the lock says, where
// one is replayed, whatever the requirement's URL is.
func (p *provider) reference(ctx context.Context, name string, requirement pep508.Requirement) (pick, error) {
	locked, ok := p.directs[name]
	if !ok {
		return p.options.reference(ctx, requirement, p.hashes[name], p.on)
	}
	requirement.URL = locked.url
	chosen, err := p.options.reference(ctx, requirement, nil, p.on)
	if err != nil || chosen.origin == nil {
		return chosen, err
	}
	if chosen.wheel != nil {
		chosen.file.Size, chosen.file.Hashes = locked.file.Size, locked.file.Hashes
	}
	if chosen.origin.Kind == source.Repository { // it is called as when it was locked
		origin, file := *chosen.origin, *chosen.file
		origin.Revision = locked.revision
		shown := origin.String()
		file.Name, file.URL, file.Index, origin.build.Name = shown, shown, shown, shown
		chosen.origin, chosen.file = &origin, &file
	}
	return chosen, nil
}

// rewired makes requirements on what a lock has by URL ask for that URL.
func (r *resolver) rewired(requirements []pep508.Requirement) []pep508.Requirement {
	if !r.rewire || len(r.directs) == 0 {
		return requirements
	}
	changed := slices.Clone(requirements)
	for i := range changed {
		if locked, ok := r.directs[pep508.NormalizeName(changed[i].Name)]; ok {
			changed[i].URL = locked.url
		}
	}
	return changed
}

// fits says why a wheel that a lock has by URL is not for the target, "" if it is.
func (r *replay) fits(locked lockedDirect) string {
	wheel, err := dist.ParseWheelName(locked.file.Name)
	if err != nil {
		return "" // it is built
	}
	if _, ok := r.on.Tags.Best(wheel.Tags); !ok {
		return fmt.Sprintf("there is only %s", locked.file.Name)
	}
	return ""
}
