package build

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/gobundle/gobundle/resolve/fetch"
	"github.com/gobundle/gobundle/runtime/interpreter"
)

// formatVersion is that of everything that is kept; a change makes all of it
// unknown.
const formatVersion = 1

// key is equal for what is built in the same way of the same source: of its
// bytes, by an interpreter of that kind, with these wheels in the environment,
// with the same config settings and variables. It is "" for what can't be kept.
func (j *job) key(wheels []fetch.Wheel) string {
	if j.source.Digest == "" || j.b.options.NoIsolation {
		return ""
	}
	return hash(map[string]any{
		"source":      j.source.key(),
		"interpreter": kindOf(j.host.Interpreter),
		"wheels":      digests(wheels),
		"settings":    j.settings(),
		"variables":   j.b.relevant(j.project()),
	})
}

// kindOf are the facts of an interpreter that what it builds depends on.
func kindOf(i *interpreter.Interpreter) any {
	platform := i.Platform
	platform.Refused = nil
	return map[string]any{
		"implementation": i.Implementation,
		"version":        i.Version,
		"abi":            i.ABI,
		"platform":       platform,
	}
}

// hash is of the JSON form of a value, whose maps are sorted.
func hash(value map[string]any) string {
	value["format"] = formatVersion
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("hashing %v: %v", value, err)) // there are only texts and numbers in it
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// settings are the config settings for the source, as the backend gets them: nil
// if there are none.
func (j *job) settings() map[string]any {
	merged := map[string][]string{}
	maps.Copy(merged, j.b.options.Settings.All)
	maps.Copy(merged, j.b.options.Settings.Projects[j.project()])
	maps.Copy(merged, j.b.options.Settings.References[j.source.Reference])
	if len(merged) == 0 {
		return nil
	}
	settings := make(map[string]any, len(merged))
	for key, values := range merged {
		if len(values) == 1 {
			settings[key] = values[0]
		} else {
			settings[key] = values
		}
	}
	return settings
}

// project is the name of the source's project, "" if nothing tells it.
func (j *job) project() string {
	if name := j.source.project(); name != "" {
		return name
	}
	return j.said.Project
}
