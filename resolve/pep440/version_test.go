package pep440

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestVersionParts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in, norm, key, public, base, local string
		major, minor, micro                int
		pre, post, dev                     bool
	}{
		{in: "1", norm: "1", key: "1", public: "1", base: "1", major: 1},
		{in: "v1.2.0", norm: "1.2.0", key: "1.2", public: "1.2.0", base: "1.2.0", major: 1, minor: 2},
		{in: "1.0.0.0", norm: "1.0.0.0", key: "1", public: "1.0.0.0", base: "1.0.0.0", major: 1},
		{in: "1!2.3.4.5.6RC7-8_dev9+L.01-a", norm: "1!2.3.4.5.6rc7.post8.dev9+l.1.a", key: "1!2.3.4.5.6rc7.post8.dev9+l.1.a",
			public: "1!2.3.4.5.6rc7.post8.dev9", base: "1!2.3.4.5.6", local: "l.1.a", major: 2, minor: 3, micro: 4, pre: true, post: true, dev: true},
		{in: "1.dev", norm: "1.dev0", key: "1.dev0", public: "1.dev0", base: "1", major: 1, pre: true, dev: true},
		{in: "1.0.post", norm: "1.0.post0", key: "1.post0", public: "1.0.post0", base: "1.0", major: 1, post: true},
		{in: "1.0.post65535.dev1", norm: "1.0.post65535.dev1", key: "1.post65535.dev1", public: "1.0.post65535.dev1", base: "1.0", major: 1, pre: true, post: true, dev: true},
		{in: "0!1a", norm: "1a0", key: "1a0", public: "1a0", base: "1", major: 1, pre: true},
		{in: "0", norm: "0", key: "0", public: "0", base: "0"},
		{in: "99999999999999999999.0", norm: "99999999999999999999.0", key: "99999999999999999999", public: "99999999999999999999.0", base: "99999999999999999999.0", major: 1<<31 - 1},
		{in: "1.0a.", norm: "1.0a0", key: "1a0", public: "1.0a0", base: "1.0", major: 1, pre: true},
		{in: "1.0+CPU", norm: "1.0+cpu", key: "1+cpu", public: "1.0", base: "1.0", local: "cpu", major: 1},
	} {
		v, err := Parse(test.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", test.in, err)
			continue
		}
		for _, c := range []struct{ what, got, want string }{
			{"String", v.String(), test.norm}, {"Key", v.Key(), test.key}, {"Public", v.Public().String(), test.public},
			{"Base", v.Base().String(), test.base}, {"Local", v.Local(), test.local},
		} {
			if c.got != c.want {
				t.Errorf("Parse(%q).%s() = %q, want %q", test.in, c.what, c.got, c.want)
			}
		}
		if v.Major() != test.major || v.Minor() != test.minor || v.Micro() != test.micro {
			t.Errorf("Parse(%q) = %d %d %d, want %d %d %d", test.in, v.Major(), v.Minor(), v.Micro(), test.major, test.minor, test.micro)
		}
		if v.IsPrerelease() != test.pre || v.IsPost() != test.post || v.IsDev() != test.dev {
			t.Errorf("Parse(%q): pre %v post %v dev %v", test.in, v.IsPrerelease(), v.IsPost(), v.IsDev())
		}
	}
}

func TestZeroVersion(t *testing.T) {
	t.Parallel()
	var zero Version
	if !zero.IsZero() || zero.String() != "" || zero.Key() != "" || zero.IsPrerelease() || zero.IsDev() || zero.IsPost() || !zero.Base().IsZero() {
		t.Errorf("the zero Version is %q", zero)
	}
	for _, text := range []string{"0.dev0", "0.0.0.0.0.dev0", "0", "1!0"} {
		v := MustParse(text)
		if v.IsZero() || zero.Compare(v) >= 0 || v.Compare(zero) <= 0 {
			t.Errorf("the zero Version doesn't come before %s", v)
		}
	}
}

// referenceCompare orders versions as the specification puts it, part by part.
func referenceCompare(v, w Version) int {
	infinity := new(big.Int).Lsh(big.NewInt(1), 20000)
	key := func(v Version) []*big.Int {
		integer := func(n Number, ok bool, otherwise *big.Int) *big.Int {
			if !ok {
				return otherwise
			}
			i, _ := new(big.Int).SetString(string(n), 10)
			return i
		}
		key := []*big.Int{integer(v.Epoch(), true, nil)}
		release := v.Release()
		for i := range 8 {
			key = append(key, integer(segmentOf(release, i), true, nil))
		}
		label, pre, hasPre := v.Pre()
		post, hasPost := v.Post()
		dev, hasDev := v.Dev()
		phase := big.NewInt(int64(slices.Index([]string{"a", "b", "rc"}, label)))
		if !hasPre && (hasPost || !hasDev) {
			phase = infinity
		}
		return append(key, phase, integer(pre, hasPre, infinity), integer(post, hasPost, big.NewInt(-1)), integer(dev, hasDev, infinity))
	}
	if c := slices.CompareFunc(key(v), key(w), (*big.Int).Cmp); c != 0 {
		return c
	}
	local := func(v Version) []string {
		if v.Local() == "" {
			return nil
		}
		return strings.Split(v.Local(), ".")
	}
	return slices.CompareFunc(local(v), local(w), func(p, q string) int {
		a, aNumber := new(big.Int).SetString(p, 10)
		b, bNumber := new(big.Int).SetString(q, 10)
		switch {
		case aNumber && bNumber:
			return a.Cmp(b)
		case aNumber:
			return +1
		case bNumber:
			return -1
		default:
			return cmp.Compare(p, q)
		}
	})
}

func TestCompareIsTheSpecifiedOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, w := anyVersion().Draw(t, "v"), anyVersion().Draw(t, "w")
		want := referenceCompare(v, w)
		if got := v.Compare(w); got != want {
			t.Fatalf("%s.Compare(%s) = %d, want %d", v, w, got, want)
		}
		if got := w.Compare(v); got != -want {
			t.Fatalf("%s.Compare(%s) = %d, want %d", w, v, got, -want)
		}
		if got := v.Key() == w.Key(); got != (want == 0) {
			t.Fatalf("keys %q and %q, Compare = %d", v.Key(), w.Key(), want)
		}
	})
}

func TestNumberSteps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ n, next Number }{{"0", "1"}, {"9", "10"}, {"199", "200"}, {"999", "1000"}, {"10", "11"}} {
		if got := test.n.next(); got != test.next {
			t.Errorf("%s.next() = %s, want %s", test.n, got, test.next)
		}
		if got := test.next.previous(); got != test.n {
			t.Errorf("%s.previous() = %s, want %s", test.next, got, test.n)
		}
	}
}
