//go:build amd64 || arm64

package early

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

const digits = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestParse(t *testing.T) {
	t.Parallel()
	for record, want := range map[string]bool{
		`{"id":"` + digits + `"}` + "\n": true,
		`{"id":"a","names":["x","y"],"tools":true,"inherit":false,"verify_always":false,"python_args":null,"commands":["z"],"recompressed":true}`: true,
		`{"names":[]}`:                 true,
		`{"names":[],}`:                false,
		`{"names":["x",]}`:             false,
		`{"names":["x"}`:               false,
		`{"names":["x\n"]}`:            false,
		`{"names":["x\\n"]}`:           false,
		`{"names":["x]}`:               false,
		`{"names":"x"}`:                false,
		`{"tools":1}`:                  false,
		`{"tools":}`:                   false,
		`{"tools":true`:                false,
		`{"tools":true} {`:             false,
		`{"of a later gobundle"`:       false,
		`{"of a later gobundle":true}`: false,
		`{}`:                           false,
		`[]`:                           false,
		``:                             false,
		`{`:                            false,
		`{"`:                           false,
		`{""`:                          false,
		`{"names":[` + strings.Repeat(`"x",`, 15) + `"x"]}`:                                                          true,
		`{"names":[` + strings.Repeat(`"x",`, 16) + `"x"]}`:                                                          false,
		`{"python":{"name":"n","archive":"a","sha256":"` + digits + `","size":12,"program":"bin/python","url":"u"}}`: true,
		`{"python":{"sha256":"` + digits + `","program":"bin/python"}}`:                                              true,
		`{"python":{"sha256":"` + digits + `","program":"bin/../python"}}`:                                           false,
		`{"python":{"sha256":"` + digits + `","program":"/bin/python"}}`:                                             false,
		`{"python":{"sha256":"` + digits[1:] + `/","program":"bin/python"}}`:                                         false,
		`{"python":{"sha256":"` + digits + `","program":"python","size":-1}}`:                                        false,
		`{"python":{"sha256":"` + digits + `","program":"python","later":""}}`:                                       false,
		`{"python":null}`: false,
	} {
		var s settings
		if got := s.parse(text(record)); got != want {
			t.Errorf("parse(%s) = %v, want %v", record, got, want)
		}
	}
}

