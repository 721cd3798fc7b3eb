package pack_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/gobundle/gobundle/bundle/pack"
	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/bundle/stage/stagetest"
	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// BenchmarkBuild stages and packs wheels that are at hand: 12 with 21 MB, as the
// reference bundle has, and many small ones.
func BenchmarkBuild(b *testing.B) {
	for _, shape := range []struct{ wheels, size, files int }{{12, 21 << 20 / 12, 700}, {400, 20 << 10, 10}} {
		b.Run(fmt.Sprintf("%dx%dkB", shape.wheels, shape.size>>10), func(b *testing.B) {
			var wheels []stage.Wheel
			for i := range shape.wheels {
				d := indextest.Dist{Name: fmt.Sprintf("project%03d", i), Version: "1", Padding: shape.size, Files: map[string]string{}}
				for n := range shape.files {
					d.Files[fmt.Sprintf("project%03d/m%03d.py", i, n)] = ""
				}
				d.Scripts = map[string]string{fmt.Sprintf("run%d", i): "x:y"}
				wheels = append(wheels, stagetest.Wheel(b, d))
			}
			in := stagetest.Input(wheels...)
			in.EntryPoint.Script = "run3"
			in.Sources = []stage.Source{{Path: stagetest.Folder(b, map[string]string{"app.py": "def main(): pass\n"})}}
			path := filepath.Join(b.TempDir(), "app.pyz")
			for b.Loop() {
				tree, err := stage.Stage(b.Context(), in)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := pack.Zipapp(b.Context(), path, tree, pack.Options{}); err != nil {
					b.Fatal(err)
				}
				if err := tree.Close(); err != nil {
					b.Fatal(err)
				}
			}
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
		})
	}
}

// BenchmarkStage is the part of BenchmarkBuild that comes before the copying.
func BenchmarkStage(b *testing.B) {
	var wheels []stage.Wheel
	for i := range 12 {
		d := indextest.Dist{Name: fmt.Sprintf("project%03d", i), Version: "1", Files: map[string]string{}, Scripts: map[string]string{fmt.Sprintf("run%d", i): "x:y"}}
		for n := range 700 {
			d.Files[fmt.Sprintf("project%03d/m%03d.py", i, n)] = ""
		}
		wheels = append(wheels, stagetest.Wheel(b, d))
	}
	for _, entryPoint := range []stage.EntryPoint{{}, {Script: "run3"}, {Text: "project003.m600:main"}} {
		b.Run("entry="+entryPoint.Text+entryPoint.Script, func(b *testing.B) {
			in := stagetest.Input(wheels...)
			in.EntryPoint = entryPoint
			for b.Loop() {
				tree, err := stage.Stage(b.Context(), in)
				if err != nil {
					b.Fatal(err)
				}
				if err := tree.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
