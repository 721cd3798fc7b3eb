package bootstrap

import _ "embed"

//go:embed compile.py
var compile string

// Compile returns a program for Python 3.7 or newer, to be given to it with -c, that
// compiles the modules on its standard input. The text says what it reads and writes.
func Compile() string { return compile }
