package main

import "github.com/alecthomas/kong"

const description = `Turns Python requirements into one self-contained file.

  gobundle -r requirements.txt -e app:main -o app.pyz
  ./app.pyz                  runs it: no pip, no network, no install step
  ./app.pyz venv ./env       explodes it into a standard virtual environment

Exit codes: 0 done, 1 failed, 2 usage, 3 no solution, 130 interrupted.`

// commands is the whole command line. Build is the default verb.
type commands struct {
	Quiet   bool             `short:"q" help:"Print errors and warnings only."`
	Version kong.VersionFlag `help:"Print the version and exit."`

	SettingsFile string `name:"config" placeholder:"FILE" help:"Take settings from FILE instead of gobundle.toml or pyproject.toml here." xor:"config"`
	NoConfig     bool   `help:"Read settings from no file, pip's included." xor:"config"`

	Build   buildCommand   `cmd:"" default:"withargs" help:"Bundle requirements into one file (the default verb)."`
	Lock    lockCommand    `cmd:"" help:"Write a lock file (PEP 751): which files of which versions all targets get."`
	Export  exportCommand  `cmd:"" help:"Write what was resolved or locked for other tools: a requirements file with digests, or a pylock.toml."`
	Venv    venvCommand    `cmd:"" help:"Install requirements, or what a bundle holds, into a virtual environment."`
	Wheel   wheelCommand   `cmd:"" help:"Build and fetch wheels into a folder."`
	Inspect inspectCommand `cmd:"" help:"Show what is in a bundle."`
	Verify  verifyCommand  `cmd:"" help:"Check every byte of a bundle against its manifest and its wheels' RECORD."`
	Extract extractCommand `cmd:"" help:"Take the original wheels out of a bundle."`
	Graph   graphCommand   `cmd:"" help:"Show which distribution in a bundle needs which, for dot."`
	Cache   cacheCommand   `cmd:"" help:"Show what is in the cache, or remove from it."`
	Target  targetCommand  `cmd:"" help:"List the names of targets, or show what one stands for."`
	Config  configCommand  `cmd:"" help:"Show the settings of files and variables, and where each comes from."`
}
