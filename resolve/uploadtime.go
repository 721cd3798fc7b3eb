package resolve

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// A CutoffError says that a text names no time.
type CutoffError struct{ Text string }

func (e *CutoffError) Error() string { return fmt.Sprintf("%q is no date, time or duration", e.Text) }

// ParseCutoff reads the time from which on nothing counts that is uploaded: a time
// (RFC 3339), a date, which counts as a whole, in UTC, or how long ago it is, as
// "24h", "7 days", "2w" or, as ISO 8601 has it, "P7D". The error is a *CutoffError.
func ParseCutoff(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.AddDate(0, 0, 1), nil
	}
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return at.UTC(), nil
	}
	age, ok := parseAge(text)
	if !ok {
		return time.Time{}, &CutoffError{Text: text}
	}
	return now.UTC().Add(-age), nil
}

var (
	friendlyAge = lazyregexp.New(`^(\d{1,6}) ?([a-z]+)$`)
	standardAge = lazyregexp.New(`^P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$`)
)

const day = 24 * time.Hour

// parseAge reads a duration of weeks and less: months are of no one length.
func parseAge(text string) (time.Duration, bool) {
	if m := friendlyAge().FindStringSubmatch(strings.ToLower(text)); m != nil {
		units := map[string]time.Duration{
			"w": 7 * day, "week": 7 * day, "weeks": 7 * day, "d": day, "day": day, "days": day,
			"h": time.Hour, "hour": time.Hour, "hours": time.Hour, "m": time.Minute, "minute": time.Minute, "minutes": time.Minute,
			"s": time.Second, "second": time.Second, "seconds": time.Second,
		}
		return times(m[1], units[m[2]])
	}
	m := standardAge().FindStringSubmatch(strings.ToUpper(text))
	if m == nil {
		return 0, false
	}
	age, some := time.Duration(0), false
	for i, unit := range []time.Duration{7 * day, day, time.Hour, time.Minute, time.Second} {
		if m[i+1] != "" {
			part, ok := times(m[i+1], unit)
			if !ok {
				return 0, false
			}
			age, some = age+part, true
		}
	}
	return age, some
}

// times multiplies a unit. What is longer than fifty years is nobody's wish.
func times(digits string, unit time.Duration) (time.Duration, bool) {
	count, err := strconv.Atoi(digits)
	if err != nil || unit <= 0 || count > int(50*365*day/unit) {
		return 0, false
	}
	return time.Duration(count) * unit, true
}
