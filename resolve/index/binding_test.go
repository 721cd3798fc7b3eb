package index_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/index/indextest"
)

func TestNamedIndexes(t *testing.T) {
	t.Parallel()
	one, two, public := indextest.New(t), indextest.New(t), indextest.New(t)
	for version, s := range map[string]*indextest.Server{"1": one, "2": two, "3": public} {
		for _, name := range []string{"torch", "corp-a", "corp-b", "both"} {
			s.Add(indextest.Dist{Name: name, Version: version})
		}
	}
	public.Add(indextest.Dist{Name: "theirs", Version: "3"})
	shelf := indextest.Folder(t, indextest.Dist{Name: "torch", Version: "4"}, indextest.Dist{Name: "both", Version: "4"})
	named := []index.Named{{Name: "one", URL: one.URL()}, {Name: "two", URL: two.URL()}}
	tests := []struct {
		name     string
		bindings []index.Binding
		change   func(*index.Options)
		want     map[string]string
	}{
		{"asked in their order, before the others", nil, nil, map[string]string{"torch": "4 1", "corp-a": "1", "both": "4 1", "theirs": "3"}},
		{"all together", nil, func(o *index.Options) { o.Strategy = index.BestMatch }, map[string]string{"both": "4 1 2 3"}},
		{"bound", []index.Binding{{Project: "Torch", Index: "two"}}, nil, map[string]string{"torch": "2", "both": "4 1", "theirs": "3"}},
		{"bound, all together", []index.Binding{{Project: "torch", Index: "two"}}, func(o *index.Options) { o.Strategy = index.BestMatch }, map[string]string{"torch": "2", "both": "4 1 3"}},
		{"bound by their start", []index.Binding{{Project: "corp_*", Index: "one"}, {Project: "corp-b", Index: "two"}}, nil, map[string]string{"corp-a": "1", "corp-b": "2", "both": "4 3", "theirs": "3"}},
		{"bound to where it isn't", []index.Binding{{Project: "theirs", Index: "one"}}, nil, map[string]string{"theirs": ""}},
		{"bound to what the others have too", []index.Binding{{Project: "both", Index: "one"}}, func(o *index.Options) { o.IndexURL = one.URL() }, map[string]string{"both": "1", "torch": "4 2", "corp-a": "2"}},
		{"no index", []index.Binding{{Project: "torch", Index: "two"}}, func(o *index.Options) { o.NoIndex = true }, map[string]string{"torch": "4", "corp-a": ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := index.Options{Named: named, Bindings: test.bindings, IndexURL: public.URL(), FindLinks: []string{shelf}}
			if test.change != nil {
				test.change(&o)
			}
			client := newClient(t, o)
			for name, versions := range test.want {
				p, err := client.Project(t.Context(), name)
				var missing *index.NotFoundError
				if versions == "" {
					if !errors.As(err, &missing) {
						t.Errorf("Project(%s) = %+v, %v, want a NotFoundError", name, p, err)
					}
					continue
				}
				if err != nil {
					t.Fatalf("Project(%s): %v", name, err)
				}
				if got := versionsOf(p); got != versions {
					t.Errorf("Project(%s) has %s, want %s", name, got, versions)
				}
			}
		})
	}
}

// versionsOf lists the versions of a project's wheels in their order.
func versionsOf(p *index.Project) string {
	var all []string
	for _, f := range p.Files {
		all = append(all, strings.Split(f.Name, "-")[1])
	}
	return strings.Join(all, " ")
}

func TestBindingErrors(t *testing.T) {
	t.Parallel()
	named := []index.Named{{Name: "corp", URL: "https://index.example/simple/"}, {Name: "torch", URL: "https://torch.example/"}}
	tests := []struct {
		name string
		o    index.Options
	}{
		{"no such index", index.Options{Named: named, Bindings: []index.Binding{{Project: "x", Index: "crop"}}}},
		{"the name twice", index.Options{Named: append(named, named[0])}},
		{"no name", index.Options{Named: []index.Named{{URL: "https://index.example/"}}}},
		{"a name with blanks", index.Options{Named: []index.Named{{Name: "my index", URL: "https://index.example/"}}}},
		{"no URL", index.Options{Named: []index.Named{{Name: "corp"}}}},
		{"no project", index.Options{Named: named, Bindings: []index.Binding{{Project: "a b", Index: "corp"}}}},
		{"all projects", index.Options{Named: named, Bindings: []index.Binding{{Project: "*", Index: "corp"}}}},
		{"a star within", index.Options{Named: named, Bindings: []index.Binding{{Project: "a*b", Index: "corp"}}}},
		{"two indexes", index.Options{Named: named, Bindings: []index.Binding{{Project: "a", Index: "corp"}, {Project: "A", Index: "torch"}}}},
	}
	for _, test := range tests {
		_, err := index.New(test.o)
		var binding *index.BindingError
		if !errors.As(err, &binding) {
			t.Errorf("%s: New = %v, want a BindingError", test.name, err)
		}
	}
}

