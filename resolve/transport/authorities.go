package transport

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
)

// authorities are the PEM texts of those to trust. Nearly all of their cost is in
// parsing some 140 certificates, which waits for the first connection.
type authorities [][]byte

// readAuthorities reads the PEM certificates of a file, or of all files in a
// folder, as OpenSSL's c_rehash makes them. There is at least one that can be
// used. The error is a *CertificateError.
func readAuthorities(name string) (authorities, error) {
	files := []string{name}
	info, err := os.Stat(name)
	folder := err == nil && info.IsDir()
	if folder {
		entries, err := os.ReadDir(name)
		if err != nil {
			return nil, &CertificateError{File: name, Err: err}
		}
		files = nil
		for _, entry := range entries {
			if !entry.IsDir() {
				files = append(files, filepath.Join(name, entry.Name()))
			}
		}
	}
	var texts authorities
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			if folder && errors.Is(err, os.ErrNotExist) {
				continue // a link to a certificate that is gone
			}
			return nil, &CertificateError{File: file, Err: errors.Unwrap(err)}
		}
		texts = append(texts, text)
	}
	if !slices.ContainsFunc(texts, hasCertificate) {
		return nil, &CertificateError{File: name, Err: errors.New("there are none in PEM form")}
	}
	return texts, nil
}

func hasCertificate(text []byte) bool {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return false
		}
		if _, err := x509.ParseCertificate(block.Bytes); block.Type == "CERTIFICATE" && err == nil {
			return true
		}
	}
}

// pool parses all certificates.
func (a authorities) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, text := range a {
		pool.AppendCertsFromPEM(text)
	}
	return pool
}
