//go:build linux && (amd64 || arm64)

package early

import (
	"syscall"
	"unsafe"
)

// Most arguments and variables that a start can have. More are for package launch.
const (
	mostArguments = 4 << 10
	mostVariables = 1 << 10
)

// folderDigits is how much of the bundle id names its folder in the cache.
const folderDigits = 32

const usualPath = "/usr/local/bin:/usr/bin:/bin"

// A Start is a warm start: what execve(2) is given. The zero value is ready for Find, once.
type Start struct {
	memory    memory
	files     files
	settings  settings
	path      text
	arguments vector
	environ   vector
	leases    [2]int // descriptors that are open
	held      int    // how many these are
}

// A vector is a list of texts for execve(2), which ends with nil.
type vector struct {
	texts [mostArguments + 1]*byte
	n     int
	full  bool
}

func (v *vector) append(t *byte) {
	if v.n >= len(v.texts)-1 {
		v.full = true
		return
	}
	v.texts[v.n] = t
	v.n++
}

// Find looks for the environment of the bundle in the file of the running program, which
// is also at the path self (/proc/self/exe). arguments and environ are those of the process,
// without the nil at their end. It reports whether this is a warm start like all others;
// it then holds the leases of the environment and of the bundle's own Python.
//
// It agrees with [launch.Record.Command] wherever it reports true. Whatever is not usual is
// left to that: variables that ask for something, paths with "..".
func (s *Start) Find(arguments, environ []*byte, self string) bool {
	if len(arguments) == 0 || len(arguments) > mostArguments || len(environ) > mostVariables || asksSomething(environ) {
		return false
	}
	app := s.own(textAt(arguments[0]), environ, self)
	if s.memory.failed || app == nil || !s.readSettings(app) {
		return false
	}
	if s.settings.always || s.settings.tools && len(arguments) > 1 && textAt(arguments[1]).is("venv") {
		return false
	}
	environments := s.environments(environ)
	var python text
	if s.settings.carries {
		python = s.installation(environ)
	} else {
		python = s.interpreter(environ)
	}
	if s.memory.failed || environments == nil || python == nil {
		return false
	}
	return s.warm(environments, python, app, arguments, environ) && !s.memory.failed && !s.arguments.full && !s.environ.full
}

// asksSomething reports whether a variable asks for more than a start.
func asksSomething(environ []*byte) bool {
	for _, variable := range environ {
		name, value := textAt(variable).cut('=')
		if len(value) > 0 && (name.is("GOBUNDLE_PYTHON") || name.is("GOBUNDLE_TOOLS") || name.is("GOBUNDLE_TRACE") || name.is("__GOBUNDLE_UNPACK")) {
			return true
		}
	}
	return false
}

// variable returns the value of a variable, the last one if there are several.
func variable(environ []*byte, name string) text {
	for i := len(environ) - 1; i >= 0; i-- {
		if t := textAt(environ[i]); isVariable(t, name) {
			return t[len(name)+1:]
		}
	}
	return nil
}

func isVariable(t text, name string) bool {
	return len(t) > len(name) && t[len(name)] == '=' && t.begins(name)
}

// search returns the first program of a name in the folders of PATH, and if wanted is not
// nil the first one that is this file; nil if there is none.
func (s *Start) search(environ []*byte, name text, wanted *syscall.Stat_t) text {
	folders := variable(environ, "PATH")
	if len(folders) == 0 {
		folders = textOf(usualPath)
	}
	for len(folders) > 0 {
		var folder text
		folder, folders = folders.cut(':')
		if !folder.isAbsolute() {
			continue
		}
		before := s.memory.begin()
		s.memory.appendClean(folder)
		s.memory.appendClean(name)
		path := s.memory.end(before)
		if s.memory.failed {
			return nil
		}
		if isExecutable(path) && (wanted == nil || isFile(path, wanted)) {
			return path
		}
		s.memory.used = before
	}
	return nil
}

func isFile(path text, wanted *syscall.Stat_t) bool {
	var found syscall.Stat_t
	return status(path, &found, 0) && sameFile(&found, wanted)
}

// own is the path by which the user has started this program, nil if that is not clear.
func (s *Start) own(name text, environ []*byte, self string) text {
	at := s.memory.begin()
	s.memory.appendString(self)
	var running syscall.Stat_t
	if !status(s.memory.end(at), &running, 0) {
		return nil
	}
	switch {
	case len(name) == 0 || name.is(".") || name.is(".."):
		return nil
	case !name.has('/'):
		return s.search(environ, name, &running)
	case isExecutable(name) && isFile(name, &running):
		return name
	}
	return nil
}

// readSettings reads what the file of the bundle says.
func (s *Start) readSettings(app text) bool {
	descriptor := openFile(app, syscall.O_CLOEXEC)
	if descriptor < 0 {
		return false
	}
	var opened syscall.Stat_t
	var record text
	ok := statusOf(descriptor, &opened)
	if ok {
		record, ok = s.files.readRecord(descriptor, opened.Size)
	}
	closeFile(descriptor)
	return ok && s.settings.parse(record) && len(s.settings.id) >= folderDigits && s.settings.id.isHexadecimal()
}

// environments returns the folder with the bundle's environments, nil if there is no
// cache.
func (s *Start) environments(environ []*byte) text {
	at := s.memory.begin()
	if !s.appendCache(environ) {
		return nil
	}
	s.memory.appendString("/envs/")
	s.memory.append(s.settings.id[:folderDigits])
	return s.memory.end(at)
}

