//go:build linux && (amd64 || arm64)

package early

import (
	"syscall"
	"unsafe"
)

// carried is the Python that a bundle brings along, as launch.json has it.
type carried struct {
	sha256  text
	program text // a path in its archive
}

func (c *carried) parse(p *parser) {
	p.take('{')
	for more := true; more; more = p.skip(',') {
		switch key := p.key(); {
		case key.is("sha256"):
			c.sha256 = p.text()
		case key.is("program"):
			c.program = p.text()
		case key.is("name"), key.is("archive"), key.is("url"):
			p.text() // of use where it is not in the cache
		case key.is("size"):
			p.number()
		default:
			p.failed = true
		}
	}
	p.take('}')
	if len(c.sha256) != 64 || !c.sha256.isHexadecimal() || !c.program.isLocal() {
		p.failed = true
	}
}

// installation returns the program of the bundle's own Python, which is held then; nil if
// it is not in the cache, or has to be looked at. Package pythondist says what is done here.
func (s *Start) installation(environ []*byte) text {
	m := &s.memory
	at := m.begin()
	if !s.appendCache(environ) {
		return nil
	}
	m.appendString("/pythons/")
	m.append(s.settings.python.sha256[:folderDigits])
	folder := m.end(at)
	var installed, noted, held, program syscall.Stat_t
	if m.failed || !status(folder, &installed, atNoFollow) || !isOwn(&installed) || uintptr(installed.Uid) != identity(syscall.SYS_GETEUID) {
		return nil
	}
	lease := m.join(folder, textOf("lease"))
	descriptor := s.hold(lease)
	if descriptor < 0 || !statusOf(descriptor, &held) || !status(lease, &noted, atNoFollow) || !sameFile(&held, &noted) || held.Mtim.Sec <= booted() {
		return nil
	}
	// A cache may be read-only.
	call(syscall.SYS_UTIMENSAT, atCurrent, pathOf(lease), 0, 0)
	path := m.join(folder, s.settings.python.program)
	if m.failed || !status(path, &program, 0) || program.Size == 0 || !isExecutable(path) {
		return nil
	}
	return path
}

// booted is when the machine began, in seconds since 1970, or a second later.
func booted() int64 {
	var info syscall.Sysinfo_t
	var now syscall.Timespec
	const clockRealtime = 0
	_, told := call(syscall.SYS_SYSINFO, uintptr(unsafe.Pointer(&info)), 0, 0, 0)
	_, ok := call(syscall.SYS_CLOCK_GETTIME, clockRealtime, uintptr(unsafe.Pointer(&now)), 0, 0)
	if !told || !ok {
		return 1<<63 - 1
	}
	return now.Sec - info.Uptime + 1
}
