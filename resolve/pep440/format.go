package pep440

import "strconv"

// String returns the normalised text of v, "" for the zero Version.
func (v Version) String() string { return v.text(v.releaseLength()) }

// Key returns the normalised text of v without the trailing zeros of its release. Keys are equal exactly where
// versions are.
func (v Version) Key() string {
	n := v.releaseLength()
	if f := v.unusual(); f != nil {
		for n > 1 && f.release[n-1] == "0" {
			n--
		}
	} else {
		for n > 1 && v.segment(n-1) == 0 {
			n--
		}
	}
	return v.text(n)
}

// text writes v with n release segments.
func (v Version) text(n int) string {
	if v.IsZero() {
		return ""
	}
	var buffer [48]byte
	b := buffer[:0]
	if f := v.unusual(); f != nil {
		b = f.append(b, n)
	} else {
		b = v.append(b, n)
	}
	if local := v.Local(); local != "" {
		b = append(append(b, '+'), local...)
	}
	return string(b)
}

func (v Version) append(b []byte, n int) []byte {
	for i := range n {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendUint(b, uint64(v.segment(i)), 10)
	}
	if label := v.phase().label(); label != "" {
		b = strconv.AppendUint(append(b, label...), v.preField(), 10)
	}
	if post := v.postField(); post != 0 {
		b = strconv.AppendUint(append(b, ".post"...), post-1, 10)
	}
	if dev := v.devField(); dev != noDev {
		b = strconv.AppendUint(append(b, ".dev"...), dev-1, 10)
	}
	return b
}

func (f *fields) append(b []byte, n int) []byte {
	if f.epoch != "0" {
		b = append(append(b, f.epoch...), '!')
	}
	for i := range n {
		if i > 0 {
			b = append(b, '.')
		}
		b = append(b, f.release[i]...)
	}
	if f.pre != "" {
		b = append(append(b, f.phase.label()...), f.pre...)
	}
	if f.post != "" {
		b = append(append(b, ".post"...), f.post...)
	}
	if f.dev != "" {
		b = append(append(b, ".dev"...), f.dev...)
	}
	return b
}
