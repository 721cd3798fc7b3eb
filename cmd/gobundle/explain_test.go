package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/bundle/archive"
	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/standalone"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/resolve/transport"
	"github.com/gobundle/gobundle/runtime/cache"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/pythondist"
	"github.com/gobundle/gobundle/runtime/unpack"
	"github.com/gobundle/gobundle/runtime/venv"
	"github.com/gobundle/gobundle/runtime/wheel"
)

const secretURL = "https://user:s3cret@index.example/simple/"

var (
	missingFile = &fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}
	version1    = pep440.MustParse("1.0")
	// leaky is an error of the standard library, which prints URLs whole.
	leaky = &url.Error{Op: "Get", URL: secretURL, Err: errors.New("EOF")}
)

// An explainedError is a kind of error with a part of its hint and the exit code.
type explainedError struct {
	err  error
	hint string
	exit int
}

// explained has the kinds of errors that a user may see; explainedInputs has more.
var explained = []explainedError{
	{&usageError{Err: errors.New("unknown flag"), Hint: "see --help"}, "see --help", 2},

	// What the user asks for.
	{&bundle.ArgumentError{Err: errors.New("no")}, "write a requirement as", 2},
	{&bundle.ArgumentError{Err: errors.New("no"), Hint: "-r it"}, "-r it", 2},
	{&bundle.ArgumentError{Err: &reqfile.SyntaxError{Text: "a >", Column: 3, Length: 1}}, "write a requirement as", 2},
	{&bundle.ArgumentError{Err: &pep508.SyntaxError{Input: "ä >", Offset: 4}}, "write a requirement as", 2},
	{&reqfile.SyntaxError{File: "r.txt", Line: 1, Column: 9, Text: "a"}, "correct the line", 1},
	{&pep508.SyntaxError{Input: "a >", Offset: 2, Length: 1}, "correct the line", 1},
	{&pep508.EvaluationError{Comparison: `os_name > "x"`}, `correct the marker os_name > "x"`, 1},
	{&pep440.SpecifierError{Input: ">x"}, "write versions as", 1},
	{&pep440.VersionError{Input: "x"}, "write versions as", 1},
	{&reqfile.CycleError{Chain: []string{"a", "a"}, Where: reqfile.Position{File: "a", Line: 1}}, "take the -r or -c out of a line 1", 1},
	{&reqfile.OpenError{File: "r.txt", Err: missingFile}, "check the name r.txt", 1},
	{&reqfile.OpenError{File: "r.txt", From: reqfile.Position{File: "a", Line: 2}, Err: missingFile}, "it is relative to that file", 1},
	{&reqfile.OpenError{File: "r.txt", Err: reqfile.ErrTooLarge}, "is a requirements file", 1},
	{&reqfile.OpenError{File: "r", Err: &fs.PathError{Err: syscall.EISDIR}}, "r/requirements.txt", 1},
	{&reqfile.OpenError{File: "r.txt", Err: &fs.PathError{Err: syscall.EACCES}}, "the right to read r.txt", 1},
	{&reqfile.OpenError{File: "https://h/r.txt", Err: &transport.StatusError{URL: "https://h/r.txt", Code: 404}}, "check the URL https://h/r.txt", 1},
	{&reqfile.HashError{Faults: []reqfile.HashFault{{Reason: "has no --hash"}}}, "give every requirement a == version", 1},
	{&resolve.HashModeError{Name: "a", Version: version1}, "add a==1.0 with a --hash", 1},
	{&resolve.SourceError{Requirement: "a", Reason: "no"}, "check the URL or path", 1},

	// No solution.
	{&solve.Conflict{}, "relax one of the requirements", 3},
	{&bundle.FolderError{Folder: "lib", Err: &solve.Conflict{}}, "write ./lib if you mean", 3},
	{&resolve.TargetError{Target: "t", Err: &solve.Conflict{}}, "relax one of the requirements", 3},
	{&resolve.MissingWheelsError{Wheels: []resolve.MissingWheel{{Name: "a", Version: version1, Target: "t"}}}, "gobundle wheel a==1.0", 3},

	// Indexes and the network.
	{&index.NotFoundError{Name: "a"}, "check the spelling of a", 3},
	{&index.NotFoundError{Name: "a", Near: []string{"b", "c"}}, "did you mean b or c?", 3},
	{&index.PageError{URL: "https://h/", Reason: "is no page"}, "is a package index", 1},
	{&index.VersionError{URL: "https://h/", Version: "2.0"}, "use a newer gobundle", 1},
	{&index.SourceError{Source: "wheels", Err: missingFile}, "check that wheels is", 1},
	{&transport.StatusError{URL: "https://h/", Code: 401}, "USER:PASSWORD@HOST", 1},
	{&transport.StatusError{URL: "https://h/", Code: 404}, "check the URL", 1},
	{&transport.StatusError{URL: "https://h/", Code: 407}, "HTTPS_PROXY", 1},
	{&transport.StatusError{URL: "https://h/", Code: 418}, "is what you mean", 1},
	{&transport.StatusError{URL: "https://h/", Code: 429}, "asked too often", 1},
	{&transport.StatusError{URL: "https://h/", Code: 503}, "try again later", 1},
	{&transport.ConnectionError{URL: "https://h/", Err: leaky}, "check the address https://h/", 1},
	{&transport.ConnectionError{URL: bundle.PublicIndex + "a/", Err: leaky}, "--no-index -f FOLDER", 1},
	{&transport.ConnectionError{URL: "https://h:1/", Err: &tls.CertificateVerificationError{Err: errors.New("x")}}, "--trusted-host h:1", 1},
	{&transport.ConnectionError{URL: "https://h/", Err: tls.RecordHeaderError{Msg: "x"}}, "http://", 1},
	{&transport.OfflineError{URL: "https://h/"}, "without --offline", 1},
	{&transport.SizeError{URL: "https://h/", Limit: 9}, "check that https://h/", 1},
	{&transport.URLError{URL: "x:", Reason: "is no URL"}, "https://HOST/PATH", 1},
	{&transport.ProtocolError{URL: "https://h/", Reason: "redirects"}, "check the address", 1},
	{&transport.CertificateError{File: "c.pem", Err: missingFile}, "instead of c.pem", 1},
	{&transport.CertificateError{File: "c.pem", Client: true, Err: missingFile}, "certificate and its key", 1},

	// Files of distributions.
	{&fetch.HashError{File: "a.whl", Want: []string{"sha256:0"}, Got: "sha256:1"}, "--hash=sha256:1", 1},
	{&fetch.HashError{File: "a.whl", Announced: true}, "those who keep the index", 1},
	{&fetch.HashFormatError{File: "a.whl", Hash: "x"}, "--hash=sha256:HEX", 1},
	{&fetch.SizeError{File: "a.whl"}, "try again", 1},
	{&fetch.FileError{File: "a.whl", Err: errors.New("no zip")}, "get a.whl anew", 1},
	{&fetch.FileError{File: "a.whl", Err: &wheel.RecordError{Wheel: "a.whl", Path: "a.py"}}, "changed after it was built", 1},
	{&wheel.InvalidError{Wheel: "a.whl"}, "get a.whl anew", 1},
	{&wheel.RecordError{Wheel: "a.whl", Path: "a.py"}, "changed after it was built", 1},
	{&wheel.VersionError{Wheel: "a.whl", Version: "2"}, "use a newer gobundle", 1},
	{&wheel.EntryPointError{Wheel: "a.whl"}, "another version of a.whl", 1},
	{&wheel.EntryPointError{}, "another version of the distribution", 1},
	{&wheel.CollisionError{Path: "p", First: "a 1", Second: "b 1"}, "leave out a 1 or b 1", 1},
	{&wheel.CollisionError{Path: "p", First: "a 1", Second: "a 1"}, "another version of a 1", 1},
	{&wheel.CollisionError{Path: "p", Second: "a 1"}, "remove p", 1},
	{&wheel.LongPathError{Prefix: "p", Longest: 300}, "LongPathsEnabled", 1},
	{&wheel.LongPathError{Prefix: "p", Longest: 300, Programs: true}, "a shorter path", 1},
	{&wheel.DuplicateError{First: "a-1.whl", Second: "a-2.whl"}, "leave out a-1.whl or a-2.whl", 1},
	{&dist.FileNameError{File: "a.whl", Reason: "no"}, "give a.whl the name", 1},
	{&dist.MetadataError{Field: "Name", Err: errors.New("no")}, "wrong in Name", 1},
	{&dist.MetadataError{Err: errors.New("no")}, "tell the makers", 1},
	{&tag.SyntaxError{Input: "x", Reason: "no"}, "write tags as", 1},

	// Building.
	{&build.BackendError{Source: "a.tar.gz", Output: []string{"x"}, Advice: "install gcc"}, "install gcc", 1},
	{&build.BackendError{Source: "a.tar.gz", Log: "l"}, "read the whole log, l", 1},
	{&build.CycleError{Chain: []string{"a", "b", "a"}}, "put a wheel of a", 1},
	{&build.NotHereError{Source: "a", Target: "t"}, "on a machine for t", 1},
	{&build.MismatchError{Source: "a"}, "tell the makers of a", 1},
	{&build.ProjectError{Source: "a", Reason: "no"}, "use another version", 1},
	{&build.RequirementsError{Source: "a", Err: &solve.Conflict{}}, "use another version of it", 3},
	{&build.RequirementsError{Source: "a", Err: &transport.OfflineError{}}, "without --offline", 1},
	{&unpack.UnsafeError{Archive: "a.tar.gz", Member: "../x"}, "do not use a.tar.gz", 1},
	{&unpack.FormatError{Archive: "a.tar.gz"}, "get a.tar.gz anew", 1},

	// Targets and interpreters.
	{&target.UnknownError{Text: "x"}, "name a target as", 2},
	{&target.UnknownError{Text: "x", Near: []string{"y"}}, "did you mean y?", 2},
	{&target.ConstraintError{Input: "x"}, "CPython>=3.9", 2},
	{&bundle.ConstraintError{Constraint: ">=4", Named: true}, "leave such targets out", 2},
	{&bundle.ConstraintError{Constraint: ">=4"}, "name an interpreter that satisfies it", 2},
	{&bundle.PlatformError{File: "p.json", Err: missingFile}, "what p.json should be", 1},
	{&bundle.MisfitError{Interpreter: "cp39", Misfits: []bundle.Misfit{{Target: "t", Reason: "r"}}}, "--python", 1},
	{fmt.Errorf("choosing: %w", bundle.ErrNoInterpreter), "--target cp312-linux-x86_64", 1},
	{&interpreter.NotFoundError{Names: []string{"python3"}}, "a name that is on PATH", 1},
	{&interpreter.NotFoundError{Names: []string{"python3"}, Tried: []*interpreter.QueryError{{Path: "p"}}}, "try p yourself", 1},
	{&interpreter.QueryError{Path: "p", Reason: interpreter.NotFound}, "check the path p", 1},
	{&interpreter.QueryError{Path: "p", Reason: interpreter.NotExecutable}, "p can't be executed", 1},
	{&interpreter.QueryError{Path: "p", Reason: interpreter.NotPython}, "try p yourself", 1},
	{&interpreter.QueryError{Path: "p", Reason: interpreter.TooOld}, "name a newer Python", 1},
	{&interpreter.QueryError{Path: "p", Reason: interpreter.NoAnswer}, "try p yourself", 1},

	// What is written, and where.
	{&pack.OutputError{Path: "o", Reason: "is a folder"}, "name another file with -o", 1},
	{&pack.OutputError{Path: "o", Err: fs.ErrNotExist}, "make the folder first", 1},
	{&pack.OutputError{Path: "o", Err: syscall.ENOSPC}, "free some space", 1},
	{&pack.OutputError{Path: "o", Err: syscall.EROFS}, "where you may write", 1},
	{&pack.LimitError{Targets: []string{"t"}}, "--format directory", 1},
	{&pack.ChangedError{Entry: "e"}, "run again", 1},
	{&stage.EntryPointError{Text: "a", Near: []string{"b"}}, "did you mean b?", 1},
	{&stage.EntryPointError{Text: "a", Scripts: []string{"b", "c"}}, "are b, c", 1},
	{&stage.EntryPointError{Text: "a"}, "with -D", 1},
	{&stage.EntryPointError{Text: "a.py"}, "-e a", 1},
	{&stage.EntryPointError{Text: "a b", Malformed: true}, "write it as -e MODULE", 2},
	{&stage.CommandError{Text: "a/b", Malformed: true}, "write --busybox @", 2},
	{&stage.CommandError{Text: "venv", Verb: true}, "build with --no-tools", 1},
	{&stage.CommandError{Text: "a", Owners: []string{"b", "c"}}, "'!@c'", 1},
	{&stage.CommandError{Text: "a", Near: []string{"b"}}, "did you mean b?", 1},
	{&stage.CommandError{Text: "a", Names: []string{"b", "c"}}, "there are b, c", 1},
	{&stage.CommandError{Text: "a"}, "--busybox NAME=MODULE:FUNCTION", 1},
	{&stage.SourceError{Path: "src", Reason: "holds no files"}, "change src", 1},
	{&stage.WheelError{File: "a.whl"}, "let one index or folder have a.whl", 1},
	{&bootstrap.ShebangError{Text: "x"}, "/usr/bin/env python3", 2},
	{&venv.NotEmptyError{Dir: "env"}, "--force", 1},
	{&venv.NotEmptyError{Dir: "env", Kept: "is a mount point"}, "remove this one yourself", 1},
	{&venv.PythonError{Python: "p", Err: errors.New("x")}, "try `p -m venv` yourself", 1},
	{&venv.PythonError{Python: "p", Output: "No module named 'venv'", Err: errors.New("x")}, "python3-venv", 1},
	{venv.ErrScope, "--scope all", 2},
	{&bundle.CacheError{Err: missingFile}, "--cache-dir", 1},
	{&cache.UnsafeError{Path: "p", Reason: "belongs to another user"}, "--cache-dir", 1},
	{fmt.Errorf("finding: %w", cache.ErrNoHome), "--cache-dir", 1},

	// Finished bundles.
	{fmt.Errorf("f %w", archive.ErrNotBundle), "name a file that gobundle made", 1},
	{&archive.DamageError{Path: "f", Reason: "is cut short"}, "get f anew", 1},
	{&manifest.VersionError{Format: "9"}, "use a newer gobundle", 1},
	{&manifest.FormatError{Reason: "no"}, "get the bundle anew", 1},

	// A Python that an executable brings along.
	{&bundle.PythonOptionError{Text: "p", Reason: "has no sha256", Remedy: "add it"}, "add it", 1},
	{&bundle.PythonMismatchError{Target: "cp311-x", Python: "cpython-3.12", Fits: "cp312-linux-x86_64"}, "use --target cp312-linux-x86_64", 1},
	{&standalone.UnknownError{Name: "cpython-3.1", Known: []string{"cpython-3.14.7", "cpython-3.13.15"}}, "there are cpython-3.14.7, cpython-3.13.15", 1},
	{&standalone.UnknownError{Name: "cpython-3.1"}, "the path of an archive", 1},
	{&standalone.NoPythonError{Path: "p", Reason: "no"}, "python-build-standalone", 1},
	{&standalone.PackError{Path: "p", Reason: "is a pipe"}, "take it out of the folder", 1},
	{&pythondist.DamageError{Name: "p", Reason: "no"}, "get the archive of --python-dist anew", 1},
	{&pythondist.FetchError{Name: "p", Err: fs.ErrNotExist}, "an archive that is here", 1},
	{&pythondist.NoExecError{Program: "p"}, "on another file system", 1},

	// The operating system.
	{missingFile, "check the name x", 1},
	{&fs.PathError{Path: "x", Err: syscall.EACCES}, "the right to x", 1},
	{&fs.PathError{Path: "x", Err: syscall.EISDIR}, "x is a folder", 1},
	{&fs.PathError{Path: "x", Err: syscall.EROFS}, "make x writable", 1},
	{&fs.PathError{Path: "x", Err: syscall.ENOSPC}, "free some space", 1},
	{syscall.EMFILE, "ulimit -n", 1},
	{context.DeadlineExceeded, "--timeout", 1},
}

