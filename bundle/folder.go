package bundle

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/gobundle/gobundle/resolve"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/solve"
)

// A FolderError says that a project on the command line is nowhere to be found,
// while a folder with a project has its name. It wraps the [*solve.Conflict].
type FolderError struct {
	Folder string // as the user wrote it
	Err    error
}

func (e *FolderError) Error() string { return e.Err.Error() }

// Unwrap returns the conflict.
func (e *FolderError) Unwrap() error { return e.Err }

// solve resolves what the inputs came to. It looks for folders only where that
// goes wrong: a name means a project of an index, as with pip.
func (s *session) solve(ctx context.Context, in *Inputs, o resolve.Options) (*resolve.Solution, error) {
	solution, err := resolve.Resolve(ctx, o)
	var conflict *solve.Conflict
	if !errors.As(err, &conflict) {
		return solution, err
	}
	for _, text := range in.Requirements {
		requirement, notRead := pep508.ParseRequirement(text)
		if notRead != nil || !slices.Contains(conflict.Missing(), pep508.NormalizeName(requirement.Name)) {
			continue
		}
		for _, file := range []string{"pyproject.toml", "setup.py"} {
			if _, absent := os.Stat(filepath.Join(s.surroundings.path(requirement.Name), file)); absent == nil {
				return nil, &FolderError{Folder: requirement.Name, Err: err}
			}
		}
	}
	return nil, err
}
