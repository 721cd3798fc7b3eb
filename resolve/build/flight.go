package build

import (
	"context"
	"sync"
)

// flights lets one caller at a time work on each source, and knows which source
// waits for which other: one that is worked on waits for its build requirements.
type flights struct {
	mu    sync.Mutex
	now   map[string]chan struct{} // closed at the end of the work
	names map[string]string
	waits map[string]map[string]int // how often each waits for which others
}

// workKey is the key of the source that a context works for.
type workKey struct{}

// start waits until nobody works on the source. The context that it returns is
// for all work on the source; end must be called at its end.
//
// Where that would mean waiting for itself the error is a *CycleError.
func (f *flights) start(ctx context.Context, key, name string) (inner context.Context, end func(), err error) {
	outer, _ := ctx.Value(workKey{}).(string)
	f.mu.Lock()
	if f.now == nil {
		f.now, f.names, f.waits = map[string]chan struct{}{}, map[string]string{}, map[string]map[string]int{}
	}
	f.names[key] = name
	if outer != "" {
		if way := f.way(key, outer, map[string]bool{}); way != nil {
			defer f.mu.Unlock()
			return nil, nil, &CycleError{Chain: f.chain(append(way, key))}
		}
		if f.waits[outer] == nil {
			f.waits[outer] = map[string]int{}
		}
		f.waits[outer][key]++
	}
	leave := func() {
		if outer != "" {
			f.waits[outer][key]--
		}
	}
	for f.now[key] != nil {
		other := f.now[key]
		f.mu.Unlock()
		select {
		case <-other:
			f.mu.Lock()
		case <-ctx.Done():
			f.mu.Lock()
			defer f.mu.Unlock()
			leave()
			return nil, nil, context.Cause(ctx)
		}
	}
	done := make(chan struct{})
	f.now[key] = done
	f.mu.Unlock()
	end = func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		leave()
		delete(f.now, key)
		close(done)
	}
	return context.WithValue(ctx, workKey{}, key), end, nil
}

// way returns the sources from one to another of which each waits for the next,
// nil if there is no such way.
func (f *flights) way(from, to string, seen map[string]bool) []string {
	if from == to {
		return []string{from}
	}
	seen[from] = true
	for next, count := range f.waits[from] {
		if count > 0 && !seen[next] {
			if way := f.way(next, to, seen); way != nil {
				return append([]string{from}, way...)
			}
		}
	}
	return nil
}

func (f *flights) chain(keys []string) []string {
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = f.names[key]
	}
	return names
}
