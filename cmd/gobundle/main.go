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
	var commands commands
	ui := newUI(p)
	exit := -1
	configuration := &configuration{ui: ui}
	parser, err := kong.New(&commands,
		kong.Name("gobundle"),
		kong.Description(description),
		kong.Writers(p.stdout, p.stderr),
		kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Vars{"version": version},
		kong.WithBeforeResolve(configuration.prepare),
	)
	if err != nil {
		return ui.fail(err)
	}
	configuration.root = parser.Model.Node
	arguments := p.arguments
	if len(arguments) == 0 {
		arguments = []string{"--help"}
	}
	parsed, err := parser.Parse(arrange(parser.Model.Node, arguments))
	if exit >= 0 { // --help and --version have printed and are done
		return exit
	}
	if err != nil {
		err = &usageError{Err: err, Hint: helpHint(err)}
	} else {
		ui.quiet = commands.Quiet
		configuration.fill(parsed)
		err = parsed.Run(ui, configuration, &commands)
	}
	if err != nil && ctx.Err() != nil {
		ui.suspend()
		return exitInterrupted
	}
	if usage, ok := asError[*usageError](err); ok {
		if meant := misspeltVerb(parser.Model.Node, arguments); meant != "" {
			usage.Hint = didYouMean([]string{"gobundle " + meant})
		} else {
			usage.Hint = configuration.hint(usage.Hint)
		}
	}
	return ui.fail(err)
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
