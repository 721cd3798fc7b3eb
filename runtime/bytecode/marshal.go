package bytecode

import (
	"encoding/binary"
	"errors"
)

// Marshal marks each object that somebody else refers to, for a later
// reference to it. Whether somebody does depends on what the process has done
// before: names that are in use elsewhere are shared. normalize takes the marks off
// that nothing in the code refers to, and numbers the others anew, so that the same code has the
// same bytes. The size stays. Code that it can't read, that of a future version
// perhaps, stays as it is: that is good byte-code as well.
func normalize(code []byte, version [3]int) {
	r := &marshalReader{data: code, version: version}
	if r.object(0) != nil || r.at != len(code) {
		return
	}
	renumbered := make([]uint32, len(r.marks))
	next := uint32(0)
	used := make([]bool, len(r.marks))
	for _, at := range r.references {
		used[binary.LittleEndian.Uint32(code[at:])] = true
	}
	for i, at := range r.marks {
		if !used[i] {
			code[at] &^= mark
			continue
		}
		renumbered[i] = next
		next++
	}
	for _, at := range r.references {
		binary.LittleEndian.PutUint32(code[at:], renumbered[binary.LittleEndian.Uint32(code[at:])])
	}
	for _, at := range r.names {
		code[at] = interned(code[at])
	}
}

// interned returns the type of a text that is to be shared within the process which
// reads it. PyPy writes it for a name if that was shared in the process that wrote it;
// CPython for every name.
func interned(kind byte) byte {
	switch kind &^ mark {
	case 'z':
		return 'Z' | kind&mark
	case 'a':
		return 'A' | kind&mark
	case 'u':
		return 't' | kind&mark
	}
	return kind
}

// mark is the bit in the type of an object that can be referred to.
const mark = 0x80

// deepest is how far objects may be nested; marshal itself stops at 2,000.
const deepest = 2000

var errMarshal = errors.New("this is no marshalled code of a known kind")

// A marshalReader finds where the marks and the references are.
type marshalReader struct {
	data       []byte
	at         int
	version    [3]int
	marks      []int // places of the types of marked objects, in the order of their numbers
	references []int // places of the numbers in references
	names      []int // places of the types of texts that are like names
}

// skip moves on by a number of bytes.
func (r *marshalReader) skip(n int) error {
	if n < 0 || n > len(r.data)-r.at {
		return errMarshal
	}
	r.at += n
	return nil
}

// number reads an integer of four bytes, or of one.
func (r *marshalReader) number(size int) (int, error) {
	at := r.at
	if err := r.skip(size); err != nil {
		return 0, err
	}
	if size == 1 {
		return int(r.data[at]), nil
	}
	return int(int32(binary.LittleEndian.Uint32(r.data[at:]))), nil
}

// object reads an object with all that is in it.
func (r *marshalReader) object(depth int) error {
	if depth > deepest || r.at >= len(r.data) {
		return errMarshal
	}
	kind := r.data[r.at]
	if kind&mark != 0 {
		r.marks = append(r.marks, r.at)
	}
	r.at++
	switch kind &^ mark {
	case 'N', 'F', 'T', 'S', '.':
		return nil
	case 'i':
		return r.skip(4)
	case 'I', 'g':
		return r.skip(8)
	case 'y':
		return r.skip(16)
	case 'l': // digits of 15 bits; the sign is that of their number
		n, err := r.number(4)
		if err != nil {
			return err
		}
		return r.skip(2 * max(n, -n))
	case 's', 't', 'u', 'a', 'A':
		return r.text(4)
	case 'z', 'Z':
		return r.text(1)
	case ')':
		return r.sequence(1, depth)
	case '(', '[', '<', '>':
		return r.sequence(4, depth)
	case ':': // a slice, since 3.14
		return r.objects(3, depth)
	case 'r':
		return r.reference()
	case 'c':
		return r.code(depth)
	}
	return errMarshal
}

// text reads a text, or bytes, whose type was the last that was read.
func (r *marshalReader) text(size int) error {
	kind := r.at - 1
	n, err := r.number(size)
	if err != nil {
		return err
	}
	begin := r.at
	if err := r.skip(n); err != nil {
		return err
	}
	for _, c := range r.data[begin:r.at] {
		if c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c < 0x80 {
			return nil
		}
	}
	r.names = append(r.names, kind)
	return nil
}

func (r *marshalReader) sequence(size, depth int) error {
	n, err := r.number(size)
	if err != nil {
		return err
	}
	if n < 0 {
		return errMarshal
	}
	return r.objects(n, depth)
}

func (r *marshalReader) objects(n, depth int) error {
	for range n {
		if err := r.object(depth + 1); err != nil {
			return err
		}
	}
	return nil
}

func (r *marshalReader) reference() error {
	at := r.at
	n, err := r.number(4)
	if err != nil || n < 0 || n >= len(r.marks) {
		return errMarshal
	}
	r.references = append(r.references, at)
	return nil
}

// code reads a code object: integers, objects, the first line, and the tables
// behind it.
func (r *marshalReader) code(depth int) error {
	integers, objects, tables := 6, 8, 1
	switch minor := r.version[1]; {
	case minor < 8: // without the number of positional-only parameters
		integers = 5
	case minor >= 11: // locals are one list, and exceptions have a table
		integers, objects, tables = 5, 8, 2
	}
	if err := r.skip(4 * integers); err != nil {
		return err
	}
	if err := r.objects(objects, depth); err != nil {
		return err
	}
	if err := r.skip(4); err != nil {
		return err
	}
	return r.objects(tables, depth)
}
