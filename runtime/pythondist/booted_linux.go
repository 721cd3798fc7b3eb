package pythondist

import (
	"time"

	"golang.org/x/sys/unix"
)

// booted is when the machine began; the zero time if that is not known.
func booted() time.Time {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return time.Time{}
	}
	return time.Now().Add(-time.Duration(info.Uptime) * time.Second)
}
