package condition

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/gobundle/gobundle/resolve/pep440"
	"github.com/gobundle/gobundle/resolve/pep508"
	"github.com/gobundle/gobundle/runtime/manifest"
)

func host() pep508.Environment {
	return pep508.Environment{
		ImplementationName: "cpython", ImplementationVersion: "3.12.1", OSName: "posix", PlatformMachine: "x86_64",
		PlatformPythonImplementation: "CPython", PlatformRelease: "6.1.0-13-amd64", PlatformSystem: "Linux",
		PlatformVersion: "#1 SMP", PythonFullVersion: "3.12.1", PythonVersion: "3.12", SysPlatform: "linux",
	}
}

func TestMarkerForms(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ marker, extras, want string }{
		{`python_version >= "3.8"`, "", `["version","python_version",[[[3,8,0,4,0],true,null,false]]]`},
		{`python_version < "3.10"`, "", `["version","python_version",[[null,false,[3,10,0,0,0],false]]]`},
		{`python_version == "3.*"`, "", `["version","python_version",[[[3,0,0,0,0],true,[4,0,0,0,0],false]]]`},
		{`python_version != "3.9"`, "", `["version","python_version",[[null,false,[3,9,0,4,0],false],[[3,9,0,5,0],true,null,false]]]`},
		{`python_full_version > "3.13.0a1"`, "", `["version","python_full_version",[[[3,13,0,1,2],true,null,false]]]`},
		{`implementation_version ~= "3.8.2"`, "", `["version","implementation_version",[[[3,8,2,4,0],true,[3,9,0,0,0],false]]]`},
		{`"3.8" <= python_version`, "", `["version","python_version",[[[3,8,0,4,0],true,null,false]]]`},
		{`python_version in "3.8 3.9"`, "", `["text","python_version","in","3.8 3.9"]`},
		{`sys_platform == "win32"`, "", `["text","sys_platform","==","win32"]`},
		{`"linux" in sys_platform`, "", `["text","sys_platform","contains","linux"]`},
		{`"linux" not in sys_platform`, "", `["text","sys_platform","not-contains","linux"]`},
		{`os_name < "z"`, "", `["false"]`},
		{`extra == "x"`, "", `["false"]`},
		{`extra == "x"`, "y X", `["true"]`},
		{`extra == "x" and os_name == "nt"`, "x", `["text","os_name","==","nt"]`},
		{`extra == "x" and os_name == "nt"`, "y", `["false"]`},
		{`(os_name == "nt" or sys_platform == "linux") and platform_machine != "arm64"`, "",
			`["all",["any",["text","os_name","==","nt"],["text","sys_platform","==","linux"]],["text","platform_machine","!=","arm64"]]`},
		{`os_name == "a" or (os_name == "b" or os_name == "c")`, "",
			`["any",["text","os_name","==","a"],["text","os_name","==","b"],["text","os_name","==","c"]]`},
		{`"3.12" ~= python_full_version`, "", `["not",["all",["same","python_full_version","3.12.1",true]]]`},
		{`python_version ~= "x"`, "", `["all",["same","python_version","0",true],["same","python_version","1",true]]`},
	} {
		m, err := pep508.ParseMarker(test.marker)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(Marker(m, strings.Fields(test.extras), host()))
		want := strings.ReplaceAll(test.want, `["all",["same","python_full_version","3.12.1",true]]`, `["same","python_full_version","3.12.1",true]`)
		if err != nil || string(got) != want {
			t.Errorf("Marker(%s, %q) = %s, %v, want %s", test.marker, test.extras, got, err, want)
		}
	}
	if got := Marker(nil, nil, host()); got.Op != manifest.OpTrue {
		t.Errorf("Marker(nil) = %+v", got)
	}
}

