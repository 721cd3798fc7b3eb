//go:build unix

package build_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stubborn starts a child and then waits, whatever signals come that can be
// caught.
const stubborn = `
import signal, subprocess
def start():
    child = subprocess.Popen([sys.executable, "-c",
        "import signal, time\nfor s in (2, 15, 1): signal.signal(s, signal.SIG_IGN)\nprint('child', flush=True)\ntime.sleep(600)"])
    time.sleep(0.5)
    with open(os.path.join(os.environ["TINY_CALLS"], "pids.new"), "w") as file:
        file.write("%d %d" % (os.getpid(), child.pid))
    os.rename(os.path.join(os.environ["TINY_CALLS"], "pids.new"), os.path.join(os.environ["TINY_CALLS"], "pids"))
`

// TestCancel: a backend that hangs and takes no signal ends with the context, and
// its children with it.
func TestCancel(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, nil, about{Name: "demo", Version: "1.0", instead: stubborn + `
def build_wheel(*rest):
    for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, signal.SIG_IGN)
    start()
    time.sleep(600)
`}.sdist(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	go func() {
		_, err := w.Wheel(ctx, w.file("demo-1.0.tar.gz"), w.on)
		ended <- err
	}()
	pids := waitForPids(t, w.calls)
	cancel()
	start := time.Now()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Wheel: %v, want %v", err, context.Canceled)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v to end", took)
	}
	allDead(t, pids)
	if left := w.logs(); len(left) > 0 {
		t.Errorf("logs %q are left", left)
	}
}

// TestLeftBehind: a process that a backend leaves behind ends with it and does
// not hold the build up.
func TestLeftBehind(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t, nil, about{Name: "demo", Version: "1.0", instead: "real = build_wheel\n" + stubborn + `
def build_wheel(*rest):
    start()
    return real(*rest)
`}.sdist(t))
	start := time.Now()
	w.must("demo-1.0.tar.gz")
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	allDead(t, waitForPids(t, w.calls))
}

func waitForPids(t *testing.T, folder string) []int {
	t.Helper()
	for range 600 {
		text, err := os.ReadFile(filepath.Join(folder, "pids"))
		if err != nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		var pids []int
		for word := range strings.FieldsSeq(string(text)) {
			pid, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
		return pids
	}
	t.Fatal("the backend did not start")
	return nil
}

func allDead(t *testing.T, pids []int) {
	t.Helper()
	if len(pids) != 2 {
		t.Fatalf("%v, want two processes", pids)
	}
	for _, pid := range pids {
		for try := 0; alive(pid); try++ {
			if try == 100 {
				t.Errorf("process %d is still there", pid)
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// alive reports whether a process runs; one that nobody has waited for does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return true // a system without /proc
	}
	_, state, _ := strings.Cut(string(text), ") ")
	return !strings.HasPrefix(state, "Z")
}
