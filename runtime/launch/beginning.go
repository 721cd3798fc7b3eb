package launch

import (
	"context"
	"os/exec"
)

// compileBeginning lets a Python of the bundle's own keep the byte-code of what it imports
// before it comes to anything of ours, as an installed Python has it, where a variable
// forbids that: else each start would compile that. -I makes Python ignore the variable.
func compileBeginning(ctx context.Context, python string, v variables) {
	if v.get("PYTHONDONTWRITEBYTECODE") != "" {
		// Should this fail, the start that follows says why.
		_ = exec.CommandContext(ctx, python, "-I", "-c", "").Run()
	}
}
