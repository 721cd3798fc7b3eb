//go:build fetch

package main

import "github.com/gobundle/gobundle/runtime/pythondist/download"

// fetch brings a Python from the network.
var fetch = download.To