// What is read as a record is one for package encoding/json, too, and the same one.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"id":"a","names":["x","y"],"tools":true,"inherit":false,"verify_always":false,"python_args":null,"commands":["z"]}`))
	f.Add([]byte(`{"python":{"name":"n","archive":"a","sha256":"` + digits + `","size":12,"program":"bin/python","url":"u"}}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		var s settings
		if !s.parse(record) {
			return
		}
		var want struct {
			ID     string   `json:"id"`
			Names  []string `json:"names"`
			Tools  bool     `json:"tools"`
			Python *struct {
				SHA256  string `json:"sha256"`
				Program string `json:"program"`
			} `json:"python"`
		}
		valid := strings.ToValidUTF8(string(record), "\uFFFD")
		if err := json.Unmarshal([]byte(valid), &want); err != nil {
			if strings.Contains(err.Error(), "invalid character") || strings.Contains(err.Error(), "unexpected end") {
				t.Errorf("parse takes %q: %v", record, err)
			}
			return
		}
		if valid != string(record) {
			return
		}
		var names []string
		for _, name := range s.names.all() {
			names = append(names, string(name))
		}
		if string(s.id) != want.ID || s.tools != want.Tools || strings.Join(names, "\x00") != strings.Join(want.Names, "\x00") {
			t.Errorf("of %q it makes %q, %q, %v", record, s.id, names, s.tools)
		}
		if s.carries && (string(s.python.sha256) != want.Python.SHA256 || string(s.python.program) != want.Python.Program) {
			t.Errorf("of %q it makes %q", record, s.python)
		}
	})
}

// zipped is a file with one member behind something else.
func zipped(name, content string) []byte {
	b := bytes.NewBufferString("launcher")
	w := zip.NewWriter(b)
	w.SetOffset(int64(b.Len()))
	for _, name := range []string{"first", name, "last"} {
		out, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(out, content)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// No file makes it read what is not there; what it finds is what package archive/zip finds.
func FuzzReadRecord(f *testing.F) {
	f.Add(zipped("launch.json", `{"id":"a"}`))
	f.Add(zipped("other", strings.Repeat("x", 5000)))
	f.Add(zipped("launch.json", strings.Repeat("x", 9000)))
	f.Add([]byte{})
	path := filepath.Join(f.TempDir(), "app")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		got, ok := new(files).readRecord(int(file.Fd()), int64(len(data)))
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if !ok || err != nil {
			return
		}
		for _, member := range archive.File {
			if member.Name != "launch.json" || member.Method != zip.Store {
				continue
			}
			reader, err := member.Open()
			if err != nil {
				return
			}
			if want, err := io.ReadAll(reader); err == nil && !bytes.Equal(got, want) {
				t.Errorf("launch.json is %q, want %q", got, want)
			}
			return
		}
	})
}

// No arguments and variables make it panic, and it finds no start where there is no bundle.
func FuzzFind(f *testing.F) {
	f.Add("app\x00x", "PATH=/bin:relative:/../x\x00HOME=/root\x00GOBUNDLE_CACHE_DIR=/x//y/.")
	f.Add("/proc/self/exe", "=\x00PATH\x00PATH=\x00XDG_CACHE_HOME=/"+strings.Repeat("x/", 20_000))
	f.Add("", "")
	f.Fuzz(func(t *testing.T, arguments, environ string) {
		start := &Start{}
		if start.Find(pointers(t, arguments), pointers(t, environ), "/proc/self/exe") {
			t.Errorf("it finds %q for a test", start.path)
		}
	})
}

// pointers returns the addresses of texts that a zero separates.
func pointers(t *testing.T, joined string) []*byte {
	t.Helper()
	all, err := syscall.SlicePtrFromStrings(strings.Split(joined, "\x00"))
	if err != nil {
		t.Fatal(err)
	}
	return all[:len(all)-1]
}

// What runs before Go's runtime has no heap. The compiler says of each value where it
// lies; only command.go, which is for tests, may allocate.
func TestNothingIsAllocated(t *testing.T) {
	t.Parallel()
	build := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-m", ".")
	build.Env = append(os.Environ(), "GOFLAGS=")
	said, err := build.CombinedOutput()
	if err != nil || !bytes.Contains(said, []byte("does not escape")) {
		t.Fatalf("the compiler does not say it: %v, %s", err, said)
	}
	for line := range strings.Lines(string(said)) {
		allocates := strings.Contains(line, "escapes to heap") || strings.Contains(line, "moved to heap")
		if allocates && !strings.HasPrefix(line, "./command.go:") {
			t.Error(line)
		}
	}
}

// Of what Go's runtime has, functions are called that need no more than registers, or that
// end the process.
func TestCalls(t *testing.T) {
	t.Parallel()
	may := regexp.MustCompile(`^(syscall\.RawSyscall6|runtime\.(memequal|memmove|memclrNoHeapPointers|duffzero|duffcopy|gcWriteBarrier\d|morestack_noctxt\.abi0|panic\w+))\(SB\)$`)
	for _, machine := range []string{"amd64", "arm64"} {
		launcher := filepath.Join(t.TempDir(), "launcher")
		build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-E="+Entry, "-o", launcher, "../../cmd/gobundle-launcher")
		build.Env = append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0", "GOARCH="+machine)
		if said, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v, %s", err, said)
		}
		listing, err := exec.CommandContext(t.Context(), "go", "tool", "objdump", "-s", "gobundle/runtime/early", launcher).Output()
		if err != nil || !bytes.Contains(listing, []byte("early.(*Start).Find(SB)")) {
			t.Fatalf("there is nothing of this package in the launcher: %v", err)
		}
		for _, call := range regexp.MustCompile(`CALL (\S+)`).FindAllStringSubmatch(string(listing), -1) {
			name := call[1]
			if !strings.HasPrefix(name, "github.com/gobundle/gobundle/runtime/early.") && name != "CX" && name != "(R1)" && !may.MatchString(name) {
				t.Errorf("%s: it calls %s", machine, name)
			}
		}
	}
}
