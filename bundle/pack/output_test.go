package pack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

func TestOutputError(t *testing.T) {
	t.Parallel()
	at := func(path string, err error) error { return &fs.PathError{Op: "open", Path: path, Err: err} }
	for _, test := range []struct {
		err    error
		reason string // "" if the error stays what it is
	}{
		{at("/out/.gobundle-abc", syscall.ENOENT), "there is no folder /out"},
		{at("/out/.gobundle-abc", syscall.ENOTDIR), "/out is not a folder"},
		{at("/out/.gobundle-abc", syscall.EACCES), "no permission to write in /out"},
		{at("/out/.gobundle-abc", syscall.EROFS), "no permission to write in /out"},
		{&fs.PathError{Op: "write", Path: "/out/.gobundle-abc", Err: syscall.ENOSPC}, "no space is left"},
		{io.ErrShortWrite, "short write"},
		{fmt.Errorf("reading wheels/a.whl: %w", at("/store/a.whl", syscall.EACCES)), ""},
		{fmt.Errorf("copying: %w", context.Canceled), ""},
		{&ChangedError{Entry: "wheels/a.whl"}, ""},
	} {
		got := outputError("/out/app.pyz", test.err)
		var output *OutputError
		if errors.As(got, &output) != (test.reason != "") || !strings.Contains(got.Error(), test.reason) || !errors.Is(got, test.err) {
			t.Errorf("%v becomes %v, want %q", test.err, got, test.reason)
		}
	}
	if err := outputError("/out/app.pyz", nil); err != nil {
		t.Errorf("nil becomes %v", err)
	}
}
