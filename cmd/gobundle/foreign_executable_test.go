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
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/runtime/stub"
)

// echo is an application that tells how it was started. It ends with the code that the
// first argument says, or waits for Ctrl-C.
const echo = `import os, sys, time
def main():
    print(repr(sys.argv[1:]), flush=True)
    if sys.argv[1:] == ["wait"]:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            return 42
    return int(sys.argv[1]) if len(sys.argv) > 1 else 0
`

// foreignExecutable makes an executable of echo for a target.
func foreignExecutable(t *testing.T, name, goos, goarch, target string, flags ...string) string {
	t.Helper()
	var missing *stub.MissingError
	if _, err := stub.Launcher(goos, goarch); errors.As(err, &missing) {
		t.Skip("make launchers has not been run")
	}
	folder := t.TempDir()
	app := filepath.Join(folder, name)
	wheels := indextest.Folder(t, indextest.Dist{Name: "echo", Version: "1.5", Files: map[string]string{"echo.py": echo}, Scripts: map[string]string{"say": "echo:main"}})
	arguments := append([]string{"echo", "-e", "echo:main", "-o", app, "--format", "executable", "--no-index", "-f", wheels,
		"--cache-dir", t.TempDir(), "--target", target}, flags...)
	var talk bytes.Buffer
	if code := run(t.Context(), process{arguments: arguments, getenv: os.Getenv, directory: folder, stdout: &talk, stderr: &talk}); code != exitDone {
		t.Fatalf("gobundle %q: exit code %d\n%s", arguments, code, talk.Bytes())
	}
	return app
}

// start runs a program with pipes for its streams, and returns its output and exit code.
func start(t *testing.T, environment []string, name string, arguments ...string) (output string, code int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, arguments...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	command.Env = append(os.Environ(), environment...)
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	return strings.ReplaceAll(stdout.String(), "\r\n", "\n") + stderr.String(), command.ProcessState.ExitCode()
}

