package build

import (
	"github.com/gobundle/gobundle/resolve/dist"
)

// What the tests of this package see of its inside.
var (
	ProjectMetadata = projectMetadata
	Advice          = advice
	RemoveAll       = removeAll
)

// RequirementTexts is requirementTexts for metadata as text.
func RequirementTexts(text string) ([]string, error) {
	m, err := dist.ParseMetadata([]byte(text))
	return requirementTexts(m), err
}

// LogOf writes to a log and returns its path and its last lines.
func LogOf(folder string, chunks ...[]byte) (path string, last []string, err error) {
	l, err := newLog(folder, "../x y-1.0.tar.gz")
	if err != nil {
		return "", nil, err
	}
	for _, chunk := range chunks {
		if _, err := l.Write(chunk); err != nil {
			return "", nil, err
		}
	}
	last = l.last()
	l.close()
	return l.path, last, nil
}
