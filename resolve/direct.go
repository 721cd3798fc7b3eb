package resolve

import (
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/resolve/transport"
)

// A SourceError is a requirement on something that is not a wheel.
type SourceError struct {
	Requirement string // as the user wrote it, secrets taken out
	Reason      string
}

func (e *SourceError) Error() string { return fmt.Sprintf("%s: %s", e.Requirement, e.Reason) }

// directFile makes an index file out of a direct reference (PEP 508, PEP 440
// "Direct references"). The URL must be http, https or file and name a wheel.
// Digests in the fragment, as in #sha256=..., are checked when the file is read.
func directFile(requirement pep508.Requirement, on *target.Target) (pick, error) {
	refuse := func(format string, arguments ...any) (pick, error) {
		return pick{}, &SourceError{Requirement: requirement.Name + " @ " + transport.Redact(requirement.URL), Reason: fmt.Sprintf(format, arguments...)}
	}
	u, err := url.Parse(requirement.URL)
	if err != nil {
		return refuse("this is not a URL")
	}
	file := &index.File{Name: path.Base(u.Path), Size: -1, Hashes: fragmentHashes(u.Fragment), Index: transport.Redact(requirement.URL)}
	switch u.Scheme {
	case "http", "https":
		bare := *u
		bare.Fragment = ""
		file.URL = bare.String()
	case "file":
		file.Path = filepath.FromSlash(u.Path)
		file.URL = (&url.URL{Scheme: "file", Path: u.Path}).String()
	default:
		return refuse("gobundle takes wheels by http, https and file URLs, not by %s", u.Scheme)
	}
	wheel, err := dist.ParseWheelName(file.Name)
	if err != nil {
		return refuse("%s is not a wheel, and gobundle does not build from source", file.Name)
	}
	if wheel.Name != pep508.NormalizeName(requirement.Name) {
		return refuse("%s is a wheel of %s", file.Name, wheel.Name)
	}
	chosen := pick{file: file, wheel: &wheel}
	if _, ok := on.Tags.Best(wheel.Tags); !ok {
		chosen.reason = fmt.Sprintf("a wheel for %s, which does not fit %s", wheel.TagText(), on.Name)
	}
	return chosen, nil
}

// fragmentHashes reads the digests of a URL fragment: "sha256=..." with other
// "key=value" parts beside it, joined by "&".
func fragmentHashes(fragment string) map[string]string {
	hashes := map[string]string{}
	for part := range strings.SplitSeq(fragment, "&") {
		algorithm, digest, ok := strings.Cut(part, "=")
		if ok && (algorithm == "sha256" || algorithm == "sha384" || algorithm == "sha512") {
			hashes[algorithm] = digest
		}
	}
	return hashes
}
