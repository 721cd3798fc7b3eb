//go:build linux && (amd64 || arm64)

package early

import (
	"syscall"
	"unsafe"
)

// Enter is what the kernel starts, with the registers and the stack of a new process; the
// linker is told its name. It can't be called.
func Enter()

// process is what this package has before there is a heap. Pages of it that are not used
// are never made.
var process struct {
	// What functions in Go take for the g that runs them, first for Enter. Of it they read
	// only the limit of the stack, zero, before Go's runtime makes a real one.
	goroutine [64]uintptr
	start     Start
}

// begin is called by Enter. A variable of a function has its address for Go's internal
// ABI; a call from assembly goes by another one, which needs thread-local storage.
//
//lint:ignore U1000 enter_linux_*.s does
var begin = becomeWarm //nolint:unused // enter_linux_*.s does

// becomeWarm replaces this process by the warm start of its bundle. If it returns, this is
// none. stack is where the kernel puts the number of arguments, their addresses, a nil,
// those of variables, and a nil.
func becomeWarm(stack *[1 << 20]*byte) {
	count := uintptr(unsafe.Pointer(stack[0]))
	if count == 0 || count > mostArguments || hasRightsOfOthers() {
		return
	}
	arguments := stack[1 : 1+count]
	environ := stack[2+count : 2+count]
	for n := uintptr(1); n <= mostVariables+1 && stack[1+count+n] != nil; n++ {
		environ = stack[2+count : 2+count+n]
	}
	start := &process.start
	if start.Find(arguments, environ, "/proc/self/exe") {
		call(syscall.SYS_EXECVE, pathOf(start.path), uintptr(unsafe.Pointer(&start.arguments.texts)), uintptr(unsafe.Pointer(&start.environ.texts)), 0)
	}
	start.Release()
}

// hasRightsOfOthers reports whether this process has rights that its user has not. Then
// the variables of that user must not decide what is run; package launch says so.
func hasRightsOfOthers() bool {
	return identity(syscall.SYS_GETUID) != identity(syscall.SYS_GETEUID) || identity(syscall.SYS_GETGID) != identity(syscall.SYS_GETEGID)
}
