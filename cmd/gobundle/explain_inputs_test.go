package main

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"syscall"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/cmd/gobundle/settings"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/credential"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/lockfile"
	"github.com/gobundle/gobundle/resolve/pyproject"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/source"
	"github.com/gobundle/gobundle/resolve/transport"
)

// explainedInputs are the kinds of errors about sources, projects, locks and settings.
var explainedInputs = []explainedError{
	// Indexes and proxies.
	{&fetch.HashError{File: "a.whl", Want: []string{"sha256:0"}, Got: "sha256:1", InURL: true}, "put #sha256=1 behind its URL", 1},
	{&index.NotFoundError{Name: "a", Remedy: "name it with -f"}, "name it with -f", 3},
	{&index.SourceError{Source: "index.example:8080/simple/", Err: missingFile}, "write https://index.example:8080/simple/ if", 1},
	{&index.SourceError{Source: "../wheels", Err: missingFile}, "check that ../wheels is", 1},
	{&transport.StatusError{URL: "https://h/", Code: 401, Authorized: true}, "the server refuses them", 1},
	{&transport.StatusError{URL: "https://h/", Code: 401, Credentials: &credential.SyntaxError{Path: "n", Line: 3}}, "correct line 3 of n", 1},
	{&transport.StatusError{URL: "http://h/", Code: 400}, "write it with https://", 1},
	{&transport.ConnectionError{URL: "https://h:1/", Err: &transport.ProxyError{Proxy: "http://p:1", Err: errors.New("x")}}, "the proxy in HTTPS_PROXY (or ALL_PROXY), or put h:1 into NO_PROXY", 1},
	{&transport.ConnectionError{URL: "http://h/", Err: &transport.ProxyError{Err: errors.New("x")}}, "the proxy in HTTP_PROXY", 1},
	{&transport.ConnectionError{URL: "https://h/", Err: &transport.ProxyError{Proxy: "http://p:1", Code: 407}}, "into HTTPS_PROXY as http://USER:PASSWORD@HOST:PORT", 1},
	{&transport.ConnectionError{URL: "https://h/", Err: &transport.ProxyError{Proxy: "https://p:1", Err: &tls.CertificateVerificationError{Err: errors.New("x")}}}, "authority of the proxy https://p:1", 1},
	{&transport.URLError{URL: "https://h/", Reason: "is no URL", Password: true}, "as %2F", 1},

	// Direct references.
	{&source.ToolError{Reference: "git+https://h/r", Command: "git"}, "install Git", 1},
	{&source.RevisionError{Repository: "https://h/r", Revision: "x"}, "name a branch", 1},
	{&source.RevisionError{Repository: "https://h/r", Revision: "x", Near: []string{"y"}}, "did you mean y?", 1},
	{&source.CommandError{Reference: "r", Command: "git fetch", Output: []string{"fatal"}, Hint: "check the host"}, "check the host", 1},
	{&source.OfflineError{Reference: "r"}, "without --offline", 1},
	{&source.ReferenceError{Reference: "r", Reason: "is not a URL"}, "name a wheel, a source archive", 1},

	// Projects, groups and scripts.
	{&bundle.ProjectError{Folder: "f", Reason: "is none"}, "name the folder of a project", 2},
	{&bundle.InputError{File: "s.py", Err: missingFile}, "check the name s.py", 1},
	{&bundle.ScriptPythonError{Script: "s.py"}, "name a target with such a Python", 1},
	{&bundle.ScriptsError{Project: "p", Scripts: []string{"a", "b"}}, "-c a or b", 2},
	{&pyproject.SyntaxError{File: "pyproject.toml", Line: 1, Column: 1, Length: 1, Text: "x"}, "correct the line", 1},
	{&pyproject.ValueError{File: "pyproject.toml", Key: "project.name"}, "correct project.name", 1},
	{&pyproject.GroupError{File: "pyproject.toml", Name: "x"}, "[dependency-groups]", 1},
	{&pyproject.GroupError{File: "pyproject.toml", Name: "x", Known: []string{"y"}}, "there are y", 1},
	{&pyproject.CycleError{File: "pyproject.toml", Chain: []string{"a", "a"}}, "take one of these out", 1},
	{&pyproject.BlockError{File: "s.py", Line: 9}, "leave one block", 1},

	// Locks.
	{&bundle.LockNameError{Name: "lock.txt"}, "call it pylock.toml", 2},
	{&bundle.LockReadError{Path: "pylock.toml", Err: missingFile}, "gobundle lock", 1},
	{&bundle.LockReadError{Path: "pylock.toml", Err: &fs.PathError{Err: syscall.EISDIR}}, "check that pylock.toml is a file", 1},
	{&bundle.LockReadError{Path: "pylock.toml", Err: &lockfile.FieldError{Field: "packages", Reason: "no"}}, "make the lock anew", 1},
	{&bundle.LockReadError{Path: "pylock.toml", Err: &lockfile.SyntaxError{Line: 1, Reason: "no"}}, "make the lock anew", 1},
	{&bundle.LockReadError{Path: "x", Err: &lockfile.NameError{Name: "x"}}, "name a lock file", 1},
	{&bundle.LockReadError{Path: "x", Err: &lockfile.VersionError{Format: "poetry.lock"}}, "poetry.lock", 1},
	{&bundle.LockMismatchError{Lock: "pylock.toml", File: "a.whl", Err: &fetch.HashError{}}, "do not use a.whl", 1},
	{&resolve.InseparableError{Name: "a", First: "t", Second: "u"}, "lock u in a file of its own", 1},
	{&resolve.LockTargetError{Lock: "pylock.toml", Target: "t", Err: &lockfile.UncoveredError{Environments: []string{"m"}}}, "--target t", 1},
	{&resolve.LockTargetError{Lock: "uv.lock", Target: "t", Err: &lockfile.UncoveredError{}}, "make a lock that is for t, too", 1},
	{&resolve.NotLockedError{Lock: "pylock.toml", Name: "a"}, "add a", 1},
	{&resolve.LockConflictError{Lock: "pylock.toml", Target: "t", Err: &solve.Conflict{}}, "lock again", 3},
	{&resolve.LockFileError{Lock: "pylock.toml"}, "make the lock anew", 1},
	{&lockfile.UnknownNameError{Kind: "extra", Name: "x", Known: []string{"y"}}, "name y", 2},
	{&lockfile.AmbiguousError{Name: "a"}, "make the lock anew", 1},

	// Settings.
	{&settings.Error{Place: "gobundle.toml", Key: "outptu", Near: []string{"output"}}, "did you mean output?", 2},
	{&settings.Error{Place: "gobundle.toml", Reason: "is no TOML"}, "--no-config", 2},
	{&index.BindingError{Index: "corp", Reason: "is not named"}, "--index corp=", 2},
	{&credential.SyntaxError{Path: ".netrc", Line: 3, Reason: "no"}, "line 3 of .netrc", 1},
}
