package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// The rules of what is printed:
//
//   - stdout is data: what a verb was asked for. stderr is talk.
//   - An error is one line "gobundle: error: what and where", then one line
//     "gobundle: hint: the one action that helps".
//   - A conflict between requirements and a syntax error show more lines
//     between the two: the derivation, or the line with a caret.
//   - Colour and moving bars only on a terminal that can show them, colour never
//     with NO_COLOR set.
//   - What comes from elsewhere can't steer the terminal: control characters are
//     not printed. Neither are passwords in URLs, wherever they come from.

// ui is the only way out to the user. It is used by one goroutine; progress
// has its own lock.
type ui struct {
	process
	quiet    bool
	colour   bool
	progress progress
}

func newUI(p process) *ui {
	p.terminal = p.terminal && p.getenv("TERM") != "dumb"
	u := &ui{process: p, colour: p.terminal && p.getenv("NO_COLOR") == ""}
	u.progress.to, u.progress.live = p.stderr, p.terminal
	return u
}

// isTerminal reports whether a file is a terminal of a known size: on others, as
// some that machines make, nothing can be drawn.
func isTerminal(f *os.File) bool {
	width, height, err := term.GetSize(int(f.Fd()))
	return err == nil && width > 0 && height > 0
}

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
		fmt.Fprintln(u.stderr, printable(line))
	}
	u.line(u.stderr, "hint", "36", text.hint)
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
	fmt.Fprintln(u.stderr, printable(fmt.Sprintf(format, arguments...)))
}

// data prints to stdout what the verb was asked for.
func (u *ui) data(text string) error {
	u.suspend()
	_, err := io.WriteString(u.stdout, text)
	return err
}

func (u *ui) line(w io.Writer, kind, colour, text string) {
	if u.colour {
		kind = "\x1b[1;" + colour + "m" + kind + "\x1b[0m"
	}
	fmt.Fprintf(w, "gobundle: %s: %s\n", kind, printable(text))
}

// passwords finds what stands before the host of a URL.
var passwords = lazyregexp.New(`(://)[^\s/@]+@`)

// printable makes one line of a text that may hold anything. The place-holders in
// hints about passwords stay.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return ' '
		case r != '\t' && !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.TrimRight(text, "\n"))
	return passwords().ReplaceAllStringFunc(text, func(found string) string {
		if found == "://USER:PASSWORD@" {
			return found
		}
		return "://"
	})
}

// suspend takes a progress line off the terminal before other text.
func (u *ui) suspend() { u.progress.stop() }

// asError is errors.As with the target as result.
func asError[T error](err error) (T, bool) {
	var target T
	ok := errors.As(err, &target)
	return target, ok
}
