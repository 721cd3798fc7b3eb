package standalone_test

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/resolve/standalone"
)

// elfProgram is the head of a program for Linux that asks for a loader.
func elfProgram(t *testing.T, machine elf.Machine, loader string) string {
	t.Helper()
	header := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(machine), Version: 1, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1}
	copy(header.Ident[:], "\x7fELF\x02\x01\x01")
	kind := elf.PT_INTERP
	if loader == "" {
		kind = elf.PT_LOAD
	}
	segment := elf.Prog64{Type: uint32(kind), Off: 120, Filesz: uint64(len(loader)), Memsz: uint64(len(loader))}
	return written(t, header, segment) + loader
}

func machoProgram(t *testing.T, cpu macho.Cpu) string {
	t.Helper()
	return written(t, macho.FileHeader{Magic: macho.Magic64, Cpu: cpu, Type: macho.TypeExec}, uint32(0))
}

func peProgram(t *testing.T, machine uint16) string {
	t.Helper()
	dos := make([]byte, 96)
	copy(dos, "MZ")
	dos[0x3c] = 96
	return string(dos) + "PE\x00\x00" + written(t, pe.FileHeader{Machine: machine}) + strings.Repeat("\x00", 64)
}

func written(t *testing.T, values ...any) string {
	t.Helper()
	var b bytes.Buffer
	for _, value := range values {
		if err := binary.Write(&b, binary.LittleEndian, value); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// folder makes a folder of files, by their paths.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestExamine(t *testing.T) {
	t.Parallel()
	gnu := elfProgram(t, elf.EM_X86_64, "/lib64/ld-linux-x86-64.so.2\x00")
	musl := elfProgram(t, elf.EM_AARCH64, "/lib/ld-musl-aarch64.so.1\x00")
	for _, test := range []struct {
		name, archive string
		files         map[string]string
		want, target  string
		program       string
	}{
		{"linux", "", map[string]string{"bin/python3.12": gnu, "lib/python3.12/os.py": ""}, "cpython-3.12-linux-x86_64-gnu", "cp312-linux-x86_64", "./bin/python3.12"},
		{"an archive's only folder", "cpython-3.12.14+20260814-x86_64-unknown-linux-gnu-install_only_stripped.tar.gz",
			map[string]string{"python/bin/python3.12": gnu, "python/lib/python3.12/os.py": ""},
			"cpython-3.12.14-linux-x86_64-gnu", "cp3.12.14-linux-x86_64", "python/bin/python3.12"},
		{"a full archive", "python.tar.zst", map[string]string{
			"python/PYTHON.json": `{"python_version": "3.13.5"}`, "python/install/bin/python3.13t": musl, "python/install/lib/python3.13t/os.py": "",
		}, "cpython-3.13.5t-linux-aarch64-musl", "cp3.13.5t-musl-aarch64", "python/install/bin/python3.13t"},
		{"headers", "", map[string]string{"bin/python3.12": gnu, "lib/python3.12/os.py": "", "include/python3.12/patchlevel.h": "#define PY_VERSION      \t\"3.12.3+\"\n"},
			"cpython-3.12.3-linux-x86_64-gnu", "cp3.12.3-linux-x86_64", "./bin/python3.12"},
		{"a pre-release", "", map[string]string{"bin/python3.15": gnu, "lib/python3.15/os.py": "", "include/python3.15/patchlevel.h": "#define PY_VERSION \"3.15.0b1\"\n"},
			"cpython-3.15.0b1-linux-x86_64-gnu", "cp315-linux-x86_64", "./bin/python3.15"},
		{"a name for another version", "cpython-3.11.1+20230101-x.tar.gz", map[string]string{"bin/python3.12": gnu, "lib/python3.12/os.py": ""},
			"cpython-3.12-linux-x86_64-gnu", "cp312-linux-x86_64", "./bin/python3.12"},
		{"linked statically", "", map[string]string{"bin/python3.12": elfProgram(t, elf.EM_X86_64, ""), "lib/python3.12/os.py": ""},
			"cpython-3.12-linux-x86_64-musl", "cp312-musl-x86_64", "./bin/python3.12"},
		{"macOS", "", map[string]string{"bin/python3.12": machoProgram(t, macho.CpuArm64), "lib/python3.12/os.py": ""}, "cpython-3.12-darwin-aarch64", "cp312-macos-arm64", "./bin/python3.12"},
		{"Windows", "", map[string]string{"python/python.exe": peProgram(t, pe.IMAGE_FILE_MACHINE_AMD64), "python/Lib/os.py": "", "python/python3.dll": "", "python/python314t.dll": ""},
			"cpython-3.14t-windows-x86_64", "cp314t-windows-amd64", "python/python.exe"},
	} {
		d, err := standalone.Examine(folder(t, test.files), test.archive)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if program := d.Home + "/" + d.Program; d.Name() != test.want || d.Target() != test.target || program != test.program {
			t.Errorf("%s: %s, target %s, %s; want %s, %s, %s", test.name, d.Name(), d.Target(), program, test.want, test.target, test.program)
		}
	}
	for _, test := range []struct {
		name, want string
		files      map[string]string
	}{
		{"nothing", "neither", map[string]string{"readme": ""}},
		{"no library", "neither", map[string]string{"bin/python3.12": gnu}},
		{"another machine", "no program for", map[string]string{"bin/python3.12": elfProgram(t, elf.EM_RISCV, ""), "lib/python3.12/os.py": ""}},
		{"a script", "no program for", map[string]string{"bin/python3.12": "#!/bin/sh\n", "lib/python3.12/os.py": ""}},
		{"an environment", "virtual environment", map[string]string{"bin/python3.12": gnu, "lib/python3.12/os.py": "", "pyvenv.cfg": ""}},
	} {
		_, err := standalone.Examine(folder(t, test.files), "")
		var none *standalone.NoPythonError
		if !errors.As(err, &none) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: Examine: %v, want a NoPythonError with %q", test.name, err, test.want)
		}
	}
}

