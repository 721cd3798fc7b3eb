"""What building takes, against what the machine needs to read the wheels and to write them."""
import os

import inputs
from measure import Series
from scratch import tool


def hello(scratch, rounds):
    """A bundle of one module and no wheel."""
    folder = inputs.hello(scratch.folder)
    output = scratch.path("hello.pyz")
    command = [scratch.gobundle, "-r", folder + "/requirements.txt", "-e", "hello:main", "-o", output, "--no-index"]
    series = Series("build of hello", scratch.environ)
    series.add("cold store", command, scratch.remove("cache"))
    series.add("warm store", command)
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
    series.add("warm store, one wheel changed", command, lambda: os.utime(files[0]))
    series.add("warm store", command)
    if peers:
        add_peers(series, scratch, wheels, requirements, options)
    series.run(rounds)
    scratch.remove("together")()
    series.bytes, series.wheels = sum(os.path.getsize(file) for file in files), len(files)
    return series


def compiled(scratch, rounds, wheels, requirements, options):
    """Bundles with byte-code, and native programs. The last build of each is a warm one, so that they stay there."""
    command = [scratch.gobundle] + list(requirements) + list(options) + ["--no-index", "-f", wheels]
    series = Series("build of awscli, further forms", scratch.environ)
    series.add("--compile, cold store", command + ["--compile", "-o", scratch.path("aws-compiled.pyz")], scratch.remove("cache"))
    series.add("--compile, warm store", command + ["--compile", "-o", scratch.path("aws-compiled.pyz")])
    native = ["--format", "executable"]
    series.add("--format executable, warm store", command + native + ["-o", scratch.path("aws-program")])
    series.add("both, warm store", command + native + ["--compile", "-o", scratch.path("aws-compiled")])
    return series.run(rounds)


def used(scratch, bundle, wheels):
    """Returns the paths of the wheels that a bundle holds."""
    import json
    import subprocess

    text = subprocess.check_output([scratch.gobundle, "inspect", "--json", bundle], env=scratch.environ)
    return [os.path.join(wheels, wheel["file"]) for wheel in json.loads(text.decode("utf-8"))["wheels"]]


def add_peers(series, scratch, wheels, requirements, options):
    """Adds the other tools that are on PATH. Both take -c and need pip's options."""
    source = ["--no-index", "-f", wheels]
    if tool("pex"):
        series.add("pex", [tool("pex")] + list(requirements) + source + list(options) + ["-o", scratch.path("aws.pex")])
    if tool("shiv"):
        shiv = source[:1] + ["--find-links", wheels] + list(options) + ["-o", scratch.path("aws.shiv")]
        series.add("shiv", [tool("shiv")] + shiv + list(requirements))
