package transport

import (
	"net/url"
	"strings"
	"sync"
)

// credentials are what the client knows of users and passwords. Each belongs to
// an origin (scheme, host and port) and goes nowhere else.
type credentials struct {
	mu     sync.RWMutex
	known  []credential
	asking sync.Mutex
	asked  map[string]*url.Userinfo // by origin, what the user's sources said; nil is nothing
}

type credential struct {
	origin string
	path   string
	exact  bool // for this path only, as an index page wrote it into a link
	user   *url.Userinfo
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

// find returns the credentials for a URL, nil for none. Where one host serves
// several indexes the one that shares most of the path decides, as in pip.
func (c *credentials) find(u *url.URL) *url.Userinfo {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.known) == 0 {
		return nil
	}
	var best *url.Userinfo
	bestShared := -1
	at := origin(u)
	for _, k := range c.known {
		if k.origin != at {
			continue
		}
		if k.exact {
			if k.path == u.Path {
				return k.user
			}
			continue
		}
		if shared := sharedSegments(k.path, u.Path); shared > bestShared {
			best, bestShared = k.user, shared
		}
	}
	return best
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

// once asks the user's sources for an origin's credentials, unless they were
// asked before, and remembers what they said. Whoever comes meanwhile waits.
func (c *credentials) once(at string, ask func() (*url.Userinfo, error)) (*url.Userinfo, error) {
	c.asking.Lock()
	defer c.asking.Unlock()
	if user, ok := c.asked[at]; ok {
		return user, nil
	}
	user, err := ask()
	if err != nil {
		return nil, err
	}
	if c.asked == nil {
		c.asked = map[string]*url.Userinfo{}
	}
	c.asked[at] = user
	if user != nil {
		c.mu.Lock()
		c.known = append(c.known, credential{origin: at, user: user})
		c.mu.Unlock()
	}
	return user, nil
}
