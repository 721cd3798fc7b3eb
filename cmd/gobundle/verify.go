package main

import (
	"context"

	"github.com/gobundle/gobundle/bundle"
)

// verifyCommand checks a bundle's bytes.
type verifyCommand struct {
	File string `arg:"" help:"The bundle."`
}

// Run checks the bundle and says that it is whole.
func (c *verifyCommand) Run(ctx context.Context, u *ui) error {
	content, err := bundle.Verify(ctx, u.path(c.File))
	if err != nil {
		return err
	}
	u.say("%s: %s, every hash and every RECORD right", c.File, count(len(content.Wheels), "wheel"))
	return nil
}

// extractCommand takes the wheels out of a bundle.
type extractCommand struct {
	File      string `arg:"" help:"The bundle."`
	Directory string `arg:"" name:"dir" help:"Folder for the wheels; made if it is not there."`
}

// Run writes the wheels and says how many.
func (c *extractCommand) Run(ctx context.Context, u *ui) error {
	wheels, recompressed, err := bundle.Extract(ctx, u.path(c.File), u.path(c.Directory))
	if err != nil {
		return err
	}
	u.say("%s: %s", c.Directory, count(wheels, "wheel"))
	if recompressed > 0 {
		u.say("%s recompressed in the bundle: the files are those of RECORD, the archives not byte for byte the original ones", wasOrWere(recompressed))
	}
	return nil
}

func wasOrWere(wheels int) string {
	if wheels == 1 {
		return "1 wheel was"
	}
	return count(wheels, "wheel") + " were"
}
