package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// checkShape checks that all readers of the JSON see the same. They differ
// about nulls, keys that come twice, keys in another case (which encoding/json takes
// for the same), invalid UTF-8, and what follows behind the end. Nesting is bounded.
func checkShape(encoded []byte) error {
	if !utf8.Valid(encoded) {
		return wrong("", "is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	if err := checkValue(decoder, 0, false); err != nil {
		var known *FormatError
		if errors.As(err, &known) {
			return err
		}
		return wrong("", "is not JSON: %v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return wrong("", "has something behind its end")
	}
	return nil
}

func checkValue(decoder *json.Decoder, depth int, inList bool) error {
	if depth > maxDepth {
		return wrong("", "is nested too deeply")
	}
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		seen := map[string]bool{}
		for decoder.More() {
			token, err := decoder.Token()
			if err != nil {
				return err
			}
			key, _ := token.(string)
			if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || seen[key] {
				return wrong("", "has the key %q twice or in a form that is not allowed", key)
			}
			seen[key] = true
			if err := checkValue(decoder, depth+1, false); err != nil {
				return err
			}
		}
		_, err = decoder.Token()
	case nil:
		if !inList { // the open end of a span
			return wrong("", "has a null where a value must be")
		}
	case json.Delim('['):
		for decoder.More() {
			if err := checkValue(decoder, depth+1, true); err != nil {
				return err
			}
		}
		_, err = decoder.Token()
	}
	return err
}
