package source

import (
	"fmt"
	"strings"
)

// ToolError says that the command of a version control system is missing.
type ToolError struct {
	Reference string // without secrets
	Command   string // "git", "git-lfs", "hg" or "svn"
}

func (e *ToolError) Error() string {
	return fmt.Sprintf("%s needs the command %s, which is not on PATH", e.Reference, e.Command)
}

// Hint is one action.
func (e *ToolError) Hint() string {
	names := map[string]string{"git": "Git", "git-lfs": "Git LFS", "hg": "Mercurial", "svn": "Subversion"}
	return "install " + names[e.Command] + ", or name a wheel or a source distribution instead"
}

// RevisionError says that a repository has no such revision.
type RevisionError struct {
	Repository string // without secrets
	Revision   string
	Near       []string // branches and tags that look like it, best first
}

func (e *RevisionError) Error() string {
	if e.Revision == "" {
		return e.Repository + " has no commit to begin with"
	}
	return fmt.Sprintf("%s has no branch, tag or commit %q", e.Repository, e.Revision)
}

// CommandError says that the command of a version control system failed.
type CommandError struct {
	Reference string // without secrets
	Command   string // "git fetch"
	Reason    string // how it ended: "exit status 128"
	Output    []string
	Hint      string // one action
	Err       error
}

func (e *CommandError) Error() string {
	text := fmt.Sprintf("%s: %s ended with %s", e.Reference, e.Command, e.Reason)
	if len(e.Output) > 0 {
		text += ": " + e.Output[len(e.Output)-1]
	}
	return text
}

// Unwrap returns the cause.
func (e *CommandError) Unwrap() error { return e.Err }

// OfflineError says that a repository must be asked, and may not.
type OfflineError struct {
	Reference string // without secrets
}

func (e *OfflineError) Error() string { return e.Reference + " is not in the cache" }

// advise guesses from what a command printed what to do about it.
func advise(output string) string {
	for _, known := range []struct{ says, advice string }{
		{"could not read Username", "check that the repository exists; if it is a private one, put credentials into the URL or set up a credential helper of git"},
		{"could not read Password", "check that the repository exists; if it is a private one, put credentials into the URL or set up a credential helper of git"},
		{"Authentication failed", "check the credentials in the URL or those of git's credential helper"},
		{"Authorization failed", "check the credentials in the URL"},
		{"authorization failed", "check the credentials in the URL"},
		{"Permission denied (", "add your key to the SSH agent: the server must accept it without a question"},
		{"Host key verification failed", "connect to the server once with ssh, so that its key is known"},
		{"Could not resolve host", "check the name of the host and the network"},
		{"Connection refused", "check the host and the port: nothing answers there"},
		{"does not appear to be a git repository", "check the path of the repository"},
		{"abort: repository ", "check the path of the repository"},
		{"repository not found", "check the path of the repository"},
		{"not found: did you run", "check the path of the repository"},
		{"transport 'file' not allowed", "a submodule is a folder of this machine, which git takes only from a repository that is one, too"},
		{"' not allowed", "a submodule is at a kind of URL that is not safe; take a copy of the repository without it"},
	} {
		if strings.Contains(output, known.says) {
			return known.advice
		}
	}
	return "try the command yourself to see more; check the URL and the network"
}
