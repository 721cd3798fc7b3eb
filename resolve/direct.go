package resolve

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/source"
	"github.com/gobundle/gobundle/resolve/target"
)

// A SourceError is a direct reference that leads to nothing that can be used.
type SourceError struct {
	Requirement string // as the user wrote it, secrets taken out
	Reason      string
}

func (e *SourceError) Error() string { return fmt.Sprintf("%s: %s", e.Requirement, e.Reason) }

// reference brings here what a direct reference leads to (PEP 508, PEP 440 "Direct
// references"), as far as it takes to know what that is: a source archive is
// fetched, a repository checked out, a wheel left where it is. Digests in the
// fragment, as in #sha256=..., are checked when a file is read. The name of the
// requirement may be empty: what is behind the URL has one.
func (o *Options) reference(ctx context.Context, requirement pep508.Requirement, hashes []string, on *target.Target) (pick, error) {
	r, err := source.Parse(requirement.URL)
	if err != nil {
		return pick{}, err
	}
	refuse := func(format string, arguments ...any) (pick, error) {
		shown := r.String()
		if requirement.Name != "" {
			shown = requirement.Name + " @ " + shown
		}
		return pick{}, &SourceError{Requirement: shown, Reason: fmt.Sprintf(format, arguments...)}
	}
	origin := &Origin{Reference: r}
	file := &index.File{Name: r.FileName, URL: r.String(), Path: r.Path, Size: -1, Hashes: index.DigestsOf(checkable(r.Hashes)), Index: r.String()}
	if r.Kind == source.Wheel {
		file.URL = r.URL
		return directWheel(origin, file, requirement, on, refuse)
	}
	if o.Builder == nil {
		return refuse("it would have to be built")
	}
	origin.build = build.Source{Name: r.String(), Reference: requirement.URL, Subdirectory: r.Subdirectory, Project: pep508.NormalizeName(requirement.Name)}
	switch r.Kind {
	case source.Repository:
		if o.Repositories == nil {
			return refuse("repositories are not taken here")
		}
		checkout, err := o.Repositories.Checkout(ctx, r)
		if err != nil {
			return pick{}, err
		}
		file.Name, origin.Commit = r.String(), checkout.Commit
		origin.build.Tree, origin.build.Digest = checkout.Folder, checkout.Digest
	case source.Folder:
		info, err := os.Stat(r.Path)
		if err != nil || !info.IsDir() {
			return refuse("there is no such folder, and it does not have the name of a wheel or a source archive")
		}
		file.Name, file.Path = r.String(), ""
		origin.build.Name, origin.build.Tree = r.Path, r.Path
	default:
		announced := *file
		announced.URL = r.URL
		fetched, err := o.Fetcher.Wheel(ctx, announced, hashes, nil)
		if err != nil {
			return pick{}, fmt.Errorf("fetching %s: %w", r.FileName, err)
		}
		origin.SHA256 = fetched.SHA256
		origin.build.Name, origin.build.Archive, origin.build.Digest = r.FileName, fetched.Path, fetched.SHA256
	}
	return pick{file: file, origin: origin}, nil
}

// directWheel is the pick for a reference to a wheel.
func directWheel(origin *Origin, file *index.File, requirement pep508.Requirement, on *target.Target, refuse func(string, ...any) (pick, error)) (pick, error) {
	wheel, err := dist.ParseWheelName(file.Name)
	if err != nil {
		return refuse("%v", err)
	}
	if requirement.Name != "" && wheel.Name != pep508.NormalizeName(requirement.Name) {
		return refuse("%s is a wheel of %s", file.Name, wheel.Name)
	}
	chosen := pick{file: file, wheel: &wheel, origin: origin}
	if _, ok := on.Tags.Best(wheel.Tags); !ok {
		chosen.reason = fmt.Sprintf("a wheel for %s, which does not fit %s", wheel.TagText(), on.Name)
	}
	return chosen, nil
}

// named gives the requirements a name that have only a URL: that which the thing
// behind it gives itself. The order stays.
func (o *Options) named(ctx context.Context, roots []Root) ([]Root, error) {
	named := append([]Root(nil), roots...)
	for i := range named {
		requirement := &named[i].Requirement
		if requirement.Name != "" || requirement.URL == "" {
			continue
		}
		on := o.Targets[0]
		chosen, err := o.reference(ctx, *requirement, named[i].Hashes, on)
		if err != nil {
			return nil, err
		}
		if chosen.wheel != nil {
			requirement.Name = chosen.wheel.Name
			continue
		}
		text, err := o.Builder.SourceMetadata(ctx, chosen.origin.build, on)
		if err != nil {
			return nil, err
		}
		m, err := dist.ParseMetadata(text)
		if err != nil {
			return nil, fmt.Errorf("reading metadata of %s: %w", chosen.file.Name, err)
		}
		requirement.Name = m.Name
	}
	return named, nil
}

// checkable leaves the digests that a file is checked by, and of those the named.
func checkable(hashes map[string]string, algorithms ...string) map[string]string {
	if len(algorithms) == 0 {
		algorithms = []string{"md5", "sha1", "sha256", "sha384", "sha512"}
	}
	kept := map[string]string{}
	for _, algorithm := range algorithms {
		if digest, ok := hashes[algorithm]; ok {
			kept[algorithm] = digest
		}
	}
	return kept
}

// fragmentHashes reads the digests of a URL's fragment that are strong enough for
// hash mode.
func fragmentHashes(address string) map[string]string {
	if _, fragment, ok := strings.Cut(address, "#"); !ok || fragment == "" {
		return nil
	}
	r, err := source.Parse(address)
	if err != nil || r.Kind == source.Repository || r.Kind == source.Folder {
		return nil
	}
	return checkable(r.Hashes, "sha256", "sha384", "sha512")
}
