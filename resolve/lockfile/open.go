package lockfile

// foreign are the locks of other tools, by the names of their files.
func foreign(name string) func([]byte) (Source, error) {
	switch name {
	case "uv.lock":
		return readUV
	case "poetry.lock":
		return readPoetry
	case "pdm.lock":
		return readPDM
	case "Pipfile.lock":
		return readPipfile
	}
	return nil
}

// Knows reports whether Open reads files of that name.
func Knows(name string) bool { return IsName(name) || foreign(name) != nil }

// Open reads a lock by the name of its file: a pylock.toml, a uv.lock, poetry.lock,
// pdm.lock or Pipfile.lock.
//
// Errors: *SyntaxError, *FieldError, *VersionError, *NameError.
func Open(name string, text []byte) (Source, error) {
	if IsName(name) {
		return Read(text)
	}
	if read := foreign(name); read != nil {
		return read(text)
	}
	return nil, &NameError{Name: name}
}

// A NameError is a file whose name is none that locks have.
type NameError struct{ Name string }

func (e *NameError) Error() string {
	return e.Name + " is not the name of a lock file"
}
