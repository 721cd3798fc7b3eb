//go:build !linux && !darwin && !windows

package pythondist

import "time"

// booted is the zero time: when the machine began is not known.
func booted() time.Time { return time.Time{} }
