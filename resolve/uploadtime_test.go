package resolve_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/solve"
)

func TestParseCutoff(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-01-31":                "2026-02-01T00:00:00Z",
		"2026-01-31T10:00:00Z":      "2026-01-31T10:00:00Z",
		"2026-01-31t10:00:00+02:00": "2026-01-31T08:00:00Z",
		"7d":                        "2026-03-08T12:00:00Z",
		"7 days":                    "2026-03-08T12:00:00Z",
		"1 week":                    "2026-03-08T12:00:00Z",
		"36h":                       "2026-03-14T00:00:00Z",
		"90m":                       "2026-03-15T10:30:00Z",
		"P7D":                       "2026-03-08T12:00:00Z",
		"p1wt12h30m":                "2026-03-07T23:30:00Z",
		"":                          "", "P": "", "PT": "", "7": "", "7 months": "", "yesterday": "", "2026-02-30": "", "-7d": "", "9999999d": "", "999999w": "", "P999999W": "",
	} {
		got, err := resolve.ParseCutoff(text, now)
		var cutoff *resolve.CutoffError
		if want == "" {
			if !errors.As(err, &cutoff) {
				t.Errorf("ParseCutoff(%q) = %v, %v, want a *CutoffError", text, got, err)
			}
			continue
		}
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("ParseCutoff(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
}

// What was uploaded at the time or later doesn't count, nor what nobody knows the
// time of.
func TestUploadedBefore(t *testing.T) {
	t.Parallel()
	at := func(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }
	server := indextest.New(t)
	server.Add(
		indextest.Dist{Name: "a", Version: "1", UploadTime: at(1)},
		indextest.Dist{Name: "a", Version: "2", UploadTime: at(10)},
		indextest.Dist{Name: "a", Version: "3", UploadTime: at(20)},
		indextest.Dist{Name: "b", Version: "1"},
	)
	solved := func(cutoff time.Time, requirement string) (string, error) {
		o := optionsFor(t, server)
		var err error
		o.Index, err = index.New(index.Options{IndexURL: server.URL(), UploadedBefore: cutoff})
		if err != nil {
			t.Fatal(err)
		}
		o.Roots, o.Targets = roots(t, requirement), targets(t, "cp312-win_amd64")
		solution, err := resolve.Resolve(t.Context(), o)
		if err != nil {
			return "", err
		}
		return files(solution.Resolutions[0]), nil
	}
	for cutoff, want := range map[int]string{9: "a-1", 10: "a-1", 11: "a-2", 31: "a-3"} {
		got, err := solved(at(cutoff), "a")
		if err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("before January %d: %s, %v, want %s", cutoff, got, err, want)
		}
	}
	for requirement, want := range map[string]string{
		"a":    "uploaded at 2026-01-01 00:00:00 UTC or later",
		"a==2": "uploaded at 2026-01-01 00:00:00 UTC or later",
		"b":    "without an upload time, which --exclude-newer goes by",
	} {
		got, err := solved(at(1), requirement)
		var conflict *solve.Conflict
		if !errors.As(err, &conflict) || !strings.Contains(err.Error(), want) || !strings.Contains(conflict.Hint(), "--exclude-newer") {
			t.Errorf("%s: %s, %v, hint %q, want a conflict with %q", requirement, got, err, conflict.Hint(), want)
		}
	}
}
