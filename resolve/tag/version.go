package tag

import (
	"fmt"
	"strconv"
	"strings"
)

// A Version is the two numbers that tags care about, of a Python, a C library
// or an operating system.
type Version struct{ Major, Minor int }

// Before reports whether v is older than w.
func (v Version) Before(w Version) bool {
	return v.Major < w.Major || (v.Major == w.Major && v.Minor < w.Minor)
}

// String returns "2.28", "" for the zero Version.
func (v Version) String() string {
	if v == (Version{}) {
		return ""
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}

// UnmarshalText reads "2.28", or "13", which is 13.0.
func (v *Version) UnmarshalText(text []byte) error {
	major, minor, both := strings.Cut(string(text), ".")
	if !both {
		minor = "0"
	}
	var read Version
	for _, part := range []struct {
		text string
		to   *int
	}{{major, &read.Major}, {minor, &read.Minor}} {
		n, err := strconv.ParseUint(part.text, 10, 16)
		if err != nil {
			return fmt.Errorf("%q is not a version of the form 2.28", text)
		}
		*part.to = int(n)
	}
	*v = read
	return nil
}

// digits writes the version as tags do: 312 for 3.12.
func (v Version) digits() string { return strconv.Itoa(v.Major) + strconv.Itoa(v.Minor) }
