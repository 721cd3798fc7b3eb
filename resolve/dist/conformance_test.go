package dist

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/gobundle/gobundle/resolve/conformance"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/tag"
)

// A nameRow is a call of packaging.utils.parse_wheel_filename or
// parse_sdist_filename with its outcome.
type nameRow struct {
	In  []json.RawMessage
	Out struct {
		OK    bool
		Value []json.RawMessage
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, row := range conformance.Rows[nameRow](t, "testdata", "parse_wheel_filename") {
		row.checkWheel(t)
	}
	for _, row := range conformance.Rows[nameRow](t, "testdata", "parse_sdist_filename") {
		row.checkSdist(t)
	}
}

func (r nameRow) checkWheel(t *testing.T) {
	t.Helper()
	var file, name, version string
	var options struct {
		ValidateOrder bool `json:"validate_order"`
	}
	decode(t, r.In, &file, &options)
	got, err := ParseWheelName(file)
	ok := err == nil && (!options.ValidateOrder || tag.IsSorted(got.TagText()))
	if ok != r.Out.OK {
		t.Errorf("ParseWheelName(%q): %v, want ok %v", file, err, r.Out.OK)
		return
	}
	if !ok {
		return
	}
	var build, tags []any
	decode(t, r.Out.Value, &name, &version, &build, &tags)
	want := WheelName{Name: name, Version: pep440.MustParse(version)}
	if len(build) == 2 {
		want.Build = Build{Number: string(mustJSON(t, build[0])), Text: build[1].(string)}
	}
	if got.Name != want.Name || !got.Version.Equal(want.Version) || got.Build != want.Build {
		t.Errorf("ParseWheelName(%q) = %+v, want %+v", file, got, want)
	}
	var texts []any
	for _, tag := range got.Tags {
		texts = append(texts, tag.String())
	}
	slices.SortFunc(texts, func(a, b any) int { return slices.Compare([]byte(a.(string)), []byte(b.(string))) })
	if !slices.Equal(texts, tags) {
		t.Errorf("ParseWheelName(%q): tags %v, want %v", file, texts, tags)
	}
}

func (r nameRow) checkSdist(t *testing.T) {
	t.Helper()
	var file, name, version string
	decode(t, r.In[:1], &file)
	got, err := ParseSdistName(file)
	if (err == nil) != r.Out.OK {
		t.Errorf("ParseSdistName(%q): %v, want ok %v", file, err, r.Out.OK)
		return
	}
	if err != nil {
		return
	}
	decode(t, r.Out.Value, &name, &version)
	if got.Name != name || got.Version.String() != version {
		t.Errorf("ParseSdistName(%q) = %+v, want %s %s", file, got, name, version)
	}
}

func decode(t *testing.T, from []json.RawMessage, into ...any) {
	t.Helper()
	if len(from) != len(into) {
		t.Fatalf("%d values, want %d", len(from), len(into))
	}
	for i := range into {
		if err := json.Unmarshal(from[i], into[i]); err != nil {
			t.Fatal(err)
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
