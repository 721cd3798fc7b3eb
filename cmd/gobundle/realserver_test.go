//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// visitor builds from a real server, in a place of its own.
type visitor struct {
	*place
	folder string
	said   strings.Builder // what was printed in all runs
}

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	python, err := realPython()
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{place: newPlace(t, python), folder: t.TempDir()}
	v.settings = append(v.settings, "PIP_CONFIG_FILE="+os.DevNull)
	return v
}

// run runs the program with further variables and returns what it says.
func (v *visitor) run(t *testing.T, variables []string, arguments ...string) (said string, err error) {
	t.Helper()
	command := v.command(t.Context(), v.gobundle, arguments...)
	command.Env = append(command.Env, variables...)
	command.Dir = v.folder
	output, err := command.CombinedOutput()
	v.said.Write(output)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(output), err
}

// build makes a bundle and returns its bytes; nil if it was refused.
func (v *visitor) build(t *testing.T, variables []string, arguments ...string) (bundle []byte, said string) {
	t.Helper()
	output := filepath.Join(v.folder, "app.pyz")
	_ = os.Remove(output)
	said, err := v.run(t, variables, append([]string{"greeter", "-c", "greet", "-o", output, "--target", "cp311-linux-x86_64"}, arguments...)...)
	bundle, missing := os.ReadFile(output)
	if (err == nil) != (missing == nil) {
		t.Fatalf("gobundle %q ends with %v, and the output: %v\n%s", arguments, err, missing, said)
	}
	if left, _ := filepath.Glob(filepath.Join(v.folder, "*app*")); err != nil && len(left) > 0 {
		t.Errorf("gobundle %q leaves %q behind", arguments, left)
	}
	return bundle, said
}

// A real server, with and without parts of files, in both forms, by http and https.
func TestRealServer(t *testing.T) {
	t.Parallel()
	server := startNginx(t)
	authority, client := filepath.Join(server.folder, "authority.pem"), filepath.Join(server.folder, "client.pem")
	v := newVisitor(t)
	want, said := v.build(t, nil, "-i", "http://"+server.host+"/simple/")
	if want == nil {
		t.Fatalf("gobundle: %s", said)
	}
	if greeting := v.must(t, "python3", filepath.Join(v.folder, "app.pyz")); greeting != "hello 1.1\n" {
		t.Errorf("the bundle says %q, want hello 1.1", greeting)
	}
	if parts := server.requests(t, `"bytes=`); len(parts) == 0 {
		t.Error("no file was asked for a part of it")
	}
	secure := "https://" + server.https
	tests := []struct {
		name      string
		arguments []string
		variables []string
		refusal   string // part of the error; "" for none
	}{
		{"JSON", []string{"-i", "http://" + server.host + "/json/"}, nil, ""},
		{"no parts of files", []string{"-i", "http://" + server.host + "/norange/"}, nil, ""},
		{"JSON by https", []string{"-i", secure + "/json/", "--cert", authority}, nil, ""},
		{"no parts of files by https", []string{"-i", secure + "/norange/", "--cert", authority}, nil, ""},
		{"unknown authority", []string{"-i", secure + "/simple/"}, nil, "certificate signed by unknown authority"},
		{"--cert", []string{"-i", secure + "/simple/", "--cert", authority}, nil, ""},
		{"SSL_CERT_FILE", []string{"-i", secure + "/simple/"}, []string{"SSL_CERT_FILE=" + authority}, ""},
		{"REQUESTS_CA_BUNDLE", []string{"-i", secure + "/simple/"}, []string{"REQUESTS_CA_BUNDLE=" + authority}, ""},
		{"PIP_CERT", nil, []string{"PIP_CERT=" + authority, "PIP_INDEX_URL=" + secure + "/simple/"}, ""},
		{"--trusted-host", []string{"-i", secure + "/json/", "--trusted-host", server.https}, nil, ""},
		{"--trusted-host as a URL", []string{"-i", secure + "/json/", "--trusted-host", secure + "/json/"}, nil, ""},
		{"another trusted host", []string{"-i", secure + "/json/", "--trusted-host", "localhost"}, nil, "certificate"},
		{"no client certificate", []string{"-i", secure + "/mutual/", "--cert", authority}, nil, "403"},
		{"--client-cert", []string{"-i", secure + "/mutual/", "--cert", authority, "--client-cert", client}, nil, ""},
		{"a client's certificate without a key", []string{"-i", secure + "/mutual/", "--client-cert", "app.pem"}, nil, "app.pem"},
		{"http to https", []string{"-i", "https://" + server.host + "/simple/", "--cert", authority}, nil, "does not speak https"},
		{"a proxy", []string{"-i", "http://index.example/simple/"}, []string{"http_proxy=http://" + server.host}, ""},
		{"no proxy for it", []string{"-i", "http://" + server.host + "/simple/"}, []string{"http_proxy=http://127.0.0.1:1", "no_proxy=127.0.0.1"}, ""},
		{"a dead proxy", []string{"-i", "http://index.example/simple/", "--retries", "0"}, []string{"http_proxy=http://127.0.0.1:1"}, "127.0.0.1:1"},
		{"two indexes", []string{"-i", "http://" + server.host + "/simple/", "--extra-index-url", "http://" + server.host + "/nothing/"}, nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t)
			got, said := v.build(t, test.variables, test.arguments...)
			switch {
			case test.refusal == "" && !bytes.Equal(got, want):
				t.Errorf("another bundle than by plain http: %s", said)
			case test.refusal != "" && (got != nil || !strings.Contains(said, "gobundle: error: ") || !strings.Contains(said, test.refusal) || !strings.Contains(said, "gobundle: hint: ")):
				t.Errorf("gobundle says %q, want an error with %q", said, test.refusal)
			}
		})
	}
}

