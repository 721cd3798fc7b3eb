package pythondist

import (
	"time"

	"golang.org/x/sys/windows"
)

// booted is when the machine began.
func booted() time.Time { return time.Now().Add(-windows.DurationSinceBoot()) }
