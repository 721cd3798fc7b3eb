package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// A commands calls the command of one version control system for one reference.
type commands struct {
	reference Reference
	program   string // its path
	search    string // PATH
	where     string // the reference's URL without credentials that a command line would show
	user      string // the credentials taken out
	password  string
	variables []string
	options   []string // before those of each call
}

const (
	// maxOutput bounds in bytes what is kept of a command's output.
	maxOutput = 16 << 20
	// grace is how long the output of a command that has ended is waited for.
	grace = 2 * time.Second
)

// commands finds the program of a repository's system.
func (c *Client) commands(r Reference) (*commands, error) {
	environ := c.options.Environ
	if environ == nil {
		environ = os.Environ()
	}
	run := &commands{reference: r, where: r.URL}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.EqualFold(name, "PATH") {
			run.search = value
		}
		if !foreign(name) {
			run.variables = append(run.variables, entry)
		}
	}
	run.program = find(r.System, run.search)
	if run.program == "" {
		return nil, &ToolError{Reference: r.String(), Command: r.System}
	}
	run.variables = append(run.variables, "LC_ALL=C.UTF-8", "LANGUAGE=")
	if u, err := url.Parse(r.URL); err == nil && u.User != nil {
		password, secret := u.User.Password()
		web := u.Scheme == "http" || u.Scheme == "https"
		if web || secret {
			run.user, run.password = u.User.Username(), password
			u.User = nil
			run.where = u.String()
		}
	}
	return run, nil
}

// foreign reports whether a variable is about another repository than the one that
// is asked for, as in a hook of git.
func foreign(name string) bool {
	switch name {
	case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
		"GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE",
		"GIT_IMPLICIT_WORK_TREE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_CEILING_DIRECTORIES", "GIT_TRACE", "GIT_TEMPLATE_DIR",
		"HG_ARGS", "HG_NODE", "LC_ALL", "LANGUAGE":
		return true
	}
	return false
}

// find looks for a program in the folders of a PATH; "" if it is in none.
func find(program, search string) string {
	for _, folder := range filepath.SplitList(search) {
		if folder == "" || !filepath.IsAbs(folder) {
			continue // the folder where one happens to be is no place for programs
		}
		if path, err := exec.LookPath(filepath.Join(folder, program)); err == nil {
			return path
		}
	}
	return ""
}

// in runs the command in a folder and returns what it printed on stdout.
func (c *commands) in(ctx context.Context, folder string, arguments ...string) (string, error) {
	return c.with(ctx, folder, "", arguments...)
}

// with is in, with a text for stdin.
func (c *commands) with(ctx context.Context, folder, input string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, c.program, append(c.options[:len(c.options):len(c.options)], arguments...)...)
	command.Dir = folder
	command.Env = append(c.variables[:len(c.variables):len(c.variables)], "PWD="+folder)
	var stdout, stderr tail
	command.Stdout, command.Stderr = &stdout, &stderr
	if input != "" {
		command.Stdin = strings.NewReader(input)
	}
	command.WaitDelay = grace
	err := command.Run()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err == nil && !stdout.cut {
		return stdout.text.String(), nil
	}
	failure := &CommandError{Reference: c.reference.String(), Command: c.reference.System + " " + verb(arguments), Err: err}
	failure.Reason = fmt.Sprint(err)
	if err == nil {
		failure.Reason = fmt.Sprintf("more than %d bytes of output", maxOutput)
	}
	output := c.mask(stderr.text.String())
	failure.Output = lastLines(output)
	failure.Hint = advise(output)
	return "", failure
}

// failed reports whether an error is that of a command that ran and ended with a
// failure, not of one that could not run.
func failed(err error) bool {
	var failure *CommandError
	var exit *exec.ExitError
	return errors.As(err, &failure) && errors.As(failure.Err, &exit)
}

// verb is the first argument that is no option.
func verb(arguments []string) string {
	for _, argument := range arguments {
		if !strings.HasPrefix(argument, "-") {
			return argument
		}
	}
	return ""
}

// mask takes credentials out of what a command printed.
func (c *commands) mask(text string) string {
	for _, secret := range []string{c.password, url.QueryEscape(c.password), url.PathEscape(c.password)} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	if c.password == "" && c.user != "" {
		text = strings.ReplaceAll(text, c.user, "***") // a token
	}
	return text
}

// lastLines are what is worth showing of a command's output.
func lastLines(text string) []string {
	const most = 8
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) && r != '\t' {
				return -1
			}
			return r
		}, strings.TrimRight(line, "\r\n"))
		if line = strings.TrimRight(line, " \t"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines[max(0, len(lines)-most):]
}

// A tail keeps the end of what is written to it.
type tail struct {
	text bytes.Buffer
	cut  bool // the beginning is gone
}

func (t *tail) Write(p []byte) (int, error) {
	t.text.Write(p)
	if over := t.text.Len() - maxOutput; over > 0 {
		t.text.Next(over)
		t.cut = true
	}
	return len(p), nil
}
