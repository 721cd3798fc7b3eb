// Package cache holds the rules of folders that gobundle shares between runs
// and processes: where the cache is, who may own it, how a file appears in it
// whole or not at all, and how processes take turns.
//
// It knows nothing about what is kept there.
package cache
