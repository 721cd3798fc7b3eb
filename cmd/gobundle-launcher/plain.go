//go:build !unpack && !fetch

package main

import "github.com/gobundle/gobundle/runtime/launch"

// means are none: the bundle has no Python of its own.
var means launch.Means
