package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A wheel is one distribution, with what an index says about it.
type wheel struct {
	project        string // normalised
	version        string
	file           string
	requiresPython string
	data           []byte
	metadata       []byte
}

func (w *wheel) sha256() string {
	sum := sha256.Sum256(w.data)
	return hex.EncodeToString(sum[:])
}

func (w *wheel) metadataSHA256() string {
	sum := sha256.Sum256(w.metadata)
	return hex.EncodeToString(sum[:])
}

// build makes a wheel of each folder, in the order of their file names.
func build(dists fs.FS) ([]*wheel, error) {
	folders, err := fs.ReadDir(dists, ".")
	if err != nil {
		return nil, err
	}
	var wheels []*wheel
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		tree, err := fs.Sub(dists, folder.Name())
		if err != nil {
			return nil, err
		}
		w, err := buildOne(tree)
		if err != nil {
			return nil, fmt.Errorf("making a wheel of %s: %w", folder.Name(), err)
		}
		wheels = append(wheels, w)
	}
	if len(wheels) == 0 {
		return nil, errors.New("no source trees found")
	}
	slices.SortFunc(wheels, func(a, b *wheel) int { return strings.Compare(a.file, b.file) })
	return wheels, nil
}

// buildOne makes the wheel of a source tree.
func buildOne(tree fs.FS) (*wheel, error) {
	metadata, err := fs.ReadFile(tree, "METADATA")
	if err != nil {
		return nil, err
	}
	name, version := header(metadata, "Name"), header(metadata, "Version")
	if name == "" || version == "" {
		return nil, errors.New("METADATA lacks Name or Version")
	}
	w := &wheel{project: normalize(name), version: version, requiresPython: header(metadata, "Requires-Python"), metadata: metadata}
	stem := strings.ReplaceAll(w.project, "-", "_") + "-" + version
	w.file = stem + "-py3-none-any.whl"
	info := stem + ".dist-info/"

	var members []member
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && entry.Name() == "__pycache__" {
				return fs.SkipDir
			}
			return err
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if name == "METADATA" || name == "entry_points.txt" {
			name = info + name
		}
		members = append(members, member{name, data})
		return nil
	})
	if err != nil {
		return nil, err
	}
	members = append(members, member{info + "WHEEL", []byte("Wheel-Version: 1.0\nGenerator: makeindex\nRoot-Is-Purelib: true\nTag: py3-none-any\n")})
	// What belongs to the installer stands last, as the wheel specification
	// recommends.
	slices.SortFunc(members, func(a, b member) int {
		if inA, inB := path.Dir(a.name)+"/" == info, path.Dir(b.name)+"/" == info; inA != inB {
			if inA {
				return 1
			}
			return -1
		}
		return strings.Compare(a.name, b.name)
	})
	members = append(members, record(members, info+"RECORD"))
	w.data, err = pack(members)
	return w, err
}

type member struct {
	name string
	data []byte
}

// record lists the members with their hashes, and itself without.
func record(members []member, name string) member {
	var rows strings.Builder
	for _, m := range members {
		sum := sha256.Sum256(m.data)
		fmt.Fprintf(&rows, "%s,sha256=%s,%d\n", m.name, base64.RawURLEncoding.EncodeToString(sum[:]), len(m.data))
	}
	rows.WriteString(name + ",,\n")
	return member{name, []byte(rows.String())}
}

// pack zips the members without anything that depends on the machine.
func pack(members []member) ([]byte, error) {
	var buffer bytes.Buffer
	archive := zip.NewWriter(&buffer)
	for _, m := range members {
		file := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		file.SetMode(0o644)
		out, err := archive.CreateHeader(file)
		if err != nil {
			return nil, err
		}
		if _, err := out.Write(m.data); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// header returns the first value of a field before the description.
func header(metadata []byte, field string) string {
	head, _, _ := strings.Cut(string(metadata), "\n\n")
	for line := range strings.Lines(head) {
		if value, found := strings.CutPrefix(line, field+":"); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

var separators = regexp.MustCompile(`[-_.]+`)

// normalize writes a project's name as PEP 503 has it.
func normalize(name string) string {
	return strings.ToLower(separators.ReplaceAllString(name, "-"))
}

// write puts the wheels into a folder.
func write(wheels []*wheel, folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, w := range wheels {
		if err := os.WriteFile(filepath.Join(folder, w.file), w.data, 0o666); err != nil {
			return err
		}
	}
	return nil
}
