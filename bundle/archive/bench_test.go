package archive_test

import (
	"testing"

	"github.com/gobundle/gobundle/bundle/archive"
)

// BenchmarkOpen is what every look into a bundle begins with.
func BenchmarkOpen(b *testing.B) {
	_, _, file, folder := bundle(b)
	for _, path := range []string{file, folder} {
		b.Run(map[string]string{file: "file", folder: "folder"}[path], func(b *testing.B) {
			for b.Loop() {
				a, err := archive.Open(path)
				if err != nil {
					b.Fatal(err)
				}
				if err := a.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
