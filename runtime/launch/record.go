package launch

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gobundle/gobundle/runtime/pythondist"
)

// Name is the place of the [Record] in the zip.
const Name = "launch.json"

// A Record is what a launcher has to know of its bundle. It is beside the
// manifest, which may be large, and is read on every start.
type Record struct {
	// ID is the bundle id.
	ID string `json:"id"`
	// Names are the names of interpreters to look for on PATH, best first.
	Names []string `json:"names"`
	// Tools says whether the first argument "venv" is the bundle's own verb.
	Tools bool `json:"tools"`
	// Inherit leaves PYTHONPATH as it is.
	Inherit bool `json:"inherit"`
	// VerifyAlways sends every start the way of a first one.
	VerifyAlways bool `json:"verify_always"`
	// PythonArguments are given to the interpreter of the application.
	PythonArguments []string `json:"python_args"`
	// Python is the one that the bundle brings along; nil if it is to be found.
	Python *pythondist.Record `json:"python,omitempty"`
	// Commands are the names of the bundle's commands; none if it starts one thing.
	Commands []string `json:"commands,omitempty"`

	means means // of the launcher, not of the bundle
}

// means are what a launcher has to go on with a bundle.
type means struct {
	fetch  pythondist.Fetch // nil if it can't use the network
	stderr io.Writer
}

// Encode returns the record's bytes.
func (r Record) Encode() ([]byte, error) {
	encoded, err := json.Marshal(r)
	return append(encoded, '\n'), err
}

// Decode reads what Encode has written.
func Decode(encoded []byte) (*Record, error) {
	r := &Record{}
	if err := json.Unmarshal(encoded, r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", Name, err)
	}
	if len(r.ID) < folderDigits {
		return nil, fmt.Errorf("reading %s: the id is too short", Name)
	}
	if r.Python != nil {
		if err := r.Python.Check(); err != nil {
			return nil, fmt.Errorf("reading %s: %w", Name, err)
		}
	}
	return r, nil
}

// ErrNoBundle says that there is no bundle behind a launcher.
var ErrNoBundle = errors.New("it holds no bundle")

// MaxSize is how many bytes a record may have.
const MaxSize = 1 << 20

// Read reads the record of the bundle at the end of a file. If there is none, the
// error is [ErrNoBundle].
func Read(file *os.File) (*Record, error) {
	end, err := payloadEnd(file)
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(io.NewSectionReader(file, 0, end), end)
	if err != nil {
		return nil, ErrNoBundle
	}
	for _, member := range archive.File {
		if member.Name != Name {
			continue
		}
		content, err := member.Open()
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", Name, err)
		}
		defer content.Close()
		encoded, err := io.ReadAll(io.LimitReader(content, MaxSize))
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", Name, err)
		}
		return Decode(encoded)
	}
	return nil, ErrNoBundle
}

// folderDigits is how much of the bundle id names its folder in the cache.
const folderDigits = 32
