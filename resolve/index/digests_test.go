package index

import (
	"maps"
	"slices"
	"testing"
)

func TestDigests(t *testing.T) {
	t.Parallel()
	var d Digests
	d.add("SHA256", "AB")
	d.add("md5", "12")
	d.add("sha256", "CD") // the last one counts, as in a JSON object
	if want := (Digests{{"sha256", "cd"}, {"md5", "12"}}); !slices.Equal(d, want) {
		t.Errorf("digests are %v, want %v", d, want)
	}
	if d.Of("sha256") != "cd" || d.Of("md5") != "12" || d.Of("sha512") != "" {
		t.Errorf("Of gives other digests than those of %v", d)
	}
	if again := DigestsOf(d.ByAlgorithm()); !maps.Equal(again.ByAlgorithm(), d.ByAlgorithm()) || again[0].Algorithm != "md5" {
		t.Errorf("DigestsOf = %v, want %v in the order of the algorithms", again, d)
	}
	if none := DigestsOf(nil); none != nil || none.ByAlgorithm() != nil {
		t.Errorf("DigestsOf(nil) = %v, want nil, and no map of it", none)
	}
}
