package index

import (
	"context"
	"sync"
)

// once makes each value a single time and keeps it. Whoever asks while it is
// made waits. A failure is kept too, but one that came of a caller's context
// ending is nobody else's: the next one makes the value anew.
type once[V any] struct {
	mu    sync.Mutex
	calls map[string]*call[V]
}

type call[V any] struct {
	done  chan struct{}
	value V
	err   error
	again bool
}

func (o *once[V]) do(ctx context.Context, key string, work func(context.Context) (V, error)) (V, error) {
	for {
		o.mu.Lock()
		if o.calls == nil {
			o.calls = map[string]*call[V]{}
		}
		c, ok := o.calls[key]
		if !ok {
			c = &call[V]{done: make(chan struct{})}
			o.calls[key] = c
			o.mu.Unlock()
			o.run(ctx, key, c, work)
			return c.value, c.err
		}
		o.mu.Unlock()
		select {
		case <-c.done:
		case <-ctx.Done():
			var none V
			return none, context.Cause(ctx)
		}
		if !c.again {
			return c.value, c.err
		}
	}
}

func (o *once[V]) run(ctx context.Context, key string, c *call[V], work func(context.Context) (V, error)) {
	defer close(c.done)
	c.value, c.err = work(ctx)
	if c.err != nil && ctx.Err() != nil {
		c.again = true
		o.mu.Lock()
		delete(o.calls, key)
		o.mu.Unlock()
	}
}
