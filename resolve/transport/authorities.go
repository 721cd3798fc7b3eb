package transport

import (
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
)

// readAuthorities reads the PEM certificates of a file, or of all files in a
// folder, as OpenSSL's c_rehash makes them. The error is a *CertificateError.
func readAuthorities(name string) (*x509.CertPool, error) {
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
	pool, found := x509.NewCertPool(), false
	for _, file := range files {
		pem, err := os.ReadFile(file)
		if err != nil {
			if folder && errors.Is(err, os.ErrNotExist) {
				continue // a link to a certificate that is gone
			}
			return nil, &CertificateError{File: file, Err: errors.Unwrap(err)}
		}
		found = pool.AppendCertsFromPEM(pem) || found
	}
	if !found {
		return nil, &CertificateError{File: name, Err: errors.New("there are none in PEM form")}
	}
	return pool, nil
}
