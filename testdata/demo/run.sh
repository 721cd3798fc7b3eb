#!/bin/sh
# The main job from end to end, without the internet: bundle the harbour report
# of this folder from an index on this machine, run it, turn it into a virtual
# environment, and run that. Needs bin/gobundle, Go and the python3 of PATH.
# Stops at the first failure.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
gobundle=${DEMO_GOBUNDLE:-$root/bin/gobundle}

# What the caller's environment says about Python, indexes and certificates
# must not change what is shown.
for name in $(env | sed -n -e 's/^\(PIP_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(PYTHON[A-Za-z0-9_]*\)=.*/\1/p' \
	-e 's/^\(SSL_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(GOBUNDLE[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(VIRTUAL_ENV[A-Za-z0-9_]*\)=.*/\1/p'); do
	unset "$name"
done

work=$(mktemp -d)
index=
cleanup() {
	status=$?
	trap - EXIT
	# The index ends with its standard input.
	exec 3>&-
	[ -z "$index" ] || wait "$index" || true
	# Unpacked wheels may be read-only.
	chmod -R u+w "$work"
	rm -rf "$work"
	if [ "$status" -ne 0 ]; then
		echo "demo: failed" >&2
	fi
	exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step() { printf '\n== %s\n' "$*"; }

# show runs a command, prints it and what it writes, and keeps that in the file
# named by the first argument.
show() {
	output=$1
	shift
	printf '$ %s\n' "$*"
	if "$@" >"$output"; then
		cat "$output"
	else
		status=$?
		cat "$output"
		echo "demo: exit code $status" >&2
		return "$status"
	fi
}

expect() {
	if ! cmp -s "$1" "$2"; then
		echo "demo: the output differs from the first run's:" >&2
		diff "$1" "$2" >&2 || true
		exit 1
	fi
}

[ -x "$gobundle" ] || { echo "demo: $gobundle is missing; make build makes it" >&2; exit 1; }
python=$(command -v python3) || { echo "demo: there is no python3 on PATH" >&2; exit 1; }

step "Python and gobundle"
"$python" --version
"$gobundle" --version

step "Make wheels of testdata/demo/dists and serve them on this machine"
(cd "$root" && go build -o "$work/makeindex" ./testdata/demo/makeindex)
mkfifo "$work/stdin"
"$work/makeindex" -dists "$here/dists" <"$work/stdin" >"$work/url" &
index=$!
exec 3>"$work/stdin"
tries=0
until [ -s "$work/url" ]; do
	tries=$((tries + 1))
	if [ "$tries" -gt 100 ] || ! kill -0 "$index" 2>/dev/null; then
		echo "demo: the index does not start" >&2
		exit 1
	fi
	sleep 0.1 2>/dev/null || sleep 1
done
url=$(head -n 1 "$work/url")
echo "$url"

# As in a folder that holds a program and its requirements, and nothing else.
mkdir "$work/harbour"
cp "$here/app.py" "$here/requirements.txt" "$work/harbour"
cd "$work/harbour"
GOBUNDLE_CACHE_DIR=$work/cache
export GOBUNDLE_CACHE_DIR

step "Bundle it"
show "$work/build" "$gobundle" -r requirements.txt -e app:main -o app.pyz -i "$url"
ls -l app.pyz

step "Run the bundle"
show "$work/first" ./app.pyz
grep -q '^4 ships, 8335 tonnes$' "$work/first"

step "Run it again, from another folder, now that it is unpacked"
mkdir "$work/elsewhere"
cp app.pyz "$work/elsewhere/harbour"
(cd "$work/elsewhere" && show "$work/second" ./harbour)
expect "$work/first" "$work/second"

step "Run it with python3 and with an argument"
show "$work/third" python3 app.pyz --on 2024-06-30
grep -q '^Port Ferrol on 2024-06-30$' "$work/third"

step "Turn it into a virtual environment"
show "$work/venv" ./app.pyz venv ./env

step "Run the program from that environment, as a module"
# From another folder: app.py must come from the environment.
(cd "$work/elsewhere" && show "$work/fourth" "$work/harbour/env/bin/python" -m app)
expect "$work/first" "$work/fourth"

step "Run a command that one of the dependencies brings"
printf 'Ship,Berth\nMeridian,A1\nQuiet Ellen,B1\n' | show "$work/fifth" env/bin/harbour-table
grep -q '^Quiet Ellen  B1$' "$work/fifth"

step "Done: all runs agree"