// TestForeignExecutable starts executables for other machines, by emulators.
func TestForeignExecutable(t *testing.T) {
	t.Parallel()
	t.Run("arm64", func(t *testing.T) {
		t.Parallel()
		python := os.Getenv("GOBUNDLE_ARM64_PYTHON")
		if python == "" {
			t.Skip("GOBUNDLE_ARM64_PYTHON names no Python")
		}
		app := foreignExecutable(t, "echo", "linux", "arm64", "cp311-linux-aarch64")
		environment := []string{"GOBUNDLE_CACHE_DIR=" + t.TempDir(), "PATH=" + filepath.Dir(python) + ":" + os.Getenv("PATH")}
		for _, kind := range []string{"cold", "warm"} {
			output, code := start(t, environment, "qemu-aarch64-static", app, "7", "a b", `"`)
			if output != "['7', 'a b', '\"']\n" || code != 7 {
				t.Errorf("%s: it prints %q and ends with %d", kind, output, code)
			}
		}
	})
	t.Run("Windows", func(t *testing.T) {
		t.Parallel()
		w := newWindows(t)
		app := foreignExecutable(t, "echo.exe", "windows", "amd64", "cp311-windows-amd64")
		for _, arguments := range [][]string{
			{"7"}, {"0", "a b", `say "hi" to`, "", `back\`, `back \`, `\"`, `a\\"b`, "*", "^%PATH%", "tab\there"}, {"255"},
		} {
			output, code := w.start(t, nil, append([]string{app}, arguments...)...)
			want := pythonList(arguments)
			if output != want || strconv.Itoa(code) != arguments[0] {
				t.Errorf("with %q it prints %s and ends with %d", arguments, output, code)
			}
		}
		t.Run("py", func(t *testing.T) { w.py(t, app) })
		t.Run("registry", func(t *testing.T) { w.registry(t, app) })
		t.Run("interrupt", func(t *testing.T) { w.interrupt(t, app) })
		t.Run("venv", func(t *testing.T) { w.venv(t, app) })
		t.Run("signed", func(t *testing.T) { w.signed(t, app) })
	})
}

// pythonList is how Python prints a list of texts without single quotes in them.
func pythonList(texts []string) string {
	var quoted []string
	for _, text := range texts {
		quoted = append(quoted, "'"+strings.NewReplacer(`\`, `\\`, "\t", `\t`).Replace(text)+"'")
	}
	return "[" + strings.Join(quoted, ", ") + "]\n"
}

// A windows is what programs for Windows are started with.
type windows struct {
	program string   // which starts them
	python  string   // as they name it
	cache   []string // variables
}

func newWindows(t *testing.T) *windows {
	t.Helper()
	w := &windows{program: os.Getenv("GOBUNDLE_WINDOWS")}
	python := os.Getenv("GOBUNDLE_WINDOWS_PYTHON")
	if w.program == "" || python == "" {
		t.Skip("GOBUNDLE_WINDOWS names no program that starts those for Windows")
	}
	output, code := start(t, nil, python, "-I", "-c", "import sys; print(sys.executable)")
	if code != 0 {
		t.Fatalf("%s: %s", python, output)
	}
	w.python = strings.TrimSpace(output)
	w.cache = []string{"GOBUNDLE_CACHE_DIR=Z:" + strings.ReplaceAll(t.TempDir(), "/", `\`)}
	return w
}

// start starts a program that finds Python on PATH.
func (w *windows) start(t *testing.T, environment []string, words ...string) (output string, code int) {
	t.Helper()
	path := w.python[:strings.LastIndex(w.python, `\`)]
	return start(t, append(append(environment, w.cache...), "WINEPATH="+path), w.program, words...)
}

// py checks that a Python is found which only the py launcher knows: one is made here.
func (w *windows) py(t *testing.T, app string) {
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
	path := "WINEPATH=Z:" + strings.ReplaceAll(folder, "/", `\`)
	if output, code := start(t, append(w.cache, path), w.program, app, "4"); output != "['4']\n" || code != 4 {
		t.Errorf("it prints %q and ends with %d", output, code)
	}
}

// registry checks that a Python is found which only the registry knows.
func (w *windows) registry(t *testing.T, app string) {
	t.Helper()
	folder := w.python[:strings.LastIndex(w.python, `\`)+1]
	if output, code := start(t, w.cache, w.program, app); code != 1 || !strings.Contains(output, "echo.exe: error: no Python was found on PATH") {
		t.Errorf("without a Python it prints %q and ends with %d", output, code)
	}
	for _, entry := range [][]string{{`\InstallPath`, "/ve", "/d", folder}, {"", "/v", "SysVersion", "/d", "3.11"}} {
		key := `HKCU\Software\Python\Example\3.11` + entry[0]
		if output, code := start(t, nil, w.program, append([]string{"reg", "add", key, "/f"}, entry[1:]...)...); code != 0 {
			t.Fatalf("reg add: %s", output)
		}
	}
	defer start(t, nil, w.program, "reg", "delete", `HKCU\Software\Python\Example`, "/f")
	if output, code := start(t, w.cache, w.program, app, "3"); output != "['3']\n" || code != 3 {
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

// interrupt checks that Ctrl-C reaches the application and nothing else, in a first
// start and in a later one.
func (w *windows) interrupt(t *testing.T, app string) {
	t.Helper()
	if _, err := exec.LookPath("script"); err != nil {
		t.Skip("there is no script, which makes a terminal")
	}
	driver := filepath.Join(t.TempDir(), "presser.py")
	if err := os.WriteFile(driver, []byte(presser), 0o600); err != nil {
		t.Fatal(err)
	}
	cache := []string{"GOBUNDLE_CACHE_DIR=Z:" + strings.ReplaceAll(t.TempDir(), "/", `\`), "WINEPATH=" + w.python[:strings.LastIndex(w.python, `\`)]}
	for _, kind := range []string{"cold", "warm"} {
		line := strings.Join([]string{w.program, "python.exe", driver, app, "wait"}, " ")
		output, _ := start(t, cache, "script", "-qec", line, "/dev/null")
		if !strings.Contains(output, ", 42>") || strings.Contains(output, "Traceback") {
			t.Errorf("%s: %q, want exit code 42 and nothing more", kind, output)
		}
	}
}

// venv checks that console scripts are programs, by the launcher where the Python brings
// none along.
func (w *windows) venv(t *testing.T, app string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "an environment")
	if output, code := w.start(t, nil, app, "venv", folder); code != 0 {
		t.Fatalf("venv: exit code %d\n%s", code, output)
	}
	script := filepath.Join(folder, "Scripts", "say.exe")
	output, code := start(t, nil, w.program, script, "6", "a b", `"`)
	if output != "['6', 'a b', '\"']\n" || code != 6 {
		t.Errorf("the script prints %q and ends with %d", output, code)
	}
}

// signed checks that who signs the file has a valid signature, and a file that starts.
func (w *windows) signed(t *testing.T, app string) {
	t.Helper()
	if _, err := exec.LookPath("osslsigncode"); err != nil {
		t.Skip("there is no osslsigncode")
	}
	certificate, key := newCertificate(t)
	signed := filepath.Join(t.TempDir(), "signed.exe")
	if output, code := start(t, nil, "osslsigncode", "sign", "-certs", certificate, "-key", key, "-in", app, "-out", signed); code != 0 {
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
