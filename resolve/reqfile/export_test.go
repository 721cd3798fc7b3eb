package reqfile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Files as pip-compile and uv export write them.
func TestReadExports(t *testing.T) {
	t.Parallel()
	hash := func(digit string) string { return " --hash=sha256:" + strings.Repeat(digit, 64) }
	tests := []struct {
		name string
		want []string
	}{
		{"pip-compile.txt", []string{
			"10: -e file:///src/app",
			"12: asgiref==3.8.1" + hash("1") + hash("2"),
			`18: colours==0.4.6; sys_platform == "win32"` + hash("3"),
			"21: web-frame[async,db]==5.1" + hash("4"),
		}},
		{"uv-export.txt", []string{
			"3: -e file://DIR", "4: file://DIR/libs/shared",
			"6: anyio==4.4.0" + hash("5") + hash("6"),
			`10: exceptiongroup-like==1.2.2; python_full_version < "3.11"` + hash("7"),
			"13: pinned @ git+https://git.example/pinned@0123456789abcdef0123456789abcdef01234567",
			"15: wheel-by-url @ https://files.example/wheel_by_url-1.0-py3-none-any.whl" + hash("8"),
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata", test.name))
			if err != nil {
				t.Fatal(err)
			}
			o := folder(t, map[string]string{test.name: string(text), "pyproject.toml": "", "libs/shared/pyproject.toml": ""})
			file, err := Read(t.Context(), test.name, o)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(file.Entries, o); !slices.Equal(got, test.want) {
				t.Errorf("Read(%s) =\n%s\nwant\n%s", test.name, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			if len(file.Warnings) > 0 {
				t.Errorf("warnings %q, want none", file.Warnings)
			}
			if !HashMode(file.Entries, file.Options) {
				t.Error("HashMode is false")
			}
		})
	}
}
