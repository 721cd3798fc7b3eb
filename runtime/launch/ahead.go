//go:build unix

package launch

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gobundle/gobundle/runtime/cache"
	"github.com/gobundle/gobundle/runtime/packed"
)

// Exit codes of the process that unpacks wheels beside a first start.
const (
	madeAll  = 0 // everything that is packed in the bundle was made by it
	madeSome = 3 // the bootstrap has to look at each
)

// contents is what has to be known of a manifest to unpack its wheels.
type contents struct {
	Options struct {
		Verify string `json:"verify_at_run"`
	} `json:"options"`
	Wheels   []packedPart `json:"wheels"`
	Bytecode []packedPart `json:"bytecode"`
	Targets  []struct {
		Wheels []int `json:"wheels"`
	} `json:"targets"`
}

type packedPart struct {
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
	Packing string `json:"packing"`
	// CacheTag and Magic are those of byte-code.
	CacheTag string `json:"cache_tag"`
	Magic    string `json:"magic"`

	member string
}

// ahead unpacks into the cache what every start of the bundle needs, as the bootstrap
// does. It says nothing, and leaves what it can't do to the bootstrap, which tells why.
func ahead(ctx context.Context, file *os.File, environ variables, means Means) int {
	end, err := payloadEnd(file)
	if err != nil || means.Wheels == nil {
		return madeSome
	}
	parts, check, all := common(file, end, means)
	root, err := cache.Find(environ.get, runtime.GOOS, environ.get(homeVariable), os.TempDir())
	if err != nil || root.Fallback != nil || len(parts) == 0 {
		return madeSome
	}
	dir, err := filepath.Abs(root.Dir)
	if err != nil || cache.MakePrivate(filepath.Join(dir, wheelFolder)) != nil {
		return madeSome
	}
	made, err := unpackFree(ctx, file, end, dir, parts, check, means)
	if err != nil || !made || !all {
		return madeSome
	}
	return madeAll
}

// wheelFolder is where the cache has wheels.
const wheelFolder = "wheels"

// common returns what every start needs of what is packed, by its digest; whether it has to be
// compared with that; and whether it is all that is packed.
func common(file *os.File, end int64, means Means) (parts []packedPart, check, all bool) {
	m, err := readContents(file, end, means)
	if err != nil || len(m.Targets) == 0 {
		return nil, false, false
	}
	all = true
	for i, w := range m.Wheels {
		if w.Packing == "" {
			continue
		}
		w.member = "wheels/" + w.File + packed.Suffix
		for _, target := range m.Targets {
			if !slices.Contains(target.Wheels, i) {
				w.member, all = "", false
			}
		}
		if w.member != "" {
			parts = append(parts, w)
		}
	}
	for _, b := range m.Bytecode {
		if len(m.Targets) > 1 || b.CacheTag != m.Bytecode[0].CacheTag || b.Magic != m.Bytecode[0].Magic {
			return parts, m.Options.Verify != "never", false // which is needed the interpreter decides
		}
		if b.Packing != "" {
			b.member = "bytecode/" + b.File + packed.Suffix
			parts = append(parts, b)
		}
	}
	if slices.ContainsFunc(parts, func(p packedPart) bool { return !isDigest(p.SHA256) }) {
		return nil, false, false
	}
	slices.SortFunc(parts, func(a, b packedPart) int { return strings.Compare(a.SHA256, b.SHA256) })
	return parts, m.Options.Verify != "never", all
}

func readContents(file *os.File, end int64, means Means) (*contents, error) {
	record, err := readRecord(file, end)
	if err != nil {
		return nil, err
	}
	const most = 16 << 20
	member, found, err := find(file, end, "manifest.json")
	if err != nil || !found || member.Size() > most {
		return nil, ErrNoBundle
	}
	encoded := make([]byte, member.Size())
	if _, err := io.ReadFull(member, encoded); err != nil {
		return nil, err
	}
	hash := means.Hash()
	hash.Write(encoded)
	if hex.EncodeToString(hash.Sum(nil)) != record.ID {
		return nil, ErrNoBundle
	}
	m := &contents{}
	return m, json.Unmarshal(encoded, m)
}

// unpackFree unpacks those parts that nobody has made or is making, and reports whether
// these were all.
func unpackFree(ctx context.Context, file *os.File, end int64, dir string, wanted []packedPart, check bool, means Means) (all bool, err error) {
	var parts []packed.Part
	var finals []string
	var unlock []func()
	defer func() {
		for _, p := range parts {
			os.RemoveAll(p.Folder) // in vain once it is renamed
		}
		for _, release := range unlock {
			release()
		}
	}()
	for _, w := range wanted {
		final := filepath.Join(dir, wheelFolder, w.SHA256)
		release, free, err := cache.TryObject(dir, "wheel-"+w.SHA256)
		if err != nil {
			return false, err
		}
		if !free {
			continue
		}
		unlock = append(unlock, release)
		if _, err := os.Lstat(final); err == nil {
			continue
		}
		if err := cache.RemoveLeftovers(final); err != nil {
			return false, err
		}
		content, found, err := find(file, end, w.member)
		if err != nil || !found {
			return false, err
		}
		part := packed.Part{Name: w.File, File: content, Size: content.Size(), Folder: cache.TemporaryName(final)}
		if check {
			part.SHA256 = w.SHA256
		}
		parts, finals = append(parts, part), append(finals, final)
		if err := os.Mkdir(part.Folder, 0o700); err != nil {
			return false, err
		}
	}
	if err := means.Wheels(ctx, parts); err != nil {
		return false, err
	}
	for i, final := range finals {
		if err := os.Rename(parts[i].Folder, final); err != nil {
			return false, err
		}
	}
	return len(parts) == len(wanted), nil
}

// isDigest reports whether a text is a sha256, and so can name a folder.
func isDigest(text string) bool {
	_, err := hex.DecodeString(text)
	return err == nil && len(text) == 64 && text == strings.ToLower(text)
}