// TestMarkerElsewhere has cases that only another environment tells apart.
func TestMarkerElsewhere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ marker, variable, value, want string }{
		{`platform_release >= "20"`, "platform_release", "22.6.0", "true"},
		{`platform_release >= "20"`, "platform_release", "19.0", "false"},
		{`platform_release >= "20"`, "platform_release", "6.5.0-14-generic", "false"},
		{`platform_release >= "20"`, "platform_release", "6.1.0-13-amd64", "false"},
		{`platform_release >= "20"`, "platform_release", "6.1.112-122.189.aarch64", "false"},
		{`platform_release >= "20"`, "platform_release", "6.1-rc1", "unknown"},
		{`platform_release >= "5"`, "platform_release", "6.1.0+", "unknown"}, // no version in packaging's eyes
		{`platform_release != "5"`, "platform_release", "6.1.0+generic", "unknown"},
		{`python_full_version >= "3.13.0a1"`, "python_full_version", "3.13.0a1+", "true"},
		{`"3.13.0a1" <= python_full_version`, "python_full_version", "3.13.0a1+", "unknown"},
		{`python_full_version == "3.13.0a1+local"`, "python_full_version", "3.13.0a1", "false"},
		{`python_full_version == "3.13.0a1+local"`, "python_full_version", "3.13.0a1+", "unknown"},
		{`"loc" in python_full_version`, "python_full_version", "3.13.0a1+", "unknown"},
		{`python_version === "3.12"`, "python_version", "3.12", "true"},
		{`python_version === "3.12"`, "python_version", "3.11", "false"},
		{`python_version === "3.12"`, "python_version", "3.12.0", "unknown"},
		{`"3.12" ~= python_full_version`, "python_full_version", "3.11.1", "unknown"},
	} {
		m, err := pep508.ParseMarker(test.marker)
		if err != nil {
			t.Fatal(err)
		}
		facts := factsOf(host())
		facts[test.variable] = test.value
		if got := outcome(Marker(m, nil, host()).Evaluate(facts)); got != test.want {
			t.Errorf("%s with %q = %s, want %s", test.marker, test.value, got, test.want)
		}
	}
}

func outcome(truth, known bool) string {
	switch {
	case !known:
		return "unknown"
	case truth:
		return "true"
	default:
		return "false"
	}
}

func factsOf(e pep508.Environment) manifest.Facts {
	data, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	facts := manifest.Facts{}
	if err := json.Unmarshal(data, &facts); err != nil {
		panic(err)
	}
	return facts
}

// usualVersion draws texts of versions as interpreters have them.
func usualVersion() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"0", "1", "3", "9", "10", "11"}), 2, 3).Draw(t, "release"), ".")
		return text + rapid.SampledFrom([]string{"", "", "", "a1", "a2", "b1", "rc1", ".dev0", ".dev1", ".post0", ".post1"}).Draw(t, "suffix")
	})
}

// anyRelease draws what kernels and other things call themselves.
func anyRelease() *rapid.Generator[string] {
	return rapid.OneOf(usualVersion(), rapid.SampledFrom([]string{
		"", "6.1.0-13-amd64", "6.5.0-14-generic", "5.15.133.1-microsoft-standard-WSL2", "6.1.0+", "6.1.0+local", "6.1-rc1", "10", "v3", "3.", "3.1+x.y",
		"5.14.0-362.el9.aarch64", "6.1.61-85.141.aws", "3.11.0.0", "1!3.1", "3.1-1", "3.1RC1", "#1 SMP", "=3.1", "9999999999", "a\nb",
	}))
}

func anyEnvironment() *rapid.Generator[pep508.Environment] {
	text := rapid.SampledFrom([]string{"posix", "nt", "linux", "linux2", "", "3.1"})
	return rapid.Custom(func(t *rapid.T) pep508.Environment {
		full := usualVersion().Draw(t, "python_full_version")
		return pep508.Environment{
			ImplementationName:           text.Draw(t, "implementation_name"),
			ImplementationVersion:        usualVersion().Draw(t, "implementation_version"),
			OSName:                       text.Draw(t, "os_name"),
			PlatformMachine:              text.Draw(t, "platform_machine"),
			PlatformPythonImplementation: text.Draw(t, "platform_python_implementation"),
			PlatformRelease:              anyRelease().Draw(t, "platform_release"),
			PlatformSystem:               text.Draw(t, "platform_system"),
			PlatformVersion:              anyRelease().Draw(t, "platform_version"),
			PythonFullVersion:            full + rapid.SampledFrom([]string{"", "", "", "+", "+local", "+a.1"}).Draw(t, "local"),
			PythonVersion:                usualVersion().Draw(t, "python_version"),
			SysPlatform:                  text.Draw(t, "sys_platform"),
		}
	})
}

