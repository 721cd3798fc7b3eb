# Two commands do all: `make demo` runs the main job, `make test` passes the tests.
# Both need Go and a python3 only, and no network beyond the Go module proxy.

GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

# Versions of the checkers are pinned here and nowhere else.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 20s

.PHONY: build launchers demo test test-faults check lint bench fuzz clean

build: launchers
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/gobundle ./cmd/gobundle

# The first stages of executable bundles, which gobundle embeds.
launchers:
	cd runtime/stub && $(GO) generate

demo: build
	sh testdata/demo/run.sh

test: build
	$(GO) vet ./... ./testdata/demo/makeindex
	$(GO) test -timeout 30m ./... ./testdata/demo/makeindex

# Starts in bad places: what needs root, mount namespaces or strace.
test-faults:
	sh .ci/faults

check: test lint
	$(GO) test -race ./...

lint:
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) run $(STATICCHECK) ./...
	$(GO) run $(GOLANGCI) run ./...

# What the product takes, and what its parts do. GOBUNDLE_WHEELS names a folder of
# wheels with awscli and what it needs, GOBUNDLE_WHEELS_PYTHON an interpreter that
# they fit; without them wheels are made up.
bench: build
	python3 testdata/bench/bench.py bin/gobundle $(BENCHFLAGS)
	$(GO) test -run '^$$' -bench . -benchmem -benchtime 0.3s ./...

fuzz:
	@sh .ci/fuzz $(FUZZTIME)

clean:
	rm -rf bin
