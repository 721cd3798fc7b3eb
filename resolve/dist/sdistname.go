package dist

import (
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
)

// An SdistName is what a source distribution's file name says.
type SdistName struct {
	Name     string // normalised
	NameText string // as written
	Version  pep440.Version
}

// ParseSdistName parses the name of a source distribution as packaging.utils
// does: what follows the last dash is the version, the extension is .tar.gz or
// .zip. The error is a *FileNameError.
func ParseSdistName(file string) (SdistName, error) {
	stem, ok := cutExtension(file, ".tar.gz", ".zip")
	if !ok {
		return SdistName{}, &FileNameError{File: file, Reason: "a source distribution's name ends in .tar.gz or .zip"}
	}
	dash := strings.LastIndexByte(stem, '-')
	if dash < 0 {
		return SdistName{}, &FileNameError{File: file, Reason: "there is no dash between name and version"}
	}
	return sdistName(file, stem[:dash], stem[dash+1:])
}

// ParseSdistNameFor parses the name of a source distribution known to be of the
// project, which settles what older names leave open: what of
// "foo-bar-1.0-2.tar.gz" is the version. It takes the extensions that were in
// use before PEP 625, too. The error is a *FileNameError.
func ParseSdistNameFor(file, project string) (SdistName, error) {
	stem, ok := cutExtension(file, ".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar.lzma", ".tlz", ".tar")
	if !ok {
		return SdistName{}, &FileNameError{File: file, Reason: "a source distribution's name ends in .tar.gz or .zip"}
	}
	project = pep508.NormalizeName(project)
	for dash := range len(stem) {
		if stem[dash] == '-' && pep508.NormalizeName(stem[:dash]) == project {
			return sdistName(file, stem[:dash], stem[dash+1:])
		}
	}
	return SdistName{}, &FileNameError{File: file, Reason: fmt.Sprintf("it does not begin with %s-", project)}
}

func sdistName(file, name, version string) (SdistName, error) {
	if err := checkFileName(file); err != nil {
		return SdistName{}, err
	}
	if name == "" {
		return SdistName{}, &FileNameError{File: file, Reason: "the project's name is empty"}
	}
	v, err := pep440.Parse(version)
	if err != nil {
		return SdistName{}, &FileNameError{File: file, Reason: "bad version", Err: err}
	}
	return SdistName{Name: pep508.NormalizeName(name), NameText: name, Version: v}, nil
}

func cutExtension(file string, extensions ...string) (stem string, ok bool) {
	for _, extension := range extensions {
		if stem, ok = strings.CutSuffix(file, extension); ok {
			return stem, true
		}
	}
	return file, false
}
