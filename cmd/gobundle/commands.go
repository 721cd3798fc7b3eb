package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

const description = `Turns Python requirements into one self-contained file.

  gobundle -r requirements.txt -e app:main -o app.pyz
  ./app.pyz                  runs it: no pip, no network, no install step
  ./app.pyz venv ./env       explodes it into a standard virtual environment

Exit codes: 0 done, 1 failed, 2 usage, 3 no solution, 130 interrupted.`

// globals are the flags that all verbs have.
type globals struct {
	Quiet   bool             `short:"q" help:"Print errors and warnings only."`
	Version kong.VersionFlag `short:"V" help:"Print the version and exit."`

	SettingsFile string `name:"config" placeholder:"FILE" help:"Take settings from FILE instead of gobundle.toml or pyproject.toml here." xor:"config"`
	NoConfig     bool   `help:"Read settings from no file, pip's included." xor:"config"`
}

// A verb is a command of the command line.
type verb struct {
	name, help string
	flags      func() any // a pointer to what kong fills, with the method Run
	tags       string
}

// verbs is the whole command line. Build is the default verb.
var verbs = []verb{
	{"build", "Bundle requirements into one file (the default verb).", func() any { return new(buildCommand) }, `default:"withargs"`},
	{"lock", "Write a lock file (PEP 751): which files of which versions all targets get.", func() any { return new(lockCommand) }, ""},
	{"export", "Write what was resolved or locked for other tools: a requirements file with digests, or a pylock.toml.", func() any { return new(exportCommand) }, ""},
	{"venv", "Install requirements, or what a bundle holds, into a virtual environment.", func() any { return new(venvCommand) }, ""},
	{"wheel", "Build and fetch wheels into a folder.", func() any { return new(wheelCommand) }, ""},
	{"inspect", "Show what is in a bundle.", func() any { return new(inspectCommand) }, ""},
	{"verify", "Check every byte of a bundle against its manifest and its wheels' RECORD.", func() any { return new(verifyCommand) }, ""},
	{"extract", "Take the original wheels out of a bundle.", func() any { return new(extractCommand) }, ""},
	{"graph", "Show which distribution in a bundle needs which, for dot.", func() any { return new(graphCommand) }, ""},
	{"cache", "Show what is in the cache, or remove from it.", func() any { return new(cacheCommand) }, ""},
	{"target", "List the names of targets, or show what one stands for.", func() any { return new(targetCommand) }, ""},
	{"config", "Show the settings of files and variables, and where each comes from.", func() any { return new(configCommand) }, ""},
}

// likely returns the verb that arguments are surely for, so that the others need not
// be described to the parser, which takes 5 ms; all verbs if there is a doubt.
func likely(arguments []string) []verb {
	named := func(name string) int {
		return slices.IndexFunc(verbs, func(v verb) bool { return v.name == name })
	}
	for i, argument := range arguments {
		switch at := named(argument); {
		case at >= 0 && i == 0:
			return verbs[at : at+1]
		case at >= 0, argument == "--help", strings.HasPrefix(strings.TrimLeft(argument, "-q"), "h") && argument[0] == '-':
			return verbs
		}
	}
	return verbs[:1]
}
