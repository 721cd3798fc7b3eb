// Package conformance gives tests the facts that pypa/packaging agrees with, as
// tables of JSON. It is for tests only.
package conformance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Tables returns a table of the file packaging.json in own, a folder with the
// rows that are worth having everywhere, and the same table of the whole file if
// the environment variable GOBUNDLE_CONFORMANCE names the folder that has it.
func Tables[T any](tb testing.TB, own, table string) []T {
	tb.Helper()
	folders := []string{own}
	if whole := os.Getenv("GOBUNDLE_CONFORMANCE"); whole != "" {
		folders = append(folders, whole)
	}
	found := make([]T, len(folders))
	for i, folder := range folders {
		file := filepath.Join(folder, "packaging.json")
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		var tables map[string]json.RawMessage
		if err := json.Unmarshal(data, &tables); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		if err := json.Unmarshal(tables[table], &found[i]); err != nil {
			tb.Fatalf("%s: table %s: %v", file, table, err)
		}
	}
	return found
}

// Rows returns the rows of a table that is a list.
func Rows[T any](tb testing.TB, own, table string) []T {
	tb.Helper()
	return slices.Concat(Tables[[]T](tb, own, table)...)
}

// TagLists returns the lists of tags by the name of the interpreter and platform
// that support them, those of own first. Each file has at least as many as its
// number says.
func TagLists(tb testing.TB, own string, least ...int) []map[string][]string {
	tb.Helper()
	tables := Tables[map[string][]string](tb, own, "oracle_tags_in_order")
	for i, lists := range tables {
		if len(lists) < least[i] {
			tb.Fatalf("%d lists of tags, want %d", len(lists), least[i])
		}
	}
	return tables
}
