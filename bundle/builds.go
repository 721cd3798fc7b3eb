package bundle

import (
	"context"
	"maps"
	"slices"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/runtime/unpack"
)

// Builds says what may be built from source and how. What requirements files say
// is added.
type Builds struct {
	// OnlyBinary and NoBinary name projects that must not be built, or must be.
	OnlyBinary, NoBinary reqfile.Names
	// PreferBinary takes older versions with a wheel before newer ones without.
	PreferBinary bool
	// Settings are the config settings for backends (PEP 517).
	Settings build.Settings
	// ConstraintFiles constrain the versions of what backends need.
	ConstraintFiles []string
	// NoIsolation builds in the target's interpreter as it is.
	NoIsolation bool
	// Limits bound what source distributions may unpack to.
	Limits unpack.Limits
	// Refresh builds anew what an earlier run has built.
	Refresh bool
}

// options are the builds as requirements files begin with them.
func (b *Builds) options() reqfile.Options {
	return reqfile.Options{OnlyBinary: b.OnlyBinary, NoBinary: b.NoBinary, PreferBinary: b.PreferBinary}
}

// merge adds what the option lines of requirements files came to, which began
// with those of b.
func (b Builds) merge(o reqfile.Options) Builds {
	b.OnlyBinary, b.NoBinary, b.PreferBinary = o.OnlyBinary, o.NoBinary, o.PreferBinary
	return b
}

// configure adds the config settings that stand beside requirements.
func (b *Builds) configure(entries []reqfile.Entry) {
	projects, references := copied(b.Settings.Projects), copied(b.Settings.References)
	for _, entry := range entries {
		if len(entry.ConfigSettings) == 0 {
			continue
		}
		of, key := projects, pep508.NormalizeName(entry.Requirement.Name)
		if key == "" { // what is behind the URL has one, which only its backend may know
			of, key = references, entry.Requirement.URL
		}
		own := maps.Clone(of[key])
		if own == nil {
			own = map[string][]string{}
		}
		maps.Copy(own, entry.ConfigSettings)
		of[key] = own
	}
	b.Settings.Projects, b.Settings.References = projects, references
}

func copied(settings map[string]map[string][]string) map[string]map[string][]string {
	if settings == nil {
		return map[string]map[string][]string{}
	}
	return maps.Clone(settings)
}

// formats says which files of a project may be picked.
func (b *Builds) formats(project string) resolve.Formats {
	o := b.options()
	wheels, sources := o.Formats(project)
	return resolve.Formats{NoWheels: !wheels, NoSources: !sources, PreferWheels: b.PreferBinary}
}

// buildConstraints reads the files of Builds.ConstraintFiles.
func (s *session) buildConstraints(ctx context.Context, read *read) ([]resolve.Root, error) {
	var constraints []resolve.Root
	for _, name := range read.builds.ConstraintFiles {
		file, err := reqfile.Read(ctx, name, s.readOptions(read.indexes, reqfile.Options{}, true))
		if err != nil {
			return nil, err
		}
		for _, entry := range file.Entries {
			constraints = append(constraints, resolve.Root{Requirement: entry.Requirement, From: entry.Where.String(), Hashes: entry.Hashes})
		}
		for _, warning := range file.Warnings {
			read.notes = append(read.notes, warning.String())
		}
	}
	return slices.Clip(constraints), nil
}
