package indextest

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is how the server fails instead of answering.
type Fault struct {
	// Path is the part of the URL's path that the fault is bound to: every path
	// that contains it. "" is all.
	Path string
	// Times is how often the fault happens, 0 is always.
	Times int

	// Status answers with that code; RetryAfter is its header of that name.
	Status     int
	RetryAfter string
	// Reset closes the connection without an answer.
	Reset bool
	// Cut closes the connection after that many bytes of the body, when it is
	// above zero. The head of the answer promises the whole.
	Cut int
	// Delay waits before the answer, Stall after Cut bytes of it. Alone they
	// don't change what is answered.
	Delay, Stall time.Duration
	// ContentType and Body answer with these and status 200 (or Status).
	ContentType, Body string
	// Redirect answers 302 with that Location.
	Redirect string
}

// Fail makes the server fail. Faults that are bound to one path happen in the
// order in which they were added.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.faults = append(s.faults, &activeFault{Fault: f, left: f.Times})
	}
}

// Recover ends all faults.
func (s *Server) Recover() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

type activeFault struct {
	Fault
	left int
}

// fault returns what is to go wrong with a path.
func (s *Server) fault(path string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if !strings.Contains(path, f.Path) || f.Times > 0 && f.left == 0 {
			continue
		}
		f.left--
		return &f.Fault
	}
	return nil
}

// failing answers with a fault where there is one.
func (s *Server) failing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := s.fault(r.URL.Path)
		if f == nil {
			next.ServeHTTP(w, r)
			return
		}
		if f.Delay > 0 && !wait(r.Context(), f.Delay) {
			return
		}
		switch {
		case f.Reset:
			reset(w)
		case f.Redirect != "":
			http.Redirect(w, r, f.Redirect, http.StatusFound)
		case f.Body != "" || f.ContentType != "" || f.Status != 0:
			if f.ContentType != "" {
				w.Header().Set("Content-Type", f.ContentType)
			}
			if f.RetryAfter != "" {
				w.Header().Set("Retry-After", f.RetryAfter)
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(f.Body)))
			w.WriteHeader(max(f.Status, http.StatusOK))
			_, _ = w.Write([]byte(f.Body))
		case f.Cut > 0:
			next.ServeHTTP(&cutWriter{ResponseWriter: w, left: f.Cut, stall: f.Stall, ctx: r.Context()}, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// reset ends the connection in the rudest way there is.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}

// cutWriter lets a number of bytes through and then breaks off, at once or
// after a while of silence.
type cutWriter struct {
	http.ResponseWriter
	left  int
	stall time.Duration
	ctx   context.Context
}

func (w *cutWriter) Write(p []byte) (int, error) {
	if len(p) < w.left {
		w.left -= len(p)
		return w.ResponseWriter.Write(p)
	}
	_, _ = w.ResponseWriter.Write(p[:w.left])
	_ = http.NewResponseController(w.ResponseWriter).Flush()
	if w.stall > 0 {
		wait(w.ctx, w.stall)
	}
	panic(http.ErrAbortHandler)
}
