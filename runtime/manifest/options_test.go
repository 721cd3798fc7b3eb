package manifest_test

import (
	"strings"
	"testing"

	"github.com/gobundle/gobundle/runtime/manifest"
)

func TestVariableError(t *testing.T) {
	t.Parallel()
	for variable, bad := range map[string]bool{
		"A=": false, "A=b=c": false, "PYTHONUNBUFFERED=1": false, "_x1=\u00fc": false,
		"A": true, "=b": true, "1=b": true, "A B=c": true, "": true,
		"PYTHONPATH=/x": true, "PYTHONHOME=/x": true, "GOBUNDLE=x": true, "GOBUNDLE_CACHE_DIR=/x": true, "__GOBUNDLE_TRIED=x": true,
	} {
		if got := manifest.VariableError(variable); (got != "") != bad {
			t.Errorf("VariableError(%q) = %q", variable, got)
		}
	}
}

func TestPythonArgumentsError(t *testing.T) {
	t.Parallel()
	for arguments, bad := range map[string]bool{
		"": false, "-u": false, "-OO -B": false, "-X dev": false, "-Xdev": false, "-W error::UserWarning": false, "-Werror": false,
		"--check-hash-based-pycs never -u": false, "--check-hash-based-pycs=never": false, "-Ess": false,
		"x": true, "-": true, "-c": true, "-uc": true, "-m app": true, "-u x": true, "-X": true, "-W": true, "--help": true, "-V": true,
		"-S": true, "-I": true, "-h": true, "-?": true, "--version": true,
	} {
		if got := manifest.PythonArgumentsError(strings.Fields(arguments)); (got != "") != bad {
			t.Errorf("PythonArgumentsError(%q) = %q", arguments, got)
		}
	}
}
