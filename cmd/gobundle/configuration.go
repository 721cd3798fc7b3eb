package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/gobundle/gobundle/cmd/gobundle/settings"
	"github.com/gobundle/gobundle/resolve/spelling"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// configuration gives flags that the command line leaves out what variables and
// files say. The keys are the flags of the verbs that resolve, taken from kong's
// model of them, so that a new flag is a new key.
type configuration struct {
	ui   *ui
	root *kong.Node
	// whole is the model of all verbs, if root has not all.
	whole func() *kong.Node
	set   *settings.Set
	named string // the bundle of the file that the command line names, "" for none
	// applied says that the settings are for the verb, and words are its arguments
	// that may be requirements.
	applied bool
	words   []string
}

// marker is a flag that a verb has if settings are for it.
const marker = "index-url"

// ofBundles are the flags whose variable would be one that finished bundles, or
// the cache, understand in a way of their own.
var ofBundles = []string{"cache-dir", "entry-point", "interpreter", "module", "python", "script", "tools", "trace"}

// ofBuild are the flags that other verbs have for something else: in files and
// variables they are about the bundle.
var ofBuild = []string{"output", "format"}

// pathWords are placeholders of flags whose values are paths, or may be.
var pathWords = map[string]settings.Paths{
	"FILE": settings.Path, "DIR": settings.Path, "PATH": settings.Path, "PLACE": settings.Path, "URL": settings.Path,
	"TARGET": settings.MaybePath, "PYTHON": settings.MaybePath, "NAME=URL": settings.AfterName,
}

// takesSettings reports whether settings are for a verb.
func takesSettings(verb *kong.Node) bool {
	return verb != nil && slices.ContainsFunc(verb.Flags, func(f *kong.Flag) bool { return f.Name == marker })
}

// flags lists the flags of the verbs that take settings, each name once.
func (c *configuration) flags() []*kong.Flag {
	if c.whole != nil {
		return flagsOf(c.whole())
	}
	return flagsOf(c.root)
}

func flagsOf(root *kong.Node) []*kong.Flag {
	var flags []*kong.Flag
	for _, verb := range root.Children {
		if !takesSettings(verb) {
			continue
		}
		for _, flag := range verb.Flags {
			if !slices.ContainsFunc(flags, func(f *kong.Flag) bool { return f.Name == flag.Name }) {
				flags = append(flags, flag)
			}
		}
	}
	return flags
}

func (c *configuration) keys() []settings.Key { return keysOf(c.flags()) }

