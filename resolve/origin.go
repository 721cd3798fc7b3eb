package resolve

import (
	"context"

	"github.com/gobundle/gobundle/resolve/build"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/source"
	"github.com/gobundle/gobundle/resolve/target"
)

// An Origin is what a direct reference came to.
type Origin struct {
	source.Reference
	// Commit is what was checked out of a Repository, else "".
	Commit string
	// SHA256 is that of an Archive, in lower-case hexadecimal, else "".
	SHA256 string

	build build.Source // unused for a Wheel
}

// DirectURL returns what direct_url.json says of the origin (PEP 610). wheel is the
// digest of the wheel that came of it, which counts if the reference is to that.
func (o *Origin) DirectURL(wheel string) source.DirectURL {
	if o.Kind == source.Wheel {
		return o.Reference.DirectURL(wheel, "")
	}
	return o.Reference.DirectURL(o.SHA256, o.Commit)
}

// A SourceBuilder makes wheels out of what direct references lead to.
type SourceBuilder interface {
	// SourceMetadata returns the core metadata of a source, built if it must be.
	SourceMetadata(ctx context.Context, s build.Source, on *target.Target) ([]byte, error)
	// SourceWheel builds a source.
	SourceWheel(ctx context.Context, s build.Source, on *target.Target) (fetch.Wheel, error)
}

// A Repositories checks trees out of version control systems.
type Repositories interface {
	Checkout(ctx context.Context, r source.Reference) (source.Checkout, error)
}

// build builds what a pin or a pick is to be built of.
func (o *Options) build(ctx context.Context, pin Pin, on *target.Target) (fetch.Wheel, error) {
	if pin.Origin != nil {
		return o.Builder.SourceWheel(ctx, pin.Origin.build, on)
	}
	return o.Builder.Wheel(ctx, pin.File, on)
}
