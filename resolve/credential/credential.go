// Package credential finds users and passwords where people keep them: in a
// netrc file, and in the keyring program.
//
// It is asked after a server refused an anonymous request, by the rules of
// transport.Options.Credentials, and answers for one place at a time. It keeps
// nothing, prints nothing, and no error of it holds what it read.
package credential

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/resolve/transport"
)

// Sources are the places to look in. The zero value knows none.
type Sources struct {
	// Netrc lists the files that may be there; the first one that is counts.
	Netrc []string
	// Keyring is the program of that name, as a path or a name on PATH; "" is none.
	Keyring string
}

// Find answers from netrc, and from the keyring when that knows nothing; nil
// where neither does. Errors: *SyntaxError, and those of opening a netrc file
// that is there. Find is safe for concurrent use.
func (s *Sources) Find(ctx context.Context, r transport.Refusal) (*url.Userinfo, error) {
	for _, path := range s.Netrc {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading netrc: %w", err)
		}
		entries, err := parseNetrc(path, string(text))
		if err != nil {
			return nil, err
		}
		if user := pick(entries, r); user != nil {
			return user, nil
		}
		break
	}
	if s.Keyring == "" {
		return nil, nil
	}
	return s.askKeyring(ctx, r), nil
}

// NetrcFiles lists where a netrc file may be: what NETRC names, else .netrc in
// the home folder, and _netrc, its name on Windows.
func NetrcFiles(getenv func(string) string, home string) []string {
	if named := getenv("NETRC"); named != "" {
		return []string{named}
	}
	if home == "" {
		return nil
	}
	return []string{filepath.Join(home, ".netrc"), filepath.Join(home, "_netrc")}
}

// pick returns the first entry for a host. The default entry is for servers
// that the user named, not for any that a page leads to.
func pick(entries []entry, r transport.Refusal) *url.Userinfo {
	for _, e := range entries {
		switch {
		case e.isDefault && !r.Configured, !e.isDefault && e.machine != r.Host && e.machine != r.HostPort:
			continue
		case r.User != "" && e.login != "" && e.login != r.User:
			continue
		case e.login == "" && r.User == "" && e.password == "":
			continue
		}
		user := e.login
		if user == "" {
			user = r.User
		}
		return url.UserPassword(user, e.password)
	}
	return nil
}
