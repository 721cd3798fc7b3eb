package venv

import (
	"os"
	"testing"
)

// TestMain sets a locale in which every Python takes every name for a file: older ones
// and PyPy don't in the one of an empty environment.
func TestMain(m *testing.M) {
	os.Setenv("LC_ALL", "C.UTF-8")
	os.Exit(m.Run())
}
