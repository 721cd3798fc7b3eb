package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Options says where repositories are kept and how their systems are called.
// CacheDir must be set.
type Options struct {
	// CacheDir is the folder of what was fetched of repositories. It is made when
	// it is needed. Several processes may use it.
	CacheDir string
	// TempDir is where trees are checked out; "" is the system's folder for
	// temporary files.
	TempDir string
	// Environ is the environment of the process, as os.Environ gives it; nil is
	// that of this process.
	Environ []string
	// Offline takes what was fetched before, and nothing else.
	Offline bool
	// Progress is told which reference is being fetched; nil for nobody. It must
	// be safe for concurrent use and quick.
	Progress func(reference string)
}

// A Client checks repositories out. It is safe for concurrent use, and remembers
// what it checked out until it is closed.
type Client struct {
	options Options

	mu        sync.Mutex
	folder    string // for all that is temporary, "" before it is needed
	checkouts map[string]*checkout
}

// A Checkout is the tree of a repository at one commit. Whoever builds in it may
// leave files there.
type Checkout struct {
	Folder string // its top, until the Client is closed
	// Commit is the identifier of what was checked out: a hash, of Subversion a
	// number.
	Commit string
	// Digest tells what is in the folder from all else. It covers what git
	// describes the commit by, which backends make versions of.
	Digest string
}

type checkout struct {
	done   chan struct{}
	result Checkout
	err    error
}

// New checks the options; it touches no file.
func New(o Options) (*Client, error) {
	if o.CacheDir == "" {
		return nil, errors.New("preparing to check out: no folder for repositories")
	}
	return &Client{options: o, checkouts: map[string]*checkout{}}, nil
}

// Close removes all that was checked out. No method may be called after it.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.folder == "" {
		return nil
	}
	return os.RemoveAll(c.folder)
}

// Checkout brings the tree of a Repository here, once: callers that ask for the
// same get the same folder.
//
// Errors: *ToolError, *RevisionError, *CommandError, *OfflineError, and the cause
// of ctx's end.
func (c *Client) Checkout(ctx context.Context, r Reference) (Checkout, error) {
	if r.Kind != Repository {
		return Checkout{}, fmt.Errorf("checking out %s: it is no repository", r)
	}
	key := r.System + "\n" + r.URL + "\n" + r.Revision
	c.mu.Lock()
	known, found := c.checkouts[key]
	if !found {
		known = &checkout{done: make(chan struct{})}
		c.checkouts[key] = known
	}
	c.mu.Unlock()
	if !found {
		known.result, known.err = c.checkOut(ctx, r)
		close(known.done)
	}
	select {
	case <-known.done:
		return known.result, known.err
	case <-ctx.Done():
		return Checkout{}, context.Cause(ctx)
	}
}

func (c *Client) checkOut(ctx context.Context, r Reference) (Checkout, error) {
	run, err := c.commands(r)
	if err != nil {
		return Checkout{}, err
	}
	folder, err := c.temporary()
	if err != nil {
		return Checkout{}, err
	}
	if c.options.Progress != nil {
		c.options.Progress(r.String())
	}
	switch r.System {
	case "hg":
		return c.mercurial(ctx, run, r, folder)
	case "svn":
		return c.subversion(ctx, run, r, folder)
	}
	return c.git(ctx, run, r, folder)
}

// temporary makes a new folder that lives until Close.
func (c *Client) temporary() (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.folder == "" {
		folder, err := os.MkdirTemp(c.options.TempDir, "gobundle-source-")
		if err != nil {
			return "", err
		}
		if c.folder, err = filepath.EvalSymlinks(folder); err != nil {
			c.folder = folder
			return "", err
		}
	}
	return os.MkdirTemp(c.folder, "checkout-*")
}

// digest is of texts, none of which holds a line feed.
func digest(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(sum[:])
}
