package lazyregexp_test

import (
	"testing"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

func TestNew(t *testing.T) {
	t.Parallel()
	digits := lazyregexp.New(`[0-9]+`)
	if got := digits().FindString("a12"); got != "12" {
		t.Errorf("found %q, want 12", got)
	}
	if first, again := digits(), digits(); first != again {
		t.Error("compiled again at the second call, want once")
	}
	wrong := lazyregexp.New(`(`) // compiled later, or never
	defer func() {
		if recover() == nil {
			t.Error("an expression that is none was compiled, want a panic")
		}
	}()
	wrong()
}
