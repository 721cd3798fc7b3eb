package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/runtime/unpack"
)

// buildingFlags say what is built from source and how. They have pip's names, or
// uv's where pip has none.
type buildingFlags struct {
	OnlyBinary       []string `placeholder:"NAMES" sep:"none" help:"Build nothing of these projects, separated by commas; :all: means every one, :none: none. With --no-binary the later one counts. Repeatable."`
	NoBinary         []string `placeholder:"NAMES" sep:"none" help:"Use no wheels of these projects. Repeatable."`
	PreferBinary     bool     `help:"Take an older version with a wheel before a newer one that has to be built."`
	ConfigSettings   []string `short:"C" placeholder:"KEY=VALUE" sep:"none" help:"Give build backends a setting. Repeatable."`
	PackageSettings  []string `name:"config-settings-package" placeholder:"NAME:KEY=VALUE" sep:"none" help:"Give the build backend of one project a setting. Repeatable."`
	NoBuildIsolation bool     `help:"Build in the interpreter as it is, with what is installed there."`
	BuildConstraints []string `name:"build-constraint" placeholder:"FILE" sep:"none" help:"Constrain versions of what build backends need by FILE. Repeatable."`
	Refresh          bool     `help:"Build anew what was built before."`
	UnpackLimit      *maximum `placeholder:"SIZE" help:"Refuse source distributions that unpack to more than SIZE, however small they are. Without it that is 4.3GB, and what unpacks to 200 times its size."`

	formats reqfile.Options // what --only-binary and --no-binary came to
	parsed  build.Settings
}

// AfterApply is called by kong when all flags are known. It brings --only-binary
// and --no-binary together in the order in which they were given; what settings
// files say comes first.
func (f *buildingFlags) AfterApply(parsed *kong.Context) error {
	only, no := f.OnlyBinary, f.NoBinary
	add := func(values *[]string, set, opposite *reqfile.Names) {
		if len(*values) > 0 {
			set.Add((*values)[0], opposite)
			*values = (*values)[1:]
		}
	}
	given := map[string]int{}
	for _, path := range parsed.Path {
		if path.Flag != nil && !path.Resolved {
			given[path.Flag.Name]++
		}
	}
	for len(only) > given["only-binary"] {
		add(&only, &f.formats.OnlyBinary, &f.formats.NoBinary)
	}
	for len(no) > given["no-binary"] {
		add(&no, &f.formats.NoBinary, &f.formats.OnlyBinary)
	}
	for _, path := range parsed.Path {
		switch {
		case path.Flag == nil || path.Resolved:
		case path.Flag.Name == "only-binary":
			add(&only, &f.formats.OnlyBinary, &f.formats.NoBinary)
		case path.Flag.Name == "no-binary":
			add(&no, &f.formats.NoBinary, &f.formats.OnlyBinary)
		}
	}
	return f.parse()
}

// parse reads the settings of backends.
func (f *buildingFlags) parse() error {
	for _, text := range f.ConfigSettings {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return fmt.Errorf("--config-settings %q is not KEY=VALUE", text)
		}
		if f.parsed.All == nil {
			f.parsed.All = map[string][]string{}
		}
		f.parsed.All[key] = append(f.parsed.All[key], value)
	}
	for _, text := range f.PackageSettings {
		name, setting, named := strings.Cut(text, ":")
		key, value, ok := strings.Cut(setting, "=")
		if !named || !ok || key == "" || !pep508.IsName(name) {
			return fmt.Errorf("--config-settings-package %q is not NAME:KEY=VALUE", text)
		}
		if f.parsed.Projects == nil {
			f.parsed.Projects = map[string]map[string][]string{}
		}
		name = pep508.NormalizeName(name)
		if f.parsed.Projects[name] == nil {
			f.parsed.Projects[name] = map[string][]string{}
		}
		f.parsed.Projects[name][key] = append(f.parsed.Projects[name][key], value)
	}
	return nil
}

func (f *buildingFlags) builds() bundle.Builds {
	var limits unpack.Limits
	if f.UnpackLimit != nil {
		limits = unpack.Limits{Members: math.MaxInt32, Total: max(1, int64(*f.UnpackLimit)), Ratio: math.MaxInt32}
	}
	return bundle.Builds{
		Limits:          limits,
		OnlyBinary:      f.formats.OnlyBinary,
		NoBinary:        f.formats.NoBinary,
		PreferBinary:    f.PreferBinary,
		Settings:        f.parsed,
		ConstraintFiles: f.BuildConstraints,
		NoIsolation:     f.NoBuildIsolation,
		Refresh:         f.Refresh,
	}
}

// built says which distributions were built here. None is left out: each ran
// somebody's code on this machine.
func (u *ui) built(lines []string) {
	for _, line := range lines {
		u.say("Built %s", line)
	}
}
