package main

import (
	"time"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/index"
)

// inputFlags say which distributions are wanted and where they are found.
// They have pip's names where pip has one.
type inputFlags struct {
	RequirementFiles []string `name:"requirement" short:"r" placeholder:"FILE" sep:"none" help:"Take requirements from FILE, as pip does. Repeatable."`
	ConstraintFiles  []string `name:"constraint" placeholder:"FILE" sep:"none" help:"Constrain versions by FILE. Repeatable."`
	Overrides        []string `name:"override" placeholder:"REQ" sep:"none" help:"Replace every requirement on REQ's project by REQ. Repeatable."`
	Exclusions       []string `name:"exclude" placeholder:"NAME" sep:"none" help:"Leave out NAME wherever it is required. Repeatable."`
	Pre              bool     `help:"Take pre-releases into account."`
	NoDeps           bool     `help:"Leave out what the requirements require."`
	RequireHashes    bool     `help:"Refuse distributions without a --hash in a requirements file."`

	IndexURL       string   `name:"index-url" short:"i" placeholder:"URL" help:"Index to look in, instead of the public one."`
	ExtraIndexURLs []string `name:"extra-index-url" placeholder:"URL" sep:"none" help:"Further index; the first one that knows a project has it. Repeatable."`
	IndexStrategy  string   `enum:"first-index,best-match" default:"first-index" help:"With several indexes: first-index (safe), or best-match, pip's way."`
	NoIndex        bool     `help:"Use --find-links only."`
	FindLinks      []string `short:"f" placeholder:"PLACE" sep:"none" help:"Folder, page or file with distributions. Repeatable."`
	TrustedHosts   []string `name:"trusted-host" placeholder:"HOST" sep:"none" help:"Do not check HOST's certificate. Repeatable."`
	Cert           string   `placeholder:"FILE" help:"Certificates (PEM) to trust instead of the system's."`
	Timeout        timespan `default:"30" placeholder:"SECONDS" help:"Longest wait for a server's next byte; 30 s without it."`
	Retries        number   `default:"5" placeholder:"N" help:"Tries after a failed request; 5 without it."`
	Offline        bool     `help:"Use the cache and local files only."`
	CacheDir       string   `placeholder:"DIR" help:"Keep the cache in DIR."`
	NoCache        bool     `help:"Keep nothing for the next run."`
}

func (f *inputFlags) inputs(requirements []string) bundle.Inputs {
	strategy := index.FirstIndex
	if f.IndexStrategy == "best-match" {
		strategy = index.BestMatch
	}
	return bundle.Inputs{
		Requirements:     requirements,
		RequirementFiles: f.RequirementFiles,
		ConstraintFiles:  f.ConstraintFiles,
		Overrides:        f.Overrides,
		Exclusions:       f.Exclusions,
		Prereleases:      f.Pre,
		NoDependencies:   f.NoDeps,
		RequireHashes:    f.RequireHashes,
		Indexes: bundle.Indexes{
			IndexURL:        f.IndexURL,
			ExtraIndexURLs:  f.ExtraIndexURLs,
			FindLinks:       f.FindLinks,
			NoIndex:         f.NoIndex,
			Strategy:        strategy,
			TrustedHosts:    f.TrustedHosts,
			CertificateFile: f.Cert,
			Timeout:         time.Duration(f.Timeout),
			Retries:         int(f.Retries),
			Offline:         f.Offline,
		},
	}
}

// lockFlags say that nothing is to be resolved.
type lockFlags struct {
	Lock       string   `placeholder:"FILE" help:"Take what the lock file FILE has, or of it what the requirements need, and resolve nothing."`
	LockExtras []string `name:"lock-extra" placeholder:"NAME" sep:"none" help:"Take an extra of the lock as well. Repeatable."`
	LockGroups []string `name:"lock-group" placeholder:"NAME" sep:"none" help:"Take a dependency group of the lock as well. Repeatable."`
}

// locked adds the lock to inputs.
func (f *lockFlags) locked(in bundle.Inputs) bundle.Inputs {
	in.Lock = bundle.FromLock{Path: f.Lock, Extras: f.LockExtras, Groups: f.LockGroups}
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
