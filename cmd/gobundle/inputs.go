package main

import (
	"errors"

	"github.com/alecthomas/kong"

	"github.com/gobundle/gobundle/bundle"
)

// inputFlags say which distributions are wanted and where they are found.
// They have pip's names where pip has one.
type inputFlags struct {
	RequirementFiles []string `name:"requirement" short:"r" placeholder:"FILE" sep:"none" help:"Take requirements from FILE, as pip does. Repeatable."`
	Project          string   `placeholder:"DIR" help:"Take the project in DIR, with extras as in DIR[EXTRA]."`
	Groups           []string `name:"group" placeholder:"NAME" sep:"none" help:"Take a dependency group of pyproject.toml (PEP 735), as NAME or FILE:NAME. Repeatable."`
	Script           string   `placeholder:"FILE" help:"Take what the Python script FILE says it requires (PEP 723)."`
	ConstraintFiles  []string `name:"constraint" placeholder:"FILE" sep:"none" help:"Constrain versions by FILE. Repeatable."`
	Overrides        []string `name:"override" placeholder:"REQ" sep:"none" help:"Replace every requirement on REQ's project by REQ. Repeatable."`
	Exclusions       []string `name:"exclude" placeholder:"NAME" sep:"none" help:"Leave out NAME wherever it is required. Repeatable."`
	Pre              bool     `help:"Take pre-releases into account."`
	NoDeps           bool     `help:"Leave out what the requirements require."`
	RequireHashes    bool     `help:"Refuse distributions without a --hash in a requirements file."`

	choiceFlags   `embed:""`
	indexFlags    `embed:""`
	buildingFlags `embed:""`

	CacheDir string `placeholder:"DIR" help:"Keep the cache in DIR."`
	NoCache  bool   `help:"Keep nothing for the next run."`
}

// asks reports whether the flags alone require anything.
func (f *inputFlags) asks() bool {
	return len(f.RequirementFiles) > 0 || f.Project != "" || len(f.Groups) > 0 || f.Script != ""
}

func (f *inputFlags) inputs(requirements []string) bundle.Inputs {
	in := bundle.Inputs{
		Requirements:     requirements,
		RequirementFiles: f.RequirementFiles,
		ConstraintFiles:  f.ConstraintFiles,
		Project:          f.Project,
		Groups:           f.Groups,
		Script:           f.Script,
		Overrides:        f.Overrides,
		Exclusions:       f.Exclusions,
		Prereleases:      f.Pre,
		NoDependencies:   f.NoDeps,
		RequireHashes:    f.RequireHashes,
		Indexes:          f.indexes(),
		Builds:           f.builds(),
	}
	f.choose(&in)
	return in
}

// lockFlags say that nothing is to be resolved.
type lockFlags struct {
	Lock       string   `placeholder:"FILE" help:"Take what the lock file FILE has, or of it what the requirements need, and resolve nothing."`
	LockExtras []string `name:"lock-extra" placeholder:"NAME" sep:"none" help:"Take an extra of the lock as well. Repeatable."`
	LockGroups []string `name:"lock-group" placeholder:"NAME" sep:"none" help:"Take a dependency group of the lock as well. Repeatable."`
	NoDefaults bool     `name:"no-lock-default-groups" help:"Leave out what the lock has without --lock-group."`
}

// needsLock refuses what is about a lock where there is none.
func (f *lockFlags) needsLock() error {
	if f.Lock == "" && (len(f.LockExtras) > 0 || len(f.LockGroups) > 0 || f.NoDefaults) {
		return errors.New("--lock-extra, --lock-group and --no-lock-default-groups are about the file of --lock, and there is none")
	}
	return nil
}

// sourceFlags say which distributions are wanted, by requirements or by a lock.
type sourceFlags struct {
	inputFlags `embed:""`
	lockFlags  `embed:""`
}

// AfterApply is called by kong when all flags are known. Of the methods of this
// name it calls only the one that Go promotes: it has to call all others.
func (f *sourceFlags) AfterApply(parsed *kong.Context) error {
	if err := f.needsLock(); err != nil {
		return err
	}
	return f.inputFlags.AfterApply(parsed)
}

// locked adds the lock to inputs.
func (f *lockFlags) locked(in bundle.Inputs) bundle.Inputs {
	in.Lock = bundle.FromLock{Path: f.Lock, Extras: f.LockExtras, Groups: f.LockGroups, NoDefaultGroups: f.NoDefaults}
	return in
}

func (f *inputFlags) surroundings(u *ui) bundle.Surroundings {
	return bundle.Surroundings{
		Directory: u.directory,
		Getenv:    u.getenv,
		Version:   version,
		CacheDir:  f.CacheDir,
		NoCache:   f.NoCache,
		Progress:  u.report,
	}
}