func keysOf(flags []*kong.Flag) []settings.Key {
	var keys []settings.Key
	for _, flag := range flags {
		key := settings.Key{Name: flag.Name, Paths: pathWords[flag.PlaceHolder], Pairs: strings.Contains(flag.PlaceHolder, "=")}
		switch target := flag.Target; {
		case flag.IsBool():
			key.Kind = settings.Switch
		case flag.IsCumulative():
			key.Kind = settings.List
		case target.CanInt():
			key.Kind = settings.Number
		}
		if !slices.Contains(ofBundles, flag.Name) {
			key.Variable = "GOBUNDLE_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		}
		keys = append(keys, key)
	}
	return keys
}

// load reads all places. words are the verb's arguments without dashes, of which
// the first may name a bundle of the file.
func (c *configuration) load(file string, noFiles bool, words []string) error {
	// Flags of other verbs matter only to a verb that shows them, or where something is set.
	keys := keysOf(flagsOf(c.root))
	if len(keys) == 0 || c.hasVariables() {
		keys = c.keys()
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	variables, err := settings.Variables(keys, c.ui.getenv)
	if err != nil {
		return err
	}
	c.warnOfVariables(keys)
	pip, err := settings.OfPip(keys, settings.System{Getenv: c.ui.getenv, GOOS: runtime.GOOS, Home: home, NoFiles: noFiles})
	if err != nil {
		return err
	}
	var document *settings.Document
	switch {
	case file != "":
		document, err = settings.Read(file, c.ui.directory, c.keys)
	case !noFiles:
		document, err = settings.Find(c.ui.directory, c.keys)
	}
	if err != nil {
		return err
	}
	c.set = settings.Merge(document, "", variables, pip)
	if len(words) > 0 && slices.Contains(c.set.Bundles(), words[0]) {
		c.named = words[0]
		c.set = settings.Merge(document, c.named, variables, pip)
	}
	if document == nil {
		return nil
	}
	if document.Shadowed != "" {
		c.ui.warn("the settings in %s are not read, because %s is there", document.Shadowed, document.Name)
	}
	for _, table := range document.Misspelt {
		c.ui.warn("%s in %s is not read; did you mean [tool.gobundle]?", table, document.Name)
	}
	return nil
}

// ofIndexes are the variables of a named index.
var ofIndexes = lazyregexp.New(`^GOBUNDLE_INDEX_.+_(USERNAME|PASSWORD)$`)

// hasVariables reports whether a variable may be that of a key, or nearly so.
func (c *configuration) hasVariables() bool {
	return slices.ContainsFunc(c.ui.environ, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		word, ours := strings.CutPrefix(name, "GOBUNDLE_")
		return ours && !slices.Contains(ofBundles, flagOf(word))
	})
}

// warnOfVariables names variables that are nearly those of a key. Others may be anybody's.
func (c *configuration) warnOfVariables(keys []settings.Key) {
	var known []string
	for _, key := range keys {
		known = append(known, key.Variable)
	}
	for _, pair := range c.ui.environ {
		name, _, _ := strings.Cut(pair, "=")
		word, ours := strings.CutPrefix(name, "GOBUNDLE_")
		if !ours || slices.Contains(known, name) || slices.Contains(ofBundles, flagOf(word)) || ofIndexes().MatchString(name) {
			continue
		}
		var words []string
		for _, variable := range known {
			words = append(words, strings.TrimPrefix(variable, "GOBUNDLE_"))
		}
		if near := spelling.Near(word, words); len(near) > 0 {
			c.ui.warn("%s is no variable that gobundle knows; did you mean GOBUNDLE_%s?", name, near[0])
		}
	}
}

// flagOf returns the flag that the end of a variable's name stands for.
func flagOf(word string) string { return strings.ToLower(strings.ReplaceAll(word, "_", "-")) }

// prepare is called by kong when it knows the command line, for each part of it.
func (c *configuration) prepare(parsed *kong.Context) error {
	verb := parsed.Selected()
	if c.set != nil || !takesSettings(verb) {
		return nil
	}
	own := parsed.Model.Target.Interface().(globals)
	for _, path := range parsed.Path {
		if path.Flag != nil && path.Flag.Name == "config" {
			own.SettingsFile = parsed.Value(path).String()
		}
		if path.Flag != nil && path.Flag.Name == "no-config" {
			own.NoConfig = parsed.Value(path).Bool()
		}
	}
	var words []string
	for _, path := range parsed.Path {
		if path.Positional != nil && isRequirements(path.Positional) {
			words, _ = parsed.Value(path).Interface().([]string)
		}
	}
	if err := c.load(own.SettingsFile, own.NoConfig, words); err != nil {
		return err
	}
	c.applied, c.words = true, words
	parsed.AddResolver(kong.ResolverFunc(func(parsed *kong.Context, path *kong.Path, flag *kong.Flag) (any, error) {
		if path.Command != verb {
			return nil, nil
		}
		return c.value(parsed, verb, flag)
	}))
	return nil
}

// isRequirements reports whether a verb's arguments are requirements.
func isRequirements(p *kong.Positional) bool { return strings.HasPrefix(p.Name, "requirement") }

// value returns what the settings say about a flag, nil for nothing.
func (c *configuration) value(parsed *kong.Context, verb *kong.Node, flag *kong.Flag) (any, error) {
	v, ok := c.set.Value(flag.Name)
	if !ok || slices.Contains(ofBuild, flag.Name) && verb.Name != "build" || c.outranked(parsed, verb, flag, v.Level) {
		return nil, nil
	}
	return tokenOf(flag, v)
}

// outranked reports whether a flag that excludes this one counts more. What pip
// says of indexes at all is outranked by any index that gobundle was told of.
func (c *configuration) outranked(parsed *kong.Context, verb *kong.Node, flag *kong.Flag, level settings.Level) bool {
	level0 := func(other *kong.Flag) settings.Level {
		for _, path := range parsed.Path {
			if path.Flag == other && !path.Resolved {
				return settings.Environment + 1
			}
		}
		v, _ := c.set.Value(other.Name)
		return v.Level
	}
	for _, other := range verb.Flags {
		if other == flag || level0(other) <= level {
			continue
		}
		if slices.ContainsFunc(flag.Xor, func(group string) bool { return slices.Contains(other.Xor, group) }) {
			return true
		}
		if level == settings.Pip && flag.Name == "no-index" && slices.Contains([]string{"index-url", "extra-index-url", "index"}, other.Name) {
			return true
		}
	}
	return false
}

// tokenOf checks a value and returns it as kong takes it.
func tokenOf(flag *kong.Flag, v settings.Value) (any, error) {
	var token any
	if flag.IsCumulative() {
		list := make([]any, 0, len(v.Words))
		for _, word := range v.Words {
			list = append(list, word)
		}
		token = list
	} else {
		token = v.Words[0]
	}
	wrong := func(reason string) (any, error) {
		e := &settings.Error{Place: v.From, Key: flag.Name, Reason: reason}
		if v.Level == settings.Environment {
			e.Key = ""
		}
		return nil, e
	}
	scratch := reflect.New(flag.Target.Type()).Elem()
	if err := flag.Parse(kong.Scan().PushTyped(token, kong.FlagValueToken), scratch); err != nil {
		return wrong("can't be: " + strings.TrimPrefix(err.Error(), flag.ShortSummary()+": "))
	}
	for _, word := range v.Words {
		if flag.Enum != "" && !slices.Contains(flag.EnumSlice(), word) {
			some := slices.DeleteFunc(flag.EnumSlice(), func(choice string) bool { return choice == "" })
			return wrong(fmt.Sprintf("must be %s, not %q", either(some), word))
		}
	}
	return token, nil
}

// fill gives the verb the requirements that the settings have in the place of
// the bundle's name, or of none at all.
func (c *configuration) fill(parsed *kong.Context) {
	if c.set == nil {
		return
	}
	dependencies, _ := c.set.Value(settings.Dependencies)
	for _, positional := range parsed.Selected().Positional {
		words, ok := positional.Target.Interface().([]string)
		if !ok || !isRequirements(positional) {
			continue
		}
		last := 0 // words that are no requirements
		if strings.HasSuffix(positional.Name, " dir") {
			last = 1
		}
		switch {
		case c.named != "":
			words = slices.Concat(dependencies.Words, words[1:])
		case len(words) <= last:
			words = slices.Concat(dependencies.Words, words)
		}
		positional.Target.Set(reflect.ValueOf(words))
	}
}

// hint improves on that of a usage error where the file has bundles to name.
func (c *configuration) hint(given string) string {
	if !c.applied || c.named != "" || len(c.set.Bundles()) == 0 {
		return given
	}
	if len(c.words) == 0 {
		return fmt.Sprintf("name a bundle of %s: %s", c.set.FileName(), either(c.set.Bundles()))
	}
	if near := spelling.Near(c.words[0], c.set.Bundles()); len(near) > 0 {
		return didYouMean(near)
	}
	return given
}

// unknownBundle is the error for a bundle that the file doesn't have.
func (c *configuration) unknownBundle(name string) error {
	hint := "write its settings into a table [bundle." + name + "] of gobundle.toml"
	if near := spelling.Near(name, c.set.Bundles()); len(near) > 0 {
		hint = didYouMean(near)
	}
	return usagef(hint, "there is no bundle %s in %s", name, c.place())
}

func (c *configuration) place() string {
	if name := c.set.FileName(); name != "" {
		return name
	}
	return "gobundle.toml or pyproject.toml here"
}
