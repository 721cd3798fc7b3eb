package wheel

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/bootstrap"
)

// compile byte-compiles each .py file that was written and adds the results to
// RECORD, without hashes, as pip does.
func (p *plan) compile(ctx context.Context) error {
	var sources []*planned
	for i := range p.files {
		if f := &p.files[i]; !f.hidden && strings.HasSuffix(f.target, ".py") {
			sources = append(sources, f)
		}
	}
	if len(sources) == 0 {
		return nil
	}
	size := len(sources)/runtime.GOMAXPROCS(0) + 1
	chunks := slices.Collect(slices.Chunk(sources, size))
	results := make([][]string, len(chunks))
	err := inParallel(ctx, len(chunks), func() func(int) error {
		return func(i int) (err error) {
			results[i], err = p.compileSome(ctx, chunks[i])
			return err
		}
	})
	if err != nil {
		return err
	}
	compiled := map[*distribution][]string{}
	for i, chunk := range chunks {
		for j, name := range results[i] {
			if d := chunk[j].distribution; name != "" {
				compiled[d] = append(compiled[d], recordPath(d.library, name))
			}
		}
	}
	for d, paths := range compiled {
		d.addCompiled(paths)
	}
	return nil
}

// addCompiled adds byte-code files to the rows, in place of those of the same
// paths that the wheel brought along.
func (d *distribution) addCompiled(paths []string) {
	slices.Sort(paths)
	d.rows = slices.DeleteFunc(d.rows, func(r row) bool {
		_, found := slices.BinarySearch(paths, r.path)
		return found
	})
	for _, path := range paths {
		d.rows = append(d.rows, row{path: path})
	}
}

// compileSome runs the interpreter on some files, and returns the byte-code
// file of each, "" where there is none.
func (p *plan) compileSome(ctx context.Context, files []*planned) ([]string, error) {
	var input []string
	for _, f := range files {
		input = append(input, f.target)
	}
	command := exec.CommandContext(ctx, p.env.Python, "-I", "-c", bootstrap.Asked(), "compiled")
	command.Stdin = strings.NewReader(strings.Join(input, "\x00"))
	var output, talk bytes.Buffer
	command.Stdout, command.Stderr = &output, &talk
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("byte-compiling with %s: %w: %s", p.env.Python, err, lastLine(talk.String()))
	}
	compiled := make([]string, len(files))
	fields := strings.Split(output.String(), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		number, err := strconv.Atoi(fields[i])
		if err != nil || number < 0 || number >= len(compiled) {
			return nil, fmt.Errorf("byte-compiling with %s: unexpected answer %q", p.env.Python, fields[i])
		}
		compiled[number] = filepath.Clean(fields[i+1])
	}
	return compiled, nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
