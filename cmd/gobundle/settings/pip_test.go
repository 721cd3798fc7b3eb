package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/cmd/gobundle/settings"
)

const pipConf = `# of the company
[global]
index_url = https://index.example/simple/
extra-index-url =
    https://a.example/simple/  https://b.example/simple/
    # between them
    https://c.example/simple/
timeout: 15
no-index = off
nonsense
disable-pip-version-check = 1
[install]
Timeout = 20
cert = ~/ca.pem
[freeze]
timeout = 3
`

func TestPip(t *testing.T) {
	t.Parallel()
	home, root := t.TempDir(), t.TempDir()
	write(t, root, "etc/pip.conf", "[global]\nretries = 4\ntimeout = 1")
	write(t, home, ".config/pip/pip.conf", pipConf)
	write(t, home, "venv/pip.conf", "[global]\nfind-links = ~/wheels /srv/wheels\n")
	write(t, home, "named.conf", "\ufeff[global]\r\n--timeout = 30\r\n")
	user := filepath.Join(home, ".config", "pip", "pip.conf")
	tests := []struct {
		name string
		env  map[string]string
		goos string
		want string
	}{
		{"file", nil, "linux", `cert = HOME/ca.pem (pip's USER, [install])
extra-index-url = https://a.example/simple/, https://b.example/simple/, https://c.example/simple/ (pip's USER, [global])
index-url = https://index.example/simple/ (pip's USER, [global])
no-index = false (pip's USER, [global])
timeout = 20 (pip's USER, [install])`},
		{"the system's", map[string]string{"XDG_CONFIG_HOME": root}, "linux", "timeout = 1 (pip's ROOT/etc/pip.conf, [global])"},
		{"later files", map[string]string{"VIRTUAL_ENV": filepath.Join(home, "venv"), "PIP_CONFIG_FILE": filepath.Join(home, "named.conf"), "XDG_CONFIG_HOME": home}, "linux",
			`find-links = HOME/wheels, /srv/wheels (pip's HOME/venv/pip.conf, [global])
timeout = 30 (pip's HOME/named.conf, [global])`},
		{"variables", map[string]string{"PIP_CONFIG_FILE": os.DevNull, "PIP_INDEX_URL": "https://v.example/", "PIP_DEFAULT_TIMEOUT": "7", "PIP_NO_INDEX": "t", "PIP_TARGET": "x", "PIP_EXTRA_INDEX_URL": "a\nb c"}, "linux",
			`extra-index-url = a, b, c (PIP_EXTRA_INDEX_URL)
index-url = https://v.example/ (PIP_INDEX_URL)
no-index = true (PIP_NO_INDEX)
timeout = 7 (PIP_DEFAULT_TIMEOUT)`},
		{"a variable before a file", map[string]string{"PIP_CONFIG_FILE": filepath.Join(home, "named.conf"), "XDG_CONFIG_HOME": home, "PIP_TIMEOUT": "8"}, "linux", "timeout = 8 (PIP_TIMEOUT)"},
		{"no files", map[string]string{"NOFILES": "1", "PIP_TIMEOUT": "8"}, "linux", "timeout = 8 (PIP_TIMEOUT)"},
		{"Windows", map[string]string{"APPDATA": home}, "windows", ""},
		{"macOS", nil, "darwin", `cert = HOME/ca.pem (pip's USER, [install])
extra-index-url = https://a.example/simple/, https://b.example/simple/, https://c.example/simple/ (pip's USER, [global])
index-url = https://index.example/simple/ (pip's USER, [global])
no-index = false (pip's USER, [global])
timeout = 20 (pip's USER, [install])`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			getenv := func(name string) string { return test.env[name] }
			values, err := settings.OfPip(keys, settings.System{Getenv: getenv, GOOS: test.goos, Home: home, Root: root, NoFiles: test.env["NOFILES"] != ""})
			want := strings.NewReplacer("USER", user, "ROOT", root, "HOME", home).Replace(test.want)
			if got := describe(settings.Merge(nil, "", values)); got != want || err != nil {
				t.Errorf("OfPip gives %v\n%s\nwant\n%s", err, got, want)
			}
		})
	}
}

func FuzzFile(f *testing.F) {
	f.Add(settingsFile)
	f.Add("[bundle]\na.b = {c = [1]}")
	f.Fuzz(func(t *testing.T, text string) {
		folder := t.TempDir()
		write(t, folder, "gobundle.toml", text)
		document, err := settings.Find(folder, known)
		if err != nil {
			return
		}
		for _, bundle := range settings.Merge(document, "").Bundles() {
			for _, key := range settings.Merge(document, bundle).Keys() {
				if v, ok := settings.Merge(document, bundle).Value(key); !ok || v.Level < settings.File {
					t.Errorf("%s of %s is from nowhere", key, bundle)
				}
			}
		}
	})
}
