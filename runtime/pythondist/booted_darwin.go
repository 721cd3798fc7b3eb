package pythondist

import (
	"time"

	"golang.org/x/sys/unix"
)

// booted is when the machine began; the zero time if that is not known.
func booted() time.Time {
	moment, err := unix.SysctlTimeval("kern.boottime")
	if err != nil {
		return time.Time{}
	}
	return time.Unix(moment.Unix())
}
