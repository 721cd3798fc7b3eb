package main

import (
	"fmt"
	"strings"

	"github.com/gobundle/gobundle/cmd/gobundle/settings"
	"github.com/gobundle/gobundle/resolve/credential"
	"github.com/gobundle/gobundle/resolve/index"
)

// explainSettings is about what files and variables say.
func explainSettings(err error, e *explanation) bool {
	if wrong, ok := asError[*settings.Error](err); ok {
		e.what, e.exit = wrong.Error(), exitUsage
		switch {
		case len(wrong.Near) > 0:
			e.hint = didYouMean(wrong.Near)
		case strings.HasPrefix(wrong.Place, "GOBUNDLE_"), strings.HasPrefix(wrong.Place, "PIP_"):
			e.hint = "correct " + wrong.Place + ", or unset it"
		case wrong.Key == "":
			e.hint = "correct " + wrong.Place + ", or do without files with --no-config"
		default:
			e.hint = fmt.Sprintf("correct %s in %s; the keys are the flags of gobundle build --help", wrong.Key, wrong.Place)
		}
		return true
	}
	if binding, ok := asError[*index.BindingError](err); ok {
		e.exit = exitUsage
		e.hint = "name an index as --index corp=https://index.example/simple/ and bind a project to it as --index-for project=corp"
		if len(binding.Known) > 0 {
			e.hint = "the named indexes are " + either(binding.Known)
		}
		return true
	}
	if netrc, ok := asError[*credential.SyntaxError](err); ok {
		e.hint = fmt.Sprintf("correct line %d of %s, or name another file with NETRC", netrc.Line, netrc.Path)
		return true
	}
	return false
}
