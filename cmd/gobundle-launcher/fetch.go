//go:build fetch

package main

import (
	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/pythondist/download"
	"github.com/gobundle/gobundle/runtime/pythondist/untar"
	"github.com/gobundle/gobundle/runtime/recompress"
)

// means are those for a Python from the network.
var means = launch.Means{Unpack: untar.To, Fetch: download.To, Wheels: recompress.Unpack}
