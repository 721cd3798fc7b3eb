// Package cancel makes long reads end with a context.
package cancel

import (
	"context"
	"io"
)

// Reader returns a reader of r that fails with the context's error once that has
// ended: what copies a large file needs no loop of its own to heed a context.
func Reader(ctx context.Context, r io.Reader) io.Reader { return &reader{ctx, r} }

type reader struct {
	ctx context.Context //nolint:containedctx // an io.Reader gets none
	r   io.Reader
}

func (c *reader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
