// Package early makes the warm start of an executable bundle before Go's own runtime begins
// in its launcher: it looks for the environment that was made, and becomes its Python. If
// anything is not as usual it has done nothing, and the launcher starts as any program in Go
// does, with package launch.
//
// Go's runtime takes two milliseconds to begin and to be replaced again: it maps its heap,
// starts threads and installs handlers, and each page that it touches for the first time costs
// as much as ten system calls. A warm start needs none of that. The linker
// makes [Enter] the first instruction of launchers for Linux (its flag -E); they work without it,
// but slower.
//
// What runs then has no heap, no other threads and nobody to catch a panic. So in this
// package nothing is allocated, no index is out of range for any input, and only package
// syscall is called, by RawSyscall6. TestNothingIsAllocated and FuzzFind hold it to that.
// How functions are entered follows the Go internal ABI specification.
package early

// Entry is what the flag -E of the linker gets.
const Entry = "github.com/gobundle/gobundle/runtime/early.Enter"
