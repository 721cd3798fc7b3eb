// Command makeindex makes wheels out of source trees and serves them as a
// package index on this machine.
//
//	go run ./testdata/demo/makeindex -dists testdata/demo/dists
//
// It prints the URL of the index on the first line and serves until its
// standard input ends. A source tree is a folder with METADATA, perhaps
// entry_points.txt, and Python files beside them. The same trees make the same
// wheels, byte for byte, on any machine with the same Go.
//
// It has nothing in common with the code that it helps to show: it uses the
// standard library only.
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	dists := flag.String("dists", "testdata/demo/dists", "the `folder` of the source trees")
	address := flag.String("serve", "127.0.0.1:0", "the `address` to serve on; port 0 is any free one")
	out := flag.String("out", "", "write the wheels into this `folder` and serve nothing")
	flag.Parse()
	if err := run(*dists, *address, *out, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "makeindex:", err)
		os.Exit(1)
	}
}

func run(dists, address, out string, stdin io.Reader, stdout io.Writer) error {
	wheels, err := build(os.DirFS(dists))
	if err != nil {
		return err
	}
	if out != "" {
		return write(wheels, out)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "http://%s/simple/\n", listener.Addr())
	go func() {
		io.Copy(io.Discard, stdin)
		listener.Close()
	}()
	// The only way out is that the listener closes.
	_ = http.Serve(listener, handler(wheels))
	return nil
}
