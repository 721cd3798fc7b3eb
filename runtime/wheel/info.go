package wheel

import (
	"strconv"
	"strings"
)

// Info is the WHEEL file.
type Info struct {
	Version       string // Wheel-Version
	RootIsPurelib bool
	Tags          []string
	Build         string
	Generator     string
}

// Info returns the WHEEL file. A newer major version gives a [*VersionError], a
// missing or malformed one an [*InvalidError]; a newer minor version is
// accepted, as the specification asks.
func (w *Wheel) Info() (Info, error) {
	b, err := w.readInfo("WHEEL", maxMetadata)
	if err != nil {
		return Info{}, err
	}
	var info Info
	for key, value := range headers(string(b)) {
		switch strings.ToLower(key) {
		case "wheel-version":
			info.Version = value
		case "root-is-purelib":
			info.RootIsPurelib = strings.EqualFold(value, "true")
		case "tag":
			info.Tags = append(info.Tags, value)
		case "build":
			info.Build = value
		case "generator":
			info.Generator = value
		}
	}
	major, _, _ := strings.Cut(info.Version, ".")
	number, err := strconv.Atoi(major)
	if err != nil || number < 1 {
		return Info{}, w.archive.invalid(w.DistInfo+"/WHEEL", "has no usable Wheel-Version")
	}
	if number > 1 {
		return Info{}, &VersionError{Wheel: w.FileName, Version: info.Version}
	}
	return info, nil
}

// headers yields the "Key: value" lines up to the first blank one, continuation
// lines joined. It is what WHEEL and the name in METADATA need; it is no
// metadata parser.
func headers(text string) func(yield func(key, value string) bool) {
	return func(yield func(key, value string) bool) {
		var key, value string
		flush := func() bool { return key == "" || yield(key, value) }
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\r\n")
			if strings.TrimSpace(line) == "" {
				break
			}
			if line[0] == ' ' || line[0] == '\t' {
				value += "\n" + strings.TrimSpace(line)
				continue
			}
			if !flush() {
				return
			}
			before, after, found := strings.Cut(line, ":")
			key, value = "", ""
			if found {
				key, value = before, strings.TrimSpace(after)
			}
		}
		flush()
	}
}

// projectName is the Name of METADATA, or the .dist-info folder's if there is
// none.
func (w *Wheel) projectName() (string, error) {
	b, err := w.Metadata()
	if err != nil {
		return "", err
	}
	for key, value := range headers(string(b)) {
		if strings.EqualFold(key, "name") && value != "" {
			return value, nil
		}
	}
	return w.Name, nil
}
