//go:build !linux

package build

import "github.com/gobundle/gobundle/runtime/interpreter"

// makeBare leaves it to the venv module, which knows frameworks and launchers.
func makeBare(string, *interpreter.Interpreter) (made bool, err error) { return false, nil }
