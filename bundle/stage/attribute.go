package stage

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/gobundle/gobundle/resolve/spelling"
	"github.com/gobundle/gobundle/runtime/lazyregexp"
	"github.com/gobundle/gobundle/runtime/manifest"
)

// Whether a module has an attribute is known for sure only when it is
// imported. But a name that does not occur in the text of a module, not even in a
// string or a comment, can be there only if the module does something that makes
// names of other texts. Then nothing is said.
var (
	dynamic = lazyregexp.New(`import\s*\(?\s*\*|__getattr__|__dict__|__globals__|__class__|__import__|__path__|__package__|__spec__|__loader__|` +
		`\b(globals|locals|vars|exec|execfile|eval|setattr|modules|importlib|pkgutil|runpy|inspect|_getframe|f_globals|f_locals|currentframe|builtins|__builtins__)\b`)
	harmlessName = lazyregexp.New(`\.\s*__name__|__name__\s*[=!]=|getLogger\(\s*__name__\s*\)|Flask\(\s*__name__\s*\)`)
	definition   = lazyregexp.New(`(?m)^(?:(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)|([A-Za-z_]\w*)[ \t]*(?::[^=\n]*)?=[^=])`)
	word         = lazyregexp.New(`\w+`)
)

// maxModule is up to how many bytes a module is looked through.
const maxModule = 4 << 20

// checkAttribute refuses an attribute that a module of the sources can't have.
func (c *catalog) checkAttribute(asked EntryPoint, e manifest.EntryPoint, module presence, index int) error {
	if path.Ext(module.file) != ".py" || module.module && module.init {
		return nil
	}
	w, err := c.open(index)
	if err != nil {
		return err
	}
	for file := range w.Files() {
		if file.Path == module.file && file.Size > maxModule {
			return nil
		}
	}
	content, err := w.ReadFile(module.file)
	if err != nil {
		return err
	}
	attribute, _, _ := strings.Cut(e.Attribute, ".")
	// A submodule becomes an attribute of its package.
	if present(w, e.Module+"."+attribute).found() || mayHave(string(content), attribute) {
		return nil
	}
	nearby := spelling.Near(attribute, definitions(string(content)))
	for i, name := range nearby {
		nearby[i] = e.Module + ":" + name
	}
	return &EntryPointError{Text: asked.Text, Reason: fmt.Sprintf("names %s, which %s does not define", attribute, e.Module), Near: nearby}
}

// mayHave reports whether a module of this text may have a global name.
func mayHave(text, name string) bool {
	// Python takes some letters for others; where such are about, a name may
	// be spelt in many ways.
	if !utf8.ValidString(text) || strings.ContainsFunc(name+text, func(r rune) bool { return r >= 0x2100 && r < 0x2190 || r >= 0xfb00 }) {
		return true
	}
	if !isASCII(name) {
		return true
	}
	for _, w := range word().FindAllString(text, -1) {
		if w == name {
			return true
		}
	}
	return dynamic().MatchString(text) || strings.Contains(harmlessName().ReplaceAllString(text, ""), "__name__")
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// definitions are the functions, classes and variables at the left edge.
func definitions(text string) []string {
	var names []string
	for _, match := range definition().FindAllStringSubmatch(text, -1) {
		names = append(names, match[1]+match[2])
	}
	return names
}
