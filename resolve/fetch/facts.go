package fetch

import (
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stamp tells an unchanged file from a changed one without reading it.
type stamp struct {
	size     int64
	modified int64  // nanoseconds since 1970
	changed  int64  // the same of the inode; 0 where the system has none
	inode    uint64 // 0 where the system has none
}

func stampOf(info fs.FileInfo) stamp {
	s := stamp{size: info.Size(), modified: info.ModTime().UnixNano()}
	s.inode, s.changed = inodeOf(info)
	return s
}

// settled reports whether a later change of the file is sure to show in its
// stamp: clocks of file systems tick in steps, and a file that was written within
// the present one may be written again within it. Times without a fraction are
// those of a file system with steps of a second or two.
func (s stamp) settled(now time.Time) bool {
	step := 50 * time.Millisecond
	if s.modified%int64(time.Second) == 0 && s.changed%int64(time.Second) == 0 {
		step = 2 * time.Second
	}
	latest := max(s.modified, s.changed)
	return now.UnixNano()-latest > int64(step)
}

// facts are what was found out by reading a file.
type facts struct {
	stamp    stamp
	sums     map[string]string // digests by algorithm, sha256 among them
	crc32    uint32
	verified bool // Options.Verify has approved of it under its present name
}

// line is the text form: a checksum, fields parted by tabs, the name last.
func (f *facts) line(name string) string {
	var sums []string
	for _, algorithm := range slices.Sorted(maps.Keys(f.sums)) {
		sums = append(sums, algorithm+":"+f.sums[algorithm])
	}
	text := fmt.Sprintf("%d\t%d\t%d\t%d\t%s\t%08x\t%t\t%s", f.stamp.size, f.stamp.modified, f.stamp.changed, f.stamp.inode,
		strings.Join(sums, ","), f.crc32, f.verified, name)
	return fmt.Sprintf("%08x\t%s\n", crc32.ChecksumIEEE([]byte(text)), text)
}

// parseFacts reads a line without its end; ok is false for a damaged one.
func parseFacts(line string) (name string, f facts, ok bool) {
	sum, text, ok := strings.Cut(line, "\t")
	if want, err := strconv.ParseUint(sum, 16, 32); !ok || err != nil || uint32(want) != crc32.ChecksumIEEE([]byte(text)) {
		return "", facts{}, false
	}
	fields := strings.SplitN(text, "\t", 8)
	if len(fields) != 8 {
		return "", facts{}, false
	}
	var err error
	number := func(text string) (n int64) {
		if err == nil {
			n, err = strconv.ParseInt(text, 10, 64)
		}
		return n
	}
	f.stamp.size, f.stamp.modified, f.stamp.changed = number(fields[0]), number(fields[1]), number(fields[2])
	inode, err1 := strconv.ParseUint(fields[3], 10, 64)
	crc, err2 := strconv.ParseUint(fields[5], 16, 32)
	verified, err3 := strconv.ParseBool(fields[6])
	f.stamp.inode, f.crc32, f.verified, f.sums = inode, uint32(crc), verified, map[string]string{}
	for sum := range strings.SplitSeq(fields[4], ",") {
		algorithm, digest, _ := strings.Cut(sum, ":")
		f.sums[algorithm] = digest
	}
	return fields[7], f, err == nil && err1 == nil && err2 == nil && err3 == nil && f.sums["sha256"] != ""
}
