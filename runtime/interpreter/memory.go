package interpreter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gobundle/gobundle/bootstrap"
)

// A Memory is a folder with answers of interpreters, a file each. The folder
// must be the user's own: its answers are believed. It is made when the first
// answer is kept. Nil, and a Memory without a folder, remember nothing; so does
// one that cannot be written. Processes may share a folder.
type Memory struct{ Dir string }

// A remembered answer is valid while all else in it is as it was.
type remembered struct {
	Script      string      `json:"script"` // digest of the question
	Path        string      `json:"path"`
	Identity    string      `json:"identity"`
	Interpreter Interpreter `json:"interpreter"`
}

// recall returns what the interpreter at path answered, if it is still the
// same, else nil.
func (m *Memory) recall(path string, info fs.FileInfo) *Interpreter {
	if m == nil || m.Dir == "" {
		return nil
	}
	text, err := os.ReadFile(m.file(path))
	if err != nil {
		return nil
	}
	var r remembered
	if json.Unmarshal(text, &r) != nil || r.Path != path || r.Script != scriptDigest() || r.Identity != identity(path, info, r.Interpreter.SysPath) {
		return nil
	}
	r.Interpreter.Path = path
	return &r.Interpreter
}

// keep writes an answer down under its Path. It is no error that it can't.
func (m *Memory) keep(i *Interpreter, info fs.FileInfo) {
	if m == nil || m.Dir == "" {
		return
	}
	text, err := json.Marshal(remembered{scriptDigest(), i.Path, identity(i.Path, info, i.SysPath), *i})
	if err != nil || os.MkdirAll(m.Dir, 0o700) != nil {
		return
	}
	file, err := os.CreateTemp(m.Dir, "new-*")
	if err != nil {
		return
	}
	_, err = file.Write(text)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil || os.Rename(file.Name(), m.file(i.Path)) != nil {
		os.Remove(file.Name())
	}
}

func (m *Memory) file(path string) string {
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(m.Dir, hex.EncodeToString(sum[:16])+".json")
}

// identity tells whether path still leads to the same interpreter in the same
// role. The pyvenv.cfg beside it makes it the interpreter of a virtual
// environment, a _manylinux module decides about wheels.
func identity(path string, info fs.FileInfo, sysPath []string) string {
	folder := filepath.Dir(path)
	others := []string{filepath.Join(folder, "pyvenv.cfg"), filepath.Join(filepath.Dir(folder), "pyvenv.cfg")}
	for _, folder := range sysPath {
		others = append(others, filepath.Join(folder, "_manylinux.py"))
	}
	text := fileIdentity(info)
	for i, name := range others {
		if other, err := os.Stat(name); err == nil {
			text += fmt.Sprintf(" %d=%s", i, fileIdentity(other))
		}
	}
	return text + " " + systemState()
}

func fileIdentity(info fs.FileInfo) string {
	device, inode := fileNumbers(info)
	return fmt.Sprintf("%d:%d:%d:%d", info.Size(), info.ModTime().UnixNano(), device, inode)
}

func scriptDigest() string {
	sum := sha256.Sum256([]byte(bootstrap.Query()))
	return hex.EncodeToString(sum[:8])
}
