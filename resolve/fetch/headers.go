package fetch

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// What METADATA of local wheels says before the description is remembered in one file
// for each folder, so that a lock of hundreds of wheels opens none of them. A record is
// a line (a checksum of the rest, the stamp, the length, the name) and the text. It is added by a
// single write, like a line of memory.

// longestHeaders is how many bytes of metadata are remembered; usual ones have 2,000.
const longestHeaders = 64 << 10

// localHeaders is localMetadata up to the description, remembered.
func (f *Fetcher) localHeaders(path, name string) ([]byte, error) {
	absolute, err := filepath.Abs(path)
	if err != nil || filepath.Base(absolute) != name || strings.ContainsRune(name, '\n') {
		return localMetadata(path, name)
	}
	info, err := os.Stat(absolute)
	if err != nil {
		return nil, &FileError{File: path, Err: bareCause(err)}
	}
	known := f.folder(filepath.Dir(absolute))
	if text, ok := known.recallHeaders(name, stampOf(info)); ok {
		return text, nil
	}
	text, err := localMetadata(path, name)
	if err != nil {
		return nil, err
	}
	text = beforeDescription(text)
	after, err := os.Stat(absolute)
	if s := stampOf(info); err == nil && stampOf(after) == s && s.settled(f.options.Now()) && len(text) <= longestHeaders {
		known.keepHeaders(name, headers{s, text})
	}
	return text, nil
}

// beforeDescription cuts a text at its first empty line.
func beforeDescription(text []byte) []byte {
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		if line := text[at : at+end]; len(bytes.TrimRight(line, "\r")) == 0 {
			return text[:at]
		}
		at += end + 1
	}
	return text
}

// headers are what is remembered of one wheel.
type headers struct {
	stamp stamp
	text  []byte
}

// recallHeaders returns the text of a wheel that has this stamp.
func (r *remembered) recallHeaders(name string, s stamp) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readHeaders()
	h, ok := r.headers[name]
	return h.text, ok && h.stamp == s
}

// keepHeaders remembers them. Where they can't be written they serve this process.
func (r *remembered) keepHeaders(name string, h headers) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readHeaders()
	r.headers[name] = h
	if err := os.MkdirAll(filepath.Dir(r.path), 0o700); err != nil {
		return
	}
	file, err := os.OpenFile(r.headersPath(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	_, _ = file.Write(h.record(name))
	_ = file.Close()
}

func (r *remembered) headersPath() string { return r.path + ".metadata" }

// readHeaders reads the file when it is first asked for. What follows damage is not
// read; if there are too many records of changed wheels, it is written anew.
func (r *remembered) readHeaders() {
	if r.headers != nil {
		return
	}
	r.headers = map[string]headers{}
	file, err := os.Open(r.headersPath())
	if err != nil {
		return
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 64<<20))
	if err != nil {
		return
	}
	records := 0
	rest := text
	for len(rest) > 0 {
		name, h, size := parseHeaders(rest)
		if size == 0 {
			break
		}
		r.headers[name] = h
		rest = rest[size:]
		records++
	}
	if records > tooMany*(len(r.headers)+8) || len(rest) > 0 {
		var text bytes.Buffer
		for name, h := range r.headers {
			text.Write(h.record(name))
		}
		_ = writeFile(r.headersPath(), text.Bytes())
	}
}

func (h headers) record(name string) []byte {
	line := fmt.Sprintf("%d\t%d\t%d\t%d\t%d\t%s\n", h.stamp.size, h.stamp.modified, h.stamp.changed, h.stamp.inode, len(h.text), name)
	rest := append([]byte(line), h.text...)
	return append(fmt.Appendf(nil, "%08x\t", crc32.Checksum(rest, castagnoli)), rest...)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// parseHeaders reads the record that a text begins with; size is 0 for a damaged one.
func parseHeaders(text []byte) (name string, h headers, size int) {
	end := bytes.IndexByte(text, '\n')
	if end < 9 {
		return "", headers{}, 0
	}
	fields := strings.SplitN(string(text[:end]), "\t", 7)
	if len(fields) != 7 {
		return "", headers{}, 0
	}
	want, err := strconv.ParseUint(fields[0], 16, 32)
	if err != nil {
		return "", headers{}, 0
	}
	var numbers [4]int64
	for i, field := range []string{fields[1], fields[2], fields[3], fields[5]} {
		if numbers[i], err = strconv.ParseInt(field, 10, 64); err != nil {
			return "", headers{}, 0
		}
	}
	inode, err := strconv.ParseUint(fields[4], 10, 64)
	length := numbers[3]
	if err != nil || length < 0 || length > int64(len(text)-end-1) {
		return "", headers{}, 0
	}
	size = end + 1 + int(length)
	if crc32.Checksum(text[9:size], castagnoli) != uint32(want) {
		return "", headers{}, 0
	}
	return fields[6], headers{stamp{numbers[0], numbers[1], numbers[2], inode}, text[end+1 : size]}, size
}
