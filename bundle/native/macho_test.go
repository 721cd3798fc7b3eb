package native

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program writes a sealed program for macOS, with a zip of one member behind it, and
// returns its path.
func program(t *testing.T, goarch string, payload int) string {
	t.Helper()
	prepared, err := Prepare(launcher(t, "darwin", goarch), "darwin", Application{ID: "0123"})
	if err != nil {
		t.Fatal(err)
	}
	prepared = append(prepared, make([]byte, align(int64(len(prepared)), signedPage)-int64(len(prepared)))...)
	var b bytes.Buffer
	b.Write(prepared)
	archive := zip.NewWriter(&b)
	archive.SetOffset(int64(len(prepared)))
	member, err := archive.CreateHeader(&zip.FileHeader{Name: "__main__.py", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(member, "print(6 * 7)%s", strings.Repeat("\n", payload))
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "app")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	size, err := Seal(t.Context(), file, "darwin", Application{Name: "greeter"})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := file.Stat(); err != nil || info.Size() != size {
		t.Errorf("Seal = %d, but the file has %d bytes", size, info.Size())
	}
	return path
}

func TestMachO(t *testing.T) {
	t.Parallel()
	for _, goarch := range []string{"amd64", "arm64"} {
		// The signature of the second is larger than what readers of zips look through.
		for _, payload := range []int{0, 8 << 20} {
			path := program(t, goarch, payload)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkMachO(data); err != nil {
				t.Errorf("%s, %d: %v", goarch, payload, err)
			}
			// It is whole only as it is: a byte more, or another, is found.
			for _, at := range []int{40, len(data) / 2} {
				if payload > 0 {
					continue // it has been seen
				}
				changed := bytes.Clone(data)
				changed[at] ^= 1
				if checkMachO(changed) == nil {
					t.Errorf("%s, %d: a change at %d is not found", goarch, payload, at)
				}
			}
			if checkMachO(append(bytes.Clone(data), 0)) == nil {
				t.Errorf("%s, %d: a byte behind is not found", goarch, payload)
			}
			printed, err := exec.CommandContext(t.Context(), "python3", path).CombinedOutput()
			if err != nil || string(printed) != "42\n" {
				t.Errorf("%s, %d: python3 prints %q, %v", goarch, payload, printed, err)
			}
			if _, err := exec.LookPath("unzip"); err != nil {
				continue
			}
			if said, err := exec.CommandContext(t.Context(), "unzip", "-t", path).CombinedOutput(); err != nil {
				t.Errorf("%s, %d: unzip -t: %v\n%s", goarch, payload, err, said)
			}
		}
	}
}

// checkMachO checks what the kernel and codesign do of a program: its load commands,
// and its signature.
func checkMachO(data []byte) error {
	file, err := macho.NewFile(bytes.NewReader(data))
	if err != nil {
		return err
	}
	if err := checkSegments(file, int64(len(data))); err != nil {
		return err
	}
	var signature []uint32
	seen, hasID := uint32(0), false
	for _, load := range file.Loads {
		raw := load.Raw()
		seen += uint32(len(raw))
		hasID = hasID || file.ByteOrder.Uint32(raw) == commandUUID && !bytes.Equal(raw[8:24], make([]byte, 16))
		if file.ByteOrder.Uint32(raw) == commandSignature {
			signature = append(signature, file.ByteOrder.Uint32(raw[8:]), file.ByteOrder.Uint32(raw[12:]))
		}
	}
	if !hasID {
		return errors.New("there is no UUID, without which new versions of macOS start nothing")
	}
	if seen != file.Cmdsz {
		return fmt.Errorf("the load commands have %d bytes, and the header says %d", seen, file.Cmdsz)
	}
	if first := file.Section("__text").Offset; machHeaderSize+file.Cmdsz > first {
		return fmt.Errorf("the load commands reach into the code, which begins at %d", first)
	}
	if len(signature) != 2 {
		return fmt.Errorf("there are %d signatures, want 1", len(signature)/2)
	}
	start, size := int64(signature[0]), int64(signature[1])
	if start%signatureAlign != 0 || start+size != int64(len(data)) {
		return fmt.Errorf("the signature is at %d with %d bytes, of %d", start, size, len(data))
	}
	table := int64(file.ByteOrder.Uint32(file.Symtab.Raw()[16:])) + int64(file.ByteOrder.Uint32(file.Symtab.Raw()[20:]))
	if table != start {
		return fmt.Errorf("the string table ends at %d, and the signature begins at %d", table, start)
	}
	if err := checkZip(data); err != nil {
		return fmt.Errorf("the file: %w", err)
	}
	if err := checkZip(data[:start]); err != nil {
		return fmt.Errorf("what is signed: %w", err)
	}
	return checkSignature(data, data[start:], file)
}

// pageOf is the size of a machine's pages, in bytes.
var pageOf = map[macho.Cpu]int{macho.CpuAmd64: 1 << 12, macho.CpuArm64: 1 << 14}

// checkSegments checks that segments lie behind each other, in memory and in the
// file, up to its end.
func checkSegments(file *macho.File, size int64) error {
	var memory, place uint64
	last := ""
	for _, load := range file.Loads {
		segment, ok := load.(*macho.Segment)
		if !ok {
			continue
		}
		if segment.Addr < memory || segment.Filesz > segment.Memsz {
			return fmt.Errorf("segment %s at %x with %x of %x bytes overlaps", segment.Name, segment.Addr, segment.Filesz, segment.Memsz)
		}
		if segment.Filesz > 0 && (segment.Offset < place || segment.Offset >= place+segmentPage) {
			return fmt.Errorf("segment %s begins at %d, want %d and less than a page more", segment.Name, segment.Offset, place)
		}
		if page := uint64(pageOf[file.Cpu]); segment.Addr%page != 0 || segment.Offset%page != 0 {
			return fmt.Errorf("segment %s does not begin with a page", segment.Name)
		}
		memory, last = segment.Addr+segment.Memsz, segment.Name
		if segment.Filesz > 0 {
			place = segment.Offset + segment.Filesz
		}
	}
	if last != linkedit || int64(place) != size {
		return fmt.Errorf("the last segment, %s, ends at %d of %d", last, place, size)
	}
	return nil
}

func checkZip(data []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, member := range archive.File {
		content, err := member.Open()
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			return err
		}
	}
	if len(archive.File) != 1 || binary.LittleEndian.Uint32(data[len(data)-6:])+uint32(endOfDirectory) >= uint32(len(data)) {
		return errors.New("the zip is not the one")
	}
	return nil
}

