"""What building takes, against what the machine needs to read the wheels and to write them."""
import os

import inputs
from measure import Series
from scratch import tool

# Names that goals refer to: ends of cases, cases, and what is built.
COMPILED, RECOMPRESSED = " made with --compile", ", --recompress zstd"
CHANGED = "warm store, one wheel changed"
SMALL, LARGE = "one wheel of 32 MB", "one wheel of 1 GiB"


def hello(scratch, rounds):
    """A bundle of one module and no wheel, and the same as a native program."""
    folder = inputs.hello(scratch.folder)
    output = scratch.path("hello.pyz")
    command = [scratch.gobundle, "-r", folder + "/requirements.txt", "-e", "hello:main", "-o", output, "--no-index"]
    series = Series("build of hello", scratch.environ)
    series.add("cold store", command, scratch.remove("cache"))
    series.add("warm store", command)
    series.add("--format executable, warm store", command + ["--format", "executable", "-o", scratch.path("hello-program")])
    return series.run(rounds)


def build(scratch, rounds, title, wheels, requirements, output, options=(), peers=False):
    """A bundle of wheels that are there. The first build asks the interpreter, reads all metadata
    and checks each file against RECORD; the later ones remember that."""
    output = scratch.path(output)
    # The last build of each round is a warm one, so that the bundle stays there.
    command = [scratch.gobundle] + list(requirements) + list(options) + ["-o", output, "--no-index", "-f", wheels]
    scratch.check(*command)
    files = used(scratch, output, wheels)
    together = scratch.path("together")
    shell = "exec cat %s >%s" % (" ".join(files), together)
    series = Series(title, scratch.environ, ["cat of the wheels"])
    series.add("cat of the wheels", ["/bin/sh", "-c", shell], scratch.remove("together"))
    if tool("sha256sum"):
        series.add("sha256 of the wheels", [tool("sha256sum")] + files)
    series.add("cold store", command, scratch.remove("cache"))
    series.add(CHANGED, command, lambda: os.utime(files[0]))
    series.add("warm store", command)
    if peers:
        add_peers(series, scratch, wheels, requirements, options)
    series.run(rounds)
    scratch.remove("together")()
    series.bytes, series.wheels = sum(os.path.getsize(file) for file in files), len(files)
    return series


def compiled(scratch, rounds, wheels, requirements, options):
    """Bundles with byte-code, and native programs. The last build of each is a warm one, so that they stay there."""
    compile, recompress = ["--compile"], ["--recompress", "zstd"]
    command = [scratch.gobundle] + list(requirements) + list(options) + ["--no-index", "-f", wheels]
    series = Series("build of awscli, further forms", scratch.environ)
    series.add("--compile, cold store", command + compile + ["-o", scratch.path("aws-compiled.pyz")], scratch.remove("cache"))
    series.add("--compile, warm store", command + compile + ["-o", scratch.path("aws-compiled.pyz")])
    native = ["--format", "executable"]
    series.add("--format executable, warm store", command + native + ["-o", scratch.path("aws-program")])
    series.add("both, warm store", command + native + compile + ["-o", scratch.path("aws-compiled")])
    if scratch.knows("--recompress"):
        packed = command + native + recompress + ["-o", scratch.path("aws-packed")]
        series.add("--format executable --recompress zstd, cold store", packed, scratch.remove("cache"))
        series.add("--format executable --recompress zstd, warm store", packed)
        packed = command + native + compile + recompress + ["-o", scratch.path("aws-compiled-packed")]
        series.add("--format executable --compile --recompress zstd, cold store", packed, scratch.remove("cache"))
        series.add("--format executable --compile --recompress zstd, warm store", packed)
    if scratch.python_dist:
        carried = command + native + ["--python-dist", scratch.python_dist, "-o", scratch.path("aws-carried")]
        series.add("--format executable --python-dist, cold store", carried, scratch.remove("cache"))
        series.add("--format executable --python-dist, warm store", carried)
    return series.run(rounds)


def used(scratch, bundle, wheels):
    """Returns the paths of the wheels that a bundle holds."""
    import json
    import subprocess

    text = subprocess.check_output([scratch.gobundle, "inspect", "--json", bundle], env=scratch.environ)
    return [os.path.join(wheels, wheel["file"]) for wheel in json.loads(text.decode("utf-8"))["wheels"]]


def add_peers(series, scratch, wheels, requirements, options):
    """Adds the other tools that are on PATH and can build the bundle. Both take -c and need pip's options."""
    pex = ["--no-index", "-f", wheels, "--python", scratch.python, "-o", scratch.path("aws.pex")]
    shiv = ["--no-index", "--find-links", wheels, "-o", scratch.path("aws.shiv")]
    for name, arguments in (("pex", list(requirements) + list(options) + pex), ("shiv", list(options) + shiv + list(requirements))):
        if not tool(name):
            continue
        problem = scratch.trouble(tool(name), *arguments) or scratch.trouble(scratch.path("aws." + name), "--version")
        if problem:
            scratch.remove("aws." + name)()
            scratch.notes.append("%s is on PATH, but can't bundle awscli here: %s" % (name, problem))
        else:
            series.add(name, [tool(name)] + arguments)
