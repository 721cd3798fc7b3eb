// Package interpreter finds Pythons, asks them who they are and remembers
// the answer.
//
// An answer holds facts, not conclusions: the marker variables of PEP 508, what
// wheel tags are computed from, and where a virtual environment of this
// interpreter has its folders. Which tags follow is the business of
// resolve/target.
package interpreter

// An Interpreter is what a Python says about itself and about the machine as
// seen from there. Paths are absolute, in the form of the operating system.
type Interpreter struct {
	// Path is the file that was asked, as the caller named it but absolute.
	Path string `json:"-"`
	// Executable is sys.executable: differs from Path where that is a shim.
	Executable string `json:"executable"`
	// RealPath is Executable with symbolic links resolved.
	RealPath string `json:"real_path"`
	// BaseExecutable is the interpreter that a virtual environment was made
	// from, with symbolic links resolved; RealPath where this is none.
	BaseExecutable string `json:"base_executable"`
	// Prefix and BasePrefix are sys.prefix and sys.base_prefix.
	Prefix     string `json:"prefix"`
	BasePrefix string `json:"base_prefix"`
	// SysPath is sys.path without the current folder and the user's packages.
	SysPath []string `json:"sys_path"`

	// Implementation is sys.implementation.name: "cpython", "pypy", "graalpy".
	Implementation string `json:"implementation"`
	// Version is the whole version of the language: "3.12.1", "3.15.0b2".
	Version string `json:"version"`
	// VersionInfo is sys.version_info without its last two parts.
	VersionInfo [3]int `json:"version_info"`
	// CacheTag is the middle of the names of byte-code files: "cpython-312".
	CacheTag string `json:"cache_tag"`
	// Magic is the byte-code's magic number in hexadecimal.
	Magic string `json:"magic"`
	// Environment holds the eleven marker variables of PEP 508 by name, as
	// packaging.markers.default_environment gives them. There is no "extra".
	Environment map[string]string `json:"environment"`

	ABI      ABI      `json:"abi"`
	Platform Platform `json:"platform"`
	Scheme   Scheme   `json:"scheme"`
}

// An ABI holds the facts on which extension modules depend.
type ABI struct {
	// Nodot is the version as it stands in interpreter tags: "312".
	Nodot string `json:"nodot"`
	// ExtSuffix is sysconfig's EXT_SUFFIX: ".cpython-312-x86_64-linux-gnu.so".
	ExtSuffix string `json:"ext_suffix"`
	// SOABI is sysconfig's SOABI, "" where there is none (Windows).
	SOABI string `json:"soabi"`
	// Flags is sys.abiflags: "", "m", "t", "d", "td".
	Flags string `json:"flags"`
	// Debug, Threaded (free-threaded, PEP 703) and Pymalloc say how CPython was
	// built, by the rules of packaging.tags.
	Debug    bool `json:"debug"`
	Threaded bool `json:"threaded"`
	Pymalloc bool `json:"pymalloc"`
}

// A Platform holds the facts on which platform tags depend. A version that
// does not apply is empty.
type Platform struct {
	// System is platform.system(): "Linux", "Darwin", "Windows".
	System string `json:"system"`
	// Name is sysconfig.get_platform(): "linux-x86_64", "win-amd64".
	Name string `json:"name"`
	// Machine is platform.machine(), which is the kernel's: it may be x86_64
	// while the interpreter has 32 bits.
	Machine string `json:"machine"`
	// Bits is the size of a pointer: 32 or 64.
	Bits int `json:"bits"`
	// Glibc and Musl are the C library's version as major and minor number.
	Glibc []int `json:"glibc"`
	Musl  []int `json:"musl"`
	// MacOS and IOS are the system's version as major and minor number.
	MacOS []int `json:"macos"`
	IOS   []int `json:"ios"`
	// Multiarch is sys.implementation._multiarch, "" where there is none.
	Multiarch string `json:"multiarch"`
	// AndroidLevel is the API level of an Android, 0 elsewhere.
	AndroidLevel int `json:"android_level"`
	// Armhf and I686 say whether the executable's ELF header is that of a
	// hard-float ARM or of a 32-bit Intel program.
	Armhf bool `json:"armhf"`
	I686  bool `json:"i686"`
	// Refused lists the manylinux platforms that the _manylinux module vetoes,
	// as "2_17_x86_64".
	Refused []string `json:"refused"`
	// Emscripten is sysconfig's PYEMSCRIPTEN_PLATFORM_VERSION, "" elsewhere.
	Emscripten string `json:"emscripten"`
}

// A Scheme says where a virtual environment made by this interpreter has its
// folders, relative to the environment's prefix, with slashes.
type Scheme struct {
	Purelib string `json:"purelib"` // lib/python3.12/site-packages
	Platlib string `json:"platlib"` // the same, or under lib64
	Scripts string `json:"scripts"` // bin, or Scripts
	Data    string `json:"data"`    // "."
	Headers string `json:"headers"` // include/site/python3.12; a folder per distribution comes below
}

// IsVenv reports whether the interpreter is that of a virtual environment.
func (i *Interpreter) IsVenv() bool { return i.Prefix != i.BasePrefix }
