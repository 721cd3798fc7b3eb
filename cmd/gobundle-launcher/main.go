// Command gobundle-launcher is the native first stage of an executable bundle: it
// stands before the zip, and starts what is in it. Built with the tag fetch it can also
// fetch a Python at its first start, which makes it twice as large.
package main

import (
	"context"
	"os"

	"github.com/gobundle/gobundle/runtime/launch"
)

func main() {
	os.Exit(launch.Run(context.Background(), os.Args, os.Environ(), os.Stderr, fetch))
}
