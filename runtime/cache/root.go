package cache

import (
	"errors"
	"path"
	"strings"
)

// ErrNoHome says that neither the environment nor the home directory tells
// where the cache is.
var ErrNoHome = errors.New("no home directory is known, and GOBUNDLE_CACHE_DIR is not set")

// Root is where the cache is for one user: $GOBUNDLE_CACHE_DIR as it stands;
// else $XDG_CACHE_HOME/gobundle; else ~/.cache/gobundle, on macOS
// ~/Library/Caches/gobundle, on Windows %LOCALAPPDATA%\gobundle\cache.
// XDG_CACHE_HOME doesn't count on Windows, nor anywhere if it is relative. home
// may be "" if it isn't known; the error is then [ErrNoHome] unless a variable
// decides. Nothing is looked up or created.
func Root(getenv func(string) string, goos, home string) (string, error) {
	if dir := getenv("GOBUNDLE_CACHE_DIR"); dir != "" {
		return dir, nil
	}
	if goos == "windows" {
		local := getenv("LOCALAPPDATA")
		if local == "" && home != "" {
			local = strings.TrimRight(home, `\/`) + `\AppData\Local`
		}
		if local == "" {
			return "", ErrNoHome
		}
		return strings.TrimRight(local, `\/`) + `\gobundle\cache`, nil
	}
	if dir := getenv("XDG_CACHE_HOME"); path.IsAbs(dir) {
		return path.Join(dir, "gobundle"), nil
	}
	if !path.IsAbs(home) {
		return "", ErrNoHome
	}
	if goos == "darwin" {
		return path.Join(home, "Library/Caches/gobundle"), nil
	}
	return path.Join(home, ".cache/gobundle"), nil
}
