package bundle

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/gobundle/gobundle/resolve/dist"
	"github.com/gobundle/gobundle/resolve/index/indextest"
	"github.com/gobundle/gobundle/resolve/lockfile"
)

// TestLockRealWheels locks the set of awscli for three targets: the bundle of the
// lock is the one of the requirements.
func TestLockRealWheels(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("GOBUNDLE_WHEELS")
	if folder == "" {
		t.Skip("GOBUNDLE_WHEELS is not set")
	}
	found, err := filepath.Glob(filepath.Join(folder, "pyyaml-*.whl"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the wheels of PyYAML are %v, %v, want one", found, err)
	}
	real, err := dist.ParseWheelName(filepath.Base(found[0]))
	if err != nil {
		t.Fatal(err)
	}
	// Of what is native there is a wheel for this machine only: others are made.
	python := real.Tags[0].Python
	others := indextest.Folder(t, platformWheels("pyyaml", real.Version.String(), python+"-"+python+"-win_amd64", python+"-"+python+"-macosx_11_0_arm64")...)
	o := bundling(t, folder, "awscli", `flask; sys_platform == "linux"`)
	o.Indexes.FindLinks = append(o.Indexes.FindLinks, others)
	o.Targets = []string{python + "-manylinux_2_34_x86_64", python + "-win_amd64", python + "-macos-arm64"}
	if _, err := Build(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	lo := LockOptions{Inputs: o.Inputs, Surroundings: o.Surroundings, Targets: o.Targets, Output: "pylock.toml"}
	summary, err := Lock(t.Context(), lo)
	if err != nil || !summary.New || len(summary.Targets) != 3 {
		t.Fatalf("Lock() = %+v, %v", summary, err)
	}
	again, err := Lock(t.Context(), lo)
	if err != nil || again.New || len(again.Changes) > 0 {
		t.Errorf("Lock() again = %+v, %v", again, err)
	}
	from := o
	from.Inputs = Inputs{Lock: FromLock{Path: "pylock.toml"}, Indexes: Indexes{NoIndex: true}}
	from.Output = "locked.pyz"
	if _, err := Build(t.Context(), from); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(contentOf(t, o.Directory, "out.pyz"), contentOf(t, o.Directory, "locked.pyz")) {
		t.Error("the bundle of the lock differs from the one of the requirements")
	}
	l, err := lockfile.Read(contentOf(t, o.Directory, "pylock.toml"))
	if err != nil {
		t.Fatal(err)
	}
	marked := map[string]string{}
	for _, p := range l.Packages {
		if p.Marker != nil {
			marked[p.Name] = p.Marker.String()
		}
	}
	if want := `sys_platform == "linux"`; len(l.Environments) != 3 || len(l.Packages) < 18 || marked["flask"] != want || marked["jinja2"] != want || marked["awscli"] != "" {
		t.Errorf("%d environments, %d packages, markers %v", len(l.Environments), len(l.Packages), marked)
	}
}
