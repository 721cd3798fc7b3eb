package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/target"
)

// SourceMetadata returns the core metadata of a source for a target: what is
// static in it, else what the backend says, else that of the built wheel.
//
// A source that says itself that it is not for the target's Python is not built:
// what it says is returned.
//
// Errors: *ProjectError, *RequirementsError, *CycleError, *BackendError,
// *MismatchError, *NotHereError, those of unpack.Archive and venv.Create, and the
// cause of ctx's end.
func (b *Builder) SourceMetadata(ctx context.Context, s Source, on *target.Target) (text []byte, err error) {
	ctx, end, err := b.flights.start(ctx, s.key(), s.Name)
	if err != nil {
		return nil, err
	}
	defer end()
	if text, ok := b.results.said(&s, on); ok {
		return text, nil
	}
	j, err := b.newJob(ctx, &s, on)
	if err != nil {
		return nil, err
	}
	defer func() { j.close(err) }()
	if text, err = j.metadata(ctx); err != nil {
		return nil, err
	}
	if _, err = j.parse(text); err != nil {
		return nil, err
	}
	b.results.say(&s, on, text)
	return text, nil
}

func (j *job) metadata(ctx context.Context) ([]byte, error) {
	if j.said.Static != "" {
		return []byte(j.said.Static), nil
	}
	if claim, err := dist.ParseMetadata([]byte(j.said.Claim)); err == nil && !j.on.Accepts(claim.RequiresPython) {
		return []byte(j.said.Claim), nil
	}
	r, err := j.recipe(ctx)
	if err != nil {
		return nil, err
	}
	var text string
	if j.b.store.recall(metadataNotes, r.key, &text) {
		return []byte(text), nil
	}
	unlock, err := j.b.store.lock(ctx, r.key)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if j.b.store.recall(metadataNotes, r.key, &text) {
		return []byte(text), nil
	}
	said, err := j.prepare(ctx, r)
	if errors.Is(err, errMissing) {
		var p product
		if p, err = j.build(ctx, r); err == nil {
			said = p.text
			if _, fits := j.on.Tags.Best(p.name.Tags); fits {
				j.b.results.keep(j.source, j.on, p, false)
			}
		}
	}
	if err != nil {
		return nil, err
	}
	j.b.store.keep(metadataNotes, r.key, string(said))
	return said, nil
}

// prepare asks the backend for the metadata. The error is errMissing where it has
// no such hook.
func (j *job) prepare(ctx context.Context, r recipe) ([]byte, error) {
	const hook = "prepare_metadata_for_build_wheel"
	folder, err := j.fresh(ctx, "metadata-*")
	if err != nil {
		return nil, err
	}
	value, err := j.hook(ctx, r.wheels, hook, folder, j.settings())
	if err != nil {
		return nil, err
	}
	return j.readPrepared(hook, folder, value)
}

func (j *job) readPrepared(hook, folder string, value json.RawMessage) ([]byte, error) {
	name, err := baseName(value)
	if err != nil || !strings.HasSuffix(name, ".dist-info") {
		return nil, j.failure(hook, fmt.Sprintf("returned %.100s, which is not the name of a .dist-info folder", value), nil)
	}
	text, err := readLimited(filepath.Join(folder, name, "METADATA"), dist.MaxMetadata)
	if err != nil {
		return nil, j.failure(hook, "wrote no METADATA", err)
	}
	if _, err := dist.ParseMetadata(text); err != nil {
		return nil, j.failure(hook, "wrote a METADATA that is not valid", err)
	}
	return text, nil
}
