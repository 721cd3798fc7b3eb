package bytecode

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gobundle/gobundle/bootstrap"
)

// What is compiled of the start is the same each time, and what the interpreter itself reads.
func TestCompileStart(t *testing.T) {
	t.Parallel()
	for _, python := range interpreters(t) {
		if !Suits(python) {
			continue
		}
		var first, second bytes.Buffer
		for _, out := range []*bytes.Buffer{&first, &second} {
			if err := CompileStart(t.Context(), python, out); err != nil {
				t.Fatalf("%s: %v", python.Path, err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s makes other byte-code of the same modules", python.Path)
		}
		path := filepath.Join(t.TempDir(), "start.bin")
		if err := os.WriteFile(path, first.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		const program = `import marshal, sys
codes = marshal.loads(open(sys.argv[1], "rb").read())
print(len(codes), marshal.loads(codes["gobundle_bootstrap.boot"]).co_filename, marshal.loads(codes["gobundle_bootstrap.work"]).co_name)`
		said, err := exec.CommandContext(t.Context(), python.Executable, "-I", "-c", program, path).CombinedOutput()
		count, rest, _ := strings.Cut(strings.TrimSpace(string(said)), " ")
		if err != nil || rest != "gobundle_bootstrap/boot.py <module>" {
			t.Errorf("%s reads %q, %v", python.Path, said, err)
		}
		// Before 3.11 what has sets of texts and more is left out.
		if count != "" && python.VersionInfo[1] >= 11 && count != strconv.Itoa(len(bootstrap.Files())-1) {
			t.Errorf("%s has compiled %s modules of %d", python.Path, count, len(bootstrap.Files())-1)
		}
	}
	python := suitable(t)
	if StartKey(python) == Key("", python) {
		t.Error("StartKey does not depend on the modules")
	}
}
