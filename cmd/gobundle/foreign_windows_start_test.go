package main

import (
	"archive/zip"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/runtime/stub"
)

// TestWindows starts executables and zipapps for Windows by the programs in
// GOBUNDLE_WINDOWS and GOBUNDLE_WINDOWS_PYTHON.
func TestWindows(t *testing.T) {
	t.Parallel()
	w := newWindows(t)
	w.app = foreignExecutable(t, "echo.exe", "windows", "amd64", "cp311-windows-amd64")
	w.zipapp = echoBundle(t, "echo.pyz", "--target", "cp311-windows-amd64")
	for _, group := range []struct {
		name string
		run  func(t *testing.T)
	}{
		{"arguments", w.arguments}, {"processes", w.processes}, {"interrupt", w.interrupt}, {"windowed", w.windowed},
		{"py", w.py}, {"registry", w.registry}, {"signed", w.signed},
		{"long", w.long}, {"limit", w.limit}, {"drives", w.drives}, {"readonly", w.readOnly},
		{"layout", w.layout}, {"venv", w.venv}, {"twins", w.twins},
	} {
		t.Run(group.name, group.run)
	}
}

// A windows is what programs for Windows are started with, and two bundles for them.
type windows struct {
	program     string   // which starts them
	python      string   // as they name it
	cache       []string // variables
	app, zipapp string
}

func newWindows(t *testing.T) *windows {
	t.Helper()
	w := &windows{program: os.Getenv("GOBUNDLE_WINDOWS")}
	python := os.Getenv("GOBUNDLE_WINDOWS_PYTHON")
	if w.program == "" || python == "" {
		t.Skip("GOBUNDLE_WINDOWS names no program that starts those for Windows")
	}
	keepAwake(t, w.program)
	output, code := start(t, nil, python, "-I", "-c", "import sys; print(sys.executable)")
	if code != 0 {
		t.Fatalf("%s: %s", python, output)
	}
	w.python = strings.TrimSpace(output)
	w.cache = []string{"GOBUNDLE_CACHE_DIR=" + onWindows(t.TempDir())}
	return w
}

// keepAwake starts a program that does nothing until the test is over: as long as there is
// one, the next ones start ten times as quickly.
func keepAwake(t *testing.T, program string) {
	t.Helper()
	command := exec.Command(program, "cmd.exe", "/c", "echo awake & set /p line=")
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		_ = command.Wait() // whatever it makes of that
	})
	if _, err := io.ReadFull(output, make([]byte, len("awake"))); err != nil {
		t.Fatalf("%s: %v", program, err)
	}
}

