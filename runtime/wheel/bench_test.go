package wheel

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// many is a wheel of 2,000 small files.
func many() []byte {
	var entries []entry
	for i := range 2000 {
		entries = append(entries, entry{name: fmt.Sprintf("demo/p%d/m%d.py", i%50, i), content: strings.Repeat(fmt.Sprintf("x%d = %d\n", i, i), 200)})
	}
	return demo(nil, entries...)
}

func BenchmarkOpen(b *testing.B) {
	archive := many()
	for b.Loop() {
		if _, err := Open(bytes.NewReader(archive), int64(len(archive)), demoFile); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	archive := many()
	w, err := Open(bytes.NewReader(archive), int64(len(archive)), demoFile)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(w.InstalledSize())
	for b.Loop() {
		if err := w.Verify(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInstall(b *testing.B) {
	archive := many()
	w, err := Open(bytes.NewReader(archive), int64(len(archive)), demoFile)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(w.InstalledSize())
	for b.Loop() {
		if _, err := Install(b.Context(), []Source{{Wheel: w}}, environmentIn(b.TempDir()), InstallOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
