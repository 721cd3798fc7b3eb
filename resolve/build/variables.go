package build

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// sourceDate is SOURCE_DATE_EPOCH where the user sets none: the first moment that
// a zip can hold in every time zone, 1980-01-02.
const sourceDate = "315619200"

// scrubbed reports whether a variable is kept from backends: those that would
// make them find other code, read other configuration or act for other
// environments.
func scrubbed(name string, isolated bool) bool {
	switch name {
	case "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT":
		return isolated
	case "PWD", "OLDPWD", "_", "__PYVENV_LAUNCHER__", "TMPDIR", "TMP", "TEMP", "PATH", "TZ", "SOURCE_DATE_EPOCH":
		return true
	}
	for _, prefix := range []string{"PIP_", "GOBUNDLE_", "_PYPROJECT_HOOKS_", "PEP517_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return isolated && (strings.HasPrefix(name, "PYTHON") || strings.HasPrefix(name, "_PYTHON"))
}

// environ is the environment of the process, as it was given.
func (b *Builder) environ() []string {
	if b.options.Environ != nil {
		return b.options.Environ
	}
	return os.Environ()
}

// variables are those of a backend: what is left of the user's, and what makes
// builds find their environment and be the same each time.
func (b *Builder) variables(env *environment, tree, temporary string) []string {
	isolated := !b.options.NoIsolation
	var kept []string
	path, date := "", sourceDate
	for _, entry := range b.environ() {
		name, value := cutVariable(entry)
		switch {
		case name == "PATH":
			path = value
		case name == "SOURCE_DATE_EPOCH" && value != "":
			date = value
		case !scrubbed(name, isolated):
			kept = append(kept, entry)
		}
	}
	scripts := filepath.Dir(env.python)
	if path != "" {
		scripts += string(os.PathListSeparator) + path
	}
	kept = append(kept,
		"PATH="+scripts, "PWD="+tree, "TMPDIR="+temporary,
		"SOURCE_DATE_EPOCH="+date, "TZ=UTC", "PYTHONHASHSEED=0", "PYTHONUNBUFFERED=1",
	)
	if runtime.GOOS == "windows" {
		kept = append(kept, "TMP="+temporary, "TEMP="+temporary)
	}
	if isolated {
		kept = append(kept, "VIRTUAL_ENV="+env.folder, "PYTHONNOUSERSITE=1")
	}
	return kept
}

// cutVariable cuts an entry of the environment. Windows knows no case, and has
// entries that begin with "=".
func cutVariable(entry string) (name, value string) {
	if entry == "" {
		return "", ""
	}
	name, value, _ = strings.Cut(entry[1:], "=")
	name = entry[:1] + name
	if runtime.GOOS == "windows" {
		name = strings.ToUpper(name)
	}
	return name, value
}

// building are the variables that compilers, build systems and backends are known
// to heed: what is built depends on their values.
var building = []string{
	"CC", "CXX", "CPP", "LD", "AR", "AS", "RANLIB", "NM", "STRIP", "FC", "F77", "F90",
	"CFLAGS", "CXXFLAGS", "CPPFLAGS", "OBJCFLAGS", "FFLAGS", "FCFLAGS", "LDFLAGS", "ARFLAGS", "LIBS",
	"LDSHARED", "LDCXXSHARED", "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "INCLUDE", "LIB", "LIBPATH",
	"ARCHFLAGS", "MACOSX_DEPLOYMENT_TARGET", "SDKROOT", "DISTUTILS_USE_SDK", "MSSDK", "VSCMD_ARG_TGT_ARCH",
	"PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "PKG_CONFIG_SYSROOT_DIR",
	"RUSTC", "RUSTFLAGS", "RUSTUP_TOOLCHAIN", "SOURCE_DATE_EPOCH",
}

// buildingPrefixes begin the names of further ones.
var buildingPrefixes = []string{
	"SETUPTOOLS_", "CMAKE_", "CARGO_", "CYTHON", "MESON", "NINJA", "SKBUILD_", "MATURIN_", "PYO3_", "HATCH_", "PDM_BUILD_", "POETRY_", "FLIT_",
}

// relevant lists the entries that what is built depends on, sorted: those that
// builds are known to heed, and those that begin with the project's own name, as
// CRYPTOGRAPHY_SUPPRESS_LINK_FLAGS does.
func (b *Builder) relevant(project string) []string {
	own := strings.ToUpper(strings.ReplaceAll(project, "-", "_")) + "_"
	var entries []string
	for _, entry := range b.environ() {
		name, _ := cutVariable(entry)
		known := slices.Contains(building, name) || (project != "" && strings.HasPrefix(name, own))
		for _, prefix := range buildingPrefixes {
			known = known || strings.HasPrefix(name, prefix)
		}
		if known {
			entries = append(entries, entry)
		}
	}
	slices.Sort(entries)
	return entries
}