// checkSignature checks a signature as the kernel does: every page has its hash.
func checkSignature(data, blob []byte, file *macho.File) error {
	big := binary.BigEndian
	if big.Uint32(blob) != superBlobMagic || int(big.Uint32(blob[4:])) > len(blob) || big.Uint32(blob[8:]) != 1 || big.Uint32(blob[12:]) != 0 {
		return errors.New("it is no signature with one part")
	}
	directory := blob[big.Uint32(blob[16:]):big.Uint32(blob[4:])]
	if big.Uint32(directory) != codeDirectoryMagic || int(big.Uint32(directory[4:])) != len(directory) {
		return errors.New("there is no code directory")
	}
	limit, hashes, count := int(big.Uint32(directory[32:])), directory[big.Uint32(directory[16:]):], int(big.Uint32(directory[28:]))
	if directory[36] != sha256.Size || directory[37] != hashSHA256 || directory[39] != signedPageBits {
		return errors.New("the hashes are not sha256 of 4 KiB")
	}
	if name, _, _ := bytes.Cut(directory[big.Uint32(directory[20:]):], []byte{0}); string(name) != "greeter" {
		return fmt.Errorf("the identifier is %q", name)
	}
	if text := file.Segment(text); big.Uint64(directory[64:]) != text.Offset || big.Uint64(directory[72:]) != text.Filesz || big.Uint64(directory[80:])&mainBinary == 0 {
		return errors.New("the executable segment is another")
	}
	if flags := big.Uint32(directory[12:]); flags&2 == 0 {
		return errors.New("it is not ad-hoc")
	}
	if limit != len(data)-len(blob) || count != (limit+signedPage-1)/signedPage || len(hashes) != count*sha256.Size {
		return fmt.Errorf("%d hashes for %d bytes, of %d", count, limit, len(data))
	}
	for page := range count {
		hash := sha256.Sum256(data[page*signedPage : min((page+1)*signedPage, limit)])
		if !bytes.Equal(hash[:], hashes[page*sha256.Size:][:sha256.Size]) {
			return fmt.Errorf("page %d has another hash", page)
		}
	}
	return nil
}

// What is no program, or has no zip, is refused.
func TestMachORefuses(t *testing.T) {
	t.Parallel()
	good := launcher(t, "darwin", "arm64")
	for name, bad := range map[string][]byte{"nothing": nil, "text": []byte(strings.Repeat("x", 100)), "half a header": good[:40], "no end": good[:len(good)/2]} {
		if _, err := Prepare(bad, "darwin", Application{}); err == nil {
			t.Errorf("%s is taken for a program", name)
		}
	}
	path := filepath.Join(t.TempDir(), "app")
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := Seal(t.Context(), file, "darwin", Application{}); err == nil {
		t.Error("a program without a zip is sealed")
	}
}

func TestSizeError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(4<<30 - 1); err != nil { // sparse
		t.Fatal(err)
	}
	for _, goos := range []string{"windows", "darwin"} {
		_, err := Seal(t.Context(), file, goos, Application{})
		var refused *SizeError
		if !errors.As(err, &refused) {
			t.Errorf("4 GiB for %s: %v, want a SizeError", goos, err)
		}
	}
	if size, err := Seal(t.Context(), file, "linux", Application{}); err != nil || size != 4<<30-1 {
		t.Errorf("4 GiB for Linux: %d, %v", size, err)
	}
}
