package bundle

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/gobundle/gobundle/resolve/reqfile"
	"github.com/gobundle/gobundle/resolve/target"
)

// Hash mode asks for the hashes of what is for one of the targets, and only of that.
func TestCheckHashes(t *testing.T) {
	t.Parallel()
	const hashed = "a==1 --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000\n"
	tests := []struct {
		name, text string
		targets    []string
		faults     int
	}{
		{"all hashed", hashed, []string{"cp312-linux-x86_64"}, 0},
		{"one without", hashed + "b==1\n", []string{"cp312-linux-x86_64"}, 1},
		{"without, for no target", hashed + "b==1; sys_platform == 'win32'\nc; python_version < '3'\n", []string{"cp312-linux-x86_64"}, 0},
		{"without, for one of two targets", hashed + "b==1; sys_platform == 'win32'\n", []string{"cp312-linux-x86_64", "cp312-windows-amd64"}, 1},
		{"for no target, but it turns hash mode on", "a==1; python_version < '3' --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000\nb\n", []string{"cp312-linux-x86_64"}, 1},
		{"a constraint is no requirement", hashed + "-c constraints.txt\n", []string{"cp312-linux-x86_64"}, 0},
		{"no hash mode", "a\nb\n", []string{"cp312-linux-x86_64"}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, text := range map[string]string{"requirements.txt": test.text, "constraints.txt": "c==1\n"} {
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := newSession(&Surroundings{Directory: folder, CacheDir: t.TempDir(), Getenv: func(string) string { return "" }})
			if err != nil {
				t.Fatal(err)
			}
			targets, err := s.targets(t.Context(), test.targets, target.Defaults{})
			if err != nil {
				t.Fatal(err)
			}
			read, err := s.read(t.Context(), &Inputs{RequirementFiles: []string{"requirements.txt"}})
			if err != nil {
				t.Fatal(err)
			}
			err = read.checkHashes(targets)
			var wrong *reqfile.HashError
			if found := errors.As(err, &wrong); found != (test.faults > 0) || found && len(wrong.Faults) != test.faults {
				t.Errorf("checkHashes = %v, want %d faults", err, test.faults)
			}
		})
	}
}
