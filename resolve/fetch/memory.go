package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// memory remembers facts of local files, one file of lines for each folder. A
// line is added by a single write; of several for one name the last counts. So
// processes don't disturb each other, and what is lost or damaged only costs
// reading a wheel once more.
type memory struct {
	mu      sync.Mutex
	folders map[string]*remembered
}

// remembered is what one folder's file holds.
type remembered struct {
	mu      sync.Mutex
	path    string
	byName  map[string]facts
	headers map[string]headers // nil until they are asked for
}

// tooMany lines for each name make the file be written anew.
const tooMany = 8

// folder returns what is remembered of a folder, read on first use.
func (f *Fetcher) folder(folder string) *remembered {
	m := &f.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, ok := m.folders[folder]; ok {
		return r
	}
	if m.folders == nil {
		m.folders = map[string]*remembered{}
	}
	sum := sha256.Sum256([]byte(folder))
	r := &remembered{path: filepath.Join(f.options.Store, "local", hex.EncodeToString(sum[:16])), byName: map[string]facts{}}
	r.read()
	m.folders[folder] = r
	return r
}

func (r *remembered) read() {
	file, err := os.Open(r.path)
	if err != nil {
		return
	}
	defer file.Close()
	var text strings.Builder
	if info, err := file.Stat(); err == nil {
		text.Grow(int(min(info.Size(), 1<<20)))
	}
	if _, err := io.Copy(&text, io.LimitReader(file, 64<<20)); err != nil {
		return
	}
	lines := 0
	for line := range strings.SplitSeq(text.String(), "\n") {
		if name, facts, ok := parseFacts(line); ok {
			r.byName[name] = facts
		}
		lines++
	}
	if lines > tooMany*(len(r.byName)+8) {
		r.rewrite()
	}
}

// rewrite leaves one line for each name.
func (r *remembered) rewrite() {
	var text strings.Builder
	for name, f := range r.byName {
		text.WriteString(f.line(name))
	}
	_ = writeFile(r.path, []byte(text.String()))
}

// recall returns the facts of a file that has this stamp.
func (r *remembered) recall(name string, s stamp) (facts, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.byName[name]
	return f, ok && f.stamp == s
}

// keep remembers facts. Where they can't be written they serve this process.
func (r *remembered) keep(name string, f facts) {
	if strings.ContainsRune(name, '\n') {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byName[name] = f
	if err := os.MkdirAll(filepath.Dir(r.path), 0o700); err != nil {
		return
	}
	file, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	_, _ = file.WriteString(f.line(name))
	_ = file.Close()
}

// writeFile writes a file whole or not at all.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
