package archive

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Extract writes the wheels into a folder, which is made if need be, and
// returns their paths in the order of the manifest. A wheel gets its name only when it is
// right; what had the name before is replaced. Of one that is packed a wheel with the same
// files is written.
func (a *Archive) Extract(ctx context.Context, folder string) ([]string, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, fmt.Errorf("extracting %s: %w", a.Path, err)
	}
	paths := make([]string, 0, len(a.wheels))
	for i, w := range a.Manifest.Wheels {
		name := filepath.Join(folder, w.File) // Decode has seen to it that this is no path
		if err := a.extractWheel(ctx, i, name); err != nil {
			return nil, err
		}
		paths = append(paths, name)
	}
	return paths, nil
}

func (a *Archive) extractWheel(ctx context.Context, index int, name string) (err error) {
	if a.Manifest.Wheels[index].Packing != "" {
		if err := a.verifyPacked(ctx, index); err != nil {
			return err
		}
	}
	content, err := a.Wheel(index)
	if err != nil {
		return err
	}
	// Not CreateTemp: its files can be read by nobody else.
	temporary := filepath.Join(filepath.Dir(name), ".gobundle-"+strings.ToLower(rand.Text()[:12]))
	out, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("extracting %s: %w", a.Path, err)
	}
	defer os.Remove(temporary) // in vain once it is renamed
	digest := sha256.New()
	err = copyContext(ctx, io.MultiWriter(out, digest), content)
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("extracting %s: %w", a.Path, err)
	}
	if w := a.Manifest.Wheels[index]; w.Packing == "" {
		if err := a.compare(w.Member(), w.SHA256, digest.Sum(nil)); err != nil {
			return err
		}
	}
	if err := os.Rename(temporary, name); err != nil {
		return fmt.Errorf("extracting %s: %w", a.Path, err)
	}
	return nil
}
