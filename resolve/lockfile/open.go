package lockfile

// Open reads a lock by the name of its file: a pylock.toml, a uv.lock, poetry.lock,
// pdm.lock or Pipfile.lock.
//
// Errors: *SyntaxError, *FieldError, *VersionError, *NameError.
func Open(name string, text []byte) (Source, error) {
	switch {
	case IsName(name):
		return Read(text)
	case name == "uv.lock":
		return readUV(text)
	case name == "poetry.lock":
		return readPoetry(text)
	case name == "pdm.lock":
		return readPDM(text)
	case name == "Pipfile.lock":
		return readPipfile(text)
	}
	return nil, &NameError{Name: name}
}

// A NameError is a file whose name is none that locks have.
type NameError struct{ Name string }

func (e *NameError) Error() string {
	return e.Name + " is not the name of a lock file"
}
