package transport

import (
	"errors"
	"net/url"
	"strings"
)

// Redact returns a URL as it may be shown and stored: without credentials and
// fragment, and with the values of the query hidden. Text that is no URL comes
// back without what may be credentials.
func Redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" {
		return redactText(raw)
	}
	return redactURL(u)
}

func redactURL(u *url.URL) string {
	shown := *u
	shown.User = nil
	shown.Fragment, shown.RawFragment = "", ""
	if shown.RawQuery != "" {
		shown.RawQuery = "***"
	}
	return shown.String()
}

// redactText drops all between the scheme and the last @, for a password may
// hold any character in a URL that doesn't parse.
func redactText(raw string) string {
	raw, _, _ = strings.Cut(raw, "#")
	raw, _, query := strings.Cut(raw, "?")
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		scheme, rest = "", raw
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 && query {
		return raw
	}
	rest = rest[at+1:]
	if ok {
		return scheme + "://" + rest
	}
	return rest
}

// bareCause takes the URL out of an error of net/url and net/http, which both
// print it whole.
func bareCause(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