// onWindows is a path as programs for Windows name it.
func onWindows(path string) string { return "Z:" + strings.ReplaceAll(path, "/", `\`) }

// here is onWindows turned back.
func here(path string) string {
	return strings.ReplaceAll(strings.TrimPrefix(path, "Z:"), `\`, "/")
}

// path is a variable by which programs find Python.
func (w *windows) path() string { return "WINEPATH=" + w.python[:strings.LastIndex(w.python, `\`)] }

// start starts a program that finds Python on PATH. A later variable counts.
func (w *windows) start(t *testing.T, environment []string, words ...string) (output string, code int) {
	t.Helper()
	return start(t, append(append([]string{w.path()}, w.cache...), environment...), w.program, words...)
}

// drive runs a program in Python on Windows, which prints what is wrong.
func (w *windows) drive(t *testing.T, program string, arguments ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "driver.py")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	cache := "GOBUNDLE_CACHE_DIR=" + onWindows(t.TempDir())
	if output, code := w.start(t, []string{cache}, append([]string{"python.exe", onWindows(file)}, arguments...)...); output != "" || code != 0 {
		t.Errorf("exit code %d\n%s", code, output)
	}
}

// arguments checks that arguments arrive as they are.
func (w *windows) arguments(t *testing.T) {
	t.Helper()
	for _, arguments := range [][]string{
		{"7"}, {"0", "a b", `say "hi" to`, "", `back\`, `back \`, `\"`, `a\\"b`, "*", "^%PATH%", "tab\there"}, {"255"},
	} {
		output, code := w.start(t, nil, append([]string{w.app}, arguments...)...)
		want := pythonList(arguments)
		if output != want || strconv.Itoa(code) != arguments[0] {
			t.Errorf("with %q it prints %s and ends with %d", arguments, output, code)
		}
	}
}

// pythonList is how Python prints a list of texts without single quotes in them.
func pythonList(texts []string) string {
	var quoted []string
	for _, text := range texts {
		quoted = append(quoted, "'"+strings.NewReplacer(`\`, `\\`, "\t", `\t`).Replace(text)+"'")
	}
	return "[" + strings.Join(quoted, ", ") + "]\n"
}

// processes starts the bundles as programs for Windows do.
const processes = `import ctypes, subprocess, sys
app, zipapp = sys.argv[1:]
kernel = ctypes.windll.kernel32

def check(what, found, wanted):
    if found != wanted:
        print("%s: %r, want %r" % (what, found, wanted))

def run(*words, **options):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)

arguments = ["0", "\u00e9", "\u65e5\u672c", "\U0001f600", "a b", 'say "hi"', "", "back\\", "back \\", '\\"', 'a\\\\"b', "*", "^%PATH%"]
for words in (sys.executable, zipapp), (app,):
    answer = run(*words, *arguments, input=b"")
    check("arguments for %s" % words[-1], answer.stdout.decode().strip(), ascii(arguments))
check("exit code", run(app, "crash", input=b"").returncode, 0xC0000005)
data = bytes(range(256)) * 1000
check("streams", run(app, "streams", input=data).stdout == data[::-1], True)

launcher = subprocess.Popen([app, "process"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
launcher.stdout.readline()
application = kernel.OpenProcess(0x100000, 0, int(launcher.stdout.readline()))  # SYNCHRONIZE
check("runs", kernel.WaitForSingleObject(application, 0), 258)  # WAIT_TIMEOUT
launcher.kill()
check("ends with its launcher", kernel.WaitForSingleObject(application, 60000), 0)
`

// processes checks first starts of the zipapp, characters of all kinds, large exit codes, streams, and that
// who ends the launcher ends the application.
func (w *windows) processes(t *testing.T) {
	t.Helper()
	w.drive(t, processes, onWindows(w.app), onWindows(w.zipapp))
}

// py checks that a Python is found which only the py launcher knows: one is made here.
func (w *windows) py(t *testing.T) {
	t.Helper()
	launcher, err := stub.Launcher("windows", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s#!%s\r\n", launcher, w.python)
	archive := zip.NewWriter(&b)
	member, err := archive.CreateHeader(&zip.FileHeader{Name: "__main__.py", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(member, "import sys\nif sys.argv[1:3] != ['-3.11', '-c']: sys.exit(103)\nexec(sys.argv[3])\n")
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "py.exe"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	path := "WINEPATH=" + onWindows(folder)
	if output, code := start(t, append(w.cache, path), w.program, w.app, "4"); output != "['4']\n" || code != 4 {
		t.Errorf("it prints %q and ends with %d", output, code)
	}
}

// registry checks that a Python is found which only the registry knows.
func (w *windows) registry(t *testing.T) {
	t.Helper()
	folder := w.python[:strings.LastIndex(w.python, `\`)+1]
	if output, code := start(t, w.cache, w.program, w.app); code != 1 || !strings.Contains(output, "echo.exe: error: no Python was found on PATH") {
		t.Errorf("without a Python it prints %q and ends with %d", output, code)
	}
	for _, entry := range [][]string{{`\InstallPath`, "/ve", "/d", folder}, {"", "/v", "SysVersion", "/d", "3.11"}} {
		key := `HKCU\Software\Python\Example\3.11` + entry[0]
		if output, code := start(t, nil, w.program, append([]string{"reg", "add", key, "/f"}, entry[1:]...)...); code != 0 {
			t.Fatalf("reg add: %s", output)
		}
	}
	defer start(t, nil, w.program, "reg", "delete", `HKCU\Software\Python\Example`, "/f")
	if output, code := start(t, w.cache, w.program, w.app, "3"); output != "['3']\n" || code != 3 {
		t.Errorf("it prints %q and ends with %d", output, code)
	}
}

// presser starts a program, presses Ctrl-C when it has written a line, and tells how
// it ended.
const presser = `import ctypes, subprocess, sys
kernel = ctypes.windll.kernel32
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
child.stdout.readline()
handler = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_uint)(lambda event: 1)
kernel.SetConsoleCtrlHandler(handler, True)
assert kernel.GenerateConsoleCtrlEvent(0, 0), "there is no console"
print("<%s, %s>" % (child.stdout.read().decode(), child.wait()), flush=True)
`

// interrupt checks that Ctrl-C reaches the application and nothing else, in first starts
// and in a later one.
func (w *windows) interrupt(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("script"); err != nil {
		t.Skip("there is no script, which makes a terminal")
	}
	driver := filepath.Join(t.TempDir(), "presser.py")
	if err := os.WriteFile(driver, []byte(presser), 0o600); err != nil {
		t.Fatal(err)
	}
	one, other := "GOBUNDLE_CACHE_DIR="+onWindows(t.TempDir()), "GOBUNDLE_CACHE_DIR="+onWindows(t.TempDir())
	for _, test := range []struct{ kind, cache, words string }{
		{"cold", one, w.app}, {"warm", one, w.app}, {"cold zipapp", other, "python.exe " + w.zipapp},
	} {
		line := strings.Join([]string{w.program, "python.exe", driver, test.words, "wait"}, " ")
		output, _ := start(t, []string{w.path(), test.cache}, "script", "-qec", line, "/dev/null")
		if !strings.Contains(output, ", 42>") || strings.Contains(output, "Traceback") {
			t.Errorf("%s: %q, want exit code 42 and nothing more", test.kind, output)
		}
	}
}

// windowed checks programs without a console.
func (w *windows) windowed(t *testing.T) {
	t.Helper()
	app := foreignExecutable(t, "shown.exe", "windows", "amd64", "cp311-windows-amd64", "--windowed")
	for _, test := range []struct {
		python string
		words  []string
	}{
		{"python.exe", []string{app, "3", "place"}},
		{"pythonw.exe", []string{"pythonw.exe", w.zipapp, "3", "place"}},
	} {
		cache := "GOBUNDLE_CACHE_DIR=" + onWindows(t.TempDir())
		for _, kind := range []string{"cold", "warm"} {
			output, code := w.start(t, []string{cache}, test.words...)
			if !strings.HasPrefix(output, "['3', 'place']\n") || !strings.Contains(output, `\Scripts\`+test.python+" ") || code != 3 {
				t.Errorf("%s start of %q prints %q and ends with %d", kind, test.words, output, code)
			}
		}
	}
}

// signed checks that who signs the file has a valid signature, and a file that starts.
func (w *windows) signed(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("osslsigncode"); err != nil {
		t.Skip("there is no osslsigncode")
	}
	certificate, key := newCertificate(t)
	signed := filepath.Join(t.TempDir(), "signed.exe")
	if output, code := start(t, nil, "osslsigncode", "sign", "-certs", certificate, "-key", key, "-in", w.app, "-out", signed); code != 0 {
		t.Fatalf("signing: %s", output)
	}
	output, code := start(t, nil, "osslsigncode", "verify", "-CAfile", certificate, signed)
	if code != 0 || strings.Contains(output, "MISMATCH") {
		t.Errorf("verifying: exit code %d\n%s", code, output)
	}
	if output, code := w.start(t, nil, signed, "5", "signed"); output != "['5', 'signed']\n" || code != 5 {
		t.Errorf("it prints %q and ends with %d", output, code)
	}
	python, err := realPython()
	if err != nil {
		t.Fatal(err)
	}
	output, _ = start(t, []string{"GOBUNDLE_TOOLS=verify"}, python, signed)
	if strings.Contains(output, "Traceback") || strings.Contains(output, "error") {
		t.Errorf("Python finds it damaged: %s", output)
	}
	if got := wheelsIn(t, signed); len(got) != 1 {
		t.Errorf("it has the wheels %q", got)
	}
}

// newCertificate makes a certificate for code, which signs itself, and its key.
func newCertificate(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	}
	encoded, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	certificate, key = filepath.Join(folder, "certificate.pem"), filepath.Join(folder, "key.pem")
	err = errors.Join(
		os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: encoded}), 0o600),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}
