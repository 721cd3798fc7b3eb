// Command gobundle-launcher is the native first stage of an executable bundle: it
// stands before the zip, and starts what is in it. Built with the tag unpack it can also
// unpack a Python at its first start, and with the tag fetch fetch one, which makes it
// larger each time.
package main

import (
	"context"
	"os"

	_ "github.com/gobundle/gobundle/runtime/early" // the linker is told to begin with it
	"github.com/gobundle/gobundle/runtime/launch"
)

func main() {
	os.Exit(launch.Run(context.Background(), os.Args, os.Environ(), os.Stderr, means))
}
