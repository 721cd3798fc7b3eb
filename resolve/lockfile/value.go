package lockfile

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// writer writes TOML in one style: strings in double quotes unless they hold some,
// arrays of what may be long with a line per element, tables within those inline.
type writer struct{ bytes.Buffer }

// ordered is a table whose keys have an order of their own. Empty texts are left out.
type ordered []member

type member struct {
	key   string
	value any
}

func (w *writer) pair(key string, value any) {
	w.WriteString(keyText(key) + " = ")
	w.value(value)
	w.WriteByte('\n')
}

// optional writes a text that is not empty.
func (w *writer) optional(key, text string) {
	if text != "" {
		w.pair(key, text)
	}
}

// names writes an array on one line, and an empty one too, but no nil.
func (w *writer) names(key string, names []string) {
	if names != nil {
		w.pair(key, stringsOf(names))
	}
}

func (w *writer) inline(key string, t ordered) { w.pair(key, t) }

func (w *writer) inlineTables(key string, tables []map[string]any) {
	if len(tables) == 0 {
		return
	}
	values := make([]any, len(tables))
	for i, t := range tables {
		values[i] = t
	}
	w.lines(key, values)
}

// lines writes an array with a line per element.
func (w *writer) lines(key string, values []any) {
	if len(values) == 0 {
		w.WriteString(keyText(key) + " = []\n")
		return
	}
	w.WriteString(keyText(key) + " = [\n")
	for _, value := range values {
		w.WriteString("    ")
		w.value(value)
		w.WriteString(",\n")
	}
	w.WriteString("]\n")
}

// tableLines writes the pairs of a table, sorted.
func (w *writer) tableLines(values map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if array := anySlice(values[key]); array != nil {
			w.lines(key, array)
			continue
		}
		w.pair(key, values[key])
	}
}

// value writes what the TOML reader can give, and ordered tables.
func (w *writer) value(value any) {
	switch value := value.(type) {
	case string:
		w.WriteString(stringText(value))
	case bool:
		w.WriteString(strconv.FormatBool(value))
	case int64:
		w.WriteString(strconv.FormatInt(value, 10))
	case float64:
		w.WriteString(floatText(value))
	case time.Time:
		w.WriteString(timeText(value))
	case map[string]any:
		w.table(value)
	case map[string]map[string]any:
		all := map[string]any{}
		for key, inner := range value {
			all[key] = inner
		}
		w.table(all)
	case ordered:
		w.ordered(value)
	default:
		w.array(anySlice(value))
	}
}

func (w *writer) array(values []any) {
	w.WriteByte('[')
	for i, value := range values {
		if i > 0 {
			w.WriteString(", ")
		}
		w.value(value)
	}
	w.WriteByte(']')
}

func (w *writer) table(values map[string]any) {
	var t ordered
	for _, key := range slices.Sorted(maps.Keys(values)) {
		t = append(t, member{key, values[key]})
	}
	w.members(t)
}

// ordered leaves empty texts out.
func (w *writer) ordered(t ordered) {
	w.members(slices.DeleteFunc(slices.Clone(t), func(m member) bool { return m.value == "" }))
}

func (w *writer) members(t ordered) {
	if len(t) == 0 {
		w.WriteString("{}")
		return
	}
	w.WriteString("{ ")
	for i, m := range t {
		if i > 0 {
			w.WriteString(", ")
		}
		w.WriteString(keyText(m.key) + " = ")
		w.value(m.value)
	}
	w.WriteString(" }")
}

func stringsOf(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}

// keyText quotes a key that needs it.
func keyText(key string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
	}
	if key != "" && strings.IndexFunc(key, func(r rune) bool { return !plain(r) }) < 0 {
		return key
	}
	return basicString(key)
}

// stringText takes single quotes for a text that is full of double ones, as markers
// are.
func stringText(text string) string {
	isControl := func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
	if strings.ContainsAny(text, `"\`) && !strings.Contains(text, "'") && strings.IndexFunc(text, isControl) < 0 {
		return "'" + text + "'"
	}
	return basicString(text)
}

func basicString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func floatText(value float64) string {
	switch {
	case math.IsNaN(value):
		return "nan"
	case math.IsInf(value, 1):
		return "inf"
	case math.IsInf(value, -1):
		return "-inf"
	}
	text := strconv.FormatFloat(value, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

// unescapePercent resolves percent signs, and leaves what is none alone.
func unescapePercent(text string) string {
	plain, err := url.PathUnescape(text)
	if err != nil {
		return text
	}
	return plain
}
