package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A repo is a repository of git that a test makes.
type repo struct {
	t      *testing.T
	folder string
}

// environ is that of the tests' commands: nothing of the machine's configuration.
func environ(home string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GIT_CONFIG_NOSYSTEM=1", "XDG_CONFIG_HOME=" + home,
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@index.example", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@index.example",
		"GIT_AUTHOR_DATE=2001-02-03T04:05:06Z", "GIT_COMMITTER_DATE=2001-02-03T04:05:06Z", "HGUSER=A",
	}
}

func command(t *testing.T, folder, name string, arguments ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, arguments...)
	c.Dir, c.Env = folder, environ(folder)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repo) git(arguments ...string) string {
	r.t.Helper()
	return command(r.t, r.folder, "git", append([]string{"-c", "protocol.file.allow=always"}, arguments...)...)
}

// commit writes a file and returns the commit that has it.
func (r *repo) commit(name, content string) string {
	r.t.Helper()
	path := filepath.Join(r.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
	r.git("add", "--", name)
	r.git("commit", "--quiet", "-m", content)
	return r.git("rev-parse", "HEAD")
}

func newRepo(t *testing.T, folder string) *repo {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	r := &repo{t: t, folder: folder}
	r.git("init", "--quiet", "-b", "main")
	return r
}

func newClient(t *testing.T, change func(*Options)) *Client {
	t.Helper()
	o := Options{CacheDir: t.TempDir(), TempDir: t.TempDir(), Environ: environ(t.TempDir())}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c
}

func parse(t *testing.T, text string) Reference {
	t.Helper()
	r, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return r
}

// daemon serves the repositories below a folder and returns the URL of the folder.
func daemon(t *testing.T, folder string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	// "git daemon" would leave this child behind when it is killed.
	program := filepath.Join(command(t, folder, "git", "--exec-path"), "git-daemon")
	c := exec.Command(program, "--export-all", "--reuseaddr", "--listen=127.0.0.1", fmt.Sprintf("--port=%d", port), "--base-path="+folder, folder)
	c.Env = environ(folder)
	ended := make(chan error, 1)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		_ = c.Process.Kill()
		<-ended
	})
	address := fmt.Sprintf("127.0.0.1:%d", port)
	for {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			connection.Close()
			return "git://" + address
		}
		select {
		case err := <-ended:
			t.Fatalf("git daemon ended: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestGitRevisions(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	r := newRepo(t, filepath.Join(root, "project"))
	first := r.commit("file", "one")
	r.git("tag", "-a", "-m", "tag", "v1")
	second := r.commit("file", "two")
	r.git("branch", "feature/x")
	r.git("tag", "both")
	third := r.commit("file", "three")
	r.git("branch", "both") // a branch comes before a tag
	r.git("checkout", "--quiet", "--detach")
	hidden := r.commit("file", "hidden")
	r.git("update-ref", "refs/pull/7/head", hidden)
	r.git("checkout", "--quiet", "main")
	r.git("config", "uploadpack.allowFilter", "true")
	r.git("config", "uploadpack.allowAnySHA1InWant", "true")

	served := daemon(t, root)
	for carrier, url := range map[string]string{"file": "git+file://" + filepath.ToSlash(root), "daemon": "git+" + served} {
		client := newClient(t, nil)
		for _, test := range []struct{ revision, commit, content string }{
			{"", third, "three"},
			{"@main", third, "three"},
			{"@feature/x", second, "two"},
			{"@feature%2Fx", second, "two"},
			{"@v1", first, "one"},
			{"@both", third, "three"},
			{"@" + first, first, "one"},
			{"@" + second[:8], second, "two"},
			{"@refs/pull/7/head", hidden, "hidden"},
			{"@refs/tags/both", second, "two"},
			{"@" + hidden, hidden, "hidden"},
		} {
			got, err := client.Checkout(t.Context(), parse(t, url+"/project"+test.revision))
			if err != nil {
				t.Errorf("%s %q: %v", carrier, test.revision, err)
				continue
			}
			content, err := os.ReadFile(filepath.Join(got.Folder, "file"))
			if got.Commit != test.commit || string(content) != test.content || err != nil {
				t.Errorf("%s %q: commit %s with %q (%v), want %s with %q", carrier, test.revision, got.Commit, content, err, test.commit, test.content)
			}
			if described := command(t, got.Folder, "git", "describe", "--tags"); !strings.HasPrefix(described, "v1") && !strings.HasPrefix(described, "both") {
				t.Errorf("%s %q: git describe says %q there, want a tag", carrier, test.revision, described)
			}
		}
		// A branch moves; a commit that is known needs no repository any more.
		var missing *RevisionError
		if _, err := client.Checkout(t.Context(), parse(t, url+"/project@mian")); !errors.As(err, &missing) || len(missing.Near) == 0 || missing.Near[0] != "main" {
			t.Errorf("%s: error %v with %+v, want a revision near main", carrier, err, missing)
		}
	}
}

func TestGitCopyIsKept(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "project")
	r := newRepo(t, folder)
	first := r.commit("file", "one")
	url, cached := "git+file://"+filepath.ToSlash(folder), t.TempDir()
	same := func(o *Options) { o.CacheDir = cached }
	one, err := newClient(t, same).Checkout(t.Context(), parse(t, url))
	if err != nil {
		t.Fatal(err)
	}
	second := r.commit("file", "two")
	two, err := newClient(t, same).Checkout(t.Context(), parse(t, url))
	if err != nil || two.Commit != second || one.Commit != first || one.Digest == two.Digest {
		t.Fatalf("Checkout = %+v, then %+v, %v; want commits %s and %s", one, two, err, first, second)
	}
	if _, err := newClient(t, same).Checkout(t.Context(), parse(t, url+"@main")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	offline := func(o *Options) { o.CacheDir, o.Offline = cached, true }
	for revision, want := range map[string]string{"@" + first: first, "": second, "@main": second} {
		got, err := newClient(t, offline).Checkout(t.Context(), parse(t, url+revision))
		if err != nil || got.Commit != want {
			t.Errorf("offline %q: %s, %v; want %s", revision, got.Commit, err, want)
		}
	}
	got, err := newClient(t, same).Checkout(t.Context(), parse(t, url+"@"+first))
	if err != nil || got.Digest != one.Digest {
		t.Errorf("a known commit of a repository that is gone: %+v, %v; want digest %s", got, err, one.Digest)
	}
	var away *OfflineError
	if _, err := newClient(t, offline).Checkout(t.Context(), parse(t, url+"@other")); !errors.As(err, &away) {
		t.Errorf("offline, unknown: error %v, want an *OfflineError", err)
	}
	var failure *CommandError
	if _, err := newClient(t, same).Checkout(t.Context(), parse(t, url)); !errors.As(err, &failure) || failure.Hint == "" {
		t.Errorf("a repository that is gone: error %v, want a *CommandError with a hint", err)
	}
}

// TestGitDigest: a tag that comes later may change the version that a backend
// makes of the same commit.
func TestGitDigest(t *testing.T) {
	t.Parallel()
	r := newRepo(t, filepath.Join(t.TempDir(), "project"))
	commit := r.commit("file", "one")
	cached := t.TempDir()
	checkout := func() Checkout {
		got, err := newClient(t, func(o *Options) { o.CacheDir = cached }).Checkout(t.Context(), parse(t, "git+file://"+filepath.ToSlash(r.folder)+"@main"))
		if err != nil || got.Commit != commit {
			t.Fatalf("Checkout = %+v, %v; want %s", got, err, commit)
		}
		return got
	}
	before := checkout()
	r.git("tag", "v1")
	if after := checkout(); before.Digest == after.Digest {
		t.Errorf("the digest is %s before and after the commit got a tag", after.Digest)
	}
}

func TestGitSubmodules(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	newRepo(t, filepath.Join(root, "part")).commit("inside", "of the part")
	newRepo(t, filepath.Join(root, "other")).commit("inside", "of the other")
	r := newRepo(t, filepath.Join(root, "project"))
	r.git("submodule", "--quiet", "add", "../part", "relative")
	r.git("submodule", "--quiet", "add", "file://"+filepath.ToSlash(filepath.Join(root, "other")), "local")
	r.git("commit", "--quiet", "-m", "submodules")
	got, err := newClient(t, nil).Checkout(t.Context(), parse(t, "git+file://"+filepath.ToSlash(r.folder)))
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"relative/inside": "of the part", "local/inside": "of the other"} {
		if content, err := os.ReadFile(filepath.Join(got.Folder, filepath.FromSlash(file))); string(content) != want {
			t.Errorf("%s = %q, %v; want %q", file, content, err, want)
		}
	}
	// A repository from elsewhere must not reach into this machine.
	url := daemon(t, root)
	_, err = newClient(t, nil).Checkout(t.Context(), parse(t, "git+"+url+"/project"))
	var failure *CommandError
	if !errors.As(err, &failure) || !strings.Contains(failure.Hint, "folder of this machine") {
		t.Errorf("error %v, want a *CommandError about the folder of this machine", err)
	}
}

