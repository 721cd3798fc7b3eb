package reqfile

import (
	"errors"
	"slices"
	"testing"
)

// The words are those of shlex.split of Python 3.11.
func TestSplitOptions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []string
		err  error
	}{
		{"", nil, nil},
		{"  ", nil, nil},
		{"a b", []string{"a", "b"}, nil},
		{"a 'b c' d", []string{"a", "b c", "d"}, nil},
		{`a\ b`, []string{"a b"}, nil},
		{`"a\b\"c\\d"`, []string{`a\b"c\d`}, nil},
		{`'a\b'`, []string{`a\b`}, nil},
		{`a"b"'c'd`, []string{"abcd"}, nil},
		{`""`, []string{""}, nil},
		{"'' a", []string{"", "a"}, nil},
		{`"a`, nil, errQuotation},
		{"'a", nil, errQuotation},
		{`a\`, nil, errEscape},
		{`"\$x"`, []string{`\$x`}, nil},
		{"a#b #c", []string{"a#b", "#c"}, nil},
		{"a\tb\rc\nd\ve", []string{"a", "b", "c", "d\ve"}, nil},
		{`é"ü ö"`, []string{"éü ö"}, nil},
		{`\"a b\"`, []string{`"a`, `b"`}, nil},
		{"a''b", []string{"ab"}, nil},
		{`"a\'`, nil, errQuotation},
		{"\\\n", []string{"\n"}, nil},
		{"\"a\nb\"", []string{"a\nb"}, nil},
	}
	for _, test := range tests {
		words, _, err := splitOptions(test.text, 0)
		var got []string
		for _, w := range words {
			got = append(got, w.text)
		}
		if !errors.Is(err, test.err) || !slices.Equal(got, test.want) {
			t.Errorf("splitOptions(%q) = %q, %v, want %q, %v", test.text, got, err, test.want, test.err)
		}
	}
}

func TestSplitOptionsPlaces(t *testing.T) {
	t.Parallel()
	const text = `foo --hash "a b"  c`
	words, _, err := splitOptions(text, 4)
	want := []word{{"--hash", 4, 10}, {"a b", 11, 16}, {"c", 18, 19}}
	if err != nil || !slices.Equal(words, want) {
		t.Errorf("splitOptions(%q, 4) = %v, %v, want %v", text, words, err, want)
	}
	if _, at, err := splitOptions(`a 'b "c`, 0); at != 2 || !errors.Is(err, errQuotation) {
		t.Errorf("the quotation opens at %d with %v, want 2", at, err)
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", "a b", "'", `"`, `\`, "a'b'", "#", "é", "a=b:c@d", "\t"} {
		words, _, err := splitOptions(quote(text), 0)
		if err != nil || len(words) != 1 || words[0].text != text {
			t.Errorf("splitOptions(quote(%q)) = %v, %v", text, words, err)
		}
	}
}

func TestSplitArguments(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, arguments string
		options         int
	}{
		{"foo", "foo", 3},
		{"-r x", "", 0},
		{"foo ; a<'-1' --hash=x", "foo ; a<'-1'", 13},
		{"foo  -x", "foo ", 5},
		{"foo\t-x", "foo\t-x", 6},
		{"foo-x", "foo-x", 5},
	}
	for _, test := range tests {
		if arguments, options := splitArguments(test.text); arguments != test.arguments || options != test.options {
			t.Errorf("splitArguments(%q) = %q, %d, want %q, %d", test.text, arguments, options, test.arguments, test.options)
		}
	}
}
