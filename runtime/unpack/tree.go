package unpack

import (
	"path"
	"strings"
)

// A kind is what a name of the tree stands for.
type kind int

const (
	folder kind = iota + 1
	file
	link
)

// A tree is what the members met so far come to, by clean name.
type tree struct {
	nodes  map[string]node
	folded map[string]string // first name by folded name
	order  []string          // of links, as the archive has them
	fold   func(name string) string
}

type node struct {
	kind   kind
	target string // of a link, as written
}

func newTree(fold func(string) string) *tree {
	return &tree{nodes: map[string]node{".": {kind: folder}}, folded: map[string]string{}, fold: fold}
}

// add places a member. It says why that can't be, or "".
func (t *tree) add(name string, n node) string {
	if parent := path.Dir(name); name != "." {
		if reason := t.addParents(parent); reason != "" {
			return reason
		}
	}
	if reason := t.clash(name, n.kind); reason != "" {
		return reason
	}
	t.put(name, n)
	return ""
}

// addParents makes the folders that a member lies in.
func (t *tree) addParents(parent string) string {
	switch known := t.nodes[parent]; known.kind {
	case folder:
		return ""
	case file:
		return "lies below " + parent + ", which is a file"
	case link:
		return "goes through the link " + parent
	}
	if reason := t.addParents(path.Dir(parent)); reason != "" {
		return reason
	}
	if reason := t.clash(parent, folder); reason != "" {
		return reason
	}
	t.put(parent, node{kind: folder})
	return ""
}

func (t *tree) put(name string, n node) {
	t.nodes[name] = n
	if folded := t.fold(name); t.folded[folded] == "" {
		t.folded[folded] = name
	}
	if n.kind == link {
		t.order = append(t.order, name)
	}
}

// clash says which other member has the name. Folders may be named often, and
// two that differ in case are harmless where they are one.
func (t *tree) clash(name string, k kind) string {
	if known, found := t.nodes[name]; found {
		if known.kind == folder && k == folder {
			return ""
		}
		return "is there twice"
	}
	other, found := t.folded[t.fold(name)]
	if found && (k != folder || t.nodes[other].kind != folder) {
		return "differs from " + other + " only in case or Unicode form"
	}
	return ""
}

// maxHops is beyond what any system follows: a longer chain of links leads
// nowhere.
const maxHops = 256

// leaves reports whether following a link leads out of the tree at any step. Parts
// of the way that do not exist are taken to be folders.
func (t *tree) leaves(name string) bool {
	at := parts(path.Dir(name))
	rest := parts(t.nodes[name].target)
	for hops := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if len(at) == 0 {
				return true
			}
			at = at[:len(at)-1]
			continue
		}
		next := path.Join(path.Join(at...), part)
		if n := t.nodes[next]; n.kind == link {
			if hops++; hops > maxHops {
				return false
			}
			rest = append(parts(n.target), rest...)
			continue
		}
		at = append(at[:len(at):len(at)], part)
	}
	return false
}

func parts(name string) []string {
	if name == "." {
		return nil
	}
	return strings.Split(name, "/")
}

// top is the only name at the top if it is a folder's, else ".".
func (t *tree) top() string {
	found := "."
	for name, n := range t.nodes {
		if name == "." || strings.Contains(name, "/") {
			continue
		}
		if found != "." || n.kind != folder {
			return "."
		}
		found = name
	}
	return found
}
