package resolve

import (
	"context"
	"sync"
)

// once runs one job per key, whoever asks first, and hands its result to all
// who ask. A result is kept for good, errors included. It is safe for
// concurrent use.
type once[K comparable, V any] struct {
	mu   sync.Mutex
	jobs map[K]*job[V]
}

type job[V any] struct {
	done  chan struct{}
	value V
	err   error
}

// do returns the result of run for key. A second caller waits for the first
// one's result, or for its own context.
func (o *once[K, V]) do(ctx context.Context, key K, run func() (V, error)) (V, error) {
	o.mu.Lock()
	j, running := o.jobs[key]
	if !running {
		j = &job[V]{done: make(chan struct{})}
		if o.jobs == nil {
			o.jobs = map[K]*job[V]{}
		}
		o.jobs[key] = j
	}
	o.mu.Unlock()
	if !running {
		j.value, j.err = run()
		close(j.done)
		return j.value, j.err
	}
	select {
	case <-j.done:
		return j.value, j.err
	case <-ctx.Done():
		var zero V
		return zero, ctx.Err()
	}
}

// started reports whether key was asked for before.
func (o *once[K, V]) started(key K) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, ok := o.jobs[key]
	return ok
}
