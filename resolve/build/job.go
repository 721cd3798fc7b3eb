package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/target"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/unpack"
)

// A job is the work on one source for one target. What takes time is done when
// it is first needed: unpacking, finding an interpreter, making an environment.
type job struct {
	b      *Builder
	source *Source
	on     *target.Target
	host   *target.Target // whose interpreter builds, nil before findHost
	said   description
	folder string // for all that is temporary, "" before it is needed
	tree   string // the project's folder, "" before it is needed
	log    *log   // nil before a backend was called
}

// newJob finds out what the source says of itself.
func (b *Builder) newJob(ctx context.Context, s *Source, on *target.Target) (*job, error) {
	j := &job{b: b, source: s, on: on}
	key := ""
	if s.Digest != "" {
		key = hash(map[string]any{"source": s.key(), "archive": s.Archive != ""})
	}
	if b.store.recall(sourceNotes, key, &j.said) {
		return j, nil
	}
	err := j.open(ctx)
	if err == nil {
		j.said, err = describe(s.Name, j.tree, s.Archive != "" && s.Subdirectory == "")
	}
	if err != nil {
		var project *ProjectError
		if errors.As(err, &project) && project.File == "" && j.tree != "" && !s.named {
			project.Below = projectsBelow(j.tree)
		}
		j.close(err)
		return nil, err
	}
	b.store.keep(sourceNotes, key, j.said)
	return j, nil
}

// open has the project's folder at hand.
func (j *job) open(ctx context.Context) error {
	if j.tree != "" {
		return nil
	}
	if j.folder == "" {
		folder, err := j.b.temporary("source-*")
		if err != nil {
			return err
		}
		j.folder = folder
	}
	top := j.source.Tree
	if j.source.Archive != "" {
		place := filepath.Join(j.folder, "source")
		if err := os.Mkdir(place, 0o700); err != nil {
			return err
		}
		var err error
		if top, err = unpack.Archive(ctx, j.source.Archive, place, j.b.options.Limits); err != nil {
			return err
		}
	}
	if j.source.Subdirectory != "" {
		if reason := outside(top, j.source.Subdirectory); reason != "" {
			return &ProjectError{Source: j.source.Name, Reason: fmt.Sprintf("its subdirectory %s %s", j.source.Subdirectory, reason)}
		}
		top = filepath.Join(top, filepath.FromSlash(j.source.Subdirectory))
	}
	tree, err := filepath.Abs(top)
	if err != nil {
		return err
	}
	j.tree = tree
	return nil
}

// openLog has a log at hand.
func (j *job) openLog() error {
	if j.log != nil {
		return nil
	}
	l, err := newLog(j.b.options.LogDir, j.source.Name)
	if err != nil {
		return fmt.Errorf("making a log: %w", err)
	}
	j.log = l
	l.say("gobundle builds %s with %s (%s)", j.source.Name, j.host.Interpreter.Executable, j.host.Name)
	return nil
}

// close ends the job, with the error that it came to. The log stays if there is
// one of the backend.
func (j *job) close(err error) {
	if j.log != nil {
		var backend *BackendError
		if errors.As(err, &backend) && backend.Log == j.log.path {
			j.log.close()
		} else {
			j.log.discard()
		}
	}
	if j.folder != "" {
		_ = removeAll(j.folder) // Builder.Close tries again
	}
}

// findHost finds the interpreter that builds: the target's own, or another one
// of this machine.
func (j *job) findHost(ctx context.Context) error {
	if j.host != nil {
		return nil
	}
	if j.on.Interpreter != nil {
		j.host = j.on
		return nil
	}
	if j.b.options.Host == nil {
		return &NotHereError{Source: j.source.Name, Target: j.on.Name}
	}
	host, err := j.b.options.Host(ctx, j.on)
	var missing *interpreter.NotFoundError
	if errors.As(err, &missing) {
		return &NotHereError{Source: j.source.Name, Target: j.on.Name, Err: err}
	}
	if err != nil {
		return fmt.Errorf("finding a Python to build %s with: %w", j.source.Name, err)
	}
	j.host = host
	return nil
}

// A recipe is what a backend is called with, besides the source.
type recipe struct {
	wheels []fetch.Wheel // in its environment
	key    string        // of what comes out, "" if it can't be kept
}

// recipe resolves what the build needs: what [build-system] requires, and with
// it what the backend asks for besides.
func (j *job) recipe(ctx context.Context) (recipe, error) {
	if err := j.findHost(ctx); err != nil {
		return recipe{}, err
	}
	if j.b.options.NoIsolation {
		return recipe{}, nil
	}
	declared := j.said.System.Requires
	wheels, err := j.resolve(ctx, declared)
	if err != nil {
		return recipe{}, err
	}
	first := j.key(wheels)
	var besides []string
	if !j.b.store.recall(requiresNotes, first, &besides) {
		if besides, err = j.ask(ctx, wheels); err != nil {
			return recipe{}, err
		}
		j.b.store.keep(requiresNotes, first, besides)
	}
	if len(besides) > 0 {
		all := append(declared[:len(declared):len(declared)], besides...)
		if wheels, err = j.resolve(ctx, all); err != nil {
			return recipe{}, err
		}
	}
	return recipe{wheels: wheels, key: j.key(wheels)}, nil
}

// resolve brings the wheels that requirements come to.
func (j *job) resolve(ctx context.Context, texts []string) ([]fetch.Wheel, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	var requirements []pep508.Requirement
	for _, text := range texts {
		requirement, err := pep508.ParseRequirement(text)
		if err != nil {
			return nil, &RequirementsError{Source: j.source.Name, Requirements: texts, Err: err}
		}
		requirements = append(requirements, requirement)
	}
	wheels, err := j.b.options.Resolver.Wheels(ctx, requirements, j.host)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, &RequirementsError{Source: j.source.Name, Requirements: texts, Err: err}
	}
	return wheels, nil
}

// ask asks the backend what it needs besides.
func (j *job) ask(ctx context.Context, wheels []fetch.Wheel) ([]string, error) {
	const hook = "get_requires_for_build_wheel"
	value, err := j.hook(ctx, wheels, hook, j.settings())
	if errors.Is(err, errMissing) {
		return []string{}, nil
	}
	if err != nil {
		return nil, err
	}
	besides := []string{}
	if err := json.Unmarshal(value, &besides); err != nil {
		return nil, j.failure(hook, "returned no list of requirements", nil)
	}
	for _, text := range besides {
		if _, err := pep508.ParseRequirement(text); err != nil {
			return nil, j.failure(hook, fmt.Sprintf("returned %q, which is not a requirement", text), err)
		}
	}
	return besides, nil
}

// hook calls a hook in the environment that the wheels make.
func (j *job) hook(ctx context.Context, wheels []fetch.Wheel, hook string, arguments ...any) (json.RawMessage, error) {
	if err := j.open(ctx); err != nil {
		return nil, err
	}
	env, err := j.b.environment(ctx, j.host, wheels)
	if err != nil {
		return nil, fmt.Errorf("making an environment to build %s in: %w", j.source.Name, err)
	}
	return j.call(ctx, env, hook, arguments...)
}

// fresh makes a new folder for what a hook writes.
func (j *job) fresh(ctx context.Context, pattern string) (string, error) {
	if err := j.open(ctx); err != nil {
		return "", err
	}
	return os.MkdirTemp(j.folder, pattern)
}

// parse reads metadata of the source and compares it with what is known.
func (j *job) parse(text []byte) (dist.Metadata, error) {
	m, err := dist.ParseMetadata(text)
	if err != nil {
		return dist.Metadata{}, err
	}
	return m, j.source.check(m)
}
