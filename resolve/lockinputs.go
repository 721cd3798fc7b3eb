package resolve

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// lockInputs says in a lock what it was made of: so that a bundle of the whole lock
// names the same requirements as one without it. What is installed doesn't depend
// on it.
func (o *Options) lockInputs(directory string) map[string]any {
	inputs := map[string]any{}
	put := func(key string, texts []string) {
		if len(texts) == 0 {
			return
		}
		values := make([]any, len(texts))
		for i, text := range texts {
			values[i] = text
		}
		inputs[key] = values
	}
	text := func(q pep508.Requirement) string {
		q.URL = lockedURL(q.URL, directory)
		return q.String()
	}
	texts := func(roots []Root) []string {
		var all []string
		for _, root := range roots {
			all = append(all, text(root.Requirement))
		}
		return all
	}
	var overrides, targets []string
	for _, q := range o.Overrides {
		overrides = append(overrides, text(q))
	}
	for _, on := range o.Targets {
		targets = append(targets, on.Name)
	}
	slices.Sort(targets)
	put("requirements", texts(o.Roots))
	put("constraints", texts(o.Constraints))
	put("overrides", overrides)
	put("exclusions", o.Exclusions)
	put("targets", targets)
	if o.NoDependencies {
		inputs["no-deps"] = true
	}
	switch o.Mode {
	case solve.Lowest:
		inputs["resolution"] = "lowest"
	case solve.LowestDirect:
		inputs["resolution"] = "lowest-direct"
	}
	return inputs
}

// LockMode returns the mode in which a lock of ours was resolved.
func LockMode(l *lockfile.Lock) solve.Mode {
	switch l.Tool["gobundle"]["resolution"] {
	case "lowest":
		return solve.Lowest
	case "lowest-direct":
		return solve.LowestDirect
	}
	return solve.Highest
}

// readInputs sets what lockInputs wrote, of the requirements. It is false if the
// lock has nothing of the kind.
func (o *Options) readInputs(l *lockfile.Lock, directory string) bool {
	table := l.Tool["gobundle"]
	ok := l.CreatedBy == "gobundle" && table["requirements"] != nil
	read := func(key string) []pep508.Requirement {
		var all []pep508.Requirement
		values, _ := table[key].([]any)
		for _, value := range values {
			text, _ := value.(string)
			q, err := pep508.ParseRequirement(text)
			ok = ok && err == nil
			q.URL = unlockedURL(q.URL, directory)
			all = append(all, q)
		}
		return all
	}
	roots := func(key string) []Root {
		var all []Root
		for _, q := range read(key) {
			all = append(all, Root{Requirement: q})
		}
		return all
	}
	o.Roots, o.Constraints, o.Overrides = roots("requirements"), roots("constraints"), read("overrides")
	o.Exclusions = nil
	exclusions, _ := table["exclusions"].([]any)
	for _, value := range exclusions {
		name, _ := value.(string)
		o.Exclusions = append(o.Exclusions, name)
	}
	o.NoDependencies, _ = table["no-deps"].(bool)
	return ok
}

// lockedURL is a URL as a lock may have it: no secrets, and a path of this machine
// relative to the lock, as in "file:PATH" and "git+file:PATH@main".
func lockedURL(address, directory string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	system, scheme := "", ""
	if err == nil {
		system, scheme = splitScheme(u.Scheme)
	}
	if scheme != "file" {
		return WithoutSecrets(address)
	}
	locked := system + "file:" + (&url.URL{Path: relativePath(directory, filepath.FromSlash(u.Path))}).EscapedPath()
	if u.Fragment != "" {
		locked += "#" + u.EscapedFragment()
	}
	return locked
}

// splitScheme takes "git+" off "git+file".
func splitScheme(scheme string) (system, carrier string) {
	if i := strings.IndexByte(scheme, '+'); i >= 0 {
		return scheme[:i+1], scheme[i+1:]
	}
	return "", scheme
}

// unlockedURL turns lockedURL round.
func unlockedURL(address, directory string) string {
	scheme, relative, _ := strings.Cut(address, ":")
	system, carrier := splitScheme(scheme)
	if carrier != "file" || strings.HasPrefix(relative, "/") {
		return address
	}
	relative, fragment, _ := strings.Cut(relative, "#")
	path, err := url.PathUnescape(relative)
	if err != nil {
		return address
	}
	u := url.URL{Scheme: system + "file", Path: filepath.ToSlash(filepath.Join(directory, filepath.FromSlash(path)))}
	text := u.String()
	if fragment != "" {
		text += "#" + fragment
	}
	return text
}

// WithoutSecrets takes credentials and the query out of a URL; of what is no URL it
// leaves nothing. The name of a user of SSH is no secret: it is the same for all who
// may read a repository.
func WithoutSecrets(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if u.User != nil && strings.HasSuffix(u.Scheme, "ssh") {
		u.User = url.User(u.User.Username())
	} else {
		u.User = nil
	}
	u.RawQuery, u.ForceQuery = "", false
	return u.String()
}
