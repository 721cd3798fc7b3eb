package launch

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gobundle/gobundle/runtime/packed"
)

// Digests that name wheels and byte-code.
var (
	firstDigest  = strings.Repeat("1", 64)
	secondDigest = strings.Repeat("2", 64)
	codeDigest   = strings.Repeat("3", 64)
)

const wheelsManifest = `{"options": {}, "wheels": [
 {"file": "a-1-py3-none-any.whl", "sha256": "FIRST", "packing": "zstd"},
 {"file": "b-1-py3-none-any.whl", "sha256": "SECOND", "packing": "zstd"},
 {"file": "c-1-py3-none-any.whl", "sha256": "PLAIN"}],
 "targets": [{"wheels": [0, 1, 2]}],
 "bytecode": [{"file": "a-1-py3-none-any.cpython-311.zip", "sha256": "CODE", "packing": "zstd", "cache_tag": "cpython-311", "magic": "a70d0d0a"}]}`

// packedBundle is a file that ends in a zip with the manifest and what that names.
func packedBundle(t *testing.T, manifest string) *os.File {
	t.Helper()
	manifest = strings.NewReplacer("FIRST", firstDigest, "SECOND", secondDigest, "CODE", codeDigest).Replace(manifest)
	id := sha256.Sum256([]byte(manifest))
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, member := range [][2]string{
		{"manifest.json", manifest}, {Name, `{"id": "` + hex.EncodeToString(id[:]) + `", "recompressed": true}`},
		{"wheels/a-1-py3-none-any.whl.zst", "first"}, {"wheels/b-1-py3-none-any.whl.zst", "second"},
		{"bytecode/a-1-py3-none-any.cpython-311.zip.zst", "code"},
	} {
		content := []byte(member[1])
		out, err := w.CreateRaw(&zip.FileHeader{Name: member[0], Method: zip.Store, CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content))})
		if err == nil {
			_, err = out.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "app")
	if err := errors.Join(w.Close(), os.WriteFile(path, b.Bytes(), 0o700)); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// copies unpacks a part by writing its name to a file; asked are the parts.
func copies(asked *[]packed.Part) Means {
	return Means{Hash: sha256.New, Wheels: func(_ context.Context, parts []packed.Part) error {
		*asked = append(*asked, parts...)
		for _, p := range parts {
			if p.Folder != "" {
				if err := os.WriteFile(filepath.Join(p.Folder, "name"), []byte(p.Name), 0o600); err != nil {
					return err
				}
			}
		}
		return nil
	}}
}

func TestServe(t *testing.T) {
	t.Parallel()
	file := packedBundle(t, wheelsManifest)
	dir := t.TempDir()
	var asked []packed.Part
	in := strings.NewReader(strings.Join([]string{
		"wheels/a-1-py3-none-any.whl.zst", firstDigest, "files", dir,
		"wheels/b-1-py3-none-any.whl.zst", "", "zip", filepath.Join(dir, "b.whl"), "",
	}, "\x00"))
	if err := serve(t.Context(), file, in, copies(&asked)); err != nil {
		t.Fatal(err)
	}
	if len(asked) != 2 || asked[0].Folder != dir || asked[0].SHA256 != firstDigest || asked[0].Size != int64(len("first")) || asked[0].Name != "a-1-py3-none-any.whl" ||
		asked[1].Folder != "" || asked[1].Zip != filepath.Join(dir, "b.whl") || asked[1].SHA256 != "" {
		t.Errorf("unpacked %+v", asked)
	}
	for _, test := range []struct{ name, in, want string }{
		{"fields are missing", "wheels/a-1-py3-none-any.whl.zst\x00\x00files\x00", "not told in full"},
		{"no such member", "wheels/x.whl.zst\x00\x00files\x00/x\x00", "there is no wheels/x.whl.zst"},
	} {
		if err := serve(t.Context(), file, strings.NewReader(test.in), copies(&asked)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
	if err := serve(t.Context(), file, in, Means{}); err == nil {
		t.Error("a launcher without means unpacks")
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{&packed.DamageError{Part: "a.whl", Reason: "it is torn"}, "damage\x00it is torn"},
		{&os.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}, "system\x00ENOENT"},
		{&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, "system\x00"},
		{errors.New("unclear"), "other\x00unclear"},
	} {
		var out bytes.Buffer
		code := answer(&out, test.err)
		if code != 0 != (test.err != nil) || !strings.HasPrefix(out.String(), test.want) {
			t.Errorf("answer(%v) = %d with %q, want %q", test.err, code, out.String(), test.want)
		}
	}
}
