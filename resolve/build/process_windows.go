package build

import (
	"os/exec"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// endTogether puts a command and all that it starts into a job that ends as
// one.
func endTogether(command *exec.Cmd) (started func() error, end func()) {
	j := &jobObject{}
	command.Cancel = func() error {
		j.terminate()
		return command.Process.Kill()
	}
	return func() error { return j.take(command.Process.Pid) }, j.terminate
}

// A jobObject is a set of processes. The zero value has none.
type jobObject struct {
	mu     sync.Mutex
	handle windows.Handle
}

// take makes the set of a process and all that it will start.
func (j *jobObject) take(pid int) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	handle, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return err
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	_, err = windows.SetInformationJobObject(handle, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err == nil {
		err = assign(handle, pid)
	}
	if err != nil {
		_ = windows.CloseHandle(handle)
		return err
	}
	j.handle = handle
	return nil
}

func assign(job windows.Handle, pid int) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	return windows.AssignProcessToJobObject(job, process)
}

// terminate ends all processes of the set.
func (j *jobObject) terminate() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.handle != 0 {
		_ = windows.TerminateJobObject(j.handle, 1)
		_ = windows.CloseHandle(j.handle)
		j.handle = 0
	}
}
