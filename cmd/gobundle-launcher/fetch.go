//go:build fetch

package main

import (
	"crypto/sha256"

	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/pythondist/download"
	"github.com/gobundle/gobundle/runtime/pythondist/untar"
	"github.com/gobundle/gobundle/runtime/recompress"
)

// means are those for a Python from the network.
var means = launch.Means{Hash: sha256.New, Unpack: untar.To, Fetch: download.To, Wheels: recompress.Unpack}
