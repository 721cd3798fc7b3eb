package launch

import (
	"archive/zip"
	"bytes"
	"io"
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
	archive, err := zip.NewReader(io.NewSectionReader(file, 0, end), end)
	if err != nil || len(archive.File) != 1 {
		return nil
	}
	content, err := archive.File[0].DataOffset()
	if err != nil {
		return nil
	}
	// There are no extra fields in such a zip.
	start := content - int64(30+len(archive.File[0].Name))
	before := make([]byte, min(mostLine, max(0, start)))
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
