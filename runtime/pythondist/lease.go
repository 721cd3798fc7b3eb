package pythondist

import (
	"os"
	"time"
)

// stamp notes that the distribution is used now.
func (l *lease) stamp() {
	now := time.Now()
	_ = os.Chtimes(l.file.Name(), now, now) // a cache may be read-only
}

// mayStamp reports whether the use can be noted; else nothing could be made anew, either.
func (l *lease) mayStamp() bool {
	file, err := os.OpenFile(l.file.Name(), os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	return file.Close() == nil
}