// The names of targets tell the same system as programs do.
func TestSystemOf(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"cp312-manylinux_2_28_x86_64": "linux-x86_64", "cp312-linux_aarch64": "linux-aarch64", "cp312-musllinux_1_2_aarch64": "musl-aarch64",
		"cp312-macosx_13_0_arm64": "macos-arm64", "cp312-macosx_13_0_x86_64~2": "macos-x86_64", "cp312-win_amd64": "windows-amd64", "cp312-win_arm64": "windows-arm64",
		"cp312-win32": "", "cp312-manylinux_2_28_s390x": "", "cp312-any": "",
	} {
		system, ok := standalone.SystemOf(target)
		if ok != (want != "") || ok && system.Platform() != want {
			t.Errorf("SystemOf(%s) = %v, %v, want %q", target, system, ok, want)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	musl := standalone.System{OS: "linux", Arch: "arm64", Libc: "musl"}
	r, err := standalone.Find("cpython-3.12", musl)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(r.Version, "3.12.") || r.System != "aarch64-unknown-linux-musl" || len(r.SHA256) != 64 ||
		!strings.HasSuffix(r.URL(), "/"+strings.ReplaceAll(r.File(), "+", "%2B")) {
		t.Errorf("Find = %+v, %s", r, r.URL())
	}
	if again, err := standalone.Find("cpython-"+r.Version, musl); err != nil || *again != *r {
		t.Errorf("Find(cpython-%s) = %+v, %v", r.Version, again, err)
	}
	_, err = standalone.Find("cpython-3.1", musl)
	var unknown *standalone.UnknownError
	if !errors.As(err, &unknown) || len(unknown.Known) < 2 || !strings.HasPrefix(unknown.Known[0], "cpython-3.") {
		t.Errorf("Find(cpython-3.1): %v", err)
	}
	for name, want := range map[string]bool{"cpython-3.12": true, "cpython-3.12.1": true, "cpython-3": false, "cpython": false, "./cpython-3.12": false, "pypy-3.10": false} {
		if standalone.IsName(name) != want {
			t.Errorf("IsName(%s) = %v", name, !want)
		}
	}
}
