package native

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
)

// A signature is an ad-hoc one of macOS, as <kern/cs_blobs.h> has it: a list of
// hashes, one for each page of the file, in the form that linkers write. It proves
// nothing but that the file is whole, and codesign --sign replaces it.
type signature struct {
	limit               int64 // how many bytes of the file it covers
	name                string
	textStart, textSize uint64 // of the segment __TEXT in the file
}

const (
	superBlobMagic     = 0xFADE0CC0
	codeDirectoryMagic = 0xFADE0C02
	superBlobSize      = 20 // with the place of its one part
	codeDirectorySize  = 88
	codeDirectoryForm  = 0x20400 // the version that tells of the executable segment
	flagsLinkerSigned  = 0x20002 // CS_ADHOC | CS_LINKER_SIGNED
	hashSHA256         = 2
	mainBinary         = 1 // CS_EXECSEG_MAIN_BINARY
	signedPageBits     = 12
	signedPage         = 1 << signedPageBits
)

// identifier is the name that the system shows for what is signed.
func (s signature) identifier() string {
	if s.name == "" {
		return "gobundle"
	}
	return s.name
}

func (s signature) pages() int64 { return (s.limit + signedPage - 1) / signedPage }

// size is how many bytes it has.
func (s signature) size() int64 {
	return superBlobSize + codeDirectorySize + int64(len(s.identifier())) + 1 + s.pages()*sha256.Size
}

// encode reads the file, as far as it is covered, and returns the signature.
func (s signature) encode(ctx context.Context, file io.Reader) ([]byte, error) {
	big := binary.BigEndian
	b := make([]byte, 0, s.size())
	for _, n := range []uint32{superBlobMagic, uint32(s.size()), 1, 0, superBlobSize} {
		b = big.AppendUint32(b, n)
	}
	hashes := uint32(codeDirectorySize + len(s.identifier()) + 1)
	for _, n := range []uint32{
		codeDirectoryMagic, uint32(s.size()) - superBlobSize, codeDirectoryForm, flagsLinkerSigned,
		hashes, codeDirectorySize, 0, uint32(s.pages()), uint32(s.limit),
	} {
		b = big.AppendUint32(b, n)
	}
	b = append(b, sha256.Size, hashSHA256, 0, signedPageBits)
	b = append(b, make([]byte, 24)...) // spare, scatter, team, spare, and the limit if it is large
	b = big.AppendUint64(b, s.textStart)
	b = big.AppendUint64(b, s.textSize)
	b = big.AppendUint64(b, mainBinary)
	b = append(append(b, s.identifier()...), 0)

	block := make([]byte, 256*signedPage)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := io.ReadFull(file, block)
		for at := 0; at < n; at += signedPage {
			hash := sha256.Sum256(block[at:min(at+signedPage, n)])
			b = append(b, hash[:]...)
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return b, nil
		case err != nil:
			return nil, err
		}
	}
}
