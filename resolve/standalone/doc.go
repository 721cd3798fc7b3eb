// Package standalone knows distributions of CPython that an executable can bring
// along: where they can be had, which machine they are for, and how one is packed.
//
// A distribution is a folder that works wherever it stands, as
// python-build-standalone makes them (https://gregoryszorc.com/docs/python-build-standalone/main/distributions.html):
// bin/python3.12 and lib/python3.12, or python.exe and Lib on Windows. What one is, its own
// files tell: nothing is run here.
//
// Fetching, unpacking and running them is for others: see resolve/fetch and
// runtime/pythondist.
package standalone

//go:generate go run make.go