func anyMarker() *rapid.Generator[*pep508.Marker] {
	return rapid.Custom(func(t *rapid.T) *pep508.Marker {
		text := markerText(t, 2)
		m, err := pep508.ParseMarker(text)
		if err != nil {
			panic(text + ": " + err.Error())
		}
		return m
	})
}

func markerText(t *rapid.T, depth int) string {
	var b strings.Builder
	for i := range rapid.IntRange(1, 3).Draw(t, "terms") {
		if i > 0 {
			b.WriteString(rapid.SampledFrom([]string{" and ", " or "}).Draw(t, "joint"))
		}
		if depth > 0 && rapid.IntRange(0, 2).Draw(t, "nested") == 0 {
			b.WriteString("(" + markerText(t, depth-1) + ")")
		} else {
			b.WriteString(comparisonText(t))
		}
	}
	return b.String()
}

func comparisonText(t *rapid.T) string {
	variable := rapid.SampledFrom([]string{
		"python_version", "python_full_version", "implementation_version", "platform_release", "platform_version", "os_name", "sys_platform", "extra",
	}).Draw(t, "variable")
	ops := []string{"==", "!=", "<=", ">=", "<", ">", "in", "not in"}
	if variable != "os_name" && rapid.IntRange(0, 4).Draw(t, "odd operator") == 0 {
		ops = []string{"~=", "==="}
	}
	op := rapid.SampledFrom(ops).Draw(t, "operator")
	literal := rapid.OneOf(usualVersion(), rapid.SampledFrom([]string{
		"posix", "linux", "x", "", "3.*", "3.10.*", "3.1a1.post1", "3.1a1.dev1", "3.1.post1.dev2", "3.10.0.1", "1!3.1", "3.1+local", "3.1a1+a.1",
		"9999999999", "3.9999999999", "3.1.9999999999.*", "999999999", "6.1.0-13-amd64", "3.9 3.10", "local", "3.1RC1", "3.1+", "a\\nb",
	})).Draw(t, "literal")
	if rapid.IntRange(0, 2).Draw(t, "reversed") == 0 {
		return `"` + literal + `" ` + op + " " + variable
	}
	return variable + " " + op + ` "` + literal + `"`
}

func TestMarkerIsNeverWrong(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarker().Draw(t, "marker")
		extras := rapid.SliceOfN(rapid.SampledFrom([]string{"x", "Posix", "linux"}), 0, 2).Draw(t, "extras")
		here, there := anyEnvironment().Draw(t, "here"), anyEnvironment().Draw(t, "there")
		e := Marker(m, extras, here)

		encoded, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("%s: %v", m, err)
		}
		var decoded manifest.Expr
		if err := json.Unmarshal(encoded, &decoded); err != nil {
			t.Fatalf("%s became %s, which no manifest takes: %v", m, encoded, err)
		}
		for _, environment := range []pep508.Environment{here, there} {
			want, err := m.Evaluate(environment, extras...)
			truth, known := decoded.Evaluate(factsOf(environment))
			if known && (err != nil || truth != want) {
				t.Fatalf("%s with extras %q = %v, %v in %+v, but %s = %v", m, extras, want, err, environment, encoded, truth)
			}
			plain := isPlain(environment.PlatformRelease) && isPlain(environment.PlatformVersion)
			if environment == here && err == nil && !known && plain {
				t.Fatalf("%s with extras %q = %v in %+v, but %s isn't known", m, extras, want, environment, encoded)
			}
		}
	})
}

// TestUsualMarkersAreKnown checks that what markers ask in practice has a truth on every usual interpreter.
func TestUsualMarkersAreKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		variable := rapid.SampledFrom([]string{"python_version", "python_full_version", "implementation_version", "os_name", "platform_version"}).Draw(t, "variable")
		op := rapid.SampledFrom([]string{"==", "!=", "<=", ">=", "<", ">", "in", "not in"}).Draw(t, "operator")
		literal := rapid.OneOf(usualVersion(), rapid.SampledFrom([]string{"posix", "3.*", "x"})).Draw(t, "literal")
		text := variable + " " + op + ` "` + literal + `"`
		if rapid.Bool().Draw(t, "reversed") {
			text = `"` + literal + `" ` + op + " " + variable
		}
		m, err := pep508.ParseMarker(text)
		if err != nil {
			t.Fatal(err)
		}
		there := anyEnvironment().Draw(t, "there")
		there.PythonFullVersion, _, _ = strings.Cut(there.PythonFullVersion, "+")
		e := Marker(m, nil, host())
		if _, known := e.Evaluate(factsOf(there)); !known {
			t.Fatalf("%s isn't known in %+v: %+v", m, there, e)
		}
	})
}

