package bytecode

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/gobundle/gobundle/bootstrap"
	"github.com/gobundle/gobundle/runtime/interpreter"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// A CompileError says that an interpreter did not do its work.
type CompileError struct {
	Python string // its path
	Wheel  string // the file name, or what else it is that has the sources
	Reason string // as the end of a sentence
}

func (e *CompileError) Error() string {
	return "compiling " + e.Wheel + " with " + e.Python + ": " + e.Reason
}

// sources are modules of a wheel, or of something else.
type sources struct {
	of    string // what has them, for errors
	names []string
	read  func(name string) ([]byte, error)
}

// compileAll has the interpreter compile sources, and calls visit for each
// that it could, in their order.
func compileAll(ctx context.Context, from sources, python *interpreter.Interpreter, visit func(name string, code []byte) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the process if visit doesn't want more
	// Not -I: with that the seed of the hashes, which the order of sets depends on, could not be set.
	command := exec.CommandContext(ctx, python.Executable, "-s", "-S", "-B", "-W", "ignore", "-c", bootstrap.Compile())
	command.Env = environment(os.Environ())
	var talk bytes.Buffer
	command.Stderr = &limited{to: &talk, left: 64 << 10}
	in, err := command.StdinPipe()
	if err != nil {
		return err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return &CompileError{Python: python.Executable, Wheel: from.of, Reason: err.Error()}
	}
	sent := make(chan error, 1)
	go func() {
		err := from.send(in)
		if closing := in.Close(); err == nil {
			err = closing
		}
		sent <- err
	}()
	err = receive(bufio.NewReaderSize(out, 64<<10), python, from.names, visit)
	if err != nil {
		cancel()
	}
	sending := <-sent
	waiting := command.Wait()
	var invalid *wheel.InvalidError
	switch {
	case errors.As(sending, &invalid):
		return sending
	case errors.Is(err, errAnswer) || err == nil && waiting != nil:
		if cause := context.Cause(ctx); cause != nil && err == nil {
			return cause
		}
		return &CompileError{Python: python.Executable, Wheel: from.of, Reason: reason(waiting, talk.String())}
	}
	return err
}

// reason says in one line how a process ended.
func reason(err error, talk string) string {
	talk = strings.TrimSpace(talk)
	if line := talk[strings.LastIndexByte(talk, '\n')+1:]; line != "" {
		return "it said: " + strings.ToValidUTF8(line, "?")
	}
	if err != nil {
		return err.Error()
	}
	return "its answer is broken"
}

// send writes names and sources.
func (s sources) send(to io.Writer) error {
	for _, name := range s.names {
		source, err := s.read(name)
		if err != nil {
			return err
		}
		for _, part := range [][]byte{[]byte(name), source} {
			if err := binary.Write(to, binary.LittleEndian, uint64(len(part))); err != nil {
				return err
			}
			if _, err := to.Write(part); err != nil {
				return err
			}
		}
	}
	return nil
}

var errAnswer = errors.New("the answer is broken")

// receive reads a byte-code file for each name.
func receive(from io.Reader, python *interpreter.Interpreter, names []string, visit func(name string, code []byte) error) error {
	magic, err := hex.DecodeString(python.Magic)
	if err != nil {
		return fmt.Errorf("the magic number of %s: %w", python.Executable, err)
	}
	for _, name := range names {
		var size uint64
		if err := binary.Read(from, binary.LittleEndian, &size); err != nil || size > 64*largest {
			return errAnswer
		}
		if size == 0 {
			continue
		}
		code := make([]byte, size)
		if _, err := io.ReadFull(from, code); err != nil || len(code) < header || !bytes.HasPrefix(code, magic) {
			return errAnswer
		}
		normalize(code[header:], python.VersionInfo)
		if err := visit(name, code); err != nil {
			return err
		}
	}
	return nil
}

// header is how many bytes of a byte-code file come before the code: the magic
// number, flags, and the hash of the source.
const header = 16

// environment is that of the process: without what changes a Python, and with a fixed
// seed for its hashes.
func environment(from []string) []string {
	var kept []string
	for _, variable := range from {
		if !strings.HasPrefix(strings.ToUpper(variable), "PYTHON") {
			kept = append(kept, variable)
		}
	}
	return append(kept, "PYTHONHASHSEED=0")
}

// A limited writer drops what is too much.
type limited struct {
	to   io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	kept := p[:min(len(p), l.left)]
	l.left -= len(kept)
	if _, err := l.to.Write(kept); err != nil {
		return 0, err
	}
	return len(p), nil
}
