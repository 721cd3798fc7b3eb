package target

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/tag"
)

// asPEX is what PEX writes, shortened.
const asPEX = `{"path": "/usr/bin/python3.12",
 "marker_environment": {"implementation_name": "cpython", "implementation_version": "3.12.1", "os_name": "posix", "platform_machine": "x86_64",
  "platform_python_implementation": "CPython", "platform_release": null, "platform_system": "Linux", "platform_version": null,
  "python_full_version": "3.12.1", "python_version": "3.12", "sys_platform": "linux"},
 "compatible_tags": ["cp312-cp312-manylinux_2_39_x86_64", "cp312-cp312-linux_x86_64", "cp312-none-any", "py312.py3-none-any"]}`

func TestFromCompletePlatform(t *testing.T) {
	t.Parallel()
	got, err := FromCompletePlatform(strings.NewReader(asPEX))
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "cp312-manylinux_2_39_x86_64" || got.Python.String() != "3.12.1" || got.Environment.SysPlatform != "linux" || got.Environment.PlatformRelease != "" {
		t.Errorf("FromCompletePlatform = %+v", got)
	}
	wheel, err := tag.Parse("py2.py3-none-any")
	if err != nil {
		t.Fatal(err)
	}
	if rank, ok := got.Tags.Best(wheel); !ok || rank != 4 {
		t.Errorf("py2.py3-none-any ranks %d, %v, want 4", rank, ok)
	}
}

func TestFromCompletePlatformRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"", "EOF"},
		{"[]", "cannot unmarshal"},
		{"{}", "has no python_full_version"},
		{`{"marker_environment": {"python_version": "three"}, "compatible_tags": ["py3-none-any"]}`, "reading the version of Python"},
		{`{"marker_environment": {"python_version": "3.12"}}`, "compatible_tags is empty"},
		{`{"marker_environment": {"python_version": "3.12"}, "compatible_tags": ["py3"]}`, `invalid tag "py3"`},
		{`{"marker_environment": {"python_version": "` + strings.Repeat("3", maxCompletePlatform), "it is larger than"},
	} {
		_, err := FromCompletePlatform(strings.NewReader(test.text))
		if err == nil || !strings.HasPrefix(err.Error(), "reading complete platform: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("FromCompletePlatform(%.60q): %.200v, want %q", test.text, err, test.want)
		}
	}
}

// TestCompletePlatform holds that a target written and read again is the same,
// its name included.
func TestCompletePlatform(t *testing.T) {
	t.Parallel()
	for _, python := range Pythons() {
		for _, platform := range (Defaults{}).Platforms() {
			first, err := Parse(python.Name + "-" + platform.Name)
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(first.CompletePlatform())
			if err != nil {
				t.Fatal(err)
			}
			again, err := FromCompletePlatform(bytes.NewReader(text))
			if err != nil {
				t.Errorf("%s: %v", first.Name, err)
				continue
			}
			if again.Name != first.Name || again.Environment != first.Environment || !again.Python.Equal(first.Python) || !slices.Equal(again.Tags.Tags(), first.Tags.Tags()) {
				t.Errorf("%s came back as %s, or with other tags or variables", first.Name, again.Name)
			}
		}
	}
}
