package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// SourceWheel returns a wheel of a source that fits the target: one that was
// built before, or a new one. A wheel for all platforms that was built for one
// target is used for others.
//
// The wheel has been checked: its RECORD, its name and version, and that it says
// the same as the metadata that was given out for the source before.
//
// Errors are those of SourceMetadata.
func (b *Builder) SourceWheel(ctx context.Context, s Source, on *target.Target) (w fetch.Wheel, err error) {
	ctx, end, err := b.flights.start(ctx, s.key(), s.Name)
	if err != nil {
		return fetch.Wheel{}, err
	}
	defer end()
	for _, p := range b.results.product(&s, on) {
		if b.asSaid(&s, on, p) == nil {
			return p.wheel, nil
		}
	}
	j, err := b.newJob(ctx, &s, on)
	if err != nil {
		return fetch.Wheel{}, err
	}
	defer func() { j.close(err) }()
	p, kept, err := j.wheel(ctx)
	if err != nil {
		return fetch.Wheel{}, err
	}
	if _, fits := on.Tags.Best(p.name.Tags); !fits {
		return fetch.Wheel{}, j.notHere(p)
	}
	if err := b.asSaid(&s, on, p); err != nil {
		return fetch.Wheel{}, err
	}
	b.results.keep(&s, on, p, kept)
	return p.wheel, nil
}

// asSaid compares a wheel with the metadata that was given out for its source.
func (b *Builder) asSaid(s *Source, on *target.Target, p product) error {
	text, ok := b.results.said(s, on)
	if !ok {
		return nil
	}
	before, err := dist.ParseMetadata(text)
	if err != nil {
		return err
	}
	return agree(s.Name, before, p.metadata)
}

// notHere is the error for a wheel that fits the interpreter which built it and
// not the target.
func (j *job) notHere(p product) error {
	e := &NotHereError{Source: j.source.Name, Target: j.on.Name}
	for _, t := range p.name.Tags {
		e.Tags = append(e.Tags, t.String())
	}
	return e
}

// wheel finds the wheel of an earlier run, or builds it.
func (j *job) wheel(ctx context.Context) (p product, kept bool, err error) {
	r, err := j.recipe(ctx)
	if err != nil {
		return product{}, false, err
	}
	if p, kept, err = j.kept(ctx, r); kept || err != nil {
		return p, kept, err
	}
	unlock, err := j.b.store.lock(ctx, r.key)
	if err != nil {
		return product{}, false, err
	}
	defer unlock()
	if p, kept, err = j.kept(ctx, r); kept || err != nil { // another process was quicker
		return p, kept, err
	}
	p, err = j.build(ctx, r)
	return p, false, err
}

// kept looks for the wheel of an earlier build.
func (j *job) kept(ctx context.Context, r recipe) (product, bool, error) {
	w, note, ok, err := j.b.store.wheel(ctx, r.key)
	if !ok || err != nil {
		return product{}, false, err
	}
	p, err := j.look(w.Path, nil)
	if err != nil {
		return product{}, false, nil // built anew
	}
	p.wheel, p.note = w, note
	return p, true, nil
}

// build has the backend build, and checks and keeps the wheel. The caller has
// the lock.
func (j *job) build(ctx context.Context, r recipe) (product, error) {
	const hook = "build_wheel"
	folder, err := j.fresh(ctx, "wheel-*")
	if err != nil {
		return product{}, err
	}
	value, err := j.hook(ctx, r.wheels, hook, folder, j.settings(), nil)
	if errors.Is(err, errMissing) {
		return product{}, j.failure(hook, "does not exist", nil)
	}
	if err != nil {
		return product{}, err
	}
	path, err := j.find(hook, folder, value)
	if err != nil {
		return product{}, err
	}
	p, err := j.look(path, func(w *wheel.Wheel) error { return w.Verify(ctx) })
	if err != nil {
		return product{}, j.invalid(ctx, hook, err)
	}
	if _, fits := j.host.Tags.Best(p.name.Tags); !fits {
		return product{}, j.failure(hook, fmt.Sprintf("wrote %s, which does not fit %s", p.name, j.host.Name), nil)
	}
	sum, err := digestOf(path)
	if err != nil {
		return product{}, err
	}
	p.note = builtNote{File: filepath.Base(path), SHA256: sum, Backend: j.said.System.Backend, Requires: names(r.wheels)}
	p.wheel, err = j.b.store.put(ctx, path, r.key, p.note)
	return p, err
}

// invalid is the error for a wheel that was built and is not right.
func (j *job) invalid(ctx context.Context, hook string, err error) error {
	var mismatch *MismatchError
	if ctx.Err() != nil || errors.As(err, &mismatch) {
		return err
	}
	return j.failure(hook, "wrote a wheel that is not valid", err)
}

// find finds the wheel that a backend says it wrote.
func (j *job) find(hook, folder string, value json.RawMessage) (string, error) {
	name, err := baseName(value)
	if err != nil {
		return "", j.failure(hook, fmt.Sprintf("returned %.100s, which is not the name of a wheel", value), nil)
	}
	if _, err := dist.ParseWheelName(name); err != nil {
		return "", j.failure(hook, "returned what is not the name of a wheel", err)
	}
	path := filepath.Join(folder, name)
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return "", j.failure(hook, fmt.Sprintf("says that it wrote %s, and did not", name), nil)
	}
	return path, nil
}

// look reads what a wheel says, and compares it with what is known of the source.
// verify checks its inside, unless it is nil.
func (j *job) look(path string, verify func(*wheel.Wheel) error) (product, error) {
	name, err := dist.ParseWheelName(filepath.Base(path))
	if err != nil {
		return product{}, err
	}
	opened, err := wheel.OpenFile(path)
	if err != nil {
		return product{}, err
	}
	defer opened.Close()
	if verify != nil {
		if err := verify(opened); err != nil {
			return product{}, err
		}
	}
	text, err := opened.Metadata()
	if err != nil {
		return product{}, err
	}
	m, err := j.parse(text)
	if err != nil {
		return product{}, err
	}
	if got := pep508.NormalizeName(m.Name); got != name.Name {
		return product{}, fmt.Errorf("%s says that it is %s", name, got)
	}
	if !m.Version.Equal(name.Version) {
		return product{}, fmt.Errorf("%s says that its version is %s", name, m.Version)
	}
	return product{name: name, metadata: m, text: text}, nil
}

// names lists file names, sorted.
func names(wheels []fetch.Wheel) []string {
	found := make([]string, 0, len(wheels))
	for _, w := range wheels {
		found = append(found, w.Name)
	}
	slices.Sort(found)
	return found
}

func digestOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