// simplePage is a project's page on a folder of a named test case: its version,
// and what it says of other places.
type simplePage struct{ version, tracks, alternates string }

func (p simplePage) write(t *testing.T, root string, asHTML bool) {
	t.Helper()
	folder := filepath.Join(root, "same")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	wheel := "same-" + p.version + "-py3-none-any.whl"
	name, text := "index.json", fmt.Sprintf(`{"meta": {"api-version": "1.2", "tracks": [%s]}, "alternate-locations": [%s], "files": [{"filename": %q, "url": %q}]}`,
		list(p.tracks, "%q", ", "), list(p.alternates, "%q", ", "), wheel, wheel)
	if asHTML {
		name = "index.html"
		text = list(p.tracks, `<meta name="pypi:tracks" content="%s">`, "") + list(p.alternates, `<meta name="pypi:alternate-locations" content="%s">`, "") + `<a href="` + wheel + `">x</a>`
	}
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func list(words, format, between string) string {
	var all []string
	for _, word := range strings.Fields(words) {
		all = append(all, fmt.Sprintf(format, word))
	}
	return strings.Join(all, between)
}

// PEP 708: the first index may say that another has the same project.
func TestAlternateLocations(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		private, later simplePage // with A and B for the URLs of the two
		want           string
	}{
		{"says nothing", simplePage{version: "1"}, simplePage{version: "2"}, "1"},
		{"tracks the other", simplePage{version: "1", tracks: "B"}, simplePage{version: "2"}, "1 2"},
		{"tracks what tracks", simplePage{version: "1", tracks: "B"}, simplePage{version: "2", tracks: "https://third.example/same/"}, "1"},
		{"tracks a third one", simplePage{version: "1", tracks: "https://third.example/same/"}, simplePage{version: "2"}, "1"},
		{"is tracked", simplePage{version: "1"}, simplePage{version: "2", tracks: "A"}, "1"},
		{"they agree", simplePage{version: "1", alternates: "B"}, simplePage{version: "2", alternates: "A"}, "1 2"},
		{"they agree, with themselves", simplePage{version: "1", alternates: "A B"}, simplePage{version: "2", alternates: "B A"}, "1 2"},
		{"only one says so", simplePage{version: "1", alternates: "B"}, simplePage{version: "2"}, "1"},
		{"only the other says so", simplePage{version: "1"}, simplePage{version: "2", alternates: "A"}, "1"},
		{"one names a third", simplePage{version: "1", alternates: "B"}, simplePage{version: "2", alternates: "A https://third.example/same/"}, "1"},
	}
	for _, form := range []string{"JSON", "HTML"} {
		for _, test := range tests {
			t.Run(form+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				a, b := t.TempDir(), t.TempDir()
				places := strings.NewReplacer("A", "file://"+filepath.ToSlash(a)+"/same/", "B", "FILE://"+filepath.ToSlash(b)+"/same")
				for root, page := range map[string]simplePage{a: test.private, b: test.later} {
					page.tracks, page.alternates = places.Replace(page.tracks), places.Replace(page.alternates)
					page.write(t, root, form == "HTML")
				}
				p := find(t, newClient(t, index.Options{ExtraIndexURLs: []string{a}, IndexURL: b}), "same")
				if got := versionsOf(p); got != test.want {
					t.Errorf("Project has %s, want %s", got, test.want)
				}
			})
		}
	}
}

// An index that the first one doesn't name is not asked for the project.
func TestOthersAreNotAsked(t *testing.T) {
	t.Parallel()
	private, public := indextest.New(t), indextest.New(t)
	private.Add(indextest.Dist{Name: "ours", Version: "1"})
	public.Add(indextest.Dist{Name: "ours", Version: "9"})
	find(t, newClient(t, index.Options{ExtraIndexURLs: []string{private.URL()}, IndexURL: public.URL()}), "ours")
	if paths := public.Paths(); len(paths) > 0 {
		t.Errorf("the public index was asked for %q, want nothing", paths)
	}
}
