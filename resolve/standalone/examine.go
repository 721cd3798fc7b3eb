package standalone

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// A NoPythonError says why a folder is no distribution.
type NoPythonError struct {
	Path   string
	Reason string // as a sentence
}

func (e *NoPythonError) Error() string { return e.Path + " holds no Python: " + e.Reason }

// Examine finds out which distribution is in a folder, or in one of the folders
// below it where archives have it. name is that of the archive, or "": it may tell the
// release if the files don't. The error is a [*NoPythonError], or one of the file
// system.
func Examine(folder, name string) (*Distribution, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	files := root.FS()
	for _, home := range homes(files) {
		d := &Distribution{Home: home}
		if d.findProgram(files); d.Program == "" {
			continue
		}
		if _, err := fs.Stat(files, path.Join(home, "pyvenv.cfg")); err == nil {
			return nil, &NoPythonError{folder, "it is a virtual environment, which needs another Python"}
		}
		if err := d.findSystem(files); err != nil {
			return nil, &NoPythonError{folder, err.Error()}
		}
		d.findRelease(files, name)
		return d, nil
	}
	return nil, &NoPythonError{folder, "there is neither bin/python3.* with lib/python3.* nor python.exe with Lib in it"}
}

// homes lists where a distribution may be: at the top, in the only folder there,
// or where full archives of python-build-standalone have it.
func homes(files fs.FS) []string {
	found := []string{"."}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return found
	}
	var folders []string
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, entry.Name())
		}
	}
	if len(folders) == 1 {
		found = append(found, path.Join(folders[0], "install"), folders[0])
	}
	return append(found, "install")
}

var (
	unixProgram = lazyregexp.New(`^python(3\.[0-9]+)(t?)$`)
	windowsDLL  = lazyregexp.New(`(?i)^python3([0-9]+)(t?)\.dll$`)
)

// findProgram finds the interpreter, and the minor version by its library.
func (d *Distribution) findProgram(files fs.FS) {
	entries, err := fs.ReadDir(files, path.Join(d.Home, "bin"))
	if err == nil {
		for _, entry := range entries {
			match := unixProgram().FindStringSubmatch(entry.Name())
			if match == nil || !isFile(files, path.Join(d.Home, "lib", entry.Name(), "os.py")) || !isFile(files, path.Join(d.Home, "bin", entry.Name())) {
				continue
			}
			d.Version, d.Threaded, d.Program = match[1], match[2] != "", path.Join("bin", entry.Name())
		}
		return
	}
	entries, err = fs.ReadDir(files, d.Home)
	if err != nil || !isFile(files, path.Join(d.Home, "python.exe")) || !isFile(files, path.Join(d.Home, "Lib", "os.py")) {
		return
	}
	for _, entry := range entries {
		if match := windowsDLL().FindStringSubmatch(entry.Name()); match != nil {
			d.Version, d.Threaded, d.Program = "3."+match[1], match[2] != "", "python.exe"
		}
	}
}

func isFile(files fs.FS, name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && info.Mode().IsRegular()
}

// findSystem reads for which machine the program is.
func (d *Distribution) findSystem(files fs.FS) error {
	file, err := files.Open(path.Join(d.Home, d.Program))
	if err != nil {
		return err
	}
	defer file.Close()
	program, ok := file.(io.ReaderAt)
	if !ok {
		return fmt.Errorf("%s can't be read in place", d.Program)
	}
	if f, err := elf.NewFile(program); err == nil {
		d.System = System{OS: "linux", Arch: map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}[f.Machine], Libc: libc(f)}
	} else if f, err := macho.NewFile(program); err == nil {
		d.System = System{OS: "darwin", Arch: map[macho.Cpu]string{macho.CpuAmd64: "amd64", macho.CpuArm64: "arm64"}[f.Cpu]}
	} else if f, err := pe.NewFile(program); err == nil {
		d.System = System{OS: "windows", Arch: map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "amd64", pe.IMAGE_FILE_MACHINE_ARM64: "arm64"}[f.Machine]}
	}
	if d.Arch == "" {
		return errors.New(d.Program + " is no program for Linux, macOS or Windows on x86_64 or aarch64")
	}
	return nil
}

// libc tells the C library by the loader that a program asks for. One without a
// loader is linked with musl, as the static builds are.
func libc(f *elf.File) string {
	for _, segment := range f.Progs {
		if segment.Type != elf.PT_INTERP {
			continue
		}
		loader := make([]byte, 256)
		n, err := segment.ReadAt(loader, 0)
		if (err == nil || errors.Is(err, io.EOF)) && !strings.Contains(string(loader[:n]), "ld-musl") {
			return "gnu"
		}
	}
	return "musl"
}

var (
	nameVersion  = lazyregexp.New(`^cpython-(3\.[0-9]+\.[0-9]+(?:[a-z]+[0-9]+)?)[+-]`)
	patchVersion = lazyregexp.New(`(?m)^#define\s+PY_VERSION\s+"(3\.[0-9]+\.[0-9]+[0-9a-z]*)\+?"`)
)

const maxFacts = 1 << 20 // bytes of a file that tells the version

// findRelease finds the whole version: in PYTHON.json, in the headers, or in the
// archive's name, where one is that tells the same minor version.
func (d *Distribution) findRelease(files fs.FS, name string) {
	var found []string
	if text, err := read(files, path.Join(path.Dir(d.Home), "PYTHON.json")); err == nil {
		var facts struct {
			Version string `json:"python_version"`
		}
		if json.Unmarshal(text, &facts) == nil {
			found = append(found, facts.Version)
		}
	}
	for _, header := range []string{"include/python" + d.Version + d.flag() + "/patchlevel.h", "include/patchlevel.h"} {
		if text, err := read(files, path.Join(d.Home, header)); err == nil {
			if match := patchVersion().FindSubmatch(text); match != nil {
				found = append(found, string(match[1]))
			}
		}
	}
	if match := nameVersion().FindStringSubmatch(filepath.Base(name)); match != nil {
		found = append(found, match[1])
	}
	for _, version := range found {
		if strings.HasPrefix(version, d.Version+".") {
			d.Version = version
			return
		}
	}
}

func read(files fs.FS, name string) ([]byte, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxFacts))
}
