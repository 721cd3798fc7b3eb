package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/cmd/gobundle/settings"
	"github.com/gobundle/gobundle/resolve/transport"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// configCommand shows the settings.
type configCommand struct {
	Bundle string `arg:"" optional:"" help:"Show those of this bundle in gobundle.toml."`
	JSON   bool   `help:"Print JSON."`
}

// shown is one setting as it is shown: without secrets.
type shown struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
	From   string   `json:"from"`
}

// Run prints each setting with where it comes from.
func (c *configCommand) Run(u *ui, configuration *configuration, own *globals) error {
	var words []string
	if c.Bundle != "" {
		words = []string{c.Bundle}
	}
	if err := configuration.load(own.SettingsFile, own.NoConfig, words); err != nil {
		return err
	}
	if c.Bundle != "" && configuration.named == "" {
		return configuration.unknownBundle(c.Bundle)
	}
	all, err := configuration.shown()
	if err != nil {
		return err
	}
	if c.JSON {
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return err
		}
		return u.data(string(text) + "\n")
	}
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, s := range all {
		for i, value := range s.Values {
			if i > 0 {
				fmt.Fprintf(table, "\t%s\t\n", value) // three cells, for columns end where a line has less
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%s\n", s.Key, value, s.From)
		}
		if len(s.Values) == 0 {
			fmt.Fprintf(table, "%s\t(none)\t%s\n", s.Key, s.From)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var lines strings.Builder
	for line := range strings.Lines(text.String()) {
		lines.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return u.data(lines.String())
}

// shown lists what is set, and the defaults of what isn't, in the order of the
// flags. Values that no flag would take are an error.
func (c *configuration) shown() ([]shown, error) {
	all := []shown{}
	add := func(key string, words []string, from string) {
		words = slices.Clone(words)
		for i := range words {
			words[i] = redact(words[i])
			if slices.Contains(addresses, key) {
				words[i] = beforeHost().ReplaceAllString(words[i], "$1")
			}
		}
		all = append(all, shown{Key: key, Values: slices.Concat([]string{}, words), From: from})
	}
	if v, ok := c.set.Value(settings.Dependencies); ok {
		add(settings.Dependencies, v.Words, v.From)
	}
	for _, flag := range c.flags() {
		if v, ok := c.set.Value(flag.Name); ok {
			if _, err := tokenOf(flag, v); err != nil {
				return nil, err
			}
			add(flag.Name, v.Words, v.From)
		} else if flag.HasDefault && flag.Default != "" {
			add(flag.Name, []string{flag.Default}, "default")
		} else if flag.Name == "index-url" {
			add(flag.Name, []string{bundle.PublicIndex}, "default")
		}
	}
	return all, nil
}

var address = lazyregexp.New(`[A-Za-z][A-Za-z0-9+.-]*://\S+`)

// addresses are the keys whose URLs have no @ but behind a password, and beforeHost
// is what stands there: one that isn't encoded may reach as far as the last @.
var (
	addresses  = []string{"index-url", "extra-index-url", "index", "find-links"}
	beforeHost = lazyregexp.New(`(://).*@`)
)

// redact takes secrets out of the URLs in a value.
func redact(text string) string { return address().ReplaceAllStringFunc(text, transport.Redact) }
