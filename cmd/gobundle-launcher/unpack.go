//go:build unpack

package main

import (
	"crypto/sha256"

	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/pythondist/untar"
	"github.com/gobundle/gobundle/runtime/recompress"
)

// means are those for a Python in the bundle.
var means = launch.Means{Hash: sha256.New, Unpack: untar.To, Wheels: recompress.Unpack}
