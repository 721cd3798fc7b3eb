package standalone

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Top is the folder that packed distributions stand in.
const Top = "python"

// maxPacked bounds what is packed, in bytes before compression, as unpacking is.
const maxPacked = 4 << 30

// A PackError says why a folder can't be packed.
type PackError struct {
	Path   string // a slash path below the folder
	Reason string // as the end of a sentence
}

func (e *PackError) Error() string { return "packing the Python: " + e.Path + " " + e.Reason }

// Pack writes the distribution in a folder as a tar that zstd has packed. The same
// files give the same bytes: members are sorted, times and owners are left out,
// and of modes there is only whether a file is executable. Byte-code is left out,
// for it depends on times.
//
// What would not come out as it is (devices, links that lead nowhere) is a
// [*PackError].
func Pack(ctx context.Context, folder string, to io.Writer) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	// One thread, so that the bytes don't depend on the machine.
	encoder, err := zstd.NewWriter(to, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	p := &packing{ctx: ctx, root: root, folder: folder, tar: tar.NewWriter(encoder)}
	err = fs.WalkDir(root.FS(), ".", p.add)
	if err == nil {
		err = p.tar.Close()
	}
	if closing := encoder.Close(); err == nil {
		err = closing
	}
	return err
}

type packing struct {
	ctx    context.Context
	root   *os.Root
	folder string
	tar    *tar.Writer
	total  int64
}

func (p *packing) add(name string, entry fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	if err := p.ctx.Err(); err != nil {
		return err
	}
	switch {
	case entry.Name() == "__pycache__" && entry.IsDir():
		return fs.SkipDir
	case name == "." || strings.HasSuffix(name, ".pyc"):
		return nil
	case strings.Contains(name, `\`):
		return &PackError{name, "has a backslash in its name"}
	}
	header := &tar.Header{Name: path.Join(Top, name), ModTime: time.Unix(0, 0), Mode: 0o644}
	switch entry.Type() {
	case fs.ModeDir:
		header.Typeflag, header.Name, header.Mode = tar.TypeDir, header.Name+"/", 0o755
		return p.tar.WriteHeader(header)
	case fs.ModeSymlink:
		return p.addLink(name, header)
	case 0:
		return p.addFile(p.root.Open, name, header)
	}
	return &PackError{name, "is neither a file nor a folder nor a link"}
}

// addLink keeps a link within the distribution; of one that leads out the file is
// taken.
func (p *packing) addLink(name string, header *tar.Header) error {
	target, err := p.root.Readlink(name)
	if err != nil {
		return err
	}
	if !filepath.IsAbs(target) {
		if _, err := p.root.Stat(name); err == nil {
			header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, filepath.ToSlash(target), 0o777
			return p.tar.WriteHeader(header)
		}
	}
	info, err := os.Stat(filepath.Join(p.folder, filepath.FromSlash(name)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &PackError{name, "is a link to " + target + ", which is not there"}
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &PackError{name, "is a link to " + target + ", which is outside and no file"}
	}
	return p.addFile(func(name string) (*os.File, error) {
		return os.Open(filepath.Join(p.folder, filepath.FromSlash(name)))
	}, name, header)
}

func (p *packing) addFile(open func(name string) (*os.File, error), name string, header *tar.Header) error {
	file, err := open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	header.Typeflag, header.Size = tar.TypeReg, info.Size()
	if info.Mode()&0o111 != 0 {
		header.Mode = 0o755
	}
	if p.total += info.Size(); p.total > maxPacked {
		return &PackError{name, fmt.Sprintf("and what comes before it are more than %d GiB", maxPacked>>30)}
	}
	if err := p.tar.WriteHeader(header); err != nil {
		return err
	}
	if _, err := io.Copy(p.tar, io.LimitReader(file, header.Size)); err != nil {
		return fmt.Errorf("packing %s: %w", name, err)
	}
	return nil
}
