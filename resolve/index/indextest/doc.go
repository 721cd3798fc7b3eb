// Package indextest is an index of made-up distributions, served from memory, for
// tests of everything that resolves or fetches, and for demonstrations.
//
//	srv := indextest.New(t)
//	srv.Add(
//		indextest.Dist{Name: "greet", Version: "1.0", Requires: []string{"colour>=2"}},
//		indextest.Dist{Name: "colour", Version: "2.1", Tag: "cp311-cp311-manylinux_2_17_x86_64"},
//	)
//	... index.Options{IndexURL: srv.URL()} ...
//
// The same wheels in a folder, for find-links: indextest.Folder(t, dists...). Programs,
// which have no testing.T, use Start and WriteFolder. A server can be told to
// behave like worse ones (Behave), and to fail (Fail); it remembers what it was
// asked (Requests). Given the same Dists, all bytes are the same.
package indextest
