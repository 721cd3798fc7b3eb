package lockfile

// Open reads a lock by its name and content.
//
// Errors: *SyntaxError, *FieldError, *VersionError, *NameError.
func Open(name string, text []byte) (Source, error) {
	if IsName(name) {
		return Read(text)
	}
	return nil, &NameError{Name: name}
}

// A NameError is a file whose name is none that locks have.
type NameError struct{ Name string }

func (e *NameError) Error() string {
	return e.Name + " is not the name of a lock file"
}
