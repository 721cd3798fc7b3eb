package pyproject

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

// A Script is the block "script" of a Python file (PEP 723).
type Script struct {
	// Found says whether there is a block. Without one a script requires nothing.
	Found          bool
	RequiresPython pep440.SpecifierSet
	Dependencies   []pep508.Requirement
	// Tool is the table [tool], nil if there is none.
	Tool map[string]any
}

// blocks is the expression of PEP 723. A block ends at the last "# ///" of its
// comment.
var blocks = lazyregexp.New(`(?m)^# /// ([a-zA-Z0-9-]+)$\s((?:^#(?:| .*)$\s)+)^# ///$`)

// ReadScript reads a Python file; name is what messages call it. The file must be
// UTF-8. As PEP 723 says, blocks of other types are passed over, and so is one that
// does not end.
//
// Errors: *SyntaxError, *ValueError, *BlockError, and those of the reader.
func ReadScript(name string, r io.Reader) (*Script, error) {
	content, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	switch {
	case len(content) > MaxSize:
		return nil, &ValueError{File: name, Key: "the whole", Reason: fmt.Sprintf("it is larger than %d bytes", MaxSize)}
	case !utf8.Valid(content):
		return nil, &ValueError{File: name, Key: "the whole", Reason: "it is not UTF-8"}
	}
	text := strings.TrimPrefix(string(content), "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	block, line, err := scriptBlock(name, text)
	if err != nil || line < 0 {
		return &Script{}, err
	}
	tables, err := decode(name, block, line, len("# "))
	if err != nil {
		return nil, err
	}
	v := &values{file: name}
	s := &Script{Found: true}
	s.RequiresPython = v.specifiers("requires-python", tables["requires-python"])
	s.Dependencies = v.requirements("dependencies", tables["dependencies"])
	s.Tool = v.table("tool", tables["tool"])
	if v.err != nil {
		return nil, v.err
	}
	return s, nil
}

// scriptBlock returns the TOML in a script and the number of its first line from 0,
// -1 if there is none.
func scriptBlock(name, text string) (block string, line int, err error) {
	line = -1
	for _, match := range blocks().FindAllStringSubmatchIndex(text, -1) {
		if text[match[2]:match[3]] != "script" {
			continue
		}
		begins := strings.Count(text[:match[0]], "\n")
		if line >= 0 {
			return "", -1, &BlockError{File: name, Line: begins + 1}
		}
		line = begins + 1
		var lines strings.Builder
		for commented := range strings.Lines(text[match[4]:match[5]]) {
			bare := strings.TrimPrefix(commented, "#")
			lines.WriteString(strings.TrimPrefix(bare, " "))
		}
		block = lines.String()
	}
	return block, line, nil
}
