package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/gobundle/gobundle/resolve/solve"
	"github.com/gobundle/gobundle/resolve/spelling"
)

// arrange brings arguments into the order that the parser takes: the verb, its
// flags, then all that is no flag. People mix them, as pip lets them do:
//
//	gobundle greeter -o app.pyz colour
//
// The default verb is named, so that what looks like a verb after it is none.
// What is not known stays a flag, for the parser to complain of.
func arrange(root *kong.Node, arguments []string) []string {
	a := arrangement{node: root}
	for i := 0; i < len(arguments); i++ {
		argument := arguments[i]
		switch {
		case argument == "--":
			a.rest = append(a.rest, arguments[i+1:]...)
			i = len(arguments)
		case len(argument) > 1 && argument[0] == '-':
			end := min(i+1+a.values(argument), len(arguments))
			a.flags = append(a.flags, arguments[i:end]...)
			i = end - 1
		default:
			a.word(argument)
		}
	}
	arranged := slices.Concat(a.verbs, a.flags)
	if len(a.rest) > 0 {
		if a.node == root {
			a.enter(root.DefaultCmd) // only what follows a "--" gets here
			arranged = slices.Concat(a.verbs, a.flags)
		}
		arranged = append(append(arranged, "--"), a.rest...)
	}
	return arranged
}

// worded are the arguments of people who write a verb where there is a flag: help,
// help VERB, version. Alone they would be requirements of a bundle without a name.
func worded(arguments []string) []string {
	switch {
	case slices.Equal(arguments, []string{"help"}):
		return []string{"--help"}
	case slices.Equal(arguments, []string{"version"}):
		return []string{"--version"}
	case len(arguments) == 2 && arguments[0] == "help" && slices.ContainsFunc(verbs, func(v verb) bool { return v.name == arguments[1] }):
		return []string{arguments[1], "--help"}
	}
	return arguments
}

// refuseEmpty refuses flags with an empty value, as shells make them of variables
// that are not set.
func refuseEmpty(parsed *kong.Context) error {
	for _, path := range parsed.Path {
		if path.Flag == nil || path.Resolved {
			continue
		}
		words, isList := parsed.Value(path).Interface().([]string)
		if !isList {
			words = []string{parsed.Value(path).String()}
		}
		if slices.Contains(words, "") {
			return usagef("give --"+path.Flag.Name+" a value, or leave it out", "--%s is empty", path.Flag.Name)
		}
	}
	return nil
}

// choices leaves out of the parser's list of what a flag can be that it can be left
// out.
func choices(err error) error {
	if said := err.Error(); strings.Contains(said, `one of "",`) {
		return errors.New(strings.Replace(said, `one of "",`, "one of ", 1))
	}
	return err
}

// meantVerb is the error for a first argument that no index has as a project, and
// that looks like a verb; any other error stays as it is.
func meantVerb(err error, arguments []string) error {
	conflict, ok := asError[*solve.Conflict](err)
	if !ok || misspeltVerb(arguments) == "" || !slices.Contains(conflict.Missing(), arguments[0]) {
		return err
	}
	return usagef("", "%s is neither a verb nor a project that can be found", arguments[0])
}

// An arrangement is what is known of the arguments read so far.
type arrangement struct {
	node        *kong.Node // of the verb
	verbs       []string
	flags, rest []string
}

func (a *arrangement) enter(verb *kong.Node) {
	a.node, a.verbs = verb, append(a.verbs, verb.Name)
}

// word takes an argument that is no flag: a verb, if one can be here.
func (a *arrangement) word(argument string) {
	if len(a.rest) == 0 {
		for _, verb := range a.node.Children {
			if verb.Name == argument || slices.Contains(verb.Aliases, argument) {
				a.enter(verb)
				return
			}
		}
	}
	if a.node.DefaultCmd != nil {
		a.enter(a.node.DefaultCmd)
	}
	a.rest = append(a.rest, argument)
}

// values counts the arguments after a flag that are its value: 1 or 0.
func (a *arrangement) values(argument string) int {
	if long, ok := strings.CutPrefix(argument, "--"); ok {
		name, _, joined := strings.Cut(long, "=")
		flag := a.flag(func(f *kong.Flag) bool {
			return f.Name == name || slices.Contains(f.Aliases, name)
		})
		if flag == nil || joined || isSwitch(flag) {
			return 0
		}
		return 1
	}
	letters := []rune(argument[1:])
	for i, letter := range letters {
		flag := a.flag(func(f *kong.Flag) bool { return f.Short == letter })
		switch {
		case flag == nil:
			return 0
		case isSwitch(flag):
		case i == len(letters)-1:
			return 1
		default:
			return 0 // the other letters are its value
		}
	}
	return 0
}

// flag finds a flag of the verb. One that all verbs have says nothing about the
// verb; any other means the default one.
func (a *arrangement) flag(is func(*kong.Flag) bool) *kong.Flag {
	for _, group := range a.node.AllFlags(false) {
		if at := slices.IndexFunc(group, is); at >= 0 {
			return group[at]
		}
	}
	if a.node.DefaultCmd == nil {
		return nil
	}
	a.enter(a.node.DefaultCmd)
	return a.flag(is)
}

func isSwitch(f *kong.Flag) bool { return f.IsBool() || f.IsCounter() }

// misspeltVerb returns the verb that the first argument looks like without being
// it, or "". To the parser it is a requirement.
func misspeltVerb(arguments []string) string {
	first := slices.IndexFunc(arguments, func(argument string) bool { return !strings.HasPrefix(argument, "-") })
	if first < 0 {
		return ""
	}
	var names []string
	for _, v := range verbs {
		names = append(names, v.name)
	}
	if near := spelling.Near(arguments[first], names); len(near) > 0 && near[0] != arguments[first] {
		return near[0]
	}
	return ""
}