// appendCache appends the folder that cache.Root returns, and reports whether there is one.
func (s *Start) appendCache(environ []*byte) bool {
	m := &s.memory
	if root := variable(environ, "GOBUNDLE_CACHE_DIR"); len(root) > 0 {
		m.appendClean(root)
		return root.isAbsolute()
	}
	if shared := variable(environ, "XDG_CACHE_HOME"); shared.isAbsolute() {
		m.appendClean(shared)
		m.appendString("/gobundle")
		return true
	}
	home := variable(environ, "HOME")
	m.appendClean(home)
	m.appendString("/.cache/gobundle")
	return home.isAbsolute()
}

// interpreter returns the first program on PATH that can be the bundle's interpreter.
func (s *Start) interpreter(environ []*byte) text {
	for _, name := range s.settings.names.all() {
		if len(name) == 0 || name.has('/') || name.is(".") || name.is("..") {
			return nil
		}
		if path := s.search(environ, name, nil); path != nil || s.memory.failed {
			return path
		}
	}
	return nil
}

// warm makes the start of the environment that was made for an interpreter, and takes its
// lease.
func (s *Start) warm(environments, python, app text, arguments, environ []*byte) bool {
	m := &s.memory
	folder, other, ok := s.noted(environments, python)
	if !ok {
		return false
	}
	var made, program syscall.Stat_t
	if !status(folder, &made, atNoFollow) || !isOwn(&made) {
		return false
	}
	s.path = m.join(folder, textOf("bin/python"))
	if m.failed || !status(s.path, &program, 0) || !other && !isFile(python, &program) {
		return false
	}
	start := s.startIn(folder)
	if start == nil {
		return false
	}
	s.arguments.append(unsafe.SliceData(s.path))
	for _, argument := range s.settings.arguments.all() {
		at := m.begin()
		m.append(argument)
		s.arguments.append(unsafe.SliceData(m.end(at)))
	}
	s.arguments.append(unsafe.SliceData(start))
	s.arguments.append(unsafe.SliceData(app))
	for _, argument := range arguments[1:] {
		s.arguments.append(argument)
	}
	lease := s.takeLease(m.join(folder, textOf("lease")))
	for _, variable := range environ {
		t := textAt(variable)
		if isVariable(t, "PYTHONHOME") || !s.settings.inherit && isVariable(t, "PYTHONPATH") || lease != nil && isVariable(t, leaseVariable) {
			continue
		}
		s.environ.append(variable)
	}
	if lease != nil {
		s.environ.append(unsafe.SliceData(lease))
	}
	return true
}

// noted returns the environment that is noted for an interpreter, and whether its python
// is another one than that.
func (s *Start) noted(environments, python text) (folder text, other, ok bool) {
	m := &s.memory
	if len(python) > 1 && python[1] == '\\' {
		return nil, false, false // package launch takes it away
	}
	at := m.begin()
	m.append(environments)
	m.appendString("/at")
	m.append(python)
	m.appendString("/env")
	path := m.end(at)
	if m.failed {
		return nil, false, false
	}
	descriptor := openFile(path, syscall.O_CLOEXEC)
	if descriptor < 0 {
		return nil, false, false
	}
	note := text(s.files.note[:])
	note = note[:readAt(descriptor, note, 0)]
	closeFile(descriptor)
	key, rest := note.cut('\n')
	if len(note) == len(s.files.note) || len(key) == 0 || key.has('/') || key.is(".") || key.is("..") || key.hasControl() {
		return nil, false, false
	}
	folder = m.join(environments, key)
	return folder, !rest.isBlank(), !m.failed
}

// isOwn reports whether only this user, or root, can have changed a folder.
func isOwn(s *syscall.Stat_t) bool {
	return s.Mode&syscall.S_IFMT == syscall.S_IFDIR && s.Mode&0o022 == 0 &&
		(s.Uid == 0 || uintptr(s.Uid) == identity(syscall.SYS_GETEUID))
}

// startIn returns the file that starts the application of an environment.
func (s *Start) startIn(folder text) text {
	for _, name := range [...]string{"start.pyc", "start.py"} {
		before := s.memory.begin()
		path := s.memory.join(folder, textOf(name))
		var found syscall.Stat_t
		if !s.memory.failed && status(path, &found, 0) && found.Size > 0 { // 0 after a power cut
			return path
		}
		s.memory.used = before
	}
	return nil
}

// leaseVariable tells start.py that the lease is held, and by which descriptor.
const leaseVariable = "__GOBUNDLE_LEASE"

// hold opens a lease and locks it for the program that this process becomes; -1 says that
// it could not.
func (s *Start) hold(path text) int {
	if s.memory.failed || s.held == len(s.leases) {
		return -1
	}
	descriptor := openFile(path, 0)
	if descriptor < 0 {
		return -1
	}
	_, locked := call(syscall.SYS_FLOCK, uintptr(descriptor), flockShared, 0, 0)
	if descriptor < 3 || !locked {
		closeFile(descriptor)
		return -1
	}
	s.leases[s.held] = descriptor
	s.held++
	return descriptor
}

// Release gives back what Find holds.
func (s *Start) Release() {
	for _, descriptor := range s.leases[:s.held] {
		closeFile(descriptor)
	}
	s.held = 0
}

// takeLease holds the lease of an environment, and returns the variable that says so; nil
// if start.py has to try.
func (s *Start) takeLease(path text) text {
	descriptor := s.hold(path)
	if descriptor < 0 {
		return nil
	}
	at := s.memory.begin()
	s.memory.appendString(leaseVariable + "=")
	s.memory.appendNumber(descriptor)
	return s.memory.end(at)
}
