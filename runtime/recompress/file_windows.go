package recompress

import "os"

// writeFile writes a small file.
func writeFile(path string, mode os.FileMode, content []byte) error {
	return os.WriteFile(path, content, mode)
}