// Without a network it is the cache that has all, or has not.
func TestOfflineFromRealServer(t *testing.T) {
	t.Parallel()
	server := startNginx(t)
	v := newVisitor(t)
	where := []string{"-i", "http://" + server.host + "/simple/", "--extra-index-url", "http://" + server.host + "/nothing/"}
	want, said := v.build(t, nil, where...)
	if want == nil {
		t.Fatalf("gobundle: %s", said)
	}
	server.stop()
	if got, said := v.build(t, nil, append(where, "--offline")...); !bytes.Equal(got, want) {
		t.Errorf("offline it is another bundle: %s", said)
	}
	got, said := v.build(t, nil, append(where, "--offline", "missing")...)
	if got != nil || !strings.Contains(said, "http://"+server.host+"/nothing/missing/ is not in the cache") || !strings.Contains(said, "hint: run once without --offline") {
		t.Errorf("offline gobundle says %q of what it never saw, want that it isn't in the cache", said)
	}
	if got, said := v.build(t, nil, append(where, "--retries", "0", "--no-cache")...); got != nil || !strings.Contains(said, "connection refused") {
		t.Errorf("gobundle says %q of a server that is gone", said)
	}
}

// A password opens the private index, from wherever it comes; it goes nowhere
// else, and is found nowhere afterwards.
func TestPasswordsOnRealServer(t *testing.T) {
	t.Parallel()
	server := startNginx(t)
	authority := filepath.Join(server.folder, "authority.pem")
	private := "https://" + server.https + "/private/"
	with := func(address, password string) string {
		return strings.Replace(address, "://", "://"+url.UserPassword("me", password).String()+"@", 1)
	}
	withPassword, moved := with(private, secret), with("https://"+server.https+"/moved/", secret)
	netrc := filepath.Join(t.TempDir(), "netrc")
	if err := os.WriteFile(netrc, []byte("machine 127.0.0.1 login me password "+secret+"\nmachine localhost login me password "+secret), 0o600); err != nil {
		t.Fatal(err)
	}
	keyring := t.TempDir()
	script := "#!/bin/sh\ncase \"$*\" in *'get " + private + "'*me) echo " + secret + ";; *creds*'get " + private + "') echo '{\"username\": \"me\", \"password\": \"" + secret + "\"}';; *) exit 1;; esac\n"
	if err := os.WriteFile(filepath.Join(keyring, "keyring"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		index     []string
		variables []string
		refused   bool
	}{
		{"none", []string{"-i", private}, nil, true},
		{"URL", []string{"-i", withPassword}, nil, false},
		{"JSON, no parts of files", []string{"-i", with("https://"+server.https+"/closed/", secret)}, nil, false},
		{"JSON, no parts of files, netrc", []string{"-i", "https://" + server.https + "/closed/"}, []string{"NETRC=" + netrc}, false},
		{"JSON, none", []string{"-i", "https://" + server.https + "/closed/"}, nil, true},
		{"extra index", []string{"--extra-index-url", withPassword, "-i", "https://" + server.https + "/nothing/"}, nil, false},
		{"wrong", []string{"-i", with(private, secret+"x")}, []string{"NETRC=" + netrc}, true},
		{"named index", []string{"--index", "our-own=" + private}, []string{"GOBUNDLE_INDEX_OUR_OWN_USERNAME=me", "GOBUNDLE_INDEX_OUR_OWN_PASSWORD=" + secret}, false},
		{"named and bound", []string{"--index", "ours=" + private, "--index-for", "greeter=ours", "--index-for", "help*=ours"}, []string{"GOBUNDLE_INDEX_OURS_USERNAME=me", "GOBUNDLE_INDEX_OURS_PASSWORD=" + secret}, false},
		{"variable", nil, []string{"GOBUNDLE_INDEX_URL=" + withPassword}, false},
		{"pip's variable", nil, []string{"PIP_INDEX_URL=" + withPassword}, false},
		{"netrc", []string{"-i", private}, []string{"NETRC=" + netrc}, false},
		{"keyring", []string{"-i", private}, []string{"PATH=" + keyring + ":/usr/bin:/bin"}, false},
		{"keyring for a user", []string{"-i", strings.Replace(private, "://", "://me@", 1)}, []string{"PATH=" + keyring + ":/usr/bin:/bin"}, false},
		{"no keyring", []string{"-i", private, "--keyring-provider", "disabled"}, []string{"PATH=" + keyring + ":/usr/bin:/bin"}, true},
		{"moved to another host", []string{"-i", moved}, []string{"NETRC=" + netrc}, false},
	}
	want, said := newVisitor(t).build(t, nil, "-i", "http://"+server.host+"/simple/")
	if want == nil {
		t.Fatalf("gobundle: %s", said)
	}
	t.Run("build", func(t *testing.T) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				v := newVisitor(t)
				arguments := append(slices.Clone(test.index), "--cert", authority)
				got, said := v.build(t, test.variables, arguments...)
				switch {
				case test.refused:
					if got != nil || !strings.Contains(said, "401 Unauthorized") || !strings.Contains(said, "gobundle: hint: ") {
						t.Errorf("gobundle says %q, want that it was refused", said)
					}
					v.tellsNothing(t, 0)
					return
				case got == nil:
					t.Fatalf("gobundle: %s", said)
				}
				v.run(t, []string{"GOBUNDLE_TRACE=1"}, "inspect", "--json", "app.pyz")
				lock := append([]string{"lock", "greeter", "-o", "pylock.toml", "--target", "cp311-linux-x86_64"}, arguments...)
				if said, err := v.run(t, test.variables, lock...); err != nil {
					t.Errorf("gobundle lock: %s", said)
				}
				if _, err := v.run(t, test.variables, "config"); err != nil {
					t.Error("gobundle config fails")
				}
				v.tellsNothing(t, 5) // bundle, lock and cache
				if test.name == "URL" {
					v.tellsNothingWhenRun(t)
				}
			})
		}
	})
	for _, request := range server.requests(t, "localhost ") {
		if !strings.HasSuffix(request, " -") {
			t.Errorf("another host was sent credentials: %s", request)
		}
	}
	if len(server.requests(t, "localhost ")) == 0 {
		t.Error("nothing was asked of the other host, want the files that moved there")
	}
}

