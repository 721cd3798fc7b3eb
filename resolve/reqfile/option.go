package reqfile

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// A fault is what is wrong in a line: length bytes from offset at.
type fault struct {
	at, length int
	reason     string
}

// A setting is one option of a line, by its full name.
type setting struct {
	name  string
	value string
	at    int // offset in the line
	end   int
}

// The options that a requirements file may hold, by the name that the code
// below uses for them, without dashes.
var known = []struct {
	name  string
	also  []string // other long spellings
	short byte
	value bool
}{
	{name: "index-url", also: []string{"pypi-url"}, short: 'i', value: true},
	{name: "extra-index-url", value: true},
	{name: "no-index"},
	{name: "constraint", short: 'c', value: true},
	{name: "requirement", short: 'r', value: true},
	{name: "editable", short: 'e', value: true},
	{name: "find-links", short: 'f', value: true},
	{name: "no-binary", value: true},
	{name: "only-binary", value: true},
	{name: "prefer-binary"},
	{name: "require-hashes"},
	{name: "no-require-hashes"},
	{name: "pre"},
	{name: "all-releases", value: true},
	{name: "only-final", value: true},
	{name: "trusted-host", value: true},
	{name: "use-feature", value: true},
	{name: "hash", value: true},
	{name: "config-settings", also: []string{"config-setting"}, short: 'C', value: true},
}

// gone says what became of options that old files still hold.
var gone = map[string]string{
	"--global-option":            "pip no longer has it; pass settings to the build backend with --config-settings",
	"--install-option":           "pip no longer has it; pass settings to the build backend with --config-settings",
	"--build-option":             "pip no longer has it; pass settings to the build backend with --config-settings",
	"--process-dependency-links": "pip no longer has it; write NAME @ URL instead",
	"--allow-external":           "pip no longer has it; remove it",
	"--allow-all-external":       "pip no longer has it; remove it",
	"--allow-unverified":         "pip no longer has it; remove it",
	"--use-wheel":                "pip no longer has it; remove it",
	"--no-use-wheel":             "pip no longer has it; use --no-binary :all:",
	"--always-unzip":             "pip no longer has it; remove it",
	"-Z":                         "pip no longer has it; remove it",
}

// parseOptions reads the words after the requirement as Python's optparse
// does: a value follows after "=", in the next word or, for one letter, at
// once; long names may be shortened as long as they are unique. It returns the
// words that belong to no option too.
func parseOptions(words []word) (settings []setting, rest []word, _ *fault) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w.text == "--":
			return settings, append(rest, words[i+1:]...), nil
		case strings.HasPrefix(w.text, "--"):
			name, value, inline := strings.Cut(w.text, "=")
			option, f := findLong(name, w)
			if f != nil {
				return nil, nil, f
			}
			s := setting{name: known[option].name, at: w.at, end: w.end}
			switch {
			case !known[option].value && inline:
				return nil, nil, w.fault("--%s takes no value", s.name)
			case !known[option].value:
			case inline:
				s.value = value
			case i+1 == len(words):
				return nil, nil, w.fault("--%s needs a value", s.name)
			default:
				i++
				s.value, s.end = words[i].text, words[i].end
			}
			settings = append(settings, s)
		case len(w.text) > 1 && w.text[0] == '-':
			// No one-letter option goes without a value, so that nothing can
			// follow one in the same word but its value.
			option := findShort(w.text[1])
			if option < 0 {
				return nil, nil, unknown("-"+firstCharacter(w.text[1:]), w)
			}
			s := setting{name: known[option].name, value: w.text[2:], at: w.at, end: w.end}
			if s.value == "" {
				if i+1 == len(words) {
					return nil, nil, w.fault("%s needs a value", w.text)
				}
				i++
				s.value, s.end = words[i].text, words[i].end
			}
			settings = append(settings, s)
		default:
			rest = append(rest, w)
		}
	}
	return settings, rest, nil
}

// findLong returns the index in known of a long option or the beginning of
// one.
func findLong(name string, w word) (int, *fault) {
	bare := strings.TrimPrefix(name, "--")
	for i, option := range known {
		if option.name == bare || slices.Contains(option.also, bare) {
			return i, nil
		}
	}
	var found []int
	var names []string
	for i, option := range known {
		for _, long := range append([]string{option.name}, option.also...) {
			if strings.HasPrefix(long, bare) {
				found, names = append(found, i), append(names, "--"+long)
			}
		}
	}
	switch found = slices.Compact(found); len(found) {
	case 0:
		return 0, unknown(name, w)
	case 1:
		return found[0], nil
	default:
		return 0, w.fault("%s could be any of %s", name, strings.Join(names, ", "))
	}
}

func findShort(letter byte) int {
	for i, option := range known {
		if option.short == letter {
			return i
		}
	}
	return -1
}

func unknown(name string, w word) *fault {
	if reason, found := gone[name]; found {
		return w.fault("no such option: %s: %s", name, reason)
	}
	return w.fault("no such option in a requirements file: %s", name)
}

func firstCharacter(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func (w word) fault(format string, args ...any) *fault {
	return &fault{w.at, w.end - w.at, fmt.Sprintf(format, args...)}
}

func (s setting) fault(format string, args ...any) *fault {
	return &fault{s.at, s.end - s.at, fmt.Sprintf(format, args...)}
}

// digestSizes are the algorithms that --hash takes, with the length of their
// digests in bytes.
var digestSizes = map[string]int{"sha256": 32, "sha384": 48, "sha512": 64}

// check refuses values that pip refuses on any line.
func (s setting) check() *fault {
	switch s.name {
	case "hash":
		algorithm, _, found := strings.Cut(s.value, ":")
		if !found {
			return s.fault("--hash needs an algorithm and a digest, as in --hash=sha256:0123abcd...")
		}
		if digestSizes[algorithm] == 0 {
			return s.fault("--hash takes sha256, sha384 or sha512, not %s", algorithm)
		}
	case "config-settings":
		if !strings.Contains(s.value, "=") {
			return s.fault("--config-settings needs KEY=VALUE")
		}
	case "no-binary", "only-binary", "all-releases", "only-final":
		if strings.HasPrefix(s.value, "-") {
			return s.fault("--%s needs a value", s.name)
		}
	}
	return nil
}

// digest returns the value of --hash in lower case, and what is wrong with it
// if no file can ever have it.
func (s setting) digest() (digest, doubt string) {
	algorithm, value, _ := strings.Cut(s.value, ":")
	value = strings.ToLower(value)
	if _, err := hex.DecodeString(value); err != nil || len(value) != 2*digestSizes[algorithm] {
		doubt = fmt.Sprintf("--hash=%s matches nothing: %s has %d hexadecimal digits", s.value, algorithm, 2*digestSizes[algorithm])
	}
	return algorithm + ":" + value, doubt
}
