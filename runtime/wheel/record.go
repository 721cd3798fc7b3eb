package wheel

import (
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"slices"
	"strconv"
	"strings"
)

// row is one line of RECORD; hash and size may be empty.
type row struct{ path, hash, size string }

// parseRecord reads RECORD: CSV as Python's csv module reads it. Rows may have
// fewer than three fields; further ones are dropped. Empty lines are skipped.
func parseRecord(text string) (rows []row, ok bool) {
	for text != "" {
		var fields [3]string
		count := 0
		for more := true; more; count++ {
			var field string
			field, text, more, ok = nextField(text)
			if !ok {
				return nil, false
			}
			if count < len(fields) {
				fields[count] = field
			}
		}
		if count > 1 || fields[0] != "" {
			rows = append(rows, row{fields[0], fields[1], fields[2]})
		}
	}
	return rows, true
}

// nextField takes one field off text; more is whether another one follows in
// the same row. A quote that is never closed is not ok.
func nextField(text string) (field, rest string, more, ok bool) {
	quoted := ""
	if strings.HasPrefix(text, `"`) {
		text = text[1:]
		for {
			i := strings.IndexByte(text, '"')
			if i < 0 {
				return "", "", false, false
			}
			quoted += text[:i]
			text = text[i+1:]
			if !strings.HasPrefix(text, `"`) {
				break
			}
			quoted += `"`
			text = text[1:]
		}
	}
	end := strings.IndexAny(text, ",\r\n")
	if end < 0 {
		return quoted + text, "", false, true
	}
	field, rest = quoted+text[:end], text[end+1:]
	if text[end] == '\r' {
		rest = strings.TrimPrefix(rest, "\n")
	}
	return field, rest, text[end] == ',', true
}

// formatRecord writes rows as pip does: sorted, quoted only where needed, lines
// ended as CSV asks.
func formatRecord(rows []row) []byte {
	slices.SortFunc(rows, func(r, s row) int {
		return cmp.Or(strings.Compare(r.path, s.path), strings.Compare(r.hash, s.hash), strings.Compare(r.size, s.size))
	})
	var b []byte
	for _, r := range rows {
		b = appendField(b, r.path)
		b = append(b, ',')
		b = appendField(b, r.hash)
		b = append(b, ',')
		b = appendField(b, r.size)
		b = append(b, '\r', '\n')
	}
	return b
}

func appendField(b []byte, field string) []byte {
	if !strings.ContainsAny(field, "\",\r\n") {
		return append(b, field...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(field, `"`, `""`)...)
	return append(b, '"')
}

// hashed is the row of a file with the given SHA-256.
func hashed(path string, sum []byte, size int64) row {
	return row{path, "sha256=" + base64.RawURLEncoding.EncodeToString(sum), strconv.FormatInt(size, 10)}
}

// record is a wheel's RECORD, looked up by member.
type record struct {
	wheel *Wheel
	rows  []row
	rowOf map[string]int // by path, backslashes turned
}

// record reads RECORD and checks it against the list of members, but not yet
// against their bytes: each file has one row with a hash of an accepted kind,
// each row a file.
func (w *Wheel) record() (*record, error) {
	b, err := w.readInfo("RECORD", maxRecord)
	if err != nil {
		return nil, err
	}
	rows, ok := parseRecord(string(b))
	if !ok {
		return nil, &RecordError{Wheel: w.FileName, Reason: "has a quote that is never closed"}
	}
	r := &record{wheel: w, rows: rows, rowOf: make(map[string]int, len(rows))}
	for i := range rows {
		if err := r.index(i); err != nil {
			return nil, err
		}
	}
	for i := range w.archive.members {
		m := &w.archive.members[i]
		if _, found := r.rowOf[m.name]; !found && !m.directory() && !w.unhashed(m.name) {
			return nil, r.mismatch(m.name, "is not listed")
		}
	}
	return r, nil
}

func (r *record) index(i int) error {
	entry := r.rows[i]
	path := strings.ReplaceAll(entry.path, `\`, "/")
	if previous, found := r.rowOf[path]; found && r.rows[previous] != entry {
		return r.mismatch(path, "is listed twice")
	}
	r.rowOf[path] = i
	if strings.HasSuffix(path, "/") {
		if _, found := r.wheel.archive.index[path]; found {
			return nil
		}
	}
	if !r.wheel.Has(path) {
		return r.mismatch(path, "is listed, but not in the wheel")
	}
	if r.wheel.unhashed(path) {
		// RECORD can't hold its own hash; a signature's would be void.
		if entry.hash != "" {
			return r.mismatch(path, "must not have a hash")
		}
		return nil
	}
	if entry.hash == "" {
		return r.mismatch(path, "has no hash")
	}
	if newHash(entry.hash) == nil {
		algorithm, _, _ := strings.Cut(entry.hash, "=")
		return r.mismatch(path, "has a hash of an unknown or weak kind, "+strconv.Quote(algorithm))
	}
	return nil
}

func (r *record) mismatch(path, reason string) error {
	return &RecordError{Wheel: r.wheel.FileName, Path: path, Reason: reason}
}

// unhashed reports whether RECORD has no hash for a path: RECORD itself and its
// signatures.
func (w *Wheel) unhashed(path string) bool {
	name, found := strings.CutPrefix(path, w.DistInfo+"/")
	return found && (name == "RECORD" || name == "RECORD.jws" || name == "RECORD.p7s")
}

// newHash returns the hash that a RECORD field names, or nil. The specification
// wants SHA-256 or better.
func newHash(field string) hash.Hash {
	algorithm, _, _ := strings.Cut(field, "=")
	switch strings.ToLower(algorithm) {
	case "sha256":
		return sha256.New()
	case "sha384":
		return sha512.New384()
	case "sha512":
		return sha512.New()
	}
	return nil
}

// sameDigest compares a RECORD field with a digest. Some old tools left the
// padding on.
func sameDigest(field string, sum []byte) bool {
	_, text, _ := strings.Cut(field, "=")
	return strings.TrimRight(text, "=") == base64.RawURLEncoding.EncodeToString(sum)
}