// tellsNothing looks for the password in all that was printed and written, which
// must be so many files at least.
func (v *visitor) tellsNothing(t *testing.T, least int) {
	t.Helper()
	if told(v.said.String()) {
		t.Errorf("the password is printed: %s", v.said.String())
	}
	folders := []string{v.folder}
	for _, setting := range v.settings {
		if path, ok := strings.CutPrefix(setting, "GOBUNDLE_CACHE_DIR="); ok {
			folders = append(folders, path)
		}
		if path, ok := strings.CutPrefix(setting, "HOME="); ok {
			folders = append(folders, path)
		}
	}
	files := 0
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			files++
			content, err := os.ReadFile(path)
			if told(string(content)) || told(path) || told(unzipped(t, content)) {
				t.Errorf("the password is in %s", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if files < least {
		t.Errorf("%d files were looked into, want %d at least", files, least)
	}
}

// told reports whether a text has the password in it: as it is, as a part of a URL, or
// as a header has it.
func told(text string) bool {
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), url.UserPassword("me", secret).String(), strings.ToLower(url.QueryEscape(secret))}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte("me:"+secret)), encoding.EncodeToString([]byte(secret)))
	}
	quoted, _ := json.Marshal(secret)
	forms = append(forms, strings.Trim(string(quoted), `"`), hex.EncodeToString([]byte(secret)))
	return slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(text, form) })
}

