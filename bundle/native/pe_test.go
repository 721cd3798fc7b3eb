package native

import (
	"bytes"
	"debug/pe"
	"errors"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"

	"github.com/gobundle/gobundle/runtime/stub"
)

// launcher returns one, or skips the test where none was made.
func launcher(t *testing.T, goos, goarch string) []byte {
	t.Helper()
	launcher, err := stub.Launcher(goos, goarch)
	var missing *stub.MissingError
	if errors.As(err, &missing) {
		t.Skip("make launchers has not been run")
	}
	if err != nil {
		t.Fatal(err)
	}
	return launcher
}

// icon is the content of an .ico file.
func icon(t *testing.T) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, 32, 32))
	picture.Set(3, 4, color.NRGBA{R: 200, A: 255})
	icon, err := winres.NewIconFromImages([]image.Image{picture})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := icon.SaveICO(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPreparePE(t *testing.T) {
	t.Parallel()
	for _, goarch := range []string{"amd64", "arm64"} {
		plain := launcher(t, "windows", goarch)
		a := Application{Name: "greeter", Version: "1.2rc1", Icon: icon(t), Windowed: true}
		program, err := Prepare(plain, "windows", a)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Prepare(plain, "windows", a)
		if err != nil || !bytes.Equal(program, again) {
			t.Errorf("%s: it is different the second time (%v)", goarch, err)
		}
		file, err := pe.NewFile(bytes.NewReader(program))
		if err != nil {
			t.Fatal(err)
		}
		header, ok := file.OptionalHeader.(*pe.OptionalHeader64)
		if !ok || header.Subsystem != pe.IMAGE_SUBSYSTEM_WINDOWS_GUI {
			t.Errorf("%s: it has a console", goarch)
		}
		for _, section := range file.Sections {
			if uint64(section.VirtualAddress)+uint64(section.VirtualSize) > uint64(header.SizeOfImage) || int64(section.Offset)+int64(section.Size) > int64(len(program)) {
				t.Errorf("%s: section %s is beyond the program's end", goarch, section.Name)
			}
		}
		resources, err := winres.LoadFromEXE(bytes.NewReader(program))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := resources.GetIcon(winres.ID(1)); err != nil {
			t.Errorf("%s: there is no icon: %v", goarch, err)
		}
		info, err := version.FromBytes(resources.Get(winres.RT_VERSION, winres.ID(1), version.LangNeutral))
		if err != nil {
			t.Fatal(err)
		}
		shown, err := info.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"ProductName":"greeter"`, `"FileVersion":"1.2rc1"`, `"file_version":"1.2.0.0"`} {
			if !strings.Contains(string(shown), want) {
				t.Errorf("%s: the version is %s, want %s", goarch, shown, want)
			}
		}
		manifest := resources.Get(winres.RT_MANIFEST, winres.ID(1), winres.LCIDDefault)
		if !bytes.Contains(manifest, []byte("asInvoker")) || !bytes.Contains(manifest, []byte("longPathAware")) {
			t.Errorf("%s: the manifest is %q", goarch, manifest)
		}
	}
}

func TestPrepareConsole(t *testing.T) {
	t.Parallel()
	program, err := Prepare(launcher(t, "windows", "amd64"), "windows", Application{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := pe.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	if header := file.OptionalHeader.(*pe.OptionalHeader64); header.Subsystem != pe.IMAGE_SUBSYSTEM_WINDOWS_CUI {
		t.Errorf("the subsystem is %d, want that with a console", header.Subsystem)
	}
}

func TestPrepareBadIcon(t *testing.T) {
	t.Parallel()
	plain := launcher(t, "windows", "amd64")
	for _, bad := range []string{"", "\x89PNG\r\n", "\x00\x00\x01\x00\xff\xff", string(icon(t)[:40])} {
		_, err := Prepare(plain, "windows", Application{Icon: []byte(bad)})
		var refused *IconError
		if !errors.As(err, &refused) {
			t.Errorf("an icon of %d bytes gives %v, want an IconError", len(bad), err)
		}
	}
}

// The checksum is that which osslsigncode finds, too: it is there and covers all, also
// where the file has an odd number of bytes.
func TestSealPE(t *testing.T) {
	t.Parallel()
	program, err := Prepare(launcher(t, "windows", "amd64"), "windows", Application{})
	if err != nil {
		t.Fatal(err)
	}
	for _, behind := range []string{"", "an overlay", "an odd overlay."} {
		path := filepath.Join(t.TempDir(), "app.exe")
		if err := os.WriteFile(path, append(bytes.Clone(program), behind...), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		size, err := Seal(t.Context(), file, "windows", Application{})
		if err != nil || size != int64(len(program)+len(behind)) {
			t.Fatalf("Seal = %d, %v", size, err)
		}
		sealed, err := pe.NewFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sum := sealed.OptionalHeader.(*pe.OptionalHeader64).CheckSum
		if want := slowChecksum(t, path); sum != want {
			t.Errorf("with %q behind, the checksum is %08X, want %08X", behind, sum, want)
		}
		if _, err := exec.LookPath("osslsigncode"); err != nil {
			continue
		}
		// It fails as there is no signature, but says which checksum it finds.
		said, _ := exec.CommandContext(t.Context(), "osslsigncode", "verify", path).CombinedOutput()
		if strings.Contains(string(said), "MISMATCH") || !strings.Contains(string(said), "PE checksum") {
			t.Errorf("with %q behind, osslsigncode says %s", behind, said)
		}
	}
}

// slowChecksum is the checksum as the format describes it, carry by carry.
func slowChecksum(t *testing.T, path string) uint32 {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	optional, err := optionalHeader(data)
	if err != nil {
		t.Fatal(err)
	}
	size := len(data)
	clear(data[optional+checksumAt:][:4])
	data = append(data, 0)
	var sum uint32
	for i := 0; i < size; i += 2 {
		sum += uint32(data[i]) | uint32(data[i+1])<<8
		sum = sum&0xFFFF + sum>>16
	}
	return sum + uint32(size)
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][4]uint16{
		"": {}, "1": {1}, "1.2.3": {1, 2, 3}, "1.2.3.4.5": {1, 2, 3, 4}, "2.0rc1.post2": {2}, "1!2.0": {1}, "v1": {}, "70000.1": {}, "3.1+local.7": {3, 1},
	} {
		if got := numbers(text); got != want {
			t.Errorf("numbers(%q) = %v, want %v", text, got, want)
		}
	}
}
