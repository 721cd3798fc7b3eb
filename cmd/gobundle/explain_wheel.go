package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/resolve/tag"
	"github.com/gobundle/gobundle/runtime/wheel"
)

// explainWheel is about files of distributions that are not as they must be.
func explainWheel(err error, e *explanation) bool {
	if file, ok := asError[*fetch.FileError](err); ok {
		e.what = file.Error() // what it was read for says nothing more
	}
	if record, ok := asError[*wheel.RecordError](err); ok {
		e.hint = fmt.Sprintf("the wheel %s was changed after it was built, or built wrongly: get it anew or tell its makers", record.Wheel)
		return true
	}
	if invalid, ok := asError[*wheel.InvalidError](err); ok {
		e.hint = fmt.Sprintf("get %s anew; if it stays like that, tell its makers", invalid.Wheel)
		return true
	}
	if newer, ok := asError[*wheel.VersionError](err); ok {
		e.hint = fmt.Sprintf("use a newer gobundle, or another version of %s", newer.Wheel)
		return true
	}
	if script, ok := asError[*wheel.EntryPointError](err); ok {
		name := script.Wheel
		if name == "" {
			name = "the distribution"
		}
		e.hint = fmt.Sprintf("use another version of %s, or tell its makers", name)
		return true
	}
	if collision, ok := asError[*wheel.CollisionError](err); ok {
		switch collision.First {
		case "":
			e.hint = fmt.Sprintf("remove %s, or let it be replaced with --collisions-ok", collision.Path)
		case collision.Second:
			e.hint = fmt.Sprintf("use another version of %s, or let the later file win with --collisions-ok", collision.First)
		default:
			e.hint = fmt.Sprintf("leave out %s or %s, or let the later one win with --collisions-ok", collision.First, collision.Second)
		}
		return true
	}
	if long, ok := asError[*wheel.LongPathError](err); ok {
		e.hint = "name a folder with a shorter path"
		if !long.Programs {
			e.hint += ", or have Windows take long ones (LongPathsEnabled in the registry)"
		}
		return true
	}
	if two, ok := asError[*wheel.DuplicateError](err); ok {
		e.hint = fmt.Sprintf("leave out %s or %s", two.First, two.Second)
		return true
	}
	return false
}

// explainNames is about files whose names or metadata can't be read.
func explainNames(err error, e *explanation) bool {
	if name, ok := asError[*dist.FileNameError](err); ok {
		e.hint = fmt.Sprintf("give %s the name that it was built with: NAME-VERSION-PYTHON-ABI-PLATFORM.whl, or NAME-VERSION.tar.gz", name.File)
		return true
	}
	if file, ok := asError[*fetch.FileError](err); ok {
		e.hint = fmt.Sprintf("get %s anew, or leave it out", file.File)
		if errors.Is(err, fs.ErrNotExist) {
			e.hint = "check the path " + file.File
		}
		return true
	}
	if field, ok := asError[*dist.MetadataError](err); ok {
		e.hint = "use another version, or tell the makers that its metadata is wrong"
		if field.Field != "" {
			e.hint += " in " + field.Field
		}
		return true
	}
	if wrong, ok := asError[*tag.SyntaxError](err); ok {
		e.hint = fmt.Sprintf("write tags as cp312-cp312-manylinux_2_28_x86_64; %s is none", wrong.Input)
		return true
	}
	return false
}
