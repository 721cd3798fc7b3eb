package resolve

import (
	"fmt"

	"github.com/gobundle/gobundle/resolve/pep440"
)

// A HashModeError is a distribution that the requirements brought along
// although hash mode is on and nobody gave a hash for it.
type HashModeError struct {
	Name    string
	Version pep440.Version
}

func (e *HashModeError) Error() string {
	return fmt.Sprintf("%s %s is required as well, and hash mode needs a hash for every distribution", e.Name, e.Version)
}

// checkHashed checks, in hash mode, what the requirements brought along; their
// own entries have been checked where they were read.
func (o *Options) checkHashed(pins []Pin) error {
	if !o.RequireHashes {
		return nil
	}
	for _, pin := range pins {
		if len(pin.Hashes) == 0 && len(fragmentHashes(pin.Direct)) == 0 {
			return &HashModeError{Name: pin.Name, Version: pin.Version}
		}
	}
	return nil
}
