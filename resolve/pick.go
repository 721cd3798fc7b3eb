package resolve

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/target"
)

// A pick is the file of a release that suits a target best.
type pick struct {
	file     *index.File         // nil if there is none
	wheel    *dist.WheelName     // nil for a source distribution
	origin   *Origin             // of a direct reference, else nil
	requires pep440.SpecifierSet // what the index says of Python
	reason   string              // why nothing suits, "" when it does
	remedy   string              // what would change that, or ""
	excluded bool                // it is the formats that leave nothing
	native   bool                // it is a source distribution that can't be built for the target here
	fallback bool                // it comes after the other versions
	// wished is set of a file that does not suit, and is to be treated as if it did.
	wished bool
}

// isSource reports whether the file must be built.
func (p pick) isSource() bool { return p.file != nil && p.wheel == nil }

// suits reports whether there is a file, for the target and for its Python as
// far as the index says.
func (p pick) suits(on *target.Target) bool {
	return p.file != nil && p.reason == "" && on.Accepts(p.requires)
}

// candidate describes a version by the file picked for it.
func (p pick) candidate(version pep440.Version) solve.Candidate {
	c := solve.Candidate{Version: version, Fallback: p.fallback}
	if !p.wished {
		c.Unusable, c.Remedy = p.reason, p.remedy
	}
	if p.file != nil {
		c.Yanked, c.YankedReason, c.RequiresPython = p.file.Yanked, p.file.YankedReason, p.file.RequiresPython
	}
	return c
}

// pickFile chooses among a release's files: wheels that fit the target before
// source distributions; among the wheels those whose Requires-Python admits
// the target, whose digest is allowed and which are not yanked come first, then
// tag rank decides, then the build number, the highest first (PEP 427).
func (o *Options) pickFile(name string, r *release, on *target.Target, allowed []string) pick {
	formats := o.formats(name)
	var best *wheelFile
	bestRank := 0
	for i := range r.wheels {
		w := &r.wheels[i]
		rank, ok := on.Tags.Best(w.name.Tags)
		if ok && !formats.NoWheels && (best == nil || w.beats(rank, best, bestRank, on, allowed)) {
			best, bestRank = w, rank
		}
	}
	if best != nil {
		return best.pick()
	}
	if o.Builder != nil && !formats.NoSources && r.mayBuild(on) {
		chosen := r.sdist()
		chosen.fallback = formats.PreferWheels
		return chosen
	}
	return formats.none(name, r, on)
}

func (w *wheelFile) pick() pick { return pick{file: w.file, wheel: &w.name, requires: w.requires} }

// beats reports whether wheel w of the given rank suits better than the best so
// far.
func (w *wheelFile) beats(rank int, best *wheelFile, bestRank int, on *target.Target, allowed []string) bool {
	return cmp.Or(
		boolCompare(best.admits(on), w.admits(on)),
		boolCompare(refusedByHash(w.file, allowed), refusedByHash(best.file, allowed)),
		boolCompare(w.file.Yanked, best.file.Yanked),
		cmp.Compare(rank, bestRank),
		-w.name.Build.Compare(best.name.Build),
		compareFiles(w.file, best.file),
	) < 0
}

// refusedByHash reports that the index's own digest of the file is none of
// those allowed. A file without a digest is judged when it is read.
func refusedByHash(file *index.File, allowed []string) bool {
	if len(allowed) == 0 || len(file.Hashes) == 0 {
		return false
	}
	known := false
	for _, hash := range allowed {
		algorithm, digest, _ := strings.Cut(hash, ":")
		have := file.Hashes.Of(algorithm)
		if have != "" && strings.EqualFold(have, digest) {
			return false
		}
		known = known || have != ""
	}
	return known
}

// whyNone says in a few words why no file of the release fits the target.
func whyNone(r *release, on *target.Target) string {
	tags := r.tags()
	switch {
	case len(tags) == 0 && len(r.sdists) > 0:
		return "only a source distribution"
	case len(tags) == 0:
		return "no file"
	}
	const most = 4
	more := ""
	if len(tags) > most {
		more = fmt.Sprintf(" and %d more", len(tags)-most)
		tags = tags[:most]
	}
	return fmt.Sprintf("no wheel for %s (there are %s%s)", on.Name, strings.Join(tags, ", "), more)
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
