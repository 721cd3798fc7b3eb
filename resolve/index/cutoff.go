package index

import (
	"slices"
	"time"
)

// Why files are left out, as the end of a sentence.
const (
	uploadedLater = "uploaded at %s or later"
	uploadUnknown = "without an upload time, which --exclude-newer goes by"
)

// cut marks the files that were uploaded too late. A file of this machine that has no
// time is the user's own, and stays.
func (c *Client) cut(p *Project) *Project {
	if c.uploadedBefore.IsZero() {
		return p
	}
	marked := *p
	marked.Files = slices.Clone(p.Files)
	for i := range marked.Files {
		f := &marked.Files[i]
		switch {
		case f.UploadTime.IsZero() && f.Path == "":
			f.Excluded = uploadUnknown
		case !f.UploadTime.Before(c.uploadedBefore):
			f.Excluded = c.uploadedLater
		}
	}
	return &marked
}

// moment writes a time as it is shown.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
