//go:build ignore

// This program writes the catalogue anew: go run make.go SHA256SUMS...
//
// The arguments are files of that name, which each release of
// python-build-standalone has among its files
// (https://github.com/astral-sh/python-build-standalone/releases). Of every minor
// version and machine the newest build among them and the catalogue is kept.
// Without arguments the catalogue is only brought into its form.
package main

import (
	"bufio"
	"cmp"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/gobundle/gobundle/runtime/lazyregexp"
)

const name = "catalogue.txt"

const header = `# Distributions of CPython by python-build-standalone, those called install_only_stripped:
# version, build, machine and system, sha256. go run make.go SHA256SUMS... adds newer ones.
`

// archive is the name of a distribution, as SHA256SUMS has it.
var archive = lazyregexp.New(`^([0-9a-f]{64}) [ *]cpython-(3\.[0-9]+\.[0-9]+)\+([0-9]{8})-([a-z0-9_]+(?:-[a-z0-9_]+)+)-install_only_stripped\.tar\.gz$`)

// systems are those that executables can be made for.
var systems = lazyregexp.New(`^(x86_64|aarch64)-(unknown-linux-(gnu|musl)|apple-darwin|pc-windows-msvc)$`)

type release struct{ version, build, system, sha256 string }

func (r release) numbers() []int {
	var numbers []int
	for _, part := range strings.Split(r.version+"."+r.build, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			log.Fatal(err)
		}
		numbers = append(numbers, n)
	}
	return numbers
}

func main() {
	newest := map[string]release{}
	add := func(r release) {
		n := r.numbers()
		key := fmt.Sprint(n[:2], r.system)
		if old, known := newest[key]; !known || slices.Compare(n, old.numbers()) > 0 {
			newest[key] = r
		}
	}
	for i, file := range append([]string{name}, os.Args[1:]...) {
		for _, line := range lines(file) {
			if i == 0 {
				if f := strings.Fields(line); len(f) == 4 && f[0] != "#" {
					add(release{f[0], f[1], f[2], f[3]})
				}
			} else if m := archive().FindStringSubmatch(line); m != nil && systems().MatchString(m[4]) {
				add(release{m[2], m[3], m[4], m[1]})
			}
		}
	}
	text := header
	for _, r := range slices.SortedFunc(maps.Values(newest), func(a, b release) int {
		return cmp.Or(slices.Compare(b.numbers(), a.numbers()), strings.Compare(a.system, b.system))
	}) {
		text += fmt.Sprintln(r.version, r.build, r.system, r.sha256)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}

func lines(name string) []string {
	file, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var found []string
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		found = append(found, scanner.Text())
	}
	if err := scanner.Err(); err != nil {
		log.Fatal(err)
	}
	return found
}
