package bundle

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/gobundle/gobundle/bundle/stage"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/packed"
	"github.com/gobundle/gobundle/runtime/recompress"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// Recompressing is the phase in which wheels are packed anew.
const Recompressing Phase = "Recompressing"

// A RecompressionError says that a text does not name how to recompress.
type RecompressionError struct{ Text string }

func (e *RecompressionError) Error() string {
	return fmt.Sprintf("%q is no way to recompress", e.Text)
}

// A Recompression is how the wheels of an executable are packed anew. The zero value leaves
// them as they are.
type Recompression struct {
	// Level is that of zstd, 1 to 22; 0 is not at all.
	Level int
}

// ParseRecompression reads "zstd" or "zstd:LEVEL"; "" is the zero value. Another text
// is a [*RecompressionError].
func ParseRecompression(text string) (Recompression, error) {
	if text == "" {
		return Recompression{}, nil
	}
	method, level, leveled := strings.Cut(text, ":")
	if method != string(manifest.Zstd) {
		return Recompression{}, &RecompressionError{text}
	}
	if !leveled {
		return Recompression{Level: recompress.DefaultLevel}, nil
	}
	number, err := strconv.Atoi(level)
	if err != nil || number < recompress.LowestLevel || number > recompress.HighestLevel || strconv.Itoa(number) != level {
		return Recompression{}, &RecompressionError{text}
	}
	return Recompression{Level: number}, nil
}

// A recompression packs the wheels and the byte-code of a bundle.
type recompression struct {
	surroundings *Surroundings
	shelf        shelf
	strength     string
	level        int
	recent       *recompress.Recent // of what is read again
}

// recompression is what packs with a level. What it has made is kept, by the archive
// that it was made of, the strength and this version of gobundle.
func (s *session) recompression(level int) *recompression {
	return &recompression{
		surroundings: s.surroundings,
		shelf:        shelf{filepath.Join(s.cacheDir, "store", "recompressed"), packed.Suffix},
		strength:     recompress.Strength(level), level: level,
	}
}

// recompress is [stage.Input.Recompress].
func (r *recompression) recompress(ctx context.Context, wheels []stage.Wheel, compiled []stage.Bytecode) error {
	writer, err := recompress.NewWriter(r.level)
	if err != nil {
		return err
	}
	defer writer.Close()
	if r.recent, err = recompress.NewRecent(2 * writer.Concurrency()); err != nil {
		return err
	}
	defer r.recent.Close()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writer.Concurrency())
	for i := range wheels {
		group.Go(func() error { return r.wheel(ctx, writer, &wheels[i]) })
	}
	for i := range compiled {
		group.Go(func() error { return r.bytecode(ctx, writer, &compiled[i]) })
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("recompressing: %w", err)
	}
	return nil
}

func (r *recompression) wheel(ctx context.Context, writer *recompress.Writer, w *stage.Wheel) error {
	verify := func(content *recompress.Reader) error {
		return wheel.Verify(ctx, content, content.Size(), w.File)
	}
	kept, err := r.archive(ctx, writer, w.Path, w.SHA256, w.File, verify)
	if err != nil || kept.size >= w.Size {
		return err
	}
	w.Path, w.CRC32, w.Original = kept.path, kept.crc32, w.SHA256
	w.SHA256, w.Size, w.Packing = kept.sha256, kept.size, manifest.Zstd
	return nil
}

func (r *recompression) bytecode(ctx context.Context, writer *recompress.Writer, b *stage.Bytecode) error {
	kept, err := r.archive(ctx, writer, b.Path, b.SHA256, b.File, func(*recompress.Reader) error { return nil })
	if err != nil || kept.size >= b.Size {
		return err
	}
	b.Path, b.CRC32 = kept.path, kept.crc32
	b.SHA256, b.Size, b.Packing = kept.sha256, kept.size, manifest.Zstd
	return nil
}

// unchanged stands for an archive that is better left as it is.
const unchanged = 1 << 62

// archive returns what an archive becomes. verify looks at what can be read out of it
// again.
func (r *recompression) archive(ctx context.Context, writer *recompress.Writer, path, digest, name string, verify func(*recompress.Reader) error) (*keptArchive, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{digest, r.strength, r.surroundings.Version}, "\x00")))
	key := hex.EncodeToString(sum[:])
	if kept := r.shelf.take(key); kept != nil {
		return kept, nil
	}
	r.surroundings.progress(Progress{Phase: Recompressing, Item: name})
	in, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	defer in.Close()
	kept, err := r.shelf.put(key, func(out *os.File) error {
		if err := writer.Write(ctx, &in.Reader, out); err != nil {
			return err
		}
		return r.readAgain(out, verify)
	})
	var format *recompress.FormatError
	if errors.Is(err, recompress.ErrTooLarge) || errors.As(err, &format) {
		return &keptArchive{size: unchanged}, nil
	}
	return kept, err
}

// readAgain opens an archive that was just written.
func (r *recompression) readAgain(file *os.File, verify func(*recompress.Reader) error) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	content, err := recompress.Open(file, info.Size(), r.recent)
	if err != nil {
		return err
	}
	if err := content.Check(); err != nil {
		return err
	}
	return verify(content)
}
