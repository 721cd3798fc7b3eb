package target

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/resolve/tag"
)

// maxCompletePlatform is the size in bytes of the largest complete platform
// that is read. Real ones have about 100 KB.
const maxCompletePlatform = 16 << 20

// A CompletePlatform is a target in the form of PEX's --complete-platform: all
// marker variables and all tags, the best first.
type CompletePlatform struct {
	MarkerEnvironment pep508.Environment `json:"marker_environment"`
	CompatibleTags    []string           `json:"compatible_tags"`
}

// CompletePlatform returns the target in the form that [FromCompletePlatform]
// reads.
func (t *Target) CompletePlatform() CompletePlatform {
	p := CompletePlatform{MarkerEnvironment: t.Environment}
	for _, tag := range t.Tags.Tags() {
		p.CompatibleTags = append(p.CompatibleTags, tag.String())
	}
	return p
}

// FromCompletePlatform reads a target as PEX writes it in JSON. Keys that it
// does not know, and variables without a value, are passed over.
func FromCompletePlatform(r io.Reader) (*Target, error) {
	t, err := readCompletePlatform(r)
	if err != nil {
		return nil, fmt.Errorf("reading complete platform: %w", err)
	}
	return t, nil
}

func readCompletePlatform(r io.Reader) (*Target, error) {
	limited := &io.LimitedReader{R: r, N: maxCompletePlatform}
	var p CompletePlatform
	if err := json.NewDecoder(limited).Decode(&p); err != nil {
		if limited.N <= 0 {
			return nil, fmt.Errorf("it is larger than %d bytes", maxCompletePlatform)
		}
		return nil, err
	}
	env := p.MarkerEnvironment
	if cmp.Or(env.PythonFullVersion, env.PythonVersion) == "" {
		return nil, errors.New("marker_environment has no python_full_version")
	}
	python, err := pythonVersion(cmp.Or(env.PythonFullVersion, env.PythonVersion))
	if err != nil {
		return nil, err
	}
	if len(p.CompatibleTags) == 0 {
		return nil, errors.New("compatible_tags is empty")
	}
	var tags []tag.Tag
	for _, text := range p.CompatibleTags {
		expanded, err := tag.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("compatible_tags: %w", err)
		}
		tags = append(tags, expanded...)
	}
	return &Target{Name: nameOf(tags), Environment: env, Python: python, Tags: tag.Rank(tags)}, nil
}

// nameOf names a target after its best tags: the interpreter and ABI of the
// first and the best platform that [platformName] takes.
func nameOf(tags []tag.Tag) string {
	first := tags[0]
	name := first.Python
	if flags, ok := strings.CutPrefix(first.ABI, first.Python); ok {
		name += strings.TrimSuffix(flags, "m")
	}
	var platforms []string
	for _, t := range tags {
		if t.Python != first.Python || t.ABI != first.ABI {
			break
		}
		platforms = append(platforms, t.Platform)
	}
	return name + "-" + platformName(platforms)
}
