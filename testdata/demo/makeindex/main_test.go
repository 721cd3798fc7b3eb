package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBuild(t *testing.T) {
	t.Parallel()
	first, err := build(os.DirFS("../dists"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := build(os.DirFS("../dists"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, w := range first {
		got = append(got, w.file)
		if !bytes.Equal(w.data, again[i].data) {
			t.Errorf("%s is not the same twice", w.file)
		}
		archive, err := zip.NewReader(bytes.NewReader(w.data), int64(len(w.data)))
		if err != nil {
			t.Fatal(err)
		}
		if last := archive.File[len(archive.File)-1].Name; !strings.HasSuffix(last, ".dist-info/RECORD") {
			t.Errorf("last member of %s is %s, want RECORD", w.file, last)
		}
		for _, file := range archive.File {
			if year := file.Modified.Year(); year != 1980 {
				t.Errorf("%s in %s is of the year %d, want 1980", file.Name, w.file, year)
			}
		}
	}
	want := []string{
		"harbour_dates-1.1-py3-none-any.whl", "harbour_ink-1.0.3-py3-none-any.whl", "harbour_log-2024.5.31-py3-none-any.whl",
		"harbour_settings-2.1.0-py3-none-any.whl", "harbour_table-1.4.0-py3-none-any.whl", "harbour_table-2.0.1-py3-none-any.whl", "harbour_toml-0.3.2-py3-none-any.whl",
	}
	if !slices.Equal(got, want) {
		t.Errorf("wheels = %q, want %q", got, want)
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	stdin, end := io.Pipe()
	stdout, url := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run("../dists", "127.0.0.1:0", "", stdin, url) }()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	index := strings.TrimSpace(line)

	page := get(t, index+"harbour-table/", "text/html, */*", "text/html")
	if !strings.Contains(page, `data-requires-python="&gt;=3.8"`) {
		t.Errorf("page lacks Requires-Python:\n%s", page)
	}
	get(t, index, jsonType+", "+htmlType+";q=0.2", jsonType)
	get(t, index, htmlType, htmlType)
	var project struct {
		Files []struct {
			URL    string
			Hashes map[string]string
		}
		Versions []string
	}
	if err := json.Unmarshal([]byte(get(t, index+"harbour-table/", jsonType, jsonType)), &project); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1.4.0", "2.0.1"}; !slices.Equal(project.Versions, want) {
		t.Errorf("versions = %q, want %q", project.Versions, want)
	}
	metadata := get(t, index+"harbour-table/"+project.Files[0].URL+".metadata", "", "application/octet-stream")
	if !strings.HasPrefix(metadata, "Metadata-Version: 2.1\nName: harbour-table\nVersion: 1.4.0\n") {
		t.Errorf("metadata = %q", metadata)
	}

	end.Close()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the index outlives its standard input")
	}
}

func get(t *testing.T, url, accept, wantType string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", url, response.Status, err)
	}
	if got := response.Header.Get("Content-Type"); got != wantType {
		t.Errorf("type of %s = %s, want %s", url, got, wantType)
	}
	return string(body)
}