// Every error comes as one error line and one hint line, wherever it is wrapped.
func TestExplain(t *testing.T) {
	t.Parallel()
	for _, test := range slices.Concat(explained, explainedInputs) {
		name := fmt.Sprintf("%T %s", test.err, test.hint)
		for _, err := range []error{
			test.err,
			fmt.Errorf("reading %s\nand \x1b[31m: %w", secretURL, test.err),
			errors.Join(test.err, leaky),
		} {
			text, exit := refusal(err)
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			if exit != test.exit {
				t.Errorf("%s: exit code %d, want %d", name, exit, test.exit)
			}
			if !strings.HasPrefix(lines[0], "gobundle: error: ") || strings.Count(text, "gobundle: error: ") != 1 {
				t.Errorf("%s: the first line is %q, want the one error", name, lines[0])
			}
			last := lines[len(lines)-1]
			if !strings.HasPrefix(last, "gobundle: hint: ") || !strings.Contains(last, test.hint) || strings.Count(text, "gobundle: hint: ") != 1 {
				t.Errorf("%s: the last line is %q, want the one hint", name, last)
			}
			for _, line := range lines[1 : len(lines)-1] {
				if !strings.HasPrefix(line, "  ") {
					t.Errorf("%s: the line %q between them is not indented", name, line)
				}
			}
			if strings.Contains(text, "s3cret") || strings.Contains(text, "\x1b") {
				t.Errorf("%s: a password or a control character is printed: %q", name, text)
			}
		}
	}
}

// What nobody foresaw is to be reported.
func TestExplainUnforeseen(t *testing.T) {
	t.Parallel()
	text, exit := refusal(errors.New("the moon is made of cheese"))
	if want := "gobundle: error: the moon is made of cheese\ngobundle: hint: this is not foreseen"; !strings.HasPrefix(text, want) || exit != exitFailed {
		t.Errorf("printed %q with exit code %d, want %q", text, exit, want)
	}
}

// refusal returns what the user sees of an error.
func refusal(err error) (text string, exit int) {
	var stderr bytes.Buffer
	u := newUI(process{getenv: func(string) string { return "" }, stderr: &stderr})
	exit = u.fail(err)
	return stderr.String(), exit
}
