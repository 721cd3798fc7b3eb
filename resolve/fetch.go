package resolve

import (
	"context"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/target"
)

// downloads bounds the wheels that are fetched at once.
const downloads = 8

// Fetch brings the wheels of all resolutions here, each once, and builds those
// that are pinned as source distributions. The result has one slice for each
// resolution, in the order of its pins. Every wheel's digests and RECORD have
// been checked.
func Fetch(ctx context.Context, o Options, resolutions []Resolution) ([][]fetch.Wheel, error) {
	f := fetching{options: &o, places: map[string]int{}}
	for _, r := range resolutions {
		for _, pin := range r.Pins {
			f.add(pin, r.Target)
		}
	}
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	wheels := make([][]fetch.Wheel, len(resolutions))
	for i, r := range resolutions {
		for _, pin := range r.Pins {
			wheels[i] = append(wheels[i], f.wheels[f.places[jobKey(pin, r.Target)]])
		}
	}
	return wheels, nil
}

// fetching is the set of files to bring, each once.
type fetching struct {
	options *Options
	jobs    []fetchJob
	places  map[string]int // index into jobs and wheels by jobKey
	wheels  []fetch.Wheel
	done    atomic.Int64
	total   atomic.Int64
}

type fetchJob struct {
	pin Pin
	on  *target.Target
}

// jobKey is the same for what needs to be fetched once only: a file is one for
// all targets, a build is one for each.
func jobKey(pin Pin, on *target.Target) string {
	if pin.Source {
		return pin.File.URL + " " + on.Name
	}
	return pin.File.URL
}

func (f *fetching) add(pin Pin, on *target.Target) {
	key := jobKey(pin, on)
	if _, ok := f.places[key]; ok {
		return
	}
	f.places[key] = len(f.jobs)
	f.jobs = append(f.jobs, fetchJob{pin, on})
	if pin.File.Size > 0 && pin.File.Path == "" {
		f.total.Add(pin.File.Size)
	}
}

func (f *fetching) run(ctx context.Context) error {
	f.wheels = make([]fetch.Wheel, len(f.jobs))
	f.options.progress(Progress{Phase: Fetching, Total: f.total.Load()})
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(downloads)
	for i, job := range f.jobs {
		group.Go(func() error {
			wheel, err := f.one(ctx, job)
			if err != nil {
				return fmt.Errorf("fetching %s: %w", job.pin.File.Name, err)
			}
			f.wheels[i] = wheel
			return nil
		})
	}
	return group.Wait()
}

func (f *fetching) one(ctx context.Context, job fetchJob) (fetch.Wheel, error) {
	if job.pin.Source {
		return f.options.build(ctx, job.pin, job.on)
	}
	last := int64(0)
	return f.options.Fetcher.Wheel(ctx, job.pin.File, job.pin.Hashes, func(have, size int64) {
		if job.pin.File.Size < 0 && last == 0 && size > 0 {
			f.total.Add(size)
		}
		sum := f.done.Add(have - last)
		last = have
		f.options.progress(Progress{Phase: Fetching, Item: job.pin.File.Name, Done: sum, Total: f.total.Load()})
	})
}
