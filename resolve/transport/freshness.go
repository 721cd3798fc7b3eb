package transport

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// directives is a Cache-Control header. Names are lower-case; a directive
// without a value has "".
type directives map[string]string

func cacheControl(header http.Header) directives {
	d := directives{}
	for _, line := range header.Values("Cache-Control") {
		for part := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			d[strings.ToLower(name)] = strings.Trim(value, `"`)
		}
	}
	return d
}

func (d directives) has(name string) bool { _, ok := d[name]; return ok }

// longestLife bounds what a server may ask for, against nonsense.
const longestLife = 365 * 24 * time.Hour

// lifetime returns how long from now an answer may be used without asking again,
// and whether it may be kept at all (RFC 9111 section 4.2, for a private cache
// without heuristics).
func lifetime(header http.Header, now time.Time) (fresh time.Duration, keep bool) {
	control := cacheControl(header)
	if control.has("no-store") {
		return 0, false
	}
	known, keep := vary(header)
	if !keep || !known || control.has("no-cache") {
		return 0, keep
	}
	switch {
	case control.has("max-age"):
		seconds, err := strconv.ParseUint(control["max-age"], 10, 31)
		if err != nil {
			return 0, true
		}
		fresh = time.Duration(seconds) * time.Second
	case header.Get("Expires") != "":
		expires, err := http.ParseTime(header.Get("Expires"))
		if err != nil {
			return 0, true
		}
		sent, err := http.ParseTime(header.Get("Date"))
		if err != nil {
			sent = now
		}
		fresh = expires.Sub(sent)
	}
	if age, err := strconv.ParseUint(header.Get("Age"), 10, 31); err == nil {
		fresh -= time.Duration(age) * time.Second
	}
	return min(max(fresh, 0), longestLife), true
}

// vary reports whether an answer depends only on what is in the cache key or
// never changes, and whether it may be kept at all.
func vary(header http.Header) (known, keep bool) {
	known = true
	for _, line := range header.Values("Vary") {
		for name := range strings.SplitSeq(line, ",") {
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "*":
				return false, false
			case "", "accept", "accept-encoding", "user-agent":
			default:
				known = false
			}
		}
	}
	return known, true
}

// hops is what the redirects on the way to an answer allow a cache.
type hops struct {
	count int
	fresh time.Duration
	never bool // one of them must not be kept
}

func (h *hops) add(response *http.Response, now time.Time) {
	fresh, keep := lifetime(response.Header, now)
	if permanent := response.StatusCode == http.StatusMovedPermanently || response.StatusCode == http.StatusPermanentRedirect; permanent &&
		len(response.Header.Values("Cache-Control")) == 0 && response.Header.Get("Expires") == "" {
		fresh = longestLife
	}
	if h.count == 0 || fresh < h.fresh {
		h.fresh = fresh
	}
	h.never = h.never || !keep
	h.count++
}

// lifetime is that of the answer at the end of the way.
func (h hops) lifetime(header http.Header, now time.Time) (time.Duration, bool) {
	fresh, keep := lifetime(header, now)
	if h.count > 0 {
		fresh = min(fresh, h.fresh)
	}
	return fresh, keep && !h.never
}
