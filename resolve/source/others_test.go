package source

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMissingCommands(t *testing.T) {
	t.Parallel()
	c := newClient(t, func(o *Options) { o.Environ = []string{"PATH=" + t.TempDir()} })
	for _, system := range []string{"git", "hg", "svn"} {
		_, err := c.Checkout(t.Context(), parse(t, system+"+https://user:secret@index.example/p@v1"))
		var missing *ToolError
		if !errors.As(err, &missing) || missing.Command != system || missing.Hint() == "" || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v, want a *ToolError without secrets", system, err)
		}
	}
}

func needTool(t *testing.T, name string) {
	t.Helper()
	if find(name, os.Getenv("PATH")) == "" {
		t.Skipf("no %s here", name)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestMercurial(t *testing.T) {
	t.Parallel()
	needTool(t, "hg")
	folder := filepath.Join(t.TempDir(), "project")
	write(t, filepath.Join(folder, "file"), "one")
	hg := func(arguments ...string) string { return command(t, folder, "hg", arguments...) }
	hg("init")
	hg("commit", "--quiet", "--addremove", "--message=one")
	first := hg("log", "--rev=.", "--template={node}")
	hg("tag", "v1")
	write(t, filepath.Join(folder, "file"), "two")
	hg("commit", "--quiet", "--message=two")
	second := hg("log", "--rev=.", "--template={node}")
	c := newClient(t, nil)
	url := "hg+file://" + filepath.ToSlash(folder)
	for revision, want := range map[string]string{"": second, "@v1": first, "@" + first: first, "@default": second} {
		got, err := c.Checkout(t.Context(), parse(t, url+revision))
		if err != nil || got.Commit != want {
			t.Errorf("%q: commit %s, %v; want %s", revision, got.Commit, err, want)
		}
	}
	var missing *RevisionError
	if _, err := c.Checkout(t.Context(), parse(t, url+"@other")); !errors.As(err, &missing) {
		t.Errorf("error %v, want a *RevisionError", err)
	}
	var failure *CommandError
	if _, err := c.Checkout(t.Context(), parse(t, url+"-nowhere")); !errors.As(err, &failure) {
		t.Errorf("error %v, want a *CommandError", err)
	}
}

func TestSubversion(t *testing.T) {
	t.Parallel()
	needTool(t, "svn")
	needTool(t, "svnadmin")
	root := t.TempDir()
	command(t, root, "svnadmin", "create", "project")
	url := "file://" + filepath.ToSlash(root) + "/project"
	tree := filepath.Join(root, "tree")
	write(t, filepath.Join(tree, "trunk", "file"), "one")
	command(t, root, "svn", "import", "--quiet", "--message=one", "tree", url)
	command(t, root, "svn", "checkout", "--quiet", url+"/trunk", "work")
	write(t, filepath.Join(root, "work", "file"), "two")
	command(t, filepath.Join(root, "work"), "svn", "commit", "--quiet", "--message=two")
	c := newClient(t, nil)
	for revision, want := range map[string]string{"": "2 two", "@1": "1 one"} {
		got, err := c.Checkout(t.Context(), parse(t, "svn+"+url+"/trunk"+revision))
		content, _ := os.ReadFile(filepath.Join(got.Folder, "file"))
		if is := got.Commit + " " + string(content); err != nil || is != want {
			t.Errorf("%q: %s, %v; want %s", revision, is, err, want)
		}
	}
	var failure *CommandError
	if _, err := c.Checkout(t.Context(), parse(t, "svn+"+url+"/branches")); !errors.As(err, &failure) {
		t.Errorf("error %v, want a *CommandError", err)
	}
}

// TestGitCredentials serves a repository to those who know a password. It must reach
// the server and nothing else.
func TestGitCredentials(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	r := newRepo(t, filepath.Join(root, "project"))
	commit := r.commit("file", "one")
	r.git("update-server-info")
	files := http.StripPrefix("/p/", http.FileServer(http.Dir(filepath.Join(r.folder, ".git"))))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if user, password, _ := q.BasicAuth(); user != "me" || password != "s3cr:t/x" {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		files.ServeHTTP(w, q)
	}))
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	cached := t.TempDir()
	c := newClient(t, func(o *Options) { o.CacheDir = cached })
	got, err := c.Checkout(t.Context(), parse(t, "git+http://me:s3cr%3At%2Fx@"+address+"/p/"))
	if err != nil || got.Commit != commit {
		t.Fatalf("Checkout = %+v, %v; want %s", got, err, commit)
	}
	err = filepath.WalkDir(cached, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), "s3cr") {
			t.Errorf("%s holds the password", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, user := range []string{"", "me:wr0ng@", "wr0ng@"} {
		_, err := c.Checkout(t.Context(), parse(t, "git+http://"+user+address+"/p/@main"))
		var failure *CommandError
		if !errors.As(err, &failure) || strings.Contains(err.Error()+strings.Join(failure.Output, "\n")+failure.Hint, "wr0ng") {
			t.Errorf("user %q: error %v, want a *CommandError without the password", user, err)
		} else if !strings.Contains(failure.Hint, "credential") {
			t.Errorf("user %q: hint %q for %q, want one about credentials", user, failure.Hint, failure.Output)
		}
	}
}
