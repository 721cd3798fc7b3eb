package lockfile

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// table is a table of a lock with its place. The first thing that is wrong with
// any of its values is kept, and all getters return zero values from then on.
type table struct {
	values map[string]any
	place  string // "packages[3]", "" for the file itself
	fault  *error
	seen   map[string]bool
}

func newTable(values map[string]any) table {
	return table{values: values, fault: new(error), seen: map[string]bool{}}
}

// field names a value of the table.
func (t table) field(key string) string {
	if t.place == "" {
		return key
	}
	return t.place + "." + key
}

// fail keeps what is wrong with a value.
func (t table) fail(key, format string, arguments ...any) {
	if *t.fault == nil {
		*t.fault = &FieldError{Field: t.field(key), Reason: fmt.Sprintf(format, arguments...)}
	}
}

// get returns a value of a type; it is a fault if it has another one.
func get[T any](t table, key, kind string) (value T, ok bool) {
	t.seen[key] = true
	found, ok := t.values[key]
	if !ok || *t.fault != nil {
		return value, false
	}
	value, ok = found.(T)
	if !ok {
		t.fail(key, "this must be %s", kind)
	}
	return value, ok
}

func (t table) text(key string) string {
	value, _ := get[string](t, key, "a string")
	return value
}

// required is text that must be there.
func (t table) required(key string) string {
	value, ok := get[string](t, key, "a string")
	if !ok || value == "" {
		t.fail(key, "this is missing")
	}
	return value
}

func (t table) flag(key string) bool {
	value, _ := get[bool](t, key, "true or false")
	return value
}

// size returns −1 for one that is not there.
func (t table) size(key string) int64 {
	value, ok := get[int64](t, key, "a whole number")
	if !ok {
		return -1
	}
	if value < 0 {
		t.fail(key, "a size is not negative")
	}
	return value
}

func (t table) time(key string) time.Time {
	value, _ := get[time.Time](t, key, "a date and time")
	if value.IsZero() {
		return value
	}
	if name := value.Location().String(); name == localDatetime || name == localDate || name == localTime {
		if name != localDatetime {
			t.fail(key, "this must be a date and time")
		}
		return time.Date(value.Year(), value.Month(), value.Day(), value.Hour(), value.Minute(), value.Second(), value.Nanosecond(), time.UTC)
	}
	return value.UTC()
}

// texts returns nil for what is not there, and an empty slice for an empty array.
func (t table) texts(key string) []string {
	values, ok := get[[]any](t, key, "an array of strings")
	if !ok {
		return nil
	}
	texts := make([]string, 0, len(values))
	for i, value := range values {
		text, ok := value.(string)
		if !ok {
			t.fail(fmt.Sprintf("%s[%d]", key, i), "this must be a string")
		}
		texts = append(texts, text)
	}
	return texts
}

// tables returns the tables of an array, written in either way.
func (t table) tables(key string) (tables []table, ok bool) {
	t.seen[key] = true
	value, ok := t.values[key]
	if !ok || *t.fault != nil {
		return nil, false
	}
	for i, entry := range anySlice(value) {
		values, isTable := entry.(map[string]any)
		if !isTable {
			t.fail(fmt.Sprintf("%s[%d]", key, i), "this must be a table")
		}
		tables = append(tables, table{values, fmt.Sprintf("%s[%d]", t.field(key), i), t.fault, map[string]bool{}})
	}
	if _, isTable := value.(map[string]any); isTable || anySlice(value) == nil {
		t.fail(key, "this must be an array of tables")
	}
	return tables, true
}

// anySlice returns the elements of an array, nil for what is none.
func anySlice(value any) []any {
	switch value := value.(type) {
	case []any:
		return append([]any{}, value...)
	case []map[string]any:
		all := make([]any, len(value))
		for i := range value {
			all[i] = value[i]
		}
		return all
	}
	return nil
}

// table returns a table in this one.
func (t table) table(key string) (inner table, ok bool) {
	values, ok := get[map[string]any](t, key, "a table")
	return table{values, t.field(key), t.fault, map[string]bool{}}, ok
}

func (t table) marker(key string) *pep508.Marker {
	text := t.text(key)
	if text == "" {
		return nil
	}
	return t.parseMarker(key, text)
}

func (t table) parseMarker(key, text string) *pep508.Marker {
	marker, err := pep508.ParseMarker(text)
	if err != nil {
		t.fail(key, "this is no marker: %v", err)
	}
	return marker
}

func (t table) specifiers(key string) pep440.SpecifierSet {
	set, err := pep440.ParseSpecifierSet(t.text(key))
	if err != nil {
		t.fail(key, "this is no version specifier: %v", err)
	}
	return set
}

// tools returns the tables of tools.
func (t table) tools(key string) map[string]map[string]any {
	all, ok := t.table(key)
	if !ok {
		return nil
	}
	tools := map[string]map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(all.values)) {
		one, ok := all.table(name)
		if ok {
			tools[name] = one.values
		}
	}
	return tools
}

// unknown lists the keys that nobody has asked for.
func (t table) unknown() []string {
	var names []string
	for _, key := range slices.Sorted(maps.Keys(t.values)) {
		if !t.seen[key] {
			names = append(names, t.field(key))
		}
	}
	return names
}
