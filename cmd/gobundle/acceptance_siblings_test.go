package main

import (
	"os"
	"path/filepath"
	"testing"
)

// In a folder with nothing but app.py and requirements.txt the line of the
// README works as it stands.
func (a *acceptance) siblings(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"requirements.txt": "--no-index\n--find-links " + a.wheels + "\nflask\n",
		"app.py": `import flask

app = flask.Flask(__name__)


@app.route("/<name>")
def greet(name):
    return "hello " + name


def main():
    print(app.test_client().get("/world").get_data(as_text=True))
`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	build := a.command(t.Context(), a.gobundle, "-r", "requirements.txt", "-e", "app:main", "-o", "app.pyz")
	build.Dir = folder
	output(t, build)
	alone := filepath.Join(t.TempDir(), "app.pyz")
	if err := os.Rename(filepath.Join(folder, "app.pyz"), alone); err != nil {
		t.Fatal(err)
	}
	if got, want := a.must(t, alone), "hello world\n"; got != want {
		t.Errorf("the application prints %q, want %q", got, want)
	}
}
