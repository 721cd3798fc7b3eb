package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/gobundle/gobundle/resolve/spelling"
)

// The files that are looked for, and the table of the second one.
const (
	OwnFile     = "gobundle.toml"
	ProjectFile = "pyproject.toml"
	toolTable   = "tool"
	ownTable    = "gobundle"
)

// Dependencies is the key of the requirements that stand on the command line
// without a flag.
const Dependencies = "dependencies"

// bundleTable holds a table for each bundle that has a name.
const bundleTable = "bundle"

// Document is a file of settings.
type Document struct {
	Name string // as shown
	// Shadowed names a second file with settings, which is not read; "" is none.
	Shadowed string
	// Misspelt names the tables of a pyproject.toml that were probably meant as
	// the one of settings, and are not read.
	Misspelt []string

	top     map[string]Value
	names   []string // of the bundles, in the file's order
	bundles map[string]map[string]Value
}

// Find reads gobundle.toml in a folder, or the settings in pyproject.toml there;
// nil where there are neither. A pyproject.toml in which the table is misspelt gives
// a Document without settings. keys are asked for only if there are settings.
func Find(folder string, keys func() []Key) (*Document, error) {
	own, err := read(filepath.Join(folder, OwnFile), OwnFile, folder, keys)
	if err != nil {
		return nil, err
	}
	if own == nil {
		return read(filepath.Join(folder, ProjectFile), ProjectFile, folder, keys)
	}
	if text, err := os.ReadFile(filepath.Join(folder, ProjectFile)); err == nil {
		if part, err := ownPart(ProjectFile, text); err == nil && part.table != nil {
			own.Shadowed = ProjectFile
		}
	}
	return own, nil
}

// Read reads a file that the user named, which may be either of the two. folder is
// the current one; keys are as in Find.
func Read(file, folder string, keys func() []Key) (*Document, error) {
	path := file
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	document, err := read(path, file, folder, keys)
	if err == nil && (document == nil || document.top == nil) {
		if _, err := os.Stat(path); err != nil {
			return nil, &Error{Place: file, Reason: "can't be read: " + cause(err).Error()}
		}
		wrong := &Error{Place: file, Reason: "has no table [tool.gobundle]"}
		if document != nil {
			wrong.Reason += ", but " + strings.Join(document.Misspelt, " and ")
			wrong.Near = []string{"[tool.gobundle]"}
		}
		return nil, wrong
	}
	return document, err
}

func cause(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	return err
}

// read returns nil for a file that isn't there or has no settings.
func read(path, shown, folder string, keys func() []Key) (*Document, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &Error{Place: shown, Reason: "can't be read: " + cause(err).Error()}
	}
	part, err := ownPart(shown, text)
	switch {
	case err != nil:
		return nil, err
	case part.table == nil && len(part.misspelt) > 0:
		return &Document{Name: shown, Misspelt: part.misspelt}, nil
	case part.table == nil:
		return nil, nil
	}
	r := reader{document: &Document{Name: shown, Misspelt: part.misspelt, bundles: map[string]map[string]Value{}}, order: orders(&part.meta)}
	r.keys = append(slices.Clone(keys()), Key{Name: Dependencies, Kind: List, Paths: MaybePath})
	if at := filepath.Dir(path); filepath.Clean(at) != filepath.Clean(folder) {
		r.folder = at
		if relative, err := filepath.Rel(folder, at); err == nil && filepath.IsLocal(relative) {
			r.folder = relative
		}
	}
	if filepath.Base(path) == ProjectFile {
		r.prefix = toolTable + "." + ownTable + "."
	}
	return r.document, r.read(part.table)
}

// part is what is gobundle's of a file.
type part struct {
	table    map[string]any // nil when a pyproject.toml has none
	meta     toml.MetaData
	misspelt []string // tables that were probably meant as this one
}

// ownPart decodes a file.
func ownPart(name string, text []byte) (*part, error) {
	var all map[string]any
	meta, err := toml.Decode(string(text), &all)
	if err != nil {
		reason := "is no valid TOML"
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			reason = fmt.Sprintf("is no valid TOML in line %d: %s", syntax.Position.Line, syntax.Message)
		}
		return nil, &Error{Place: name, Reason: reason}
	}
	if filepath.Base(name) != ProjectFile {
		return &part{table: all, meta: meta}, nil
	}
	found := &part{meta: meta}
	tool, _ := all[toolTable].(map[string]any)
	for _, table := range slices.Sorted(maps.Keys(tool)) {
		if isMisspelt(table) {
			found.misspelt = append(found.misspelt, "[tool."+table+"]")
		}
	}
	if _, there := all[ownTable]; there {
		found.misspelt = append(found.misspelt, "["+ownTable+"]")
	}
	own, there := tool[ownTable]
	if !there {
		return found, nil
	}
	table, ok := own.(map[string]any)
	if !ok {
		return nil, &Error{Place: name, Key: "tool.gobundle", Reason: "must be a table"}
	}
	found.table = table
	return found, nil
}

// isMisspelt reports whether the table of a tool is called nearly like ours. Others
// may have bundle in their names: ours begins with a g.
func isMisspelt(table string) bool {
	lower := strings.ToLower(table)
	return table != ownTable && strings.HasPrefix(lower, ownTable[:1]) && len(spelling.Near(lower, []string{ownTable})) > 0
}

