package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"

	"github.com/gobundle/gobundle/runtime/launch"
	"github.com/gobundle/gobundle/runtime/manifest"
	"github.com/gobundle/gobundle/runtime/pythondist"
	"github.com/gobundle/gobundle/runtime/wheel"
	"golang.org/x/sync/errgroup"
)

// Verify reads every member. Wheels and byte-code are compared with the manifest, which holds
// their sha256, and wheels with their own RECORD; all else with the zip's checksums. The first
// damage, wheels before all else, is a [*DamageError].
//
// Whether the manifest is the one that was once written shows in [Archive.ID].
func (a *Archive) Verify(ctx context.Context) error {
	damage := make([]error, len(a.wheels)+len(a.bytecode))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range damage {
		group.Go(func() error {
			switch {
			case groupCtx.Err() != nil:
			case i < len(a.wheels):
				damage[i] = a.verifyWheel(groupCtx, i)
			default:
				damage[i] = a.verifyBytecode(groupCtx, i-len(a.wheels))
			}
			return nil // the others may have an earlier place
		})
	}
	_ = group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, err := range damage {
		if err != nil {
			return err
		}
	}
	for _, name := range a.store.names() {
		if folder, _, _ := strings.Cut(name, "/"); folder == manifest.WheelFolder || folder == manifest.BytecodeFolder {
			continue // its digest is right
		}
		if err := a.store.check(name); err != nil {
			return err
		}
	}
	if err := a.verifyPython(ctx); err != nil {
		return err
	}
	return a.verifyMain()
}

// verifyPython compares an embedded Python with what the launcher expects.
func (a *Archive) verifyPython(ctx context.Context) error {
	if a.Python == nil || !a.Python.Embedded() {
		return nil
	}
	content, err := a.store.open(pythondist.Member)
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := copyContext(ctx, sum, content); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != a.Python.SHA256 {
		return a.damaged(pythondist.Member, "has another sha256 than "+launch.Name+" says")
	}
	return nil
}

// verifyMain checks that what starts is this bundle: an environment of another
// one would be found in the cache by its id.
func (a *Archive) verifyMain() error {
	const name, limit = "__main__.py", 1 << 20
	main, err := a.readAll(name, limit)
	if errors.Is(err, fs.ErrNotExist) {
		return a.damaged(name, "is missing")
	}
	if err == nil && !bytes.Contains(main, []byte(a.ID)) {
		return a.damaged(name, "is of another bundle: it does not name the id %s", a.ID)
	}
	return err
}

func (a *Archive) verifyWheel(ctx context.Context, index int) error {
	described := a.Manifest.Wheels[index]
	member := described.Member()
	if err := a.verifyPacked(ctx, index); err != nil {
		return err
	}
	content, err := a.Wheel(index)
	if err != nil {
		return err
	}
	if err := wheel.Verify(ctx, content, content.Size(), described.File); err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return &DamageError{Path: a.Path, Member: member, Reason: "is not sound: " + err.Error(), Err: err}
	}
	return nil
}

// verifyPacked compares the bytes of a wheel with the manifest.
func (a *Archive) verifyPacked(ctx context.Context, index int) error {
	packed, err := a.Packed(index)
	if err != nil {
		return err
	}
	digest := sha256.New()
	if err := copyContext(ctx, digest, packed); err != nil {
		return err
	}
	described := a.Manifest.Wheels[index]
	return a.compare(described.Member(), described.SHA256, digest.Sum(nil))
}

func (a *Archive) verifyBytecode(ctx context.Context, index int) error {
	described := a.Manifest.Bytecode[index]
	reader, offset, size := a.bytecode[index].Outer()
	digest := sha256.New()
	if err := copyContext(ctx, digest, io.NewSectionReader(reader, offset, size)); err != nil {
		return err
	}
	return a.compare(described.Member(), described.SHA256, digest.Sum(nil))
}

func (a *Archive) compare(member, want string, got []byte) error {
	if hex.EncodeToString(got) != want {
		return a.damaged(member, "has sha256 %x, not the %s of the manifest", got, want)
	}
	return nil
}

// copyContext copies until the end, or until the context ends.
func copyContext(ctx context.Context, to io.Writer, from io.Reader) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := io.CopyN(to, from, 4<<20)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a wheel: %w", err)
		}
	}
}
