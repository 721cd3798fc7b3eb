package credential

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/transport"
)

func TestNetrc(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, host, user, want string }{
		{"one line", "machine index.example login me password secret", "index.example", "", "me:secret"},
		{"lines", "machine index.example\n  login me\n  password secret\n", "index.example", "", "me:secret"},
		{"Windows lines", "machine index.example\r\nlogin me\r\npassword secret\r\n", "index.example", "", "me:secret"},
		{"another machine", "machine other.example login a password b\nmachine index.example login me password secret", "index.example", "", "me:secret"},
		{"nothing", "machine other.example login a password b", "index.example", "", ""},
		{"upper case", "machine Index.Example login me password secret", "index.example", "", "me:secret"},
		{"quotes", `machine index.example login "my name" password "se cr\"et"`, "index.example", "", `my name:se cr"et`},
		{"empty quotes", `machine index.example login "" password secret`, "index.example", "", ":secret"},
		{"backslash", `machine index.example login me password se\\cr\"et`, "index.example", "", `me:se\cr"et`},
		{"hash in a password", "machine index.example login me password #secret#", "index.example", "", "me:#secret#"},
		{"comments", "# machine index.example login a password b\nmachine index.example # here\n login me #too\n password secret", "index.example", "", "me:secret"},
		{"account", "machine index.example login me account x password secret", "index.example", "", "me:secret"},
		{"user for login", "machine index.example user me password secret", "index.example", "", "me:secret"},
		{"macro", "macdef init\nmachine index.example login a password b\n\nmachine index.example login me password secret", "index.example", "", "me:secret"},
		{"macro at the end", "machine index.example login me password secret\nmacdef init\nput x", "index.example", "", "me:secret"},
		{"the first one", "machine index.example login a password b\nmachine index.example login me password secret", "index.example", "", "a:b"},
		{"the user's", "machine index.example login a password b\nmachine index.example login me password secret", "index.example", "me", "me:secret"},
		{"no such user", "machine index.example login a password b", "index.example", "me", ""},
		{"password only", "machine index.example password secret", "index.example", "me", "me:secret"},
		{"default", "machine other.example login a password b\ndefault login me password secret", "index.example", "", "me:secret"},
		{"default is for named indexes", "default login me password secret", "stranger.example", "", ""},
		{"empty", "", "index.example", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "netrc")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			sources := Sources{Netrc: []string{filepath.Join(t.TempDir(), "absent"), path}}
			user, err := sources.Find(t.Context(), transport.Refusal{Host: test.host, HostPort: test.host, User: test.user, Configured: test.host == "index.example"})
			if got := plain(user); got != test.want || err != nil {
				t.Errorf("Find = %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func plain(user *url.Userinfo) string {
	if user == nil {
		return ""
	}
	password, _ := user.Password()
	return user.Username() + ":" + password
}

func TestNetrcErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		line int
	}{
		{"machine index.example\nlogin me password", 2},
		{"machine", 1},
		{"\n\nlogin sesame", 3},
		{"machine index.example login me password sesame open", 1},
		{"machine index.example login me password \"sesame\n", 1},
		{"machine index.example\npassword \"sesame", 2},
		{"macdef init\nput\n\nsesame", 4},
	} {
		path := filepath.Join(t.TempDir(), "netrc")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		sources := Sources{Netrc: []string{path}}
		_, err := sources.Find(t.Context(), transport.Refusal{Host: "index.example"})
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != test.line || strings.Contains(err.Error(), "sesame") {
			t.Errorf("Find with %q: %v, want an error in line %d without a secret", test.text, err, test.line)
		}
	}
	sources := Sources{Netrc: []string{t.TempDir()}}
	if _, err := sources.Find(t.Context(), transport.Refusal{}); err == nil {
		t.Error("Find with a folder for a file succeeds, want an error")
	}
}

func FuzzNetrc(f *testing.F) {
	f.Add("machine index.example login me password \"se\\\"cret\"\n# x\nmacdef a\nb\n\ndefault login x password y")
	f.Fuzz(func(t *testing.T, text string) {
		entries, err := parseNetrc("netrc", text)
		if err != nil && entries != nil {
			t.Errorf("parseNetrc(%q) gives entries and %v", text, err)
		}
	})
}

func TestNetrcFiles(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	named := func(name string) string { return map[string]string{"NETRC": "/etc/netrc"}[name] }
	if got := NetrcFiles(named, "/home/me"); len(got) != 1 || got[0] != "/etc/netrc" {
		t.Errorf("NetrcFiles with NETRC = %q, want it", got)
	}
	if got := NetrcFiles(none, "/home/me"); len(got) != 2 || got[0] != filepath.Join("/home/me", ".netrc") {
		t.Errorf("NetrcFiles = %q, want that of the home", got)
	}
	if got := NetrcFiles(none, ""); got != nil {
		t.Errorf("NetrcFiles without a home = %q, want none", got)
	}
}

// keyring is a program that knows what the keyring program would.
const keyring = `#!/bin/sh
case "$*" in
"get https://index.example/simple/ me") echo secret ;;
"get files.example:8443 me") echo other ;;
"--mode=creds --output=json get https://index.example/simple/") echo '{"username": "found", "password": "se\u00e9cret"}' ;;
*) echo "sesame" >&2; exit 1 ;;
esac
`

func TestKeyring(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	program := filepath.Join(t.TempDir(), "keyring")
	if err := os.WriteFile(program, []byte(keyring), 0o755); err != nil {
		t.Fatal(err)
	}
	index := transport.Refusal{Index: "https://index.example/simple/", Host: "index.example", HostPort: "index.example"}
	files := transport.Refusal{Host: "files.example", HostPort: "files.example:8443"}
	withUser := func(r transport.Refusal, user string) transport.Refusal { r.User = user; return r }
	tests := []struct {
		name    string
		program string
		refusal transport.Refusal
		want    string
	}{
		{"by index", program, withUser(index, "me"), "me:secret"},
		{"by host", program, withUser(files, "me"), "me:other"},
		{"without a user", program, index, "found:se\u00e9cret"},
		{"unknown", program, files, ""},
		{"unknown user", program, withUser(index, "you"), ""},
		{"a user like an option", program, withUser(index, "-me"), ""},
		{"no program", filepath.Join(t.TempDir(), "absent"), index, ""},
		{"none wanted", "", index, ""},
	}
	for _, test := range tests {
		sources := Sources{Keyring: test.program}
		user, err := sources.Find(t.Context(), test.refusal)
		if got := plain(user); got != test.want || err != nil {
			t.Errorf("%s: Find = %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

// netrc is asked first.
func TestOrder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "netrc")
	if err := os.WriteFile(path, []byte("machine index.example login me password first"), 0o600); err != nil {
		t.Fatal(err)
	}
	sources := Sources{Netrc: []string{path}, Keyring: filepath.Join(t.TempDir(), "absent")}
	user, err := sources.Find(t.Context(), transport.Refusal{Host: "index.example"})
	if got := plain(user); got != "me:first" || err != nil {
		t.Errorf("Find = %q, %v, want netrc's", got, err)
	}
}
