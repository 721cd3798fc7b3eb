package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/lockfile"
)

// explainLock is about lock files: reading, replaying and writing them.
func explainLock(err error, e *explanation) bool {
	if name, ok := asError[*bundle.LockNameError](err); ok {
		e.exit = exitUsage
		e.hint = "call it pylock.toml or pylock.NAME.toml, with a name without dots; not " + name.Name
		return true
	}
	if outdated, ok := asError[*outdatedError](err); ok {
		for _, line := range outdated.changes {
			e.detail = append(e.detail, "  "+line)
		}
		e.hint = "run the same command without --check"
		return true
	}
	if read, ok := asError[*bundle.LockReadError](err); ok {
		e.hint = readLockHint(read)
		return true
	}
	if same, ok := asError[*resolve.InseparableError](err); ok {
		e.hint = fmt.Sprintf("lock %s in a file of its own, with -o pylock.NAME.toml", same.Second)
		return true
	}
	if other, ok := asError[*bundle.LockMismatchError](err); ok {
		e.hint = fmt.Sprintf("do not use %s, which is not the file that %s was made with; if it was meant to change, lock again", other.File, other.Lock)
		return true
	}
	return explainReplay(err, e)
}

func readLockHint(read *bundle.LockReadError) string {
	unreadable, _ := asError[*fs.PathError](read.Err)
	name, _ := asError[*lockfile.NameError](read.Err)
	version, _ := asError[*lockfile.VersionError](read.Err)
	switch {
	case name != nil && strings.HasSuffix(name.Name, ".txt"):
		return "take a requirements file with -r, or name a lock file: pylock.toml, uv.lock, poetry.lock, pdm.lock or Pipfile.lock"
	case name != nil:
		return "name a lock file: pylock.toml, pylock.NAME.toml, uv.lock, poetry.lock, pdm.lock or Pipfile.lock"
	case errors.Is(read.Err, fs.ErrNotExist):
		return "check the name, or make the lock with gobundle lock"
	case unreadable != nil:
		return "check that " + read.Path + " is a file that you may read"
	case version != nil && read.Output:
		return "use a newer gobundle, make it anew with --upgrade, or name another file with -o"
	case version != nil:
		return fmt.Sprintf("lock with a tool that writes version %s of %s, or use a newer gobundle", version.Known, version.Format)
	case read.Output:
		return "make it anew with --upgrade, or name another file with -o"
	}
	return "make the lock anew with the tool that made it"
}

// explainReplay is about what a lock doesn't have.
func explainReplay(err error, e *explanation) bool {
	if unfit, ok := asError[*resolve.LockTargetError](err); ok {
		if uncovered, ok := asError[*lockfile.UncoveredError](unfit.Err); ok {
			for _, marker := range uncovered.Environments {
				e.detail = append(e.detail, "  it is for "+marker)
			}
		}
		e.hint = fmt.Sprintf("lock again with --target %s besides the others", unfit.Target)
		if !lockfile.IsName(unfit.Lock) {
			e.hint = fmt.Sprintf("make a lock that is for %s, too, with the tool that made it", unfit.Target)
		}
		return true
	}
	if missing, ok := asError[*resolve.NotLockedError](err); ok {
		e.hint = fmt.Sprintf("add %s to what is locked, and lock again", missing.Name)
		return true
	}
	if conflict, ok := asError[*resolve.LockConflictError](err); ok {
		e.exit = exitNoSolution
		e.what = fmt.Sprintf("%s does not satisfy these requirements for %s", conflict.Lock, conflict.Target)
		for line := range strings.Lines(conflict.Err.Error()) {
			e.detail = append(e.detail, "  "+strings.TrimRight(line, "\n"))
		}
		e.hint = "lock again with these requirements"
		return true
	}
	if name, ok := asError[*lockfile.UnknownNameError](err); ok {
		e.exit = exitUsage
		e.hint = "name one that the lock has, or none"
		if len(name.Known) > 0 {
			e.hint = "name " + either(name.Known)
		}
		return true
	}
	_, unusable := asError[*resolve.LockFileError](err)
	_, ambiguous := asError[*lockfile.AmbiguousError](err)
	if unusable || ambiguous {
		e.hint = "make the lock anew with the tool that made it"
	}
	return unusable || ambiguous
}
