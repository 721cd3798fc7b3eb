// Package transport is the one HTTP client below the resolver: every request to
// an index or a file server goes through it. It bounds what is under way at
// once, tries again with growing pauses, resumes broken bodies, keeps pages in a
// private cache on disk, and sends credentials to their own origin only.
//
// Specifications: RFC 9110 (HTTP semantics), RFC 9111 (caching, as a private
// cache that never serves stale unless offline). It does not know what a page or
// a file means, and it only ever sends GET.
//
// No error, cache key or cache header of this package holds a user name, a
// password, or the value of a query parameter.
package transport
