package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gobundle/gobundle/runtime/cache"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// cacheCommand shows and prunes the cache.
type cacheCommand struct {
	CacheDir string `placeholder:"DIR" help:"Look at the cache in DIR."`

	Dir   cacheDirCommand   `cmd:"" help:"Print the folder of the cache."`
	Info  cacheInfoCommand  `cmd:"" help:"Show what is in the cache."`
	Prune cachePruneCommand `cmd:"" help:"Remove what was not used for long, and what killed processes left."`
	Clear cacheClearCommand `cmd:"" help:"Remove all that is not in use."`
}

// place finds the cache. One that somebody else could have written to is an error.
func (c *cacheCommand) place(u *ui) (string, error) {
	dir := ""
	if c.CacheDir != "" {
		dir = u.path(c.CacheDir)
	} else {
		home, err := os.UserHomeDir()
		if err != nil {
			home = ""
		}
		dir = u.path(cache.Locate(u.getenv, runtime.GOOS, home, os.TempDir()))
	}
	if err := cache.CheckPrivate(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return dir, nil
}

type cacheDirCommand struct{}

// Run prints the folder.
func (*cacheDirCommand) Run(u *ui, parent *cacheCommand) error {
	dir, err := parent.place(u)
	if err != nil {
		return err
	}
	return u.data(dir + "\n")
}

type cacheInfoCommand struct {
	JSON bool `name:"json" help:"Print all of it as JSON."`
}

// Run lists the environments, wheels and Pythons; downloads are summed up.
func (c *cacheInfoCommand) Run(ctx context.Context, u *ui, parent *cacheCommand) error {
	v, err := parent.inventory(ctx, u)
	if err != nil {
		return err
	}
	if c.JSON {
		return u.json(struct {
			Dir          string        `json:"dir"`
			Size         int64         `json:"size"`
			Environments []shownObject `json:"environments"`
			Wheels       []shownObject `json:"wheels"`
			Pythons      []shownObject `json:"pythons"`
			Downloads    []shownObject `json:"downloads"`
		}{v.Dir, v.Size(), shownObjects(v.Objects, cache.Environment), shownObjects(v.Objects, cache.Wheel), shownObjects(v.Objects, cache.Python), shownObjects(v.Objects, cache.Download)})
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s: %s\n", v.Dir, size(v.Size()))
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KIND\tSIZE\tLAST USED\tNAME")
	for _, o := range v.Objects {
		if o.Kind != cache.Download {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", o.Kind, size(o.Size), o.Used.Local().Format("2006-01-02 15:04"), o.Name)
		}
	}
	if files := shownObjects(v.Objects, cache.Download); len(files) > 0 {
		fmt.Fprintf(w, "download\t%s\t\t%s\n", size(sum(files)), count(len(files), "file"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return u.data(text.String())
}

func (c *cacheCommand) inventory(ctx context.Context, u *ui) (*cache.Inventory, error) {
	dir, err := c.place(u)
	if err != nil {
		return nil, err
	}
	return cache.Take(ctx, dir)
}

// shownObject is an object of the cache in JSON. Times are seconds since 1970.
type shownObject struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Used int64  `json:"used"`
}

// shownObjects brings the objects of some kinds into the form of JSON; of all
// kinds if none is given.
func shownObjects(objects []cache.Object, kinds ...cache.Kind) []shownObject {
	shown := []shownObject{}
	for _, o := range objects {
		if len(kinds) == 0 || o.Kind == kinds[0] {
			shown = append(shown, shownObject{o.Name, o.Size, o.Used.Unix()})
		}
	}
	return shown
}

func sum(objects []shownObject) int64 {
	var size int64
	for _, o := range objects {
		size += o.Size
	}
	return size
}

type removalFlags struct {
	DryRun bool `help:"Only say what would be removed."`
	JSON   bool `name:"json" help:"Say it as JSON."`
}

type cachePruneCommand struct {
	OlderThan    age      `placeholder:"AGE" help:"Remove what was not used for AGE: 12h, 30d, 8w."`
	MaxSize      *maximum `placeholder:"SIZE" help:"Remove what was not used for longest, until the rest is SIZE: 500MB, 5GB."`
	removalFlags `embed:""`
}

// Run removes what the flags say.
func (c *cachePruneCommand) Run(ctx context.Context, u *ui, parent *cacheCommand) error {
	p := cache.Policy{OlderThan: time.Duration(c.OlderThan)}
	if c.MaxSize != nil {
		p.Bounded, p.MaxSize = true, int64(*c.MaxSize)
	}
	return c.remove(ctx, u, parent, p)
}

type cacheClearCommand struct {
	removalFlags `embed:""`
}

// Run removes everything.
func (c *cacheClearCommand) Run(ctx context.Context, u *ui, parent *cacheCommand) error {
	return c.remove(ctx, u, parent, cache.Policy{All: true})
}

func (f *removalFlags) remove(ctx context.Context, u *ui, parent *cacheCommand, p cache.Policy) error {
	v, err := parent.inventory(ctx, u)
	if err != nil {
		return err
	}
	r, err := v.Remove(ctx, v.Plan(p, time.Now()), f.DryRun)
	if err != nil {
		return err
	}
	removed, inUse := shownObjects(r.Removed), shownObjects(r.InUse)
	if f.JSON {
		return u.json(struct {
			Removed []shownObject `json:"removed"`
			InUse   []shownObject `json:"in_use"`
			Size    int64         `json:"size"`
		}{removed, inUse, sum(removed)})
	}
	verb := "removed"
	if f.DryRun {
		verb = "would remove"
	}
	var text strings.Builder
	files := shownObjects(r.Removed, cache.Download)
	for _, o := range r.Removed {
		if o.Kind != cache.Download {
			fmt.Fprintf(&text, "%s %s: %s\n", verb, o.Name, size(o.Size))
		}
	}
	if len(files) > 0 {
		fmt.Fprintf(&text, "%s %s of downloads: %s\n", verb, count(len(files), "file"), size(sum(files)))
	}
	for _, o := range r.InUse {
		if o.Kind != cache.Download {
			fmt.Fprintf(&text, "in use, kept: %s\n", o.Name)
		}
	}
	if files := shownObjects(r.InUse, cache.Download); len(files) > 0 {
		fmt.Fprintf(&text, "in use, kept: %s of downloads\n", count(len(files), "file"))
	}
	fmt.Fprintf(&text, "%s %s in %s\n", verb, size(sum(removed)), v.Dir)
	return u.data(text.String())
}

// An age is a time since something was used: "12h", "30d".
type age time.Duration

var ageText = lazyregexp.New(`^([0-9]{1,5})([mhdw])$`)

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *age) UnmarshalText(text []byte) error {
	found := ageText().FindStringSubmatch(string(text))
	if found == nil {
		return fmt.Errorf("%q is no age; 12h, 30d or 8w is", text)
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return err
	}
	unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[found[2]]
	*a = age(time.Duration(n) * unit)
	return nil
}

// A maximum is a size in bytes: "500MB".
type maximum int64

var sizeText = lazyregexp.New(`^([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([kmgt]?)b?$`)

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *maximum) UnmarshalText(text []byte) error {
	found := sizeText().FindStringSubmatch(strings.ToLower(string(text)))
	if found == nil {
		return fmt.Errorf("%q is no size; 500MB or 5GB is", text)
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		return err
	}
	*m = maximum(value * map[string]float64{"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}[found[2]])
	return nil
}
