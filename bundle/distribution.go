package bundle

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/standalone"
	"github.com/gobundle/gobundle/resolve/transport"
	"github.com/gobundle/gobundle/runtime/pythondist"
)

// distributionFile finds out which archive a text means. What is to be fetched at the first
// start gets its URL.
func (s *session) distributionFile(o *Options, c *carried, target string) (index.File, error) {
	text := o.Python.Distribution
	if standalone.IsName(text) {
		system, known := standalone.SystemOf(target)
		if !known {
			system = hostSystem()
		}
		release, err := standalone.Find(text, system)
		if err != nil {
			return index.File{}, err
		}
		c.record.URL = release.URL()
		return index.File{Name: release.File(), URL: release.URL(), Hashes: index.Digests{{Algorithm: "sha256", Hex: release.SHA256}}, Size: -1}, nil
	}
	bare, fragment, _ := strings.Cut(text, "#")
	shown := transport.Redact(bare)
	if !strings.Contains(bare, "://") {
		if o.Python.Mode == FetchPython {
			return index.File{}, notFetched(text)
		}
		location := o.path(text)
		if _, err := os.Stat(location); err != nil {
			return index.File{}, &PythonOptionError{Text: text, Reason: "is neither a file nor a folder, nor a name of the catalogue",
				Remedy: "give a path, a URL with #sha256=..., or a name like cpython-3.12"}
		}
		return index.File{Name: filepath.Base(location), Path: location, Size: -1}, nil
	}
	u, err := url.Parse(bare)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return index.File{}, &PythonOptionError{Text: shown, Reason: "is no URL that can be fetched", Remedy: "give one that begins with https://"}
	}
	sum, found := strings.CutPrefix(fragment, "sha256=")
	if sum = strings.ToLower(sum); !found || len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "" {
		return index.File{}, &PythonOptionError{Text: shown, Reason: "has no sha256 to be checked", Remedy: "add it to the URL: " + shown + "#sha256=..."}
	}
	name := path.Base(u.Path)
	if !isArchive(name) {
		return index.File{}, &PythonOptionError{Text: shown, Reason: "is no archive by its name", Remedy: "give one whose name ends in .tar.gz or .tar.zst"}
	}
	return index.File{Name: name, URL: bare, Hashes: index.Digests{{Algorithm: "sha256", Hex: sum}}, Size: -1}, nil
}

func isArchive(name string) bool {
	return strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz") || strings.HasSuffix(name, ".tar.zst")
}

// place takes the credentials out of a URL, and looks into the mirror if there is one.
func (s *session) place(o *Options, fetcher *fetch.Fetcher, c *carried, file index.File) (index.File, error) {
	if file.Path != "" {
		return file, nil
	}
	bare, err := fetcher.Login(file.URL)
	if err != nil {
		return file, err
	}
	file.URL, c.record.URL = bare, bare
	if o.Python.Mode == FetchPython && strings.Contains(o.Python.Distribution, "@") && !strings.Contains(bare, "@") {
		c.notes = append(c.notes, "the bundle fetches its Python without the user and password of --python-dist: they are not kept")
	}
	mirror := o.Getenv(pythondist.MirrorVariable)
	if mirror == "" {
		return file, nil
	}
	record := pythondist.Record{Archive: file.Name, URL: bare}
	address := record.Address(mirror)
	if local, is := pythondist.LocalPath(address); is {
		file.Path = o.path(local)
		return file, nil
	}
	file.URL, err = fetcher.Login(address)
	return file, err
}

// hostSystem is that of this machine.
func hostSystem() standalone.System {
	system := standalone.System{OS: runtime.GOOS, Arch: runtime.GOARCH}
	if system.OS == "linux" {
		system.Libc = "gnu"
		musl, _ := filepath.Glob("/lib/ld-musl-*")
		if glibc, _ := filepath.Glob("/lib*/ld-linux*"); len(musl) > 0 && len(glibc) == 0 {
			system.Libc = "musl"
		}
	}
	return system
}
