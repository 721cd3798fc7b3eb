package manifest

import (
	"crypto/sha256"
	"encoding/hex"
)

// Format is the version that [Manifest.Encode] writes; with byte-code it is 1.1, and 2.0 with
// anything that is packed. A reader must refuse a major version that it does not know and must
// ignore keys it does not know: they are what a newer minor version adds.
const Format = "1.0"

// Name is the manifest's place in a bundle.
const Name = "manifest.json"

// WheelFolder is the folder in a bundle that holds the wheels.
const WheelFolder = "wheels"

// A Manifest says what a bundle holds. The order of the fields is the order
// of the keys in the file.
type Manifest struct {
	// Format is "major.minor". Encode fills it in when it is empty.
	Format string `json:"format"`
	// Generator is the program that made the bundle: "gobundle 0.1.0".
	Generator  string     `json:"generator"`
	EntryPoint EntryPoint `json:"entry_point"`
	// Commands are what a [Busybox] starts, sorted by name; none of any other kind.
	Commands []Command `json:"commands,omitempty"`
	Options  Options   `json:"options"`
	// Requirements are the user's own, as they were written.
	Requirements []string `json:"requirements"`
	// Wheels are all wheels of the bundle, sorted by file name.
	Wheels []Wheel `json:"wheels"`
	// Targets are in the order in which a reader prefers them.
	Targets []Target `json:"targets"`
	// Bytecode is what was compiled of the wheels, sorted by file name; none unless the
	// bundle was made with it.
	Bytecode []Bytecode `json:"bytecode,omitempty"`
}

// A Kind says how an entry point is started.
type Kind string

// The kinds of entry points.
const (
	Callable    Kind = "callable"    // import Module, call its Attribute, exit with the result
	Module      Kind = "module"      // run Module as `python -m` does
	Script      Kind = "script"      // run the file Script that Distribution installs among its scripts
	Interpreter Kind = "interpreter" // behave as a Python which has the wheels
	Busybox     Kind = "busybox"     // run that of the Commands which the name of the file, or the first argument, names
)

// An EntryPoint is what a bundle starts. Fields that the kind does not use are
// empty, with one exception: Script and Distribution of a Callable say which
// console script it was taken from.
type EntryPoint struct {
	Kind Kind `json:"kind"`
	// Module is a dotted name.
	Module string `json:"module"`
	// Attribute is a dotted name inside of Module.
	Attribute string `json:"attribute"`
	// Script is the name of a console script, in the case it was declared.
	Script string `json:"script"`
	// Distribution is the normalised name of the distribution with the Script.
	Distribution string `json:"distribution"`
}

// Options are the choices made at build time that matter at run time.
type Options struct {
	// Tools says whether the first argument "venv" is the bundle's own verb.
	Tools bool `json:"tools"`
	// RequiresPython is the user's constraint on interpreters as written, for
	// messages; "" is none. RequiresPythonTest decides: an interpreter fits if
	// the test is known and true there. Both are there or none is.
	RequiresPython     string `json:"requires_python"`
	RequiresPythonTest *Expr  `json:"requires_python_test,omitempty"`
	// Inherit says whether the application also sees what is installed for its
	// interpreter and what PYTHONPATH names. "" is not at all.
	Inherit Inherit `json:"inherit_path,omitempty"`
	// Variables are "NAME=VALUE". They are set for the application unless the
	// user has set them.
	Variables []string `json:"inject_env,omitempty"`
	// Arguments come before those of the user.
	Arguments []string `json:"inject_args,omitempty"`
	// PythonArguments are the interpreter's own: "-u".
	PythonArguments []string `json:"python_args,omitempty"`
	// Verify says when files are compared with the bundle. "" is [VerifyUnpack].
	Verify Verify `json:"verify_at_run,omitempty"`
}

// Inherit is the place on sys.path of what is not the bundle's own.
type Inherit string