// TestRequiresPythonIsExact compares with the rule itself: the first three numbers, whatever follows them.
func TestRequiresPythonIsExact(t *testing.T) {
	t.Parallel()
	operators := rapid.SampledFrom([]string{"~=", "==", "!=", "<=", ">=", "<", ">", "==="})
	rapid.Check(t, func(t *rapid.T) {
		var clauses []string
		for range rapid.IntRange(0, 4).Draw(t, "clauses") {
			op := operators.Draw(t, "operator")
			text := usualVersion().Draw(t, "version")
			if odd := rapid.IntRange(0, 6).Draw(t, "odd"); odd == 0 && (op == "==" || op == "!=") {
				base := pep440.MustParse(text).Base().String()
				text = rapid.SampledFrom([]string{base + ".*", base + "+local", base + "+a.1"}).Draw(t, "oddity")
			} else if odd == 1 {
				text = rapid.SampledFrom([]string{"3.1a1.post1", "3.1a1.dev1", "3.1.post1.dev2", "3.10.0.1", "1!3.1", "9999999999.0", "3.9999999999"}).Draw(t, "oddity")
			} else if odd == 2 && op == "===" {
				text = rapid.SampledFrom([]string{"3.1", "3.01.0", "v3.1.0", "3.1.0.0", "3.10.0", "weird"}).Draw(t, "oddity")
			}
			clauses = append(clauses, op+text)
		}
		set := pep440.MustParseSpecifierSet(strings.Join(clauses, ","))
		value := usualVersion().Draw(t, "python_full_version") + rapid.SampledFrom([]string{"", "", "+", "+local", "+a.1"}).Draw(t, "local")
		full := pep440.MustParse(strings.TrimSuffix(value, "+"))
		want := set.Contains(pep440.MustParse(fmt.Sprintf("%d.%d.%d", full.Major(), full.Minor(), full.Micro())))
		truth, known := RequiresPython(set).Evaluate(manifest.Facts{"python_full_version": value})
		if !known || truth != want {
			t.Fatalf("%q contains the release of %s: %v, but its expression says %v (known: %v)", set, value, want, truth, known)
		}
	})
}

func TestRequiresPythonForms(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                    `["true"]`,
		">=3.8":               `["version","python_full_version",[[[3,8,0,0,0],true,null,false]]]`,
		">=3.15":              `["version","python_full_version",[[[3,15,0,0,0],true,null,false]]]`,
		">3.15":               `["version","python_full_version",[[[3,15,1,0,0],true,null,false]]]`,
		"===3.12.1":           `["version","python_full_version",[[[3,12,1,0,0],true,[3,12,2,0,0],false]]]`,
		"===3.12":             `["version","python_full_version",[]]`,
		">=3.8,!=3.9.*,<3.13": `["version","python_full_version",[[[3,8,0,0,0],true,[3,9,0,0,0],false],[[3,10,0,0,0],true,[3,13,0,0,0],false]]]`,
		"<0":                  `["version","python_full_version",[]]`,
		"===weird":            `["version","python_full_version",[]]`,
	} {
		got, err := json.Marshal(RequiresPython(pep440.MustParseSpecifierSet(in)))
		if err != nil || string(got) != want {
			t.Errorf("RequiresPython(%q) = %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestDeepMarker(t *testing.T) {
	t.Parallel()
	text := `os_name == "posix"`
	for range 60 {
		text = `sys_platform == "linux" and (os_name == "nt" or (` + text + `))`
	}
	m, err := pep508.ParseMarker(text)
	if err != nil {
		t.Fatal(err)
	}
	e := Marker(m, nil, host())
	if d := depth(e); d > maxDepth {
		t.Errorf("the expression is %d deep", d)
	}
	if got := outcome(e.Evaluate(factsOf(host()))); got != "true" {
		t.Errorf("a deep marker is %s where it was compiled", got)
	}
}
