package launch

import (
	"bytes"
	"encoding/binary"
	"os"
	"strings"
)

// mostLine bounds the line that names an interpreter, in bytes: the longest path that
// Windows takes, and options.
const mostLine = 128 << 10

// script returns what starts the script of an environment that stands behind this
// launcher: a line with "#!" and an interpreter, and a zip with __main__.py. This is
// the form that pip's launchers have. It returns nil if there is none.
func script(file *os.File, self string, arguments, environ []string) *Command {
	end, err := payloadEnd(file)
	if err != nil {
		return nil
	}
	start, err := scriptStart(file, end)
	if err != nil || start <= 0 {
		return nil
	}
	before := make([]byte, min(mostLine, start))
	if _, err := file.ReadAt(before, start-int64(len(before))); err != nil {
		return nil
	}
	place := bytes.LastIndex(before, []byte("#!"))
	if place < 0 {
		return nil
	}
	python, options := interpreter(strings.TrimSpace(string(before[place+2:])))
	return &Command{Path: python, Arguments: join(python, options, []string{self}, arguments), Environ: environ}
}

// scriptStart returns where the zip of a script begins. Its offsets count from there; those of
// a bundle count from the begin of the file, and 0 is returned.
func scriptStart(file *os.File, end int64) (int64, error) {
	tail := make([]byte, min(tailSize, end))
	if _, err := file.ReadAt(tail, end-int64(len(tail))); err != nil {
		return 0, err
	}
	at := bytes.LastIndex(tail, []byte(endSignature))
	if at < 0 || at+endSize > len(tail) {
		return 0, nil
	}
	size, offset := int64(binary.LittleEndian.Uint32(tail[at+12:])), int64(binary.LittleEndian.Uint32(tail[at+16:]))
	return end - int64(len(tail)-at) - size - offset, nil
}

// interpreter takes the text behind "#!" apart: a path, in quotes if it holds spaces,
// and options.
func interpreter(line string) (path string, options []string) {
	if quoted, ok := strings.CutPrefix(line, `"`); ok {
		path, rest, _ := strings.Cut(quoted, `"`)
		return path, strings.Fields(rest)
	}
	path, rest, _ := strings.Cut(line, " ")
	return path, strings.Fields(rest)
}
