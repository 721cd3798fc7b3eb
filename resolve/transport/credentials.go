package transport

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
)

// credentials are what the client knows of users and passwords. Each belongs to
// an origin (scheme, host and port) and goes nowhere else.
type credentials struct {
	mu         sync.RWMutex
	known      []credential
	configured []*url.URL // what Login was told of, without credentials
	asking     sync.Mutex
	asked      map[Refusal]asked
}

type credential struct {
	origin string
	path   string
	exact  bool // for this path only, as an index page wrote it into a link
	user   *url.Userinfo
}

// asked is what the user's sources said to a question; user is nil for nothing.
type asked struct {
	user *url.Userinfo
	err  error
}

// origin is what credentials are bound to.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// configure remembers that the user named this URL.
func (c *credentials) configure(u *url.URL) {
	bare := *u
	bare.User = nil
	c.mu.Lock()
	defer c.mu.Unlock()
	c.configured = append(c.configured, &bare)
}

func (c *credentials) add(u *url.URL, exact bool) {
	if u.User == nil {
		return
	}
	added := credential{origin: origin(u), path: u.Path, exact: exact, user: u.User}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, k := range c.known {
		if k.origin == added.origin && k.path == added.path && k.exact == exact {
			c.known[i] = added
			return
		}
	}
	c.known = append(c.known, added)
}

// found is what the client sends to a URL unasked.
type found struct {
	user *url.Userinfo // nil for nothing
	// complete says that the user is there with a password, for this very URL or
	// for the index that it lies below: there is no better one to ask for.
	complete bool
}

// find returns the credentials for a URL. Where one host serves several indexes
// the one that shares most of the path decides, as in pip.
func (c *credentials) find(u *url.URL) found {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.known) == 0 {
		return found{}
	}
	var best *credential
	bestShared := -1
	at := origin(u)
	for i := range c.known {
		k := &c.known[i]
		if k.origin != at {
			continue
		}
		if k.exact {
			if k.path == u.Path {
				return found{k.user, hasPassword(k.user)}
			}
			continue
		}
		if shared := sharedSegments(k.path, u.Path); shared > bestShared {
			best, bestShared = k, shared
		}
	}
	if best == nil {
		return found{}
	}
	return found{best.user, hasPassword(best.user) && below(best.path, u.Path)}
}

func hasPassword(user *url.Userinfo) bool {
	password, ok := user.Password()
	return ok && password != ""
}

// below reports whether path is the folder's, or in it.
func below(folder, path string) bool {
	folder = strings.TrimRight(folder, "/")
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// refusal says what credentials to ask for after a URL was refused, and whether
// to ask at all; home says that no redirect to another origin led there.
func (c *credentials) refusal(u *url.URL, known found, home bool) (r Refusal, ask bool) {
	r = Refusal{Host: strings.ToLower(u.Hostname()), HostPort: strings.ToLower(u.Host)}
	if known.user != nil && !hasPassword(known.user) {
		r.User = known.user.Username()
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	at, bestShared := origin(u), -1
	for _, index := range c.configured {
		if origin(index) != at {
			continue
		}
		r.Configured = true
		if shared := sharedSegments(index.Path, u.Path); shared > bestShared {
			r.Index, bestShared = index.String(), shared
		}
	}
	return r, r.Configured || home && u.Scheme == "https"
}

// sharedSegments counts the leading path segments that two paths have in common.
func sharedSegments(a, b string) int {
	n := 0
	for {
		first, restA, moreA := strings.Cut(a, "/")
		second, restB, moreB := strings.Cut(b, "/")
		if first != second || !moreA || !moreB {
			return n
		}
		n++
		a, b = restA, restB
	}
}

// once asks the user's sources what to send to a URL, unless they were asked the
// same before, and remembers what they said. Whoever comes meanwhile waits.
func (c *credentials) once(u *url.URL, r Refusal, ask func() (*url.Userinfo, error)) (*url.Userinfo, error) {
	c.asking.Lock()
	defer c.asking.Unlock()
	if before, ok := c.asked[r]; ok {
		return before.user, before.err
	}
	user, err := ask()
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	if c.asked == nil {
		c.asked = map[Refusal]asked{}
	}
	c.asked[r] = asked{user, err}
	if user != nil {
		at := &url.URL{Scheme: u.Scheme, Host: u.Host, User: user}
		if index, err := url.Parse(r.Index); err == nil {
			at.Path = index.Path
		}
		c.add(at, false)
	}
	return user, err
}
