package launch

import (
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// become runs a program in this one's place, and ends as it ends: Windows has no
// exec. What the program starts ends with this process if that is killed, but not if
// it just ends. It returns only if the program could not be started.
func become(c *Command) error {
	// Ctrl-C goes to all processes of a console. It is for the application to heed it.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM)
	job, err := newJob()
	if err != nil {
		job = 0 // a system that has none left: go without
	}
	child, err := createProcess(c)
	if err != nil {
		return err
	}
	if job != 0 {
		windows.AssignProcessToJobObject(job, child.Process) // in vain where this process may not
	}
	if _, err := windows.ResumeThread(child.Thread); err != nil {
		windows.TerminateProcess(child.Process, 1)
		return err
	}
	if _, err := windows.WaitForSingleObject(child.Process, windows.INFINITE); err != nil {
		return err
	}
	var code uint32
	if err := windows.GetExitCodeProcess(child.Process, &code); err != nil {
		return err
	}
	if job != 0 {
		setLimits(job, 0)
	}
	windows.ExitProcess(code)
	return nil
}

// newJob makes a job whose processes end when the last handle of it is closed, which
// the end of this process does.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	return job, setLimits(job, windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE|windows.JOB_OBJECT_LIMIT_BREAKAWAY_OK)
}

func setLimits(job windows.Handle, flags uint32) error {
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	limits.BasicLimitInformation.LimitFlags = flags
	_, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	return err
}

// createProcess makes the process, which does not run yet, with the streams and all
// else that this one has to inherit.
func createProcess(c *Command) (*windows.ProcessInformation, error) {
	var words []string
	for _, argument := range c.Arguments {
		words = append(words, windows.EscapeArg(argument))
	}
	line, err := windows.UTF16PtrFromString(strings.Join(words, " "))
	if err != nil {
		return nil, err
	}
	path, err := windows.UTF16PtrFromString(c.Path)
	if err != nil {
		return nil, err
	}
	environment, err := block(c.Environ)
	if err != nil {
		return nil, err
	}
	startup := windows.StartupInfo{Flags: windows.STARTF_USESTDHANDLES,
		StdInput: inherited(windows.STD_INPUT_HANDLE), StdOutput: inherited(windows.STD_OUTPUT_HANDLE), StdErr: inherited(windows.STD_ERROR_HANDLE)}
	startup.Cb = uint32(unsafe.Sizeof(startup))
	flags := uint32(windows.CREATE_SUSPENDED | windows.CREATE_UNICODE_ENVIRONMENT)
	if !hasConsole() {
		flags |= windows.CREATE_NO_WINDOW // python.exe would open one
	}
	child := &windows.ProcessInformation{}
	err = windows.CreateProcess(path, line, nil, nil, true, flags, &environment[0], nil, &startup, child)
	return child, err
}

// inherited returns one of the standard handles in a form that a child gets, 0 if
// there is none.
func inherited(number uint32) windows.Handle {
	handle, err := windows.GetStdHandle(number)
	if err != nil || handle == 0 {
		return 0
	}
	self := windows.CurrentProcess()
	var copied windows.Handle
	if windows.DuplicateHandle(self, handle, self, &copied, 0, true, windows.DUPLICATE_SAME_ACCESS) != nil {
		return 0
	}
	return copied
}

// hasConsole reports whether this process has a console, which its children share.
func hasConsole() bool {
	_, err := windows.GetConsoleCP()
	return err == nil
}

// block is an environment as CreateProcess takes it.
func block(variables []string) ([]uint16, error) {
	var all []uint16
	for _, variable := range variables {
		one, err := windows.UTF16FromString(variable)
		if errors.Is(err, syscall.EINVAL) {
			continue // it holds a zero, and can't be handed on
		}
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
	}
	return append(all, 0, 0), nil
}
