package source

import (
	"context"
	"path/filepath"
	"strings"
)

// Of repositories of Mercurial and Subversion nothing is kept but what is built of
// them.

func (c *Client) mercurial(ctx context.Context, run *commands, r Reference, folder string) (Checkout, error) {
	if c.options.Offline && !strings.HasPrefix(r.URL, "file:") {
		return Checkout{}, &OfflineError{Reference: r.String()}
	}
	run.variables = append(run.variables, "HGPLAIN=1", "HGENCODING=utf-8")
	run.options = []string{"--noninteractive", "--config=ui.ssh=ssh -o BatchMode=yes"}
	tree := filepath.Join(folder, "tree")
	// Mercurial takes credentials from the URL and from its configuration only.
	if _, err := run.in(ctx, folder, "clone", "--quiet", "--noupdate", "--", r.URL, tree); err != nil {
		return Checkout{}, err
	}
	update := []string{"update", "--quiet", "--clean"}
	if r.Revision != "" {
		update = append(update, "--rev="+r.Revision)
	}
	if _, err := run.in(ctx, tree, update...); err != nil {
		if failed(err) && r.Revision != "" {
			return Checkout{}, &RevisionError{Repository: withoutRevision(r), Revision: r.Revision}
		}
		return Checkout{}, err
	}
	commit, err := run.in(ctx, tree, "log", "--rev=.", "--template={node}")
	if err != nil {
		return Checkout{}, err
	}
	described, err := run.in(ctx, tree, "log", "--rev=.", "--template={latesttag}-{latesttagdistance}")
	if err != nil {
		return Checkout{}, err
	}
	commit = strings.TrimSpace(commit)
	return Checkout{Folder: tree, Commit: commit, Digest: digest("hg", run.where, commit, strings.TrimSpace(described))}, nil
}

func (c *Client) subversion(ctx context.Context, run *commands, r Reference, folder string) (Checkout, error) {
	if c.options.Offline && !strings.HasPrefix(r.URL, "file:") {
		return Checkout{}, &OfflineError{Reference: r.String()}
	}
	run.options = []string{"--non-interactive", "--config-option=config:tunnels:ssh=ssh -o BatchMode=yes"}
	input := ""
	if run.user != "" {
		run.options = append(run.options, "--no-auth-cache", "--username="+run.user)
		if run.password != "" {
			run.options = append(run.options, "--password-from-stdin")
			input = run.password
		}
	}
	tree := filepath.Join(folder, "tree")
	arguments := []string{"checkout", "--quiet"}
	if r.Revision != "" {
		arguments = append(arguments, "--revision="+r.Revision)
	}
	// An @ at the end keeps one in the path from being read as a revision.
	if _, err := run.with(ctx, folder, input, append(arguments, "--", run.where+"@", tree)...); err != nil {
		return Checkout{}, err
	}
	commit, err := run.in(ctx, tree, "info", "--show-item=last-changed-revision", "--no-newline", ".")
	if err != nil {
		return Checkout{}, err
	}
	commit = strings.TrimSpace(commit)
	return Checkout{Folder: tree, Commit: commit, Digest: digest("svn", run.where, commit)}, nil
}

// withoutRevision shows where a repository is.
func withoutRevision(r Reference) string {
	r.Revision, r.Subdirectory = "", ""
	return r.String()
}