func TestGitRunsNoHooks(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	r := newRepo(t, filepath.Join(folder, "project"))
	r.commit("file", "one")
	mark := filepath.Join(folder, "mark")
	hooks := filepath.Join(folder, "hooks")
	if err := os.Mkdir(hooks, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"post-checkout", "reference-transaction", "post-index-change"} {
		if err := os.WriteFile(filepath.Join(hooks, name), []byte("#!/bin/sh\ntouch "+mark+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte("[core]\n\thooksPath = "+filepath.ToSlash(hooks)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, func(o *Options) {
		o.Environ = append(environ(home), "GIT_DIR="+t.TempDir(), "GIT_WORK_TREE="+t.TempDir(), "GIT_INDEX_FILE=nowhere")
	})
	if _, err := c.Checkout(t.Context(), parse(t, "git+file://"+filepath.ToSlash(r.folder))); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("a hook was run")
	}
}

func TestGitEmptyRepository(t *testing.T) {
	t.Parallel()
	r := newRepo(t, filepath.Join(t.TempDir(), "project"))
	var missing *RevisionError
	if _, err := newClient(t, nil).Checkout(t.Context(), parse(t, "git+file://"+filepath.ToSlash(r.folder))); !errors.As(err, &missing) {
		t.Errorf("error %v, want a *RevisionError", err)
	}
}

func TestGitLargeFiles(t *testing.T) {
	t.Parallel()
	if find("git-lfs", os.Getenv("PATH")) == "" {
		t.Skip("no git-lfs here")
	}
	r := newRepo(t, filepath.Join(t.TempDir(), "project"))
	r.git("lfs", "install", "--local")
	r.git("lfs", "track", "*.bin")
	r.git("add", ".gitattributes")
	r.commit("large.bin", "the content")
	reference := parse(t, "git+file://"+filepath.ToSlash(r.folder))
	got, err := newClient(t, nil).Checkout(t.Context(), reference)
	if err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(got.Folder, "large.bin")); string(content) != "the content" {
		t.Errorf("large.bin = %q, %v; want its content", content, err)
	}
	// Without it a build would get the pointers.
	bare := t.TempDir()
	for _, name := range []string{"git", "sh", "sed", "basename", "uname"} {
		if path, err := exec.LookPath(name); err == nil {
			if err := os.Symlink(path, filepath.Join(bare, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	var missing *ToolError
	_, err = newClient(t, func(o *Options) { o.Environ = append(environ(t.TempDir()), "PATH="+bare) }).Checkout(t.Context(), reference)
	if !errors.As(err, &missing) || missing.Command != "git-lfs" {
		t.Errorf("error %v, want a *ToolError about git-lfs", err)
	}
}

func TestCheckoutEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	r := newRepo(t, filepath.Join(t.TempDir(), "project"))
	r.commit("file", "one")
	if _, err := newClient(t, nil).Checkout(ctx, parse(t, "git+file://"+filepath.ToSlash(r.folder))); !errors.Is(err, enough) && !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the cause of the context's end", err)
	}
}
