package cancel_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/cancel"
)

func TestReader(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	r := cancel.Reader(ctx, strings.NewReader("some text"))
	first := make([]byte, 4)
	if _, err := io.ReadFull(r, first); err != nil || string(first) != "some" {
		t.Errorf("Read = %q, %v, want the text", first, err)
	}
	end()
	if n, err := r.Read(first); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("Read after the end = %d, %v, want nothing and context.Canceled", n, err)
	}
}
