package unpack_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/unpack"
)

// BenchmarkArchive unpacks a source distribution of 500 modules.
func BenchmarkArchive(b *testing.B) {
	var entries []entry
	size := 0
	for i := range 500 {
		content := strings.Repeat(fmt.Sprintf("value_%d = %d\n", i, i*i), 300)
		entries = append(entries, entry{name: fmt.Sprintf("demo-1.0/src/demo/m%03d.py", i), content: content})
		size += len(content)
	}
	for _, format := range []struct {
		file string
		data []byte
	}{{"demo-1.0.tar.gz", tarGz(b, entries...)}, {"demo-1.0.zip", zipOf(b, entries...)}} {
		b.Run(format.file, func(b *testing.B) {
			archive := filepath.Join(b.TempDir(), format.file)
			if err := os.WriteFile(archive, format.data, 0o666); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := unpack.Archive(b.Context(), archive, b.TempDir(), unpack.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
