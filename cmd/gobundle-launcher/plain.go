//go:build !fetch

package main

import "github.com/gobundle/gobundle/runtime/pythondist"

// fetch is nil: this launcher does not use the network.
var fetch pythondist.Fetch
