package main

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/gobundle/gobundle/bundle"
)

// patience is how long work goes on in silence.
const patience = 500 * time.Millisecond

// progress shows one line per phase that takes longer than patience: a bar on
// a terminal, else one plain line. It is safe for concurrent use.
type progress struct {
	mu    sync.Mutex
	to    io.Writer
	live  bool // to is a terminal
	phase bundle.Phase
	last  bundle.Progress
	timer *time.Timer // shows the phase when patience ends; nil between phases
	bars  *mpb.Progress
	bar   *mpb.Bar
	item  atomic.Pointer[string] // read by the bar's own goroutine
}

// report is the bundle package's Progress function.
func (u *ui) report(p bundle.Progress) {
	if !u.quiet {
		u.progress.update(p)
	}
}

func (g *progress) update(p bundle.Progress) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.last = p
	g.item.Store(&p.Item)
	if g.timer == nil || p.Phase != g.phase {
		g.clear()
		g.phase = p.Phase
		var timer *time.Timer
		timer = time.AfterFunc(patience, func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			if g.timer == timer { // the phase still goes on
				g.begin(g.last)
			}
		})
		g.timer = timer
	}
	if g.bar != nil {
		g.bar.SetTotal(max(p.Total, p.Done+1), false)
		g.bar.SetCurrent(p.Done)
	}
}

// begin shows the phase for the first time.
func (g *progress) begin(p bundle.Progress) {
	if !g.live {
		fmt.Fprintf(g.to, "%s ...\n", p.Phase)
		return
	}
	g.bars = mpb.New(mpb.WithOutput(g.to), mpb.WithWidth(40), mpb.WithAutoRefresh())
	name := decor.Name(string(p.Phase) + " ")
	item := decor.Any(func(decor.Statistics) string { return " " + *g.item.Load() })
	switch p.Phase {
	case bundle.Resolving:
		g.bar = g.bars.New(0, mpb.SpinnerStyle(), mpb.BarWidth(1), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(name), mpb.AppendDecorators(decor.CurrentNoUnit("%d projects"), item))
		return
	case bundle.Building:
		g.bar = g.bars.New(0, mpb.SpinnerStyle(), mpb.BarWidth(1), mpb.BarRemoveOnComplete(), mpb.PrependDecorators(name), mpb.AppendDecorators(item))
		return
	}
	g.bar = g.bars.New(p.Total, mpb.BarStyle(), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(name), mpb.AppendDecorators(decor.CountersKiloByte("% .1f / % .1f"), item))
}

// clear ends the phase and takes its bar off the terminal.
func (g *progress) clear() {
	if g.timer != nil {
		g.timer.Stop()
		g.timer = nil
	}
	if g.bars == nil {
		return
	}
	g.bar.Abort(true)
	g.bars.Wait()
	g.bars, g.bar = nil, nil
}

func (g *progress) stop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.clear()
}
