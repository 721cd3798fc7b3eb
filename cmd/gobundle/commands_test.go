package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestLikely(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ arguments, want string }{
		{"requests -o app.pyz", "build"},
		{"-r requirements.txt -f /home/wheels", "build"},
		{"lock -r requirements.txt", "lock"},
		{"lock --help", "lock"},
		{"cache info", "cache"},
		{"--version", "build"},
		{"-q lock", "all"},
		{"requests cache", "all"}, // two requirements
		{"requests --help", "all"},
		{"--help", "all"},
		{"-h", "all"},
		{"-qh", "all"},
		{"--config lock", "all"},
	} {
		got := likely(strings.Fields(test.arguments))
		if len(got) == 1 && got[0].name != test.want || len(got) != 1 && test.want != "all" || len(got) == len(verbs) != (test.want == "all") {
			t.Errorf("likely(%q) has %d verbs from %s on, want %s", test.arguments, len(got), got[0].name, test.want)
		}
	}
}

// What is said of arguments doesn't depend on which verbs were described.
func TestLikelySaysTheSame(t *testing.T) {
	t.Parallel()
	said := func(described func([]string) []verb, arguments []string) string {
		var talk bytes.Buffer
		p := process{arguments: arguments, getenv: func(string) string { return "" }, directory: t.TempDir(), stdout: &talk, stderr: &talk}
		line := newCommandLine(t.Context(), newUI(p), described(arguments))
		_, err := line.parse(arguments)
		if line.exit < 0 && err != nil {
			return err.Error()
		}
		return talk.String()
	}
	all := func([]string) []verb { return verbs }
	var lines []string
	for _, v := range verbs {
		lines = append(lines, v.name+" --help", "requests --help "+v.name, v.name+" --quiet -h")
	}
	for _, line := range append(lines, "--help", "--version", "-h", "-qh", "requests -h", "cache", "cache info --help", "lock --version") {
		arguments := strings.Fields(line)
		if got, want := said(likely, arguments), said(all, arguments); got != want || want == "" {
			t.Errorf("gobundle %s says\n%s\nwant\n%s", line, got, want)
		}
	}
	var talk bytes.Buffer
	p := process{arguments: []string{"lokc", "-r", "x"}, getenv: func(string) string { return "" }, directory: t.TempDir(), stdout: &talk, stderr: &talk}
	if code := run(t.Context(), p); code != exitUsage || !strings.Contains(talk.String(), "gobundle lock") {
		t.Errorf("gobundle lokc -r x: exit code %d, %q, want a hint at the verb", code, talk.String())
	}
}

// What all verbs have is in no verb again, and what pip's settings are for is in all
// verbs that take settings.
func TestFlagsOfAllVerbs(t *testing.T) {
	t.Parallel()
	root := model(t)
	has := func(name string, flags []string) bool { return slices.Contains(flags, name) }
	var shared []string
	for _, flag := range root.Flags {
		shared = append(shared, flag.Name)
	}
	for _, verb := range root.Children {
		var own []string
		for _, flag := range verb.Flags {
			own = append(own, flag.Name)
			if has(flag.Name, shared) {
				t.Errorf("%s has a flag --%s of its own", verb.Name, flag.Name)
			}
		}
		for _, name := range []string{"index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "cert", "client-cert", "timeout", "retries"} {
			if takesSettings(verb) && !has(name, own) {
				t.Errorf("%s has no flag --%s, which pip's settings are for", verb.Name, name)
			}
		}
	}
	if !has("config", shared) || len(root.Children) != len(verbs) {
		t.Errorf("the flags of all verbs are %q, and there are %d verbs", shared, len(root.Children))
	}
}