// The places of what is not the bundle's own.
const (
	InheritPrefer   Inherit = "prefer"   // before the bundle's wheels
	InheritFallback Inherit = "fallback" // after them
)

// Verify says when a start compares files with the bundle.
type Verify string

// The times of checks.
const (
	VerifyAlways Verify = "always" // on every start: each file of the environment
	VerifyUnpack Verify = "unpack" // a wheel's sha256 before it is unpacked
	VerifyNever  Verify = "never"
)

// A Role says why a wheel is in the bundle.
type Role string

// The roles of wheels.
const (
	Dependency Role = "dependency" // a distribution that the requirements brought
	Sources    Role = "sources"    // the application's own files
)

// A Wheel is one wheel of a bundle.
type Wheel struct {
	// File is the file name, unique in the bundle without regard to case.
	File string `json:"file"`
	// SHA256 is that of the bytes in the bundle, in lower-case hexadecimal.
	SHA256 string `json:"sha256"`
	// Size is that of the bytes in the bundle.
	Size int64 `json:"size"`
	// Packing says whether the wheel is there as it was fetched. If not, Original is the
	// sha256 that it had.
	Packing  Packing `json:"packing,omitempty"`
	Original string  `json:"original_sha256,omitempty"`
	// Name is normalised.
	Name    string `json:"name"`
	Version string `json:"version"`
	// Tags is the expanded set of compatibility tags.
	Tags []string `json:"tags"`
	Role Role     `json:"role"`
	// Requested says whether the user asked for it, or another wheel did.
	Requested bool `json:"requested"`
	// Requires are the names of the distributions it needs among the wheels.
	Requires []string `json:"requires"`
	// RequiresPython is the metadata's specifier, "" if there is none; for
	// messages, what decides is among the conditions of the targets.
	RequiresPython string `json:"requires_python"`
	// DirectURL is the content of its direct_url.json (PEP 610) if a requirement
	// named a URL, a path or a repository, else "". It has no credentials.
	DirectURL string `json:"direct_url"`
	// Built says what it was built of when the bundle was made, nil if it was
	// found ready.
	Built *Built `json:"built,omitempty"`
}

// Built is where a wheel that gobundle built comes from.
type Built struct {
	// Source is what it was built of: a file name, a path or a URL without
	// credentials.
	Source string `json:"source"`
	// Backend is the build backend as the project names it (PEP 517).
	Backend string `json:"backend"`
	// Requires are the file names of the wheels that were installed to build it,
	// sorted; none without isolation.
	Requires []string `json:"requires"`
}

// A Target is a set of wheels and what it is valid for.
type Target struct {
	Name string `json:"name"`
	// Python is the full version that was solved for.
	Python string `json:"python"`
	// Implementation is sys.implementation.name.
	Implementation string `json:"implementation"`
	// Wheels are indexes into Manifest.Wheels, ascending.
	Wheels []int `json:"wheels"`
	// Conditions are what the choice of wheels depended on. The set is valid
	// on an interpreter if each test is known there and has the truth that is
	// recorded, and if the tags of each wheel fit.
	Conditions []Condition `json:"conditions"`
}

// A Condition is a marker or a Requires-Python that was consulted.
type Condition struct {
	// By is who asked: "flask 3.0.0", or "requirements".
	By string `json:"by"`
	// Text is the marker or specifier as it was written, for messages.
	Text  string `json:"text"`
	Truth bool   `json:"truth"`
	Test  Expr   `json:"test"`
}

// Holds reports whether the condition is known to be as recorded.
func (c Condition) Holds(facts Facts) bool {
	truth, known := c.Test.Evaluate(facts)
	return known && truth == c.Truth
}

// ID returns the bundle id: the sha256 of the manifest's bytes, in lower-case
// hexadecimal. As the manifest names every wheel by its sha256, bundles with
// one id have the same content.
func ID(encoded []byte) string {
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}
