//go:build unpack

package main

import (
	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/pythondist/untar"
	"github.com/gobundle/gobundle/runtime/recompress"
)

// means are those for a Python in the bundle.
var means = launch.Means{Unpack: untar.To, Wheels: recompress.Unpack}