// The test itself: each form is found.
func TestTold(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a " + secret + " b", "https://me:s3s%40m%2F3+0p%25n@h/", "s3s%40m%2f3%2b0p%25n", "Basic bWU6czNzQG0vMyswcCVu", "czNzQG0vMyswcCVu", "7333",
	} {
		if want := text != "7333"; told(text) != want {
			t.Errorf("told(%q) = %v, want %v", text, !want, want)
		}
	}
}

// unzipped returns all that a zip file holds, in one text; "" for another file.
func unzipped(t *testing.T, content []byte) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return ""
	}
	var all strings.Builder
	for _, member := range archive.File {
		all.WriteString(member.Name + "\n")
		r, err := member.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return all.String()
}

// tellsNothingWhenRun starts the bundle with each of its talkative tools, and explodes
// it, and looks for the password again.
func (v *visitor) tellsNothingWhenRun(t *testing.T) {
	t.Helper()
	bundle := filepath.Join(v.folder, "app.pyz")
	for _, tool := range []string{"", "info", "graph", "verify"} {
		command := v.command(t.Context(), "python3", bundle)
		command.Env = append(command.Env, "GOBUNDLE_TRACE=1", "GOBUNDLE_TOOLS="+tool)
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", tool, err, output)
		}
		v.said.Write(output)
	}
	v.must(t, "python3", bundle, "venv", filepath.Join(v.folder, "env"))
	v.tellsNothing(t, 20)
}

// https goes through a proxy, which is told its own password and no other.
func TestProxyBeforeRealServer(t *testing.T) {
	t.Parallel()
	server := startNginx(t)
	want, said := newVisitor(t).build(t, nil, "-i", "http://"+server.host+"/simple/")
	if want == nil {
		t.Fatalf("gobundle: %s", said)
	}
	var mu sync.Mutex
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.Method+" "+r.Host+" "+r.Header.Get("Authorization")+r.Header.Get("Proxy-Authorization"))
		mu.Unlock()
		tunnel(w, server.https)
	}))
	t.Cleanup(proxy.Close)
	v := newVisitor(t)
	got, said := v.build(t, []string{"HTTPS_PROXY=" + strings.Replace(proxy.URL, "://", "://"+url.UserPassword("me", secret).String()+"@", 1)},
		"-i", "https://index.example/simple/", "--cert", filepath.Join(server.folder, "authority.pem"))
	if !bytes.Equal(got, want) {
		t.Errorf("through a proxy it is another bundle: %s", said)
	}
	v.tellsNothing(t, 1)
	line := "CONNECT index.example:443 Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+secret))
	mu.Lock()
	defer mu.Unlock()
	if len(asked) == 0 || slices.ContainsFunc(asked, func(a string) bool { return a != line }) {
		t.Errorf("the proxy was asked %q, want %q each time", asked, line)
	}
}

// tunnel connects a client with a host until one of them is done.
func tunnel(w http.ResponseWriter, host string) {
	there, err := net.Dial("tcp", host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer there.Close()
	w.WriteHeader(http.StatusOK)
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	go func() {
		_, _ = io.Copy(there, buffered)
		_ = there.Close()
	}()
	_, _ = io.Copy(here, there)
}
