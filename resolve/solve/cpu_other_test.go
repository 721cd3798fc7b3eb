//go:build !unix

package solve_test

import "testing"

// reportCPU adds nothing: the system doesn't say it in the way of Unix.
func reportCPU(*testing.B) {}
