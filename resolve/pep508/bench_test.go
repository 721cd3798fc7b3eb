package pep508

import "testing"

func BenchmarkParseRequirement(b *testing.B) {
	for _, text := range []string{
		"requests",
		"urllib3<3,>=1.21.1",
		`importlib-metadata>=3.6; python_version < "3.10"`,
		`PySocks!=1.5.7,>=1.5.6; extra == "socks"`,
	} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseRequirement(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEvaluate(b *testing.B) {
	m, err := ParseMarker(`python_version >= "3.8" and (sys_platform == "linux" or sys_platform == "darwin")`)
	if err != nil {
		b.Fatal(err)
	}
	e := Environment{PythonVersion: "3.11", SysPlatform: "linux"}
	b.ReportAllocs()
	for b.Loop() {
		if truth, err := m.Evaluate(e); !truth || err != nil {
			b.Fatal(truth, err)
		}
	}
}

func BenchmarkNormalizeName(b *testing.B) {
	for _, name := range []string{"typing-extensions", "Typing_Extensions"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = NormalizeName(name)
			}
		})
	}
}
