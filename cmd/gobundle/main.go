// Command gobundle turns Python requirements into one self-contained file.
//
// The command line is thin: each verb has one file with its flags, which
// fills an Options struct, calls one function and prints what comes back.
// Only ui.go and progress.go write to the terminal.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker; `make build` gives it the git description.
var version = "dev"

// Exit codes, as listed in --help.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNoSolution  = 3
	exitInterrupted = 130
)

// process is what a run takes from the world around it.
type process struct {
	arguments []string
	getenv    func(string) string
	environ   []string // all variables, as NAME=VALUE; nil is none that are looked through
	directory string
	stdout    io.Writer
	stderr    io.Writer
	terminal  bool // stderr is a terminal
}

func main() {
	if isLauncher() {
		os.Exit(launchBundle(context.Background()))
	}
	collectLate()
	os.Exit(mainExitCode())
}

// mainExitCode runs gobundle with the process's own arguments and streams.
// It is apart from main so that script tests can run it in their process.
func mainExitCode() int {
	signals := []os.Signal{syscall.SIGTERM}
	if !signal.Ignored(os.Interrupt) { // as of a job that a script runs in the background
		signals = append(signals, os.Interrupt)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends a run that doesn't heed the first
	directory, err := os.Getwd()
	if err != nil {
		directory = "."
	}
	return run(ctx, process{
		arguments: os.Args[1:],
		getenv:    os.Getenv,
		environ:   os.Environ(),
		directory: directory,
		stdout:    os.Stdout,
		stderr:    os.Stderr,
		terminal:  isTerminal(os.Stderr),
	})
}

// run parses the arguments and runs the verb. It returns the exit code.
func run(ctx context.Context, p process) int {
	ui := newUI(p)
	arguments := worded(p.arguments)
	if len(arguments) == 0 {
		arguments = []string{"--help"}
	}
	described := likely(arguments)
	line := newCommandLine(ctx, ui, described)
	parsed, err := line.parse(arguments)
	if err != nil && line.exit < 0 && len(described) < len(verbs) { // the message may be about the others
		line = newCommandLine(ctx, ui, verbs)
		parsed, err = line.parse(arguments)
	}
	if line.exit >= 0 { // --help and --version have printed and are done
		return line.exit
	}
	if err != nil {
		err = &usageError{Err: choices(err), Hint: helpHint(err)}
	} else if err = refuseEmpty(parsed); err == nil {
		ui.quiet = line.globals.Quiet
		line.configuration.fill(parsed)
		err = meantVerb(parsed.Run(ui, line.configuration), arguments)
	}
	if err != nil && ctx.Err() != nil {
		ui.suspend()
		return exitInterrupted
	}
	if usage, ok := asError[*usageError](err); ok {
		if meant := misspeltVerb(arguments); meant != "" {
			usage.Hint = didYouMean([]string{"gobundle " + meant})
		} else {
			usage.Hint = line.configuration.hint(usage.Hint)
		}
	}
	return ui.fail(err)
}

// A commandLine is a parser for some of the verbs, and what it fills.
type commandLine struct {
	globals       globals
	configuration *configuration
	parser        *kong.Kong
	exit          int // of a parser that ended the run, -1 before
}

// newCommandLine describes the verbs to the parser.
func newCommandLine(ctx context.Context, ui *ui, described []verb) *commandLine {
	line := &commandLine{configuration: &configuration{ui: ui}, exit: -1}
	options := []kong.Option{
		kong.Name("gobundle"),
		kong.Description(description),
		kong.Writers(ui.stdout, ui.stderr),
		kong.Exit(func(code int) { line.exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Vars{"version": version},
		kong.WithBeforeResolve(line.configuration.prepare),
	}
	for _, v := range described {
		options = append(options, kong.DynamicCommand(v.name, v.help, "", v.flags(), v.tags))
	}
	// It panics only if a verb describes its flags wrongly, and then for all arguments.
	line.parser = kong.Must(&line.globals, options...)
	line.configuration.root = line.parser.Model.Node
	if len(described) < len(verbs) {
		line.configuration.whole = sync.OnceValue(func() *kong.Node {
			return newCommandLine(ctx, ui, verbs).parser.Model.Node
		})
	}
	return line
}

// parse reads the arguments. Those of --help and --version are obeyed.
func (l *commandLine) parse(arguments []string) (*kong.Context, error) {
	return l.parser.Parse(arrange(l.parser.Model.Node, arguments))
}

// helpHint names the help page of the verb whose arguments are wrong.
func helpHint(err error) string {
	if wrong, ok := asError[*kong.ParseError](err); ok {
		if verb := wrong.Context.Selected(); verb != nil {
			return "see gobundle " + verb.Path() + " --help"
		}
	}
	return "see gobundle --help"
}
