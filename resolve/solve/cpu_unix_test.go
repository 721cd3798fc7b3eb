//go:build unix

package solve_test

import (
	"syscall"
	"testing"
	"time"
)

// reportCPU adds the CPU time of an operation, the collector's included, from now on: on
// a machine that has other work the wall time says little.
func reportCPU(b *testing.B) {
	b.Helper()
	begun := cpuTime()
	b.Cleanup(func() { b.ReportMetric(float64((cpuTime()-begun).Microseconds())/1000/float64(b.N), "CPU-ms/op") })
}

// cpuTime is what the process has used so far.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
