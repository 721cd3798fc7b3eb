package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// The rules of what is printed:
//
//   - stdout is data: what a verb was asked for. stderr is talk.
//   - An error is one line "gobundle: error: what and where", then, where one
//     action helps, one line "gobundle: hint: the action".
//   - A conflict between requirements and a syntax error show more lines
//     between the two: the derivation, or the line with a caret.
//   - Colour only on a terminal, and never with NO_COLOR set.

// ui is the only way out to the user. It is used by one goroutine; progress
// has its own lock.
type ui struct {
	process
	quiet    bool
	colour   bool
	progress progress
}

func newUI(p process) *ui {
	u := &ui{process: p, colour: p.terminal && p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb"}
	u.progress.to, u.progress.live = p.stderr, p.terminal
	return u
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// usageError is a wrong use of the command line: exit code 2.
type usageError struct {
	Err  error
	Hint string
}

func (e *usageError) Error() string { return e.Err.Error() }
func (e *usageError) Unwrap() error { return e.Err }

func usagef(hint, format string, arguments ...any) error {
	return &usageError{Err: fmt.Errorf(format, arguments...), Hint: hint}
}

// fail prints the error, if there is one, and returns the exit code.
func (u *ui) fail(err error) int {
	if err == nil {
		return exitDone
	}
	u.suspend()
	text := explain(err)
	u.line(u.stderr, "error", "31", text.what)
	for _, line := range text.detail {
		fmt.Fprintln(u.stderr, line)
	}
	if text.hint != "" {
		u.line(u.stderr, "hint", "36", text.hint)
	}
	return text.exit
}

// warn prints one warning line.
func (u *ui) warn(format string, arguments ...any) {
	u.suspend()
	u.line(u.stderr, "warning", "33", fmt.Sprintf(format, arguments...))
}

// say prints one line of talk, unless --quiet.
func (u *ui) say(format string, arguments ...any) {
	if u.quiet {
		return
	}
	u.suspend()
	fmt.Fprintf(u.stderr, format+"\n", arguments...)
}

// data prints to stdout what the verb was asked for.
func (u *ui) data(text string) error {
	u.suspend()
	_, err := io.WriteString(u.stdout, text)
	return err
}

func (u *ui) line(w io.Writer, kind, colour, text string) {
	text = strings.TrimRight(text, "\n")
	if u.colour {
		kind = "\x1b[1;" + colour + "m" + kind + "\x1b[0m"
	}
	fmt.Fprintf(w, "gobundle: %s: %s\n", kind, text)
}

// suspend takes a progress line off the terminal before other text.
func (u *ui) suspend() { u.progress.stop() }

// asError is errors.As with the target as result.
func asError[T error](err error) (T, bool) {
	var target T
	ok := errors.As(err, &target)
	return target, ok
}
