package launch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Run goes on with the bundle in this process's own file, and returns only if it
// can't: with an exit code, after it has written two lines to stderr.
func Run(ctx context.Context, arguments, environ []string, stderr io.Writer, means Means) int {
	self, err := own(arguments[0], variables(environ))
	if elevated() {
		err = &Error{
			Reason: "it is started with the rights of another user (setuid), and whose variables these are is unclear",
			Hint:   "start it as that user: sudo, or a service",
		}
	}
	if how := variables(environ).get(unpackVariable); err == nil && how != "" {
		return unpack(ctx, self, how, variables(environ).without(unpackVariable), os.Stdin, os.Stdout, means)
	}
	if err == nil {
		err = run(ctx, self, arguments, environ, stderr, means)
	}
	name := filepath.Base(arguments[0])
	var refused *Error
	if !errors.As(err, &refused) {
		refused = &Error{Reason: err.Error(), Hint: "build or copy the file again"}
	}
	complain(stderr, fmt.Sprintf("%s: error: %s\n%s: hint: %s\n", name, refused.Reason, name, refused.Hint))
	return 1
}

func run(ctx context.Context, self string, arguments, environ []string, stderr io.Writer, means Means) error {
	file, err := os.Open(self)
	if err != nil {
		return err
	}
	defer file.Close()
	record, err := Read(file)
	if err != nil {
		if command := script(file, self, arguments[1:], environ); command != nil {
			return start(command)
		}
	}
	if errors.Is(err, ErrNoBundle) {
		return &Error{Reason: "this is a launcher without its bundle", Hint: "build the file again; strip and the like take the bundle away"}
	}
	if err != nil {
		return err
	}
	record.means, record.stderr = means, stderr
	command, err := record.Command(ctx, self, record.withCommand(self, arguments), environ)
	if err != nil {
		return err
	}
	if command.first && record.Recompressed {
		command.Environ = unpackAhead(self, command.Environ)
	}
	if command.lease != "" {
		command.Environ = takeLease(command.lease, command.Environ)
	}
	return start(command)
}

// start goes on with a program. It returns only if that went wrong.
func start(command *Command) error {
	err := become(command)
	return &Error{Reason: fmt.Sprintf("starting %s: %v", command.Path, err), Hint: "set GOBUNDLE_PYTHON to a Python that can be started"}
}

// own is the path of this program as the user has started it, so that the
// application sees the name of a symbolic link and not where that leads.
func own(name string, v variables) (string, error) {
	executable, hidden := os.Executable()
	candidates := []string{name}
	if !strings.ContainsFunc(name, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(byte(r)) }) {
		candidates = nil
		for _, folder := range v.folders() {
			candidates = append(candidates, filepath.Join(folder, name))
		}
	}
	var running os.FileInfo
	if hidden == nil {
		var err error
		if running, err = os.Stat(executable); err != nil {
			return "", err
		}
	}
	for _, candidate := range candidates {
		candidate = program(candidate)
		if hidden != nil && candidate != "" {
			return candidate, nil // there is no /proc to tell whether it is so
		}
		if info, err := os.Stat(candidate); err == nil && os.SameFile(info, running) {
			return candidate, nil
		}
	}
	return executable, hidden
}
