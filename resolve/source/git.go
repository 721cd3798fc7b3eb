package source

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/resolve/spelling"
	"github.com/gobundle/gobundle/runtime/cache"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// Of a repository of git a bare copy is kept, with what was asked for until now.
// Trees are checked out as worktrees of it, so that backends which ask git for tags
// and history get answers.
//
// The copy is no partial one (--filter): where a server knows no filters, git would
// fetch the same objects over and over.

var (
	fullCommit  = lazyregexp.New(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
	shortCommit = lazyregexp.New(`^[0-9a-f]{7,64}$`)
)

func (c *Client) git(ctx context.Context, run *commands, r Reference, folder string) (Checkout, error) {
	if err := c.prepareGit(ctx, run, r, folder); err != nil {
		return Checkout{}, err
	}
	places := filepath.Join(c.options.CacheDir, "git")
	if err := os.MkdirAll(places, 0o700); err != nil {
		return Checkout{}, err
	}
	g := &gitCopy{commands: run, folder: filepath.Join(places, digest(run.where)[:32]), offline: c.options.Offline}
	unlock, err := cache.Lock(ctx, g.folder+".lock", nil)
	if err != nil {
		return Checkout{}, err
	}
	defer func() { _ = unlock() }()
	if err := g.open(ctx); err != nil {
		return Checkout{}, err
	}
	commit, err := g.resolve(ctx, r.Revision)
	if err != nil {
		return Checkout{}, err
	}
	tree := filepath.Join(folder, "tree")
	if err := g.checkOut(ctx, commit, tree); err != nil {
		return Checkout{}, err
	}
	description, err := g.in(ctx, g.folder, "describe", "--tags", "--long", "--always", "--abbrev=64", commit)
	if err != nil {
		return Checkout{}, err
	}
	return Checkout{Folder: tree, Commit: commit, Digest: digest("git", run.where, commit, strings.TrimSpace(description))}, nil
}

// prepareGit settles what every call of git has in common: no questions, no hooks,
// no maintenance, credentials by a helper that reads them from variables.
func (c *Client) prepareGit(ctx context.Context, run *commands, r Reference, folder string) error {
	hooks := filepath.Join(folder, "no-hooks")
	if err := os.Mkdir(hooks, 0o700); err != nil {
		return err
	}
	run.variables = append(run.variables, "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0")
	files := "user" // git's own rule: not for what a repository asks for
	if strings.HasPrefix(r.URL, "file:") {
		files = "always"
	}
	settings := []string{
		"core.hooksPath=" + hooks, "core.fsmonitor=false", "core.autocrlf=false", "core.longPaths=true",
		"advice.detachedHead=false", "gc.auto=0", "maintenance.auto=false",
		"protocol.ext.allow=never", "protocol.file.allow=" + files,
	}
	if run.user != "" {
		if u, err := url.Parse(run.where); err == nil && u.Host != "" {
			name := "credential." + u.Scheme + "://" + u.Host + ".helper"
			settings = append(settings, name+"=", name+`=!f() { test "$1" = get && printf 'username=%s\npassword=%s\n' "$GOBUNDLE_REPOSITORY_USER" "$GOBUNDLE_REPOSITORY_PASSWORD"; }; f`)
			run.variables = append(run.variables, "GOBUNDLE_REPOSITORY_USER="+run.user, "GOBUNDLE_REPOSITORY_PASSWORD="+run.password)
		}
	}
	if find("git-lfs", run.search) != "" {
		settings = append(settings,
			"filter.lfs.smudge=git-lfs smudge -- %f", "filter.lfs.process=git-lfs filter-process",
			"filter.lfs.clean=git-lfs clean -- %f", "filter.lfs.required=true")
	}
	for _, setting := range settings {
		run.options = append(run.options, "-c", setting)
	}
	if strings.HasPrefix(r.URL, "ssh:") && !run.has("GIT_SSH_COMMAND") && !run.has("GIT_SSH") {
		if command, err := run.in(ctx, folder, "config", "--get", "core.sshCommand"); err != nil || command == "" {
			run.variables = append(run.variables, "GIT_SSH_COMMAND=ssh -o BatchMode=yes")
		}
	}
	return nil
}

func (c *commands) has(name string) bool {
	for _, entry := range c.variables {
		if strings.HasPrefix(entry, name+"=") {
			return true
		}
	}
	return false
}

// A gitCopy is the bare copy of a repository. The caller holds its lock.
type gitCopy struct {
	*commands
	folder  string
	offline bool
}

// open makes the copy if there is none.
func (g *gitCopy) open(ctx context.Context) error {
	if _, err := os.Stat(g.folder); err == nil {
		return nil
	}
	if g.offline {
		return &OfflineError{Reference: g.reference.String()}
	}
	temporary, err := os.MkdirTemp(filepath.Dir(g.folder), ".new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	if _, err := g.in(ctx, temporary, "init", "--quiet", "--bare", "--template="); err != nil {
		return err
	}
	if _, err := g.in(ctx, temporary, "config", "remote.origin.url", g.where); err != nil {
		return err
	}
	return os.Rename(temporary, g.folder)
}

// resolve returns the commit that a revision stands for, which the copy has then: a
// branch, else a tag, else a commit, as pip reads it.
func (g *gitCopy) resolve(ctx context.Context, revision string) (string, error) {
	if fullCommit().MatchString(revision) {
		if commit, err := g.commit(ctx, revision); commit != "" || err != nil {
			return commit, err
		}
	}
	if g.offline {
		return g.known(ctx, revision)
	}
	listed, err := g.list(ctx, revision)
	if err != nil {
		return "", err
	}
	for _, name := range namesOf(revision) {
		if listed[name] != "" {
			return g.fetch(ctx, name)
		}
	}
	if shortCommit().MatchString(revision) {
		commit, err := g.fetchCommit(ctx, revision)
		if commit != "" || err != nil {
			return commit, err
		}
	}
	var names []string
	for name := range listed {
		names = append(names, strings.TrimPrefix(strings.TrimPrefix(name, "refs/heads/"), "refs/tags/"))
	}
	return "", &RevisionError{Repository: withoutRevision(g.reference), Revision: revision, Near: spelling.Near(revision, names)}
}

// namesOf are the names that a revision may have in a repository, in the order in
// which they count.
func namesOf(revision string) []string {
	if revision == "" {
		return []string{"HEAD"}
	}
	names := []string{"refs/heads/" + revision, "refs/tags/" + revision}
	if strings.HasPrefix(revision, "refs/") {
		names = append(names, revision)
	}
	return names
}

// kept is where the copy keeps what has a name in the repository. Names of branches
// come and go, and one may be the folder of another: they are not kept as they are.
func kept(name string) string {
	if strings.HasPrefix(name, "refs/tags/") {
		return name
	}
	return "refs/gobundle/" + digest(name)
}

// known resolves a revision with what the copy has.
func (g *gitCopy) known(ctx context.Context, revision string) (string, error) {
	names := namesOf(revision)
	if shortCommit().MatchString(revision) {
		names = append(names, revision)
	}
	for _, name := range names {
		if commit, err := g.commit(ctx, kept(name)); commit != "" || err != nil {
			return commit, err
		}
	}
	return "", &OfflineError{Reference: g.reference.String()}
}

// commit returns the commit that the copy has under a name, or "".
func (g *gitCopy) commit(ctx context.Context, name string) (string, error) {
	text, err := g.in(ctx, g.folder, "rev-parse", "--quiet", "--verify", "--end-of-options", name+"^{commit}")
	if failed(err) {
		return "", nil
	}
	return strings.TrimSpace(text), err
}

// list asks the repository for its branches and tags, and for the revision where
// that is a full name.
func (g *gitCopy) list(ctx context.Context, revision string) (map[string]string, error) {
	patterns := []string{"HEAD", "refs/heads/*", "refs/tags/*"}
	if strings.HasPrefix(revision, "refs/") {
		patterns = append(patterns, revision)
	}
	text, err := g.in(ctx, g.folder, append([]string{"ls-remote", "--quiet", "origin"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	listed := map[string]string{}
	for line := range strings.Lines(text) {
		object, name, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok && !strings.HasSuffix(name, "^{}") {
			listed[name] = object
		}
	}
	return listed, nil
}

// fetch brings what has a name in the repository, and the tags that lead to its
// history. It returns the commit.
func (g *gitCopy) fetch(ctx context.Context, name string) (string, error) {
	if err := g.fetchWith(ctx, "origin", "+"+name+":"+kept(name)); err != nil {
		return "", err
	}
	commit, err := g.commit(ctx, kept(name))
	if err == nil && commit == "" {
		err = &RevisionError{Repository: withoutRevision(g.reference), Revision: g.reference.Revision}
	}
	return commit, err
}

func (g *gitCopy) fetchWith(ctx context.Context, arguments ...string) error {
	_, err := g.in(ctx, g.folder, append([]string{"fetch", "--quiet", "--force", "--no-recurse-submodules"}, arguments...)...)
	return err
}

// fetchCommit brings a commit: alone if the server gives it out and the whole hash
// is known, else with all branches and tags. It returns "" if there is none.
func (g *gitCopy) fetchCommit(ctx context.Context, revision string) (string, error) {
	if fullCommit().MatchString(revision) {
		err := g.fetchWith(ctx, "origin", "+"+revision+":"+kept(revision))
		if err == nil {
			return g.commit(ctx, revision)
		}
		if !failed(err) {
			return "", err
		}
	}
	if err := g.fetchWith(ctx, "--prune", "origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"); err != nil {
		return "", err
	}
	return g.commit(ctx, revision)
}

// checkOut puts the tree of a commit into a folder.
func (g *gitCopy) checkOut(ctx context.Context, commit, tree string) error {
	if err := g.checkLargeFiles(ctx, commit); err != nil {
		return err
	}
	// Folders of earlier runs are gone, and what the copy knows of them can go.
	if _, err := g.in(ctx, g.folder, "worktree", "prune", "--expire=now"); err != nil {
		return err
	}
	if _, err := g.in(ctx, g.folder, "worktree", "add", "--quiet", "--detach", "--force", tree, commit); err != nil {
		return g.offlineOr(err)
	}
	if _, err := os.Lstat(filepath.Join(tree, ".gitmodules")); err != nil {
		return nil
	}
	_, err := g.in(ctx, tree, "submodule", "--quiet", "update", "--init", "--recursive", "--force")
	return g.offlineOr(err)
}

func (g *gitCopy) offlineOr(err error) error {
	if g.offline && failed(err) {
		return &OfflineError{Reference: g.reference.String()}
	}
	return err
}

// checkLargeFiles refuses a tree with files of Git LFS where that is missing: what
// would be checked out are pointers to them.
func (g *gitCopy) checkLargeFiles(ctx context.Context, commit string) error {
	if find("git-lfs", g.search) != "" {
		return nil
	}
	found, err := g.in(ctx, g.folder, "grep", "-I", "--name-only", "-e", "filter=lfs", commit, "--", ".gitattributes", "*/.gitattributes")
	if err != nil && !failed(err) {
		return err
	}
	if found != "" {
		return fmt.Errorf("checking out %s: %w", commit[:12], &ToolError{Reference: g.reference.String(), Command: "git-lfs"})
	}
	return nil
}
