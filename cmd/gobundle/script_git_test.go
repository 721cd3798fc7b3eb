package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// gitDaemon serves the repositories below a folder until the script ends.
func gitDaemon(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: daemon FOLDER")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	address := listener.Addr().String()
	port := listener.Addr().(*net.TCPAddr).Port
	ts.Check(listener.Close())
	folder := ts.MkAbs(args[0])
	// "git daemon" would leave this child behind when it is killed.
	programs, err := exec.Command("git", "--exec-path").Output()
	ts.Check(err)
	command := exec.Command(filepath.Join(strings.TrimSpace(string(programs)), "git-daemon"), "--export-all", "--reuseaddr", "--listen=127.0.0.1", fmt.Sprintf("--port=%d", port), "--base-path="+folder, folder)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "GIT_CONFIG_NOSYSTEM=1"}
	ts.Check(command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	ts.Defer(func() {
		_ = command.Process.Kill()
		<-ended
	})
	for {
		if connection, err := net.Dial("tcp", address); err == nil {
			ts.Check(connection.Close())
			break
		}
		select {
		case err := <-ended:
			ended <- err
			ts.Fatalf("git daemon ended: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	ts.Setenv("DAEMON", "git://"+address)
}
