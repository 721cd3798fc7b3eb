package indextest

import (
	"bytes"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Behaviour is how good an index the server is. The zero value is the best there
// is: both forms of pages, metadata beside wheels, ranges, validators.
type Behaviour struct {
	HTML, JSON bool // only this form
	NoMetadata bool // no METADATA beside any wheel
	NoRanges   bool // files come whole only
	// NoTails refuses ranges that count from the end, as some servers do.
	NoTails bool
	NoSizes bool // neither sizes nor upload times (PEP 700)
	// NoValidators leaves ETag and Last-Modified out.
	NoValidators bool
	NoRoot       bool   // the root doesn't list the projects
	CacheControl string // header of the pages
	APIVersion   string // "" is "1.1"
	// AbsoluteURLs makes links absolute, Base puts a base element into HTML.
	AbsoluteURLs, Base bool
	// User and Password must be sent with every request when User is set.
	User, Password string
}

// Request is one that the server got.
type Request struct {
	Method, Path string
	Header       http.Header
	Status       int // of the answer; 0 when the connection was broken
}

// Server is an index. All its methods may be called while it serves.
type Server struct {
	server *httptest.Server

	mu        sync.Mutex
	files     map[string]file // by name
	order     []string        // names of files, as added
	empty     []string        // projects without files
	behaviour Behaviour
	faults    []*activeFault
	requests  []*Request
}

// New starts an index that ends with the test.
func New(t TB) *Server {
	t.Helper()
	s, err := Start()
	if err != nil {
		t.Fatalf("starting an index: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// NewTLS is New with https; see Certificate.
func NewTLS(t TB) *Server {
	t.Helper()
	s := newServer()
	s.server.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// Start starts an index on a port of 127.0.0.1. The caller closes it.
func Start() (*Server, error) {
	s := newServer()
	s.server.Start()
	return s, nil
}

func newServer() *Server {
	s := &Server{files: map[string]file{}}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /simple/{$}", s.serveRoot)
	routes.HandleFunc("GET /simple/{project}/{$}", s.serveProject)
	routes.HandleFunc("GET /files/{name}", s.serveFile)
	s.server = httptest.NewUnstartedServer(s.logging(s.guarded(s.failing(routes))))
	return s
}

// Close ends the server.
func (s *Server) Close() {
	s.server.CloseClientConnections() // some may wait for an answer that never comes
	s.server.Close()
}

// URL is that of the index, with a slash at its end and without credentials.
func (s *Server) URL() string { return s.server.URL + "/simple/" }

// URLFor is the index's URL with credentials in it.
func (s *Server) URLFor(user, password string) string {
	scheme, rest, _ := strings.Cut(s.URL(), "://")
	return scheme + "://" + user + ":" + password + "@" + rest
}

// FileURL is the URL of a file by its name.
func (s *Server) FileURL(name string) string { return s.server.URL + "/files/" + name }

// Host is "127.0.0.1:port".
func (s *Server) Host() string { return s.server.Listener.Addr().String() }

// Certificate is the PEM form of what signs the server's certificate, of NewTLS.
func (s *Server) Certificate() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})
}

// Add puts files on the index and returns their names. A file of a name that is
// there already is replaced.
func (s *Server) Add(dists ...Dist) []string {
	var names []string
	for _, d := range dists {
		f := makeFile(d)
		names = append(names, f.name)
		s.mu.Lock()
		if _, ok := s.files[f.name]; !ok {
			s.order = append(s.order, f.name)
		}
		s.files[f.name] = f
		s.mu.Unlock()
	}
	return names
}

// AddEmpty puts projects without files on the index.
func (s *Server) AddEmpty(projects ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.empty = append(s.empty, projects...)
}

// Behave changes how good the index is.
func (s *Server) Behave(change func(*Behaviour)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.behaviour)
}

func (s *Server) manner() Behaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.behaviour
}

// Requests returns what the server was asked, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, 0, len(s.requests))
	for _, r := range s.requests {
		requests = append(requests, *r)
	}
	return requests
}

// Paths returns the paths that were asked for, oldest first.
func (s *Server) Paths() []string {
	var paths []string
	for _, r := range s.Requests() {
		paths = append(paths, r.Path)
	}
	return paths
}

// Forget empties the list of requests.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// logging remembers each request.
func (s *Server) logging(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := &Request{Method: r.Method, Path: r.URL.Path, Header: r.Header.Clone()}
		s.mu.Lock()
		s.requests = append(s.requests, request)
		s.mu.Unlock()
		next.ServeHTTP(&statusWriter{ResponseWriter: w, note: func(code int) {
			s.mu.Lock()
			defer s.mu.Unlock()
			request.Status = code
		}}, r)
	})
}

type statusWriter struct {
	http.ResponseWriter
	note func(code int)
	done bool
}

func (w *statusWriter) WriteHeader(code int) {
	if !w.done {
		w.done = true
		w.note(code)
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if !w.done {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// guarded asks for the password where one is set.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := s.manner()
		user, password, _ := r.BasicAuth()
		if b.User != "" && (user != b.User || password != b.Password) {
			w.Header().Set("WWW-Authenticate", `Basic realm="indextest"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	b := s.manner()
	name := r.PathValue("name")
	wheel, isMetadata := strings.CutSuffix(name, ".metadata")
	s.mu.Lock()
	f, ok := s.files[wheel]
	s.mu.Unlock()
	data := f.data
	if isMetadata {
		data = f.metadata
		ok = ok && data != nil && !f.dist.NoMetadata && !b.NoMetadata
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	if !b.NoValidators {
		w.Header().Set("ETag", `"`+hexSum(data)[:16]+`"`)
	}
	asked := r.Header.Get("Range")
	if b.NoTails && strings.HasPrefix(asked, "bytes=-") {
		http.Error(w, "no such ranges here", http.StatusRequestedRangeNotSatisfiable)
		return
	}
	if b.NoRanges {
		r = r.Clone(r.Context())
		r.Header.Del("Range")
		w = &rangelessWriter{w}
	}
	modified := made
	if b.NoValidators {
		modified = time.Time{} // which ServeContent leaves out
	}
	http.ServeContent(w, r, name, modified, bytes.NewReader(data))
}

// rangelessWriter doesn't let the server offer ranges.
type rangelessWriter struct{ http.ResponseWriter }

func (w *rangelessWriter) WriteHeader(code int) {
	w.Header().Del("Accept-Ranges")
	w.ResponseWriter.WriteHeader(code)
}

func (w *rangelessWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
