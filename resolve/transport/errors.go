package transport

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// StatusError is an answer whose status is no success.
type StatusError struct {
	URL        string // what was asked for, without secrets
	Code       int
	Tries      int           // how often it was asked for; 0 is unknown
	RetryAfter time.Duration // what the server asked to wait, 0 if nothing
	// Authorized says that the request had credentials, which were not enough.
	Authorized bool
	// Credentials is why the user's sources of credentials could not be asked
	// after a refusal; nil when they could.
	Credentials error
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("%s answered %d", e.URL, e.Code)
	if name := http.StatusText(e.Code); name != "" {
		text += " " + name
	}
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(" and asks to wait %s", e.RetryAfter)
	}
	text += tries(e.Tries)
	if e.Credentials != nil {
		text += fmt.Sprintf(" (looking for credentials: %v)", e.Credentials)
	}
	return text
}

// Unwrap returns Credentials.
func (e *StatusError) Unwrap() error { return e.Credentials }

// ConnectionError is a request without an answer, or an answer that broke off.
type ConnectionError struct {
	URL   string // without secrets
	Tries int    // 0 is unknown
	Err   error
}

func (e *ConnectionError) Error() string {
	return fmt.Sprintf("reading %s: %v%s", e.URL, e.Err, tries(e.Tries))
}

// Unwrap returns the cause.
func (e *ConnectionError) Unwrap() error { return e.Err }

func tries(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" (tried %d times)", n)
}

// OfflineError says that something would have to be fetched while offline.
type OfflineError struct{ URL string }

func (e *OfflineError) Error() string {
	return e.URL + " is not in the cache, and the network is not to be used"
}

// SizeError says that an answer is larger than its reader takes.
type SizeError struct {
	URL   string
	Limit int64 // in bytes
}

func (e *SizeError) Error() string {
	return e.URL + " is larger than " + strconv.FormatInt(e.Limit, 10) + " bytes"
}

// PagesError says that all pages together are larger than what may be held.
type PagesError struct {
	Limit int64 // in bytes
}

func (e *PagesError) Error() string {
	return "the pages of the indexes are larger than " + strconv.FormatInt(e.Limit, 10) + " bytes together"
}

// ProxyError is a proxy that can't be used; a ConnectionError holds it.
type ProxyError struct {
	Proxy string // its URL without secrets; "" when there is none to show
	Code  int    // the status that it answered a request for a tunnel with, 0 for none
	Err   error  // nil when there is a status
}

func (e *ProxyError) Error() string {
	name := "the proxy"
	if e.Proxy != "" {
		name += " " + e.Proxy
	}
	if e.Code != 0 {
		return fmt.Sprintf("%s answered %d %s", name, e.Code, http.StatusText(e.Code))
	}
	return fmt.Sprintf("%s: %v", name, e.Err)
}

// Unwrap returns the cause.
func (e *ProxyError) Unwrap() error { return e.Err }

// URLError says that a URL can't be fetched from.
type URLError struct {
	URL    string // without secrets
	Reason string
	// Password says that what should be a password, or the name of a user, has
	// characters in it that must be encoded.
	Password bool
}

func (e *URLError) Error() string { return fmt.Sprintf("%q %s", e.URL, e.Reason) }

// ProtocolError says that a server broke the rules of HTTP.
type ProtocolError struct {
	URL    string
	Reason string
}

func (e *ProtocolError) Error() string { return fmt.Sprintf("%s %s", e.URL, e.Reason) }

// CertificateError says that a file holds no certificates that can be used.
type CertificateError struct {
	File   string
	Client bool // it should hold the client's own certificate and key, not authorities
	Err    error
}

func (e *CertificateError) Error() string {
	if e.Client {
		return fmt.Sprintf("reading the client certificate %s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("reading certificates of %s: %v", e.File, e.Err)
}

// Unwrap returns the cause.
func (e *CertificateError) Unwrap() error { return e.Err }
