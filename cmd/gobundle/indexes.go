package main

import (
	"net/url"
	"strings"
	"time"

	"github.com/gobundle/gobundle/bundle"
	"github.com/gobundle/gobundle/resolve/index"
)

// indexFlags say where distributions are found and how to get there.
type indexFlags struct {
	IndexURL       string   `name:"index-url" short:"i" placeholder:"URL" help:"Index to look in, instead of the public one."`
	ExtraIndexURLs []string `name:"extra-index-url" placeholder:"URL" sep:"none" help:"Further index; the first one that knows a project has it. Repeatable."`
	NamedIndexes   []string `name:"index" placeholder:"NAME=URL" sep:"none" help:"Index with a name, asked before the others. Repeatable."`
	IndexBindings  []string `name:"index-for" placeholder:"PROJECT=NAME" sep:"none" help:"Take PROJECT (or START*) from the index NAME only, and nothing else from there. Repeatable."`
	IndexStrategy  string   `enum:"first-index,best-match,unsafe-best-match" default:"first-index" help:"With several indexes: first-index (safe), or best-match, pip's way."`
	NoIndex        bool     `help:"Use --find-links only."`
	FindLinks      []string `short:"f" placeholder:"PLACE" sep:"none" help:"Folder, page or file with distributions. Repeatable."`
	TrustedHosts   []string `name:"trusted-host" placeholder:"HOST" sep:"none" help:"Do not check HOST's certificate. Repeatable."`
	Cert           string   `placeholder:"FILE" help:"Certificates (PEM) to trust instead of the system's."`
	ClientCert     string   `placeholder:"FILE" help:"Certificate with its key (PEM) to show to servers."`
	Keyring        string   `name:"keyring-provider" enum:"subprocess,disabled" default:"subprocess" help:"Ask the program keyring after a refusal (subprocess), or not (disabled)."`
	Timeout        timespan `default:"30" placeholder:"SECONDS" help:"Longest wait for a server's next byte; 30 s without it."`
	Retries        number   `default:"5" placeholder:"N" help:"Tries after a failed request; 5 without it."`
	Offline        bool     `help:"Use the cache and local files only."`
}

func (f *indexFlags) indexes() bundle.Indexes {
	strategy := index.BestMatch
	if f.IndexStrategy == "first-index" {
		strategy = index.FirstIndex
	}
	where := bundle.Indexes{
		IndexURL:              f.IndexURL,
		ExtraIndexURLs:        f.ExtraIndexURLs,
		FindLinks:             f.FindLinks,
		NoIndex:               f.NoIndex,
		Strategy:              strategy,
		TrustedHosts:          hosts(f.TrustedHosts),
		CertificateFile:       f.Cert,
		ClientCertificateFile: f.ClientCert,
		NoKeyring:             f.Keyring == "disabled",
		Timeout:               time.Duration(f.Timeout),
		Retries:               int(f.Retries),
		Offline:               f.Offline,
	}
	for _, pair := range f.NamedIndexes {
		name, url, _ := strings.Cut(pair, "=")
		where.Named = append(where.Named, index.Named{Name: name, URL: url})
	}
	for _, pair := range f.IndexBindings {
		project, name, _ := strings.Cut(pair, "=")
		where.Bindings = append(where.Bindings, index.Binding{Project: project, Index: name})
	}
	return where
}

// hosts takes the hosts out of what may be URLs: many write those.
func hosts(words []string) []string {
	hosts := make([]string, 0, len(words))
	for _, word := range words {
		if u, err := url.Parse(word); err == nil && u.Host != "" {
			word = u.Host
		}
		hosts = append(hosts, strings.TrimRight(word, "/"))
	}
	return hosts
}
