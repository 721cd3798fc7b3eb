//go:build linux && (amd64 || arm64)

package early

// Command returns what execve(2) would be given once Find has reported true. It is for
// tests: it allocates.
func (s *Start) Command() (path string, arguments, environ []string) {
	return string(s.path), s.arguments.strings(), s.environ.strings()
}

func (v *vector) strings() (all []string) {
	for _, t := range v.texts[:v.n] {
		all = append(all, string(textAt(t)))
	}
	return all
}
