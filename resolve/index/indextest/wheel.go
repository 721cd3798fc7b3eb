package indextest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// made is the time of everything in the archives.
var made = time.Date(2020, 2, 2, 0, 0, 0, 0, time.UTC)

// Wheel makes the wheel that d describes.
func Wheel(d Dist) (name string, data []byte) {
	name = cmp.Or(d.FileName, strings.Join(slices.DeleteFunc([]string{d.stem(), d.Build, d.tag()}, func(s string) bool { return s == "" }), "-")+".whl")
	if d.Raw != nil {
		return name, d.Raw
	}
	var b bytes.Buffer
	w := &writer{zip: zip.NewWriter(&b), dist: &d}
	files := w.files()
	for _, path := range slices.Sorted(maps.Keys(files)) {
		w.add(path, files[path])
	}
	info := d.stem() + ".dist-info/"
	w.add(info+"METADATA", d.metadata())
	if text := d.entryPoints(); text != "" {
		w.add(info+"entry_points.txt", text)
	}
	w.add(info+"WHEEL", d.wheelInfo())
	w.record.WriteString(info + "RECORD,,\n")
	w.write(info+"RECORD", w.record.String())
	must(w.zip.Close())
	data = b.Bytes()
	return name, data[:len(data)-d.Truncate]
}

// must ends what can only be a mistake in a test: writing to memory never fails.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

type writer struct {
	zip    *zip.Writer
	dist   *Dist
	record strings.Builder
	added  int
}

// files are all but those of dist-info.
func (w *writer) files() map[string]string {
	d := w.dist
	files := maps.Clone(d.Files)
	if len(files) == 0 {
		files = map[string]string{d.escapedName() + ".py": fmt.Sprintf("__version__ = %q\n", d.Version)}
	}
	for name, text := range d.DataScripts {
		files[d.stem()+".data/scripts/"+name] = text
	}
	for name, text := range d.Data {
		files[d.stem()+".data/data/"+name] = text
	}
	if d.Padding > 0 {
		files[d.escapedName()+"_padding.bin"] = noise(d.Padding)
	}
	return files
}

// noise is what doesn't compress, the same each time.
func noise(size int) string {
	data := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(data)
	return string(data)
}

// add writes a file and its line in RECORD, with the faults asked for.
func (w *writer) add(path, content string) {
	w.write(path, content)
	w.added++
	sum := sha256.Sum256([]byte(content))
	if w.added == 1 && w.dist.MissingRecord {
		return
	}
	if w.added == 1 && w.dist.WrongRecord {
		sum[0] ^= 1
	}
	if strings.ContainsAny(path, `",`) {
		path = `"` + strings.ReplaceAll(path, `"`, `""`) + `"`
	}
	fmt.Fprintf(&w.record, "%s,sha256=%s,%d\n", path, base64.RawURLEncoding.EncodeToString(sum[:]), len(content))
}

func (w *writer) write(path, content string) {
	header := &zip.FileHeader{Name: path, Method: zip.Deflate, Modified: made}
	header.SetMode(0o644)
	if slices.Contains(w.dist.Executables, path) || strings.Contains(path, ".data/scripts/") {
		header.SetMode(0o755)
	}
	out, err := w.zip.CreateHeader(header)
	must(err)
	_, err = out.Write([]byte(content))
	must(err)
}

// entryPoints is the text of entry_points.txt, "" for none.
func (d *Dist) entryPoints() string {
	groups := maps.Clone(d.EntryPoints)
	if groups == nil {
		groups = map[string]map[string]string{}
	}
	if len(d.Scripts) > 0 {
		groups["console_scripts"] = d.Scripts
	}
	if len(d.GUIScripts) > 0 {
		groups["gui_scripts"] = d.GUIScripts
	}
	var b strings.Builder
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		b.WriteString("[" + group + "]\n")
		for _, name := range slices.Sorted(maps.Keys(groups[group])) {
			b.WriteString(name + " = " + groups[group][name] + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// wheelInfo is the text of WHEEL, with compressed tags spread out.
func (d *Dist) wheelInfo() string {
	purelib := strings.HasSuffix(d.tag(), "-none-any")
	if d.Purelib != nil {
		purelib = *d.Purelib
	}
	lines := []string{"Wheel-Version: 1.0", "Generator: indextest", "Root-Is-Purelib: " + strconv.FormatBool(purelib)}
	parts := strings.Split(d.tag(), "-")
	if len(parts) == 3 {
		for python := range strings.SplitSeq(parts[0], ".") {
			for abi := range strings.SplitSeq(parts[1], ".") {
				for platform := range strings.SplitSeq(parts[2], ".") {
					lines = append(lines, "Tag: "+python+"-"+abi+"-"+platform)
				}
			}
		}
	}
	if d.Build != "" {
		lines = append(lines, "Build: "+d.Build)
	}
	return strings.Join(lines, "\n") + "\n"
}

// Sdist makes the source distribution that d describes: PKG-INFO and d.Files.
func Sdist(d Dist) (name string, data []byte) {
	name = cmp.Or(d.FileName, d.stem()+".tar.gz")
	if d.Raw != nil {
		return name, d.Raw
	}
	var b bytes.Buffer
	packed := gzip.NewWriter(&b)
	w := tar.NewWriter(packed)
	files := maps.Clone(d.Files)
	if files == nil {
		files = map[string]string{}
	}
	files["PKG-INFO"] = d.metadata()
	for _, path := range slices.Sorted(maps.Keys(files)) {
		content := files[path]
		must(w.WriteHeader(&tar.Header{Name: d.stem() + "/" + path, Mode: 0o644, Size: int64(len(content)), ModTime: made, Format: tar.FormatPAX}))
		_, err := w.Write([]byte(content))
		must(err)
	}
	must(w.Close())
	must(packed.Close())
	data = b.Bytes()
	return name, data[:len(data)-d.Truncate]
}
