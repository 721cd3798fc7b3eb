package recompress

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"

	"github.com/gobundle/gobundle/runtime/cancel"
	"github.com/gobundle/gobundle/runtime/packed"
)

// most is how many processors unpack: more of them wait for the file system.
const most = 8

// Unpack is a [packed.Unpack] on all processors.
func Unpack(ctx context.Context, parts []packed.Part) error {
	workers := min(most, runtime.GOMAXPROCS(0))
	recent, err := NewRecent(workers)
	if err != nil {
		return err
	}
	defer recent.Close()
	tasks := make(chan func(*buffers) error)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(tasks)
		for i := range parts {
			if err := plan(ctx, &parts[i], recent, tasks); err != nil {
				return explain(ctx, &parts[i], err)
			}
		}
		return nil
	})
	for range workers {
		group.Go(func() error {
			b := &buffers{decoder: recent.decoder}
			for task := range tasks {
				if err := task(b); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// explain makes damage an error of the part. Another sha256 is the better reason for
// whatever is wrong.
func explain(ctx context.Context, p *packed.Part, err error) error {
	var format *FormatError
	if !errors.As(err, &format) {
		return err
	}
	var damage *packed.DamageError
	if p.SHA256 != "" {
		if different := compare(ctx, p); errors.As(different, &damage) {
			return damage
		}
	}
	return &packed.DamageError{Part: p.Name, Reason: p.Name + " can't be unpacked: it " + format.Reason}
}

// plan makes folders, and sends what is to be done.
func plan(ctx context.Context, p *packed.Part, recent *Recent, tasks chan<- func(*buffers) error) error {
	send := func(task func(*buffers) error) error {
		select {
		case tasks <- func(b *buffers) error { return explain(ctx, p, task(b)) }:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if p.SHA256 != "" {
		if err := send(func(*buffers) error { return compare(ctx, p) }); err != nil {
			return err
		}
	}
	r, err := Open(p.File, p.Size, recent)
	if err != nil {
		return err
	}
	if p.Folder == "" {
		return send(func(*buffers) error { return r.writeZip(ctx, p.Zip) })
	}
	members, err := r.members()
	if err != nil {
		return err
	}
	if err := makeFolders(p.Folder, members); err != nil {
		return err
	}
	for number, first := 0, 0; number < len(r.frames) && first < len(members); number++ {
		end := r.frames[number].begin + r.frames[number].size
		last := first
		for last < len(members) && members[last].at < end {
			last++
		}
		if group := members[first:last]; len(group) > 0 {
			if err := send(func(b *buffers) error { return r.writeMembers(ctx, b, p.Folder, number, group) }); err != nil {
				return err
			}
		}
		first = last
	}
	return nil
}

func compare(ctx context.Context, p *packed.Part) error {
	digest := sha256.New()
	if _, err := io.Copy(digest, cancel.Reader(ctx, io.NewSectionReader(p.File, 0, p.Size))); err != nil {
		return err
	}
	if hex.EncodeToString(digest.Sum(nil)) != p.SHA256 {
		return &packed.DamageError{Part: p.Name, Reason: "the sha256 of " + p.Name + " is not the manifest's"}
	}
	return nil
}

// makeFolders makes the folders that the members need.
func makeFolders(top string, members []member) error {
	known := map[string]bool{"": true}
	var missing func(name string) error
	missing = func(name string) error {
		if known[name] {
			return nil
		}
		if err := missing(folder(name)); err != nil {
			return err
		}
		known[name] = true
		err := os.Mkdir(filepath.Join(top, filepath.FromSlash(name)), 0o777)
		if errors.Is(err, os.ErrExist) {
			return nil // to a file system that does not tell the case of letters
		}
		return err
	}
	for i := range members {
		if err := missing(folder(members[i].name)); err != nil {
			return err
		}
	}
	return nil
}

// buffers are those of one worker.
type buffers struct {
	decoder          *zstd.Decoder
	content, packing []byte
}

// next unpacks a frame. The result is valid until the next call.
func (b *buffers) next(r *Reader, number int) ([]byte, error) {
	content, used, err := unpacked(b.decoder, r.file, r.frames[number], b.content, b.packing)
	b.packing = used
	if err == nil {
		b.content = content
	}
	return content, err
}

// writeMembers writes the files whose headers begin in a frame. One that is larger goes
// on in the next ones.
func (r *Reader) writeMembers(ctx context.Context, b *buffers, top string, number int, members []member) error {
	content, err := b.next(r, number)
	if err != nil {
		return err
	}
	top += string(filepath.Separator)
	at := r.frames[number].begin
	for i := range members {
		m := &members[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		begin := m.content() - at
		if begin > int64(len(content)) || !m.isAt(content[m.at-at:]) {
			return wrong("holds a zip whose member %s is not where it should be", m.name)
		}
		if strings.HasSuffix(m.name, "/") {
			continue
		}
		mode := os.FileMode(0o666)
		if m.executable {
			mode = 0o777
		}
		inside := content[begin:min(int64(len(content)), begin+m.size)]
		if int64(len(inside)) == m.size {
			err = writeFile(top+filepath.FromSlash(m.name), mode, inside)
		} else {
			err = r.writeLarge(ctx, b, top+filepath.FromSlash(m.name), mode, number, inside, m.size)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isAt reports whether a member's local header is what it must be.
func (m *member) isAt(head []byte) bool {
	return binary.LittleEndian.Uint32(head) == localSignature && binary.LittleEndian.Uint16(head[8:]) == 0 &&
		int(binary.LittleEndian.Uint16(head[26:])) == len(m.name) && binary.LittleEndian.Uint16(head[28:]) == 0 &&
		string(head[localLength:localLength+len(m.name)]) == m.name
}

// writeLarge writes a file that ends in a later frame. It is the last of those that begin
// in its first one.
func (r *Reader) writeLarge(ctx context.Context, b *buffers, path string, mode os.FileMode, number int, inside []byte, size int64) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	for {
		if _, err := file.Write(inside); err != nil {
			return err
		}
		if size -= int64(len(inside)); size == 0 {
			return nil
		}
		if number++; number == len(r.frames) || ctx.Err() != nil {
			return errors.Join(ctx.Err(), wrong("ends too early"))
		}
		content, err := b.next(r, number)
		if err != nil {
			return err
		}
		inside = content[:min(size, int64(len(content)))]
	}
}

// writeZip writes the zip itself.
func (r *Reader) writeZip(ctx context.Context, path string) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{file}, cancel.Reader(ctx, io.NewSectionReader(r, 0, r.size)), make([]byte, 1<<20))
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}
