package build

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

const (
	maxLog    = 64 << 20 // bytes of output that a log keeps from its beginning
	maxTail   = 64 << 10 // bytes of its end that are at hand
	shownLast = 25       // lines in an error
	shownLine = 400      // runes of one of them
	logAge    = 14 * 24 * time.Hour
)

// A log is the file that gets what backends print while one source is built. It
// holds the beginning and the end of what is too long.
type log struct {
	path    string
	file    *os.File
	written int64
	over    bool
	tail    []byte
}

// newLog makes a log in a folder. Those of long ago are removed.
func newLog(folder, name string) (*log, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	removeOld(folder)
	file, err := os.CreateTemp(folder, "gobundle-"+plainName(name)+"-*.log")
	if err != nil {
		return nil, err
	}
	return &log{path: file.Name(), file: file}, nil
}

func removeOld(folder string) {
	names, err := filepath.Glob(filepath.Join(folder, "gobundle-*.log"))
	if err != nil {
		return
	}
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > logAge {
			_ = os.Remove(name) // the next one tries again
		}
	}
}

// plainName keeps of a name what no file system minds.
func plainName(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, filepath.Base(name))
	return plain[:min(len(plain), 80)]
}

// say writes a line of gobundle's own.
func (l *log) say(format string, arguments ...any) {
	fmt.Fprintf(l.file, "# "+format+"\n", arguments...)
}

// begin forgets the end of what an earlier hook printed.
func (l *log) begin() { l.tail = l.tail[:0] }

// Write implements io.Writer. It never fails: a full disk is no reason to end a
// build, and shows elsewhere.
func (l *log) Write(p []byte) (int, error) {
	l.tail = append(l.tail, p...)
	if over := len(l.tail) - maxTail; over > 0 {
		l.tail = append(l.tail[:0], l.tail[over:]...)
	}
	keep := min(int64(len(p)), maxLog-l.written)
	if keep < int64(len(p)) {
		l.over = true
	}
	n, _ := l.file.Write(p[:keep])
	l.written += int64(n)
	return len(p), nil
}

// close ends the log.
func (l *log) close() {
	if l.over {
		l.say("the middle of the output is left out here")
		_, _ = l.file.Write(l.tail)
	}
	_ = l.file.Close()
}

// discard ends and removes the log.
func (l *log) discard() {
	_ = l.file.Close()
	_ = os.Remove(l.path)
}

// escapes are the control sequences of terminals.
var escapes = lazyregexp.New(`\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])`)

// last returns the last lines as they may be shown.
func (l *log) last() []string {
	text := escapes().ReplaceAllString(strings.ToValidUTF8(string(l.tail), "\uFFFD"), "")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = line[strings.LastIndexByte(line, '\r')+1:] // a progress bar's last state
		line = strings.TrimRight(strings.Map(printable, line), " ")
		if line == "" {
			continue
		}
		if runes := []rune(line); len(runes) > shownLine {
			line = string(runes[:shownLine]) + "…"
		}
		lines = append(lines, line)
	}
	return lines[max(0, len(lines)-shownLast):]
}

func printable(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return -1
	}
	return r
}
