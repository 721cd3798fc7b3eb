//go:build unix

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gobundle/gobundle/resolve/index/indextest"
)

// nginxDistributions is what the real server has.
var nginxDistributions = []indextest.Dist{
	{Name: "greeter", Version: "1.0", Requires: []string{"helper>=1"}, Scripts: map[string]string{"greet": "greeter:main"}, Files: map[string]string{"greeter.py": "def main():\n    import helper\n    print('hello', helper.__version__)\n"}},
	{Name: "helper", Version: "1.0"},
	{Name: "helper", Version: "1.1", Padding: 300 << 10},
}

// nginx is a real server with one set of files in several trees: /simple/ and
// /json/ are indexes in the two forms, /norange/ one that gives no parts of
// files, /private/ wants a password, /closed/ is JSON, wants one and gives no parts,
// /mutual/ wants a certificate, and the files of /moved/ are said to be on another
// host. All is there by http and by https.
type nginx struct {
	folder      string
	host, https string // 127.0.0.1 and a port
	other       string // another host, for what is moved
	command     *exec.Cmd
}

// secret is the password of /private/. It must be nowhere but where the user puts it,
// and has characters that look different in a URL.
const secret = "s3s@m/3+0p%n"

// nginxPages are the trees, with the folder that the files of each are in.
var nginxPages = []struct{ tree, files string }{
	{"simple", "../../files/"}, {"norange", "../../whole/"}, {"private", "../files/"}, {"mutual", "../../files/"}, {"moved", "../../elsewhere/"},
}

// startNginx starts a server that ends with the test, which is left out where
// there is no nginx.
func startNginx(t *testing.T) *nginx {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			t.Skip("there is no nginx")
		}
	}
	n := &nginx{folder: t.TempDir()}
	n.writePages(t)
	n.writeCertificates(t)
	listeners := make([]*os.File, 2)
	ports := make([]int, 2)
	for i := range listeners {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ports[i] = listener.Addr().(*net.TCPAddr).Port
		if listeners[i], err = listener.(*net.TCPListener).File(); err != nil {
			t.Fatal(err)
		}
		_ = syscall.SetNonblock(int(listeners[i].Fd()), true)
		defer listeners[i].Close()
		defer listener.Close()
	}
	n.host, n.https, n.other = fmt.Sprintf("127.0.0.1:%d", ports[0]), fmt.Sprintf("127.0.0.1:%d", ports[1]), fmt.Sprintf("localhost:%d", ports[1])
	n.write(t, "nginx.conf", n.configuration())
	n.command = exec.Command(program, "-p", n.folder, "-e", "error.log", "-c", filepath.Join(n.folder, "nginx.conf"))
	n.command.Env = []string{"NGINX=3;4;"} // it takes over what listens already
	n.command.ExtraFiles = listeners
	n.command.Stderr = os.Stderr
	if err := n.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.stop)
	return n
}

// stop ends the server, as it can be ended more than once.
func (n *nginx) stop() {
	_ = n.command.Process.Signal(syscall.SIGTERM)
	_, _ = n.command.Process.Wait()
}

func (n *nginx) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(n.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (n *nginx) configuration() string {
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;"
	}
	return user + `
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 256; }
http {
	log_format requests '$host $status $uri "$http_range" $http_authorization';
	access_log access.log requests;
	client_body_temp_path temporary; proxy_temp_path temporary; fastcgi_temp_path temporary;
	uwsgi_temp_path temporary; scgi_temp_path temporary;
	types { text/html html; application/vnd.pypi.simple.v1+json json; application/octet-stream whl; }
	server {
		listen ` + n.host + `;
		listen ` + n.https + ` ssl;
		root tree;
		index index.html index.json;
		ssl_certificate server.pem;
		ssl_certificate_key server.pem;
		ssl_client_certificate authority.pem;
		ssl_verify_client optional;
		location /whole/ { alias tree/files/; max_ranges 0; etag off; }
		location /private/ { auth_basic "index"; auth_basic_user_file passwords; }
		location /private/files/ { auth_basic "index"; auth_basic_user_file passwords; alias tree/files/; }
		location /closed/ { auth_basic "index"; auth_basic_user_file passwords; }
		location /closed/files/ { auth_basic "index"; auth_basic_user_file passwords; alias tree/files/; max_ranges 0; }
		location /mutual/ { if ($ssl_client_verify != SUCCESS) { return 403; } }
		location /elsewhere/ { rewrite ^/elsewhere/(.*)$ https://` + n.other + `/files/$1 redirect; }
	}
}
`
}

// writePages writes the files and the trees of pages that lead to them.
func (n *nginx) writePages(t *testing.T) {
	t.Helper()
	files := filepath.Join(n.folder, "tree", "files")
	if err := indextest.WriteFolder(files, nginxDistributions...); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(files)
	if err != nil {
		t.Fatal(err)
	}
	type file struct {
		Filename string            `json:"filename"`
		URL      string            `json:"url"`
		Hashes   map[string]string `json:"hashes"`
	}
	projects := map[string][]file{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(files, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		project, _, _ := strings.Cut(entry.Name(), "-")
		projects[project] = append(projects[project], file{entry.Name(), "../../files/" + entry.Name(), map[string]string{"sha256": fmt.Sprintf("%x", sha256.Sum256(content))}})
	}
	for project, files := range projects {
		page, err := json.Marshal(map[string]any{"meta": map[string]string{"api-version": "1.0"}, "name": project, "files": files})
		if err != nil {
			t.Fatal(err)
		}
		n.write(t, "tree/json/"+project+"/index.json", string(page))
		n.write(t, "tree/closed/"+project+"/index.json", strings.ReplaceAll(string(page), "../../files/", "../files/"))
		for _, pages := range nginxPages {
			links := "<!DOCTYPE html><title>" + project + "</title>\n"
			for _, f := range files {
				links += fmt.Sprintf("<a href=%q>%s</a>\n", pages.files+f.Filename+"#sha256="+f.Hashes["sha256"], f.Filename)
			}
			n.write(t, "tree/"+pages.tree+"/"+project+"/index.html", links)
		}
	}
	n.write(t, "passwords", "me:{PLAIN}"+secret+"\n")
	n.write(t, "temporary/.keep", "")
}

// writeCertificates makes an authority, and certificates of it for the server
// and for a client.
func (n *nginx) writeCertificates(t *testing.T) {
	t.Helper()
	authority, authorityKey := n.certificate(t, "authority.pem", &x509.Certificate{
		Subject: pkix.Name{CommonName: "an authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, nil)
	n.certificate(t, "server.pem", &x509.Certificate{
		Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost", "index.example"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority, authorityKey)
	n.certificate(t, "client.pem", &x509.Certificate{
		Subject: pkix.Name{CommonName: "me"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, authority, authorityKey)
}

func (n *nginx) certificate(t *testing.T, name string, c, by *x509.Certificate, byKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if by == nil {
		by, byKey = c, key
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(time.Now().UnixNano()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, c, by, &key.PublicKey, byKey)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	n.write(t, name, string(text))
	return made, key
}

// requests returns the server's log of a tree's requests: host, status, path,
// range and credentials of each.
func (n *nginx) requests(t *testing.T, part string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(n.folder, "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, part) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}
