package launch

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/gobundle/gobundle/runtime/packed"
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
	// Recompressed says that there are wheels which only a launcher can unpack.
	Recompressed bool `json:"recompressed,omitempty"`

	means  Means // of the launcher, not of the bundle
	stderr io.Writer
}

// Means are what a launcher can do for a bundle with a Python of its own, or with wheels
// that are recompressed. The zero value is for all other bundles.
type Means struct {
	// Hash makes a sha256. Packages for that are only in launchers which compare something.
	Hash   func() hash.Hash
	Unpack pythondist.Unpack
	Fetch  pythondist.Fetch // nil if it can't use the network
	// Wheels unpacks wheels.
	Wheels packed.Unpack
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
	return readRecord(file, end)
}

func readRecord(file *os.File, end int64) (*Record, error) {
	record, found, err := find(file, end, Name)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, ErrNoBundle
	case record.Size() > MaxSize:
		return nil, fmt.Errorf("reading %s: it has %d bytes", Name, record.Size())
	}
	encoded := make([]byte, record.Size())
	if _, err := io.ReadFull(record, encoded); err != nil {
		return nil, fmt.Errorf("reading %s: %w", Name, err)
	}
	return Decode(encoded)
}

// folderDigits is how much of the bundle id names its folder in the cache.
const folderDigits = 32
