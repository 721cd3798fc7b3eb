package reqfile

import (
	"errors"
	"slices"
	"testing"
)

func TestHashMode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want bool
	}{
		{"foo\n", false},
		{"--require-hashes\nfoo\n", true},
		{"foo --hash=sha256:aa\nbar\n", true},
		{"foo @ https://h.example/x.zip#sha256=aa\n", false},
		{"--no-require-hashes\nfoo --hash=sha256:aa\n", false},
	}
	for _, test := range tests {
		file, err := read(t, test.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := HashMode(file.Entries, file.Options); got != test.want {
			t.Errorf("HashMode(%q) = %t, want %t", test.text, got, test.want)
		}
	}
}

func TestCheckHashes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"good", "foo==1 --hash=sha256:aa\nbar===2 --hash=sha256:bb\nbaz @ https://h.example/x.zip#md5=cc\nhttps://h.example/y.zip --hash=sha256:dd\n", nil},
		{"no hash", "foo==1\n", []string{"foo==1 has no --hash"}},
		{"not pinned", "foo>=1 --hash=sha256:aa\nbar --hash=sha256:aa\nbaz==1,<2 --hash=sha256:aa\n", []string{
			"foo>=1 --hash=sha256:aa must be pinned to one version with ==", "bar --hash=sha256:aa must be pinned to one version with ==",
			"baz==1,<2 --hash=sha256:aa must be pinned to one version with ==",
		}},
		{"no thing with a hash", "git+https://h.example/r#egg=foo\n./proj\n-e ./proj\n", []string{
			"git+https://h.example/r#egg=foo is a repository, which has no hash", "./proj is a folder, which has no hash", "-e ./proj is a folder, which has no hash",
		}},
		{"another line helps", "Foo\nfoo==1 --hash=sha256:aa\n-c cons.txt\nbar\n", nil},
		{"does not apply", "foo ; os_name=='none'\nbar==1 --hash=sha256:aa\n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := folder(t, map[string]string{"requirements.txt": test.text, "proj/setup.py": "", "cons.txt": "bar==2 --hash=sha256:bb\nother\n"})
			file, err := Read(t.Context(), "requirements.txt", o)
			if err != nil {
				t.Fatal(err)
			}
			err = CheckHashes(file.Entries, func(e Entry) bool { return e.Requirement.Marker == nil })
			var got []string
			var bad *HashError
			if errors.As(err, &bad) {
				for _, fault := range bad.Faults {
					got = append(got, fault.Entry.Text+" "+fault.Reason)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("CheckHashes(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
	t.Run("message", func(t *testing.T) {
		t.Parallel()
		file, err := read(t, "foo\nbar==1\n")
		if err != nil {
			t.Fatal(err)
		}
		want := "in hash mode, foo (requirements.txt line 1) must be pinned to one version with ==; bar==1 (requirements.txt line 2) has no --hash"
		if err := CheckHashes(file.Entries, func(Entry) bool { return true }); err == nil || err.Error() != want {
			t.Errorf("CheckHashes = %v, want %s", err, want)
		}
	})
}
