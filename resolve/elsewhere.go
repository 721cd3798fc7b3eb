package resolve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/resolve/target"
)

// Source distributions are built here. For a target that is another machine's
// that helps only if the wheel is for all platforms, which the wheel alone
// tells. So there a release that would have to be built is built before it is
// picked, and passed over if its wheel is for this machine: an older version
// with a wheel is of more use than a newer one without.

// elsewhere is what a provider learned of projects whose wheels are for this
// machine and not for its target, by name: the tags of the wheel, none if
// nothing here can build.
type elsewhere map[string][]string

// isNative reports whether a release's wheels show that what its source
// distribution comes to is for one platform only.
func (r *release) isNative() bool {
	return len(r.wheels) > 0 && !slices.ContainsFunc(r.wheels, func(w wheelFile) bool {
		return slices.ContainsFunc(w.name.Tags, func(t tag.Tag) bool { return t.Platform == "any" })
	})
}

// mayBuild reports whether building the release may give a wheel for the target.
func (r *release) mayBuild(on *target.Target) bool {
	return len(r.sdists) > 0 && (on.Interpreter != nil || !r.isNative())
}

// buildable returns an error for a source distribution of which no wheel for
// the target can be built here. The error for one that is for other Pythons
// anyway is nil.
func (p *provider) buildable(ctx context.Context, name string, chosen pick, m dist.Metadata) error {
	if !chosen.isSource() || chosen.wished || p.on.Interpreter != nil || !p.on.Accepts(m.RequiresPython) {
		return nil
	}
	tags, known := p.elsewhere[name]
	if !known {
		_, err := p.options.Builder.Wheel(ctx, *chosen.file, p.on)
		var native *build.NotHereError
		if !errors.As(err, &native) {
			return err
		}
		tags = native.Tags
		p.elsewhere[name] = tags
	}
	reason := fmt.Sprintf("it has to be built for %s, and no Python here can do that", p.on.Name)
	if len(tags) > 0 {
		reason = fmt.Sprintf("it has to be built for %s, and what can be built here is for %s", p.on.Name, strings.Join(tags, ", "))
	}
	return &solve.Unusable{Reason: reason}
}

// cannotBuild reports whether a project was found to need another machine.
func (p *provider) cannotBuild(name string) bool {
	_, known := p.elsewhere[name]
	return known
}

// learned returns what is known for a target: a second provider for it goes on
// with what the first one learned.
func (r *resolver) learned(on *target.Target) elsewhere {
	for _, p := range r.targets {
		if p.on == on {
			return p.elsewhere
		}
	}
	return elsewhere{}
}
