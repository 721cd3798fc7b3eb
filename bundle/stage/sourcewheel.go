package stage

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/plainzip"
	"golang.org/x/sync/errgroup"
)

// sourcesVersion is the version of the wheel that is made of the sources. Its
// content is told apart by its hash.
const sourcesVersion = "0"

var notInNames = lazyregexp.New(`[^a-z0-9]+`)

// sourcesName makes a distribution name of a module's name that none of the
// distributions in the bundle has. It ends in "-sources", so that nobody takes it for a published one.
func sourcesName(module string, taken map[string]bool) string {
	base := strings.Trim(notInNames().ReplaceAllString(strings.ToLower(module), "-"), "-")
	base = strings.Trim(base[:min(len(base), 64)], "-")
	if base == "" {
		base = "application"
	}
	name := base + "-sources"
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s-sources-%d", base, n)
	}
	return name
}

// buildSources makes a wheel of the files and returns it as a temporary file
// in dir. The bytes depend on nothing but the distribution's name and the
// files' names, contents and execute bits.
func buildSources(ctx context.Context, dir, name string, files []sourceFile) (wheel Wheel, err error) {
	out, err := os.CreateTemp(dir, "gobundle-sources-*.whl")
	if err != nil {
		return Wheel{}, fmt.Errorf("making a temporary file for the sources: %w", err)
	}
	defer func() {
		if closing := out.Close(); err == nil {
			err = closing
		}
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	escaped := strings.ReplaceAll(name, "-", "_")
	digest, checksum := sha256.New(), crc32.NewIEEE()
	size := &counter{}
	w := &sourceWriter{
		zip:  zip.NewWriter(io.MultiWriter(out, digest, checksum, size)),
		stem: escaped + "-" + sourcesVersion,
		dir:  dir,
	}
	if err := w.writeAll(ctx, files); err != nil {
		return Wheel{}, err
	}
	if err := w.zip.Close(); err != nil {
		return Wheel{}, fmt.Errorf("writing the wheel of the sources: %w", err)
	}
	return Wheel{
		Path:  out.Name(),
		CRC32: checksum.Sum32(),
		Wheel: manifest.Wheel{
			File:    w.stem + "-py3-none-any.whl",
			SHA256:  hex.EncodeToString(digest.Sum(nil)),
			Size:    size.n,
			Name:    name,
			Version: sourcesVersion,
			Tags:    []string{"py3-none-any"},
			Role:    manifest.Sources,
		},
	}, nil
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// A sourceWriter writes the members of the sources' wheel.
type sourceWriter struct {
	zip    *zip.Writer
	stem   string // "name-version"
	dir    string // for temporary files
	record [][]string
	packer packer
}

// batch is how many files are in memory at a time. None of them is larger
// than smallFile.
const batch = 64

func (w *sourceWriter) writeAll(ctx context.Context, files []sourceFile) error {
	for start := 0; start < len(files); start += batch {
		part := files[start:min(start+batch, len(files))]
		packed := make([]*member, len(part))
		group, groupCtx := errgroup.WithContext(ctx)
		group.SetLimit(runtime.GOMAXPROCS(0))
		for i, file := range part {
			group.Go(func() error {
				if err := groupCtx.Err(); err != nil {
					return err
				}
				m, err := w.pack(file)
				packed[i] = m
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		for i, file := range part {
			if err := w.writeFile(file, packed[i]); err != nil {
				return err
			}
		}
	}
	return w.writeMetadata()
}

// pack packs a file, unless it is too large for memory: then the member is nil.
func (w *sourceWriter) pack(file sourceFile) (*member, error) {
	if !file.script {
		return w.packer.pack(file)
	}
	content, err := os.ReadFile(file.path)
	if err != nil {
		return nil, err
	}
	return w.packer.packBytes(asScript(content))
}

// asScript begins a Python file with what installers put an environment's
// interpreter for. A line like it that is there already makes way.
func asScript(content []byte) []byte {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if bytes.HasPrefix(content, []byte("#!")) {
		_, content, _ = bytes.Cut(content, []byte("\n"))
	}
	return append([]byte("#!python\n"), content...)
}

func (w *sourceWriter) writeFile(file sourceFile, m *member) error {
	if m == nil { // too large for memory
		temporary, err := os.CreateTemp(w.dir, "gobundle-sources-*.tmp")
		if err != nil {
			return fmt.Errorf("making a temporary file for %s: %w", file.path, err)
		}
		defer os.Remove(temporary.Name())
		defer temporary.Close()
		if m, err = w.packer.packLarge(file, temporary); err != nil {
			return err
		}
	}
	return w.write(w.place(file), file.executable, m)
}

// place returns a file's name in the wheel. Top-level folders with the names
// of a wheel's own ones would make it invalid; they go through the folder from
// which installers move files to the same place.
func (w *sourceWriter) place(file sourceFile) string {
	name := file.name
	if file.script {
		return path.Join(w.stem+".data", "scripts", name)
	}
	top, _, isFolder := strings.Cut(name, "/")
	if isFolder && (strings.HasSuffix(strings.ToLower(top), ".dist-info") || strings.HasSuffix(strings.ToLower(top), ".data")) {
		return path.Join(w.stem+".data", "purelib", name)
	}
	return name
}

func (w *sourceWriter) writeMetadata() error {
	info := w.stem + ".dist-info/"
	name, version, _ := strings.Cut(w.stem, "-")
	texts := [][2]string{
		{"METADATA", "Metadata-Version: 2.1\nName: " + strings.ReplaceAll(name, "_", "-") + "\nVersion: " + version + "\nSummary: Sources of an application\n"},
		{"WHEEL", "Wheel-Version: 1.0\nGenerator: gobundle\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
	}
	for _, text := range texts {
		m, err := w.packer.packBytes([]byte(text[1]))
		if err != nil {
			return err
		}
		if err := w.write(info+text[0], false, m); err != nil {
			return err
		}
	}
	var rows bytes.Buffer
	table := csv.NewWriter(&rows)
	if err := table.WriteAll(append(w.record, []string{info + "RECORD", "", ""})); err != nil {
		return err
	}
	m, err := w.packer.packBytes(rows.Bytes())
	if err != nil {
		return err
	}
	return w.write(info+"RECORD", false, m)
}

// write adds a member and its row of RECORD.
func (w *sourceWriter) write(name string, executable bool, m *member) error {
	w.record = append(w.record, []string{name, "sha256=" + base64.RawURLEncoding.EncodeToString(m.sha256[:]), strconv.FormatInt(m.size, 10)})
	header := plainzip.Header(name, executable)
	header.Method, header.CRC32 = m.method, m.crc32
	header.CompressedSize64, header.UncompressedSize64 = uint64(m.packedSize), uint64(m.size)
	to, err := w.zip.CreateRaw(header)
	if err == nil {
		_, err = io.Copy(to, m.packed)
	}
	if err != nil {
		return fmt.Errorf("writing %s to the wheel of the sources: %w", filepath.ToSlash(name), err)
	}
	return nil
}
