package source

import (
	"bytes"
	"encoding/json"
)

// A DirectURL is the content of direct_url.json (PEP 610): where a distribution
// came from that no index was asked for. Exactly one of the pointers is set.
type DirectURL struct {
	URL     string       `json:"url"` // without credentials
	Archive *ArchiveInfo `json:"archive_info,omitempty"`
	VCS     *VCSInfo     `json:"vcs_info,omitempty"`
	Dir     *DirInfo     `json:"dir_info,omitempty"`
	// Subdirectory is where the project lies below URL, "" for its top.
	Subdirectory string `json:"subdirectory,omitempty"`
}

// ArchiveInfo says which bytes a file had.
type ArchiveInfo struct {
	Hash   string            `json:"hash"` // "sha256=HEX"
	Hashes map[string]string `json:"hashes"`
}

// VCSInfo says which revision was checked out.
type VCSInfo struct {
	VCS       string `json:"vcs"`
	CommitID  string `json:"commit_id"`
	Requested string `json:"requested_revision,omitempty"`
}

// DirInfo is about a folder of the machine that built.
type DirInfo struct{}

// DirectURL returns the record of a reference that came to a file with a sha256, or to
// a commit. Of the two the one that the reference has no use for is ignored.
func (r Reference) DirectURL(sha256, commit string) DirectURL {
	d := DirectURL{URL: r.shownURL(), Subdirectory: r.Subdirectory}
	switch r.Kind {
	case Repository:
		d.VCS = &VCSInfo{VCS: r.System, CommitID: commit, Requested: r.Revision}
	case Folder:
		d.Dir = &DirInfo{}
	default:
		d.Archive = &ArchiveInfo{Hash: "sha256=" + sha256, Hashes: map[string]string{"sha256": sha256}}
	}
	return d
}

// Encode returns the JSON text, on one line without a line feed.
func (d DirectURL) Encode() (string, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return "", err
	}
	return string(bytes.TrimRight(text.Bytes(), "\n")), nil
}
