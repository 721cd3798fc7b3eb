package build

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// A complaint is what tools print when something is not there, and what to do.
type complaint struct {
	pattern string // a regular expression
	advice  string // %s is what the pattern's group matched
}

// complaints are tried in order: the more particular ones stand first.
var complaints = []complaint{
	{`fatal error: Python\.h:|'Python\.h' file not found`, "install the headers of Python, on Debian the package python3-dev"},
	{`fatal error: ([\w./+-]+\.h(?:pp)?): No such file|fatal error: '([\w./+-]+)' file not found`, "install the library that has %s, its headers included"},
	{`command '([^']*(?:gcc|g\+\+|clang|cc|c\+\+)[^']*)' failed: No such file|[Uu]nable to execute '([^']+)'|(?:gcc|clang|cc): (?:command )?not found|Unknown compiler\(s\)|CMAKE_C(?:XX)?_COMPILER not set|No CMAKE_C(?:XX)?_COMPILER could be found|Microsoft Visual C\+\+ \S+ or greater is required`, "install a C compiler, on Debian the packages gcc and libc6-dev"},
	{`can't find Rust compiler|rustc: (?:command )?not found|'cargo' not found|No such file or directory: 'cargo'|[Rr]ust toolchain`, "install Rust"},
	{`No such file or directory: '(cmake|ninja|meson|make|git|hg|swig|pkg-config|autoconf)'|\b(cmake|ninja|meson|make|git|hg|swig|pkg-config|autoconf): (?:command )?not found`, "install %s"},
	{`cannot find -l([\w+-]+)`, "install the library %s, the files for development included"},
	{`(?:did not find|unable to|setuptools-scm was unable to) (?:any )?(?:detect )?version for`, "set SETUPTOOLS_SCM_PRETEND_VERSION, for the source has no version of its own without its repository"},
	{`Missing parentheses in call to '(?:print|exec)|SyntaxError: multiple exception types must be parenthesized|No module named '(?:ConfigParser|urllib2|StringIO|__builtin__)'`, "use another version, for this one is written for Python 2"},
	{`No module named '(?:distutils|imp)(?:\.\w+)*'`, "use another version, or an older Python: this one needs what newer ones have no more"},
	{`Name or service not known|Temporary failure in name resolution|Network is unreachable|nodename nor servname`, "check the network, from which its build takes something, or use a wheel"},
	{`No space left on device`, "make room on the disk"},
	{`Permission denied`, "look at the rights of the files that the log names"},
}

var noModule = lazyregexp.New(`ModuleNotFoundError: No module named '([\w.]+)'`)

// advice finds out what to do about a failure, "" if nothing is known.
func advice(lines []string, noIsolation bool, requires []string) string {
	text := strings.Join(lines, "\n")
	for _, c := range complaints {
		found := regexp.MustCompile(c.pattern).FindStringSubmatch(text)
		if found == nil {
			continue
		}
		if !strings.Contains(c.advice, "%s") {
			return c.advice
		}
		return fmt.Sprintf(c.advice, strings.Join(found[1:], ""))
	}
	found := noModule().FindStringSubmatch(text)
	switch {
	case found == nil:
		return ""
	case noIsolation:
		return fmt.Sprintf("install %s beside the interpreter, or build with isolation", found[1])
	case len(requires) == 0, len(requires) == 1 && requires[0] == legacyRequirement:
		return fmt.Sprintf("the project does not say that it needs %s to be built: build it without isolation where that is installed", found[1])
	}
	return fmt.Sprintf("the project says that it needs %s to be built, and not %s: tell its makers, or build without isolation where that is installed", strings.Join(requires, ", "), found[1])
}
