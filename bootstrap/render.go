package bootstrap

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed main.py.tmpl
var mainTemplate string

//go:embed import.py.tmpl
var importTemplate string

//go:embed prolog.sh.tmpl
var prologTemplate string

// Main returns __main__.py of the bundle with this id (64 lower-case
// hexadecimal digits).
func Main(id string, o Options) []byte {
	return []byte(strings.NewReplacer(
		"@ID@", id, "@TOOLS@", truth(o.Tools), "@INHERIT@", truth(o.Inherit), "@WARM@", truth(!o.VerifyAlways),
		"@COMMANDS@", tuple(o.Commands),
	).Replace(mainTemplate))
}

func truth(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// tuple writes texts as Python does, in ASCII.
func tuple(texts []string) string {
	items := ""
	for _, text := range texts {
		items += strconv.QuoteToASCII(text) + ", "
	}
	return "(" + strings.TrimSuffix(items, " ") + ")"
}

// Import returns __gobundle__.py of the bundle with this id: what a Python that
// has the bundle on sys.path imports.
func Import(id string) []byte {
	return []byte(strings.ReplaceAll(importTemplate, "@ID@", id))
}

// Prolog returns the lines of /bin/sh for the start of a bundle. They look for
// the interpreters by the given names in that order. A name that is not made
// of letters, digits, dots, dashes and underscores is left out, and so is one
// that comes again; if none is left, it is python3.
func Prolog(id string, names []string, o Options) []byte {
	seen := map[string]bool{"": true}
	var words []string
	for _, name := range names {
		if !seen[name] && strings.Trim(name, plain) == "" {
			words = append(words, name)
		}
		seen[name] = true
	}
	if words == nil {
		words = []string{"python3"}
	}
	warm, unset, arguments := "", "PYTHONPATH PYTHONHOME", ""
	switch {
	case o.Tools && len(o.Commands) > 0:
		names := make([]string, len(o.Commands))
		for i, name := range o.Commands {
			names[i] = quote(name)
		}
		warm = ` && { [ "${1-}" != venv ] || case ${0##*/} in ` + strings.Join(names, "|") + `) ;; *) false ;; esac; }`
	case o.Tools:
		warm = ` && [ "${1-}" != venv ]`
	}
	if o.VerifyAlways {
		warm = " && false"
	}
	if o.Inherit {
		unset = "PYTHONHOME"
	}
	for _, argument := range o.PythonArguments {
		arguments += " " + quote(argument)
	}
	return []byte(strings.NewReplacer(
		"@ID@", id[:min(len(id), folderDigits)], "@NAMES@", strings.Join(words, " "),
		"@WARM@", warm, "@UNSET@", unset, "@ARGUMENTS@", arguments,
	).Replace(prologTemplate))
}

// quote makes one word of a text for sh.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// folderDigits is how much of the bundle id names its folder in the cache:
// paths are short on some systems, and 128 bits are enough.
const folderDigits = 32

// plain are the characters that a shell takes as they are.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