// orders lists the keys of each table in the file's order. A table that only a
// deeper one names is in it too.
func orders(meta *toml.MetaData) map[string][]string {
	order := map[string][]string{}
	for _, key := range meta.Keys() {
		for depth, name := range key {
			parent := strings.Join(key[:depth], ".")
			if !slices.Contains(order[parent], name) {
				order[parent] = append(order[parent], name)
			}
		}
	}
	return order
}

type reader struct {
	document *Document
	keys     []Key
	order    map[string][]string
	prefix   string // of the settings' table in the file
	folder   string // what paths are relative to; "" is the current one
}

func (r *reader) read(table map[string]any) error {
	top := map[string]any{}
	for name, value := range table {
		if name != bundleTable {
			top[name] = value
		}
	}
	var err error
	if r.document.top, err = r.table(top, "", File); err != nil {
		return err
	}
	given, there := table[bundleTable]
	if !there {
		return nil
	}
	bundles, ok := given.(map[string]any)
	if !ok {
		return &Error{Place: r.document.Name, Key: bundleTable, Reason: "must be tables: [bundle.NAME]"}
	}
	for _, name := range r.order[r.prefix+bundleTable] {
		settings, ok := bundles[name].(map[string]any)
		if !ok {
			return &Error{Place: r.document.Name, Key: bundleTable, Reason: fmt.Sprintf("must be tables: [bundle.%s]", name)}
		}
		r.document.names = append(r.document.names, name)
		if r.document.bundles[name], err = r.table(settings, bundleTable+"."+name, Bundle); err != nil {
			return err
		}
	}
	return nil
}

// table reads the settings of one table, whose name is "" for the top one.
func (r *reader) table(table map[string]any, name string, level Level) (map[string]Value, error) {
	place := r.document.Name
	if name != "" {
		place += ", [" + name + "]"
		name += "."
	}
	values := map[string]Value{}
	for _, word := range r.order[strings.TrimSuffix(r.prefix+name, ".")] {
		given, there := table[word]
		if !there {
			continue
		}
		at := slices.IndexFunc(r.keys, func(k Key) bool { return k.Name == word })
		if at < 0 && r.prefix == "" && (word == toolTable || word == ownTable) {
			return nil, &Error{Place: place, Key: word, Reason: "is no table of this file, whose keys stand at its top"}
		}
		if at < 0 {
			return nil, &Error{Place: place, Key: word, Reason: "is no key that gobundle knows", Near: spelling.Near(word, r.names())}
		}
		key := r.keys[at]
		found, reason := r.words(key, given, r.prefix+name+word)
		if reason != "" {
			return nil, &Error{Place: place, Key: word, Reason: reason}
		}
		for i := range found {
			found[i] = key.Paths.from(r.folder, found[i])
		}
		values[word] = Value{Words: found, Level: level, From: place}
	}
	return values, nil
}

// names are all words that may stand where a key can.
func (r *reader) names() []string {
	names := []string{bundleTable}
	for _, key := range r.keys {
		names = append(names, key.Name)
	}
	return names
}

// words reads a value; reason says what is wrong with it.
func (r *reader) words(key Key, given any, path string) (words []string, reason string) {
	text, isText := given.(string)
	switch key.Kind {
	case Switch:
		on, ok := given.(bool)
		if !ok {
			return nil, "must be true or false"
		}
		return []string{strconv.FormatBool(on)}, ""
	case Number:
		switch n := given.(type) {
		case int64:
			return []string{strconv.FormatInt(n, 10)}, ""
		case float64:
			return []string{strconv.FormatFloat(n, 'f', -1, 64)}, ""
		}
		if !isText {
			return nil, "must be a number"
		}
	case List:
		switch list := given.(type) {
		case []any:
			return texts(list)
		case map[string]any:
			if key.Pairs {
				return r.pairs(list, path)
			}
		}
		if !isText {
			return nil, "must be an array of strings"
		}
	}
	if !isText {
		return nil, "must be a string"
	}
	return []string{text}, ""
}

func texts(list []any) (words []string, reason string) {
	words = []string{}
	for _, element := range list {
		text, ok := element.(string)
		if !ok {
			return nil, "must be an array of strings"
		}
		words = append(words, text)
	}
	return words, ""
}

// pairs reads a table as NAME=VALUE words in its order.
func (r *reader) pairs(table map[string]any, path string) (words []string, reason string) {
	words = []string{}
	for _, name := range r.order[path] {
		values, ok := table[name].([]any)
		if !ok {
			values = []any{table[name]}
		}
		found, reason := texts(values)
		if reason != "" {
			return nil, fmt.Sprintf("must have a string for %s", name)
		}
		for _, text := range found {
			words = append(words, name+"="+text)
		}
	}
	return words, ""
}

// from makes the path in a word relative to a folder.
func (p Paths) from(folder, word string) string {
	if folder == "" || word == "" {
		return word
	}
	switch p {
	case AfterName:
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			return word
		}
		return name + "=" + Path.from(folder, value)
	case MaybePath:
		if start := word[0]; start != '.' && !strings.HasPrefix(word, "~") && !strings.ContainsAny(word, `/\`) || strings.ContainsAny(word, " ;") {
			return word
		}
	case NoPath:
		return word
	}
	if strings.Contains(word, "://") || strings.HasPrefix(word, "file:") || filepath.IsAbs(word) {
		return word
	}
	return filepath.Join(folder, word)
}
