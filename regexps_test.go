package gobundle

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestRegularExpressions compiles what the program compiles only when it is used.
func TestRegularExpressions(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, layer := range layers {
		err := filepath.WalkDir(layer, func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, name, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 1 || !isNew(call.Fun) {
					return true
				}
				seen++
				text, err := constant(call.Args[0])
				if err == nil {
					_, err = regexp.Compile(text)
				}
				if err != nil {
					t.Errorf("%s: %v", files.Position(call.Pos()), err)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 50 {
		t.Errorf("found %d expressions, want those of the whole module", seen)
	}
}

func isNew(function ast.Expr) bool {
	selected, ok := function.(*ast.SelectorExpr)
	if !ok || selected.Sel.Name != "New" {
		return false
	}
	from, ok := selected.X.(*ast.Ident)
	return ok && from.Name == "lazyregexp"
}

// constant returns the text of a literal, or of several that are joined.
func constant(e ast.Expr) (string, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return strconv.Unquote(e.Value)
	case *ast.BinaryExpr:
		left, err := constant(e.X)
		if err != nil {
			return "", err
		}
		right, err := constant(e.Y)
		return left + right, err
	}
	return "", fmt.Errorf("%T is no literal", e)
}
