// Package target knows target environments: which interpreter on which platform
// a bundle is made for. A target is two things, values for the marker variables
// of PEP 508 and a ranking of wheel tags. They come from the target's name
// (cp312-manylinux_2_28_x86_64), from an interpreter on this machine, or from a
// complete platform as PEX writes and reads it.
//
// A name leaves open what differs between machines of its kind. The release of
// the operating system is then empty, and the Python is the last release of its
// minor version, or the one named: cp3.12.4-linux-x86_64.
package target
