"""Measures gobundle and its bundles against what the machine itself needs.

    python3 testdata/bench/bench.py bin/gobundle [--wheels DIR] [--json FILE] [--markdown FILE] [--growth FILE]

Without --wheels, a folder with awscli and what it needs, only the application of one module and wheels that
are made up are measured. All cases of a table are run in turn. On a busy machine the CPU time says
more than the wall time.
"""
import argparse
import os
import shutil
import sys
import tempfile

import builds
import growth
import inputs
import locks
import report
import starts
from scratch import Scratch, interpreter


EIGHT = [option for version in ("310", "311", "312", "313") for platform in ("linux-x86_64", "macos-arm64")
         for option in ("--target", "cp%s-%s" % (version, platform))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gobundle", help="the program to be measured")
    parser.add_argument("--wheels", default=os.environ.get("GOBUNDLE_WHEELS"), help="folder with awscli and what it needs")
    parser.add_argument("--python", help="interpreter to start bundles with, which the wheels fit")
    parser.add_argument("--folder", help="where to work; else in memory, if there is room")
    parser.add_argument("--disk", default=tempfile.gettempdir(), help="folder on a disk for first starts, if the other one is in memory")
    parser.add_argument("--python-dist", default=os.environ.get("GOBUNDLE_BENCH_PYTHON_DIST"), help="a Python to bring along, which the wheels fit")
    parser.add_argument("--rounds", type=int, default=10, help="how often each case is run")
    parser.add_argument("--no-large", action="store_true", help="leave out the large inputs that are made up")
    parser.add_argument("--markdown", help="file for the tables, or for its part between the marks; else they are printed")
    parser.add_argument("--growth", help="file for a picture (SVG) of how builds grow with what is bundled")
    parser.add_argument("--json", help="file for all numbers")
    options = parser.parse_args()
    python = options.python or interpreter(options.wheels)
    with Scratch(options.gobundle, python, options.folder, options.python_dist) as scratch:
        about = report.machine(scratch)
        found = list(measured(scratch, options))
        text = report.markdown(found, about, scratch.notes)
        if options.markdown:
            report.write_markdown(text, options.markdown)
        else:
            sys.stdout.write(text)
        if options.json:
            report.write_json(found, about, options.json)
        if options.growth:
            picture = growth.picture(growth.measured(scratch, 3))
            with open(options.growth, "w") as file:
                file.write(picture)


def measured(scratch, options):
    rounds, few = options.rounds, max(3, options.rounds // 2)
    yield builds.hello(scratch, rounds)
    for series in starts.hello(scratch, rounds * 30):
        yield series
    if options.wheels:
        for series in of_awscli(scratch, options, rounds, few):
            yield series
    if options.no_large:
        return
    for wheels, files in ((100, 10), (400, 250)):
        place, names = inputs.many(scratch.folder, wheels, files)
        title = "build of %d wheels with %d files each" % (wheels, files)
        yield builds.build(scratch, few, title, place, names, "many.pyz")
        yield builds.build(scratch, few, title + " for 8 targets", place, names, "many.pyz", EIGHT)
        scratch.remove(place)()
    for title, size in ((builds.SMALL, 32 * 10**6), (builds.LARGE, 1 << 30)):
        if scratch.room() > 5 * size:  # the wheel, its copy in the bundle, and that of cat
            place, names = inputs.large(scratch.folder, size)
            yield builds.build(scratch, 3, "build of " + title, place, names, "large.pyz")
            scratch.remove(place)()


def of_awscli(scratch, options, rounds, few):
    wheels = os.path.abspath(options.wheels)
    yield builds.build(scratch, rounds, "build of awscli", wheels, ["awscli"], "aws.pyz", ["-c", "aws"], peers=True)
    scratch.check(scratch.gobundle, "venv", "awscli", scratch.path("venv"), "--no-index", "-f", wheels)
    yield builds.compiled(scratch, 3, wheels, ["awscli"], ["-c", "aws"])
    for series in starts.aws(scratch, rounds * 2):
        yield series
    files = builds.used(scratch, scratch.path("aws.pyz"), wheels)
    yield starts.first(scratch, few + 2, files)
    if scratch.in_memory:
        with Scratch(options.gobundle, scratch.real, options.disk) as disk:
            for _, name in starts.BUNDLES:
                if os.path.exists(scratch.path(name)):
                    shutil.copy(scratch.path(name), disk.path(name))
            disk.check(disk.gobundle, "venv", "awscli", disk.path("venv"), "--no-index", "-f", wheels)
            yield starts.first(disk, few, files, ", on disk")
    yield starts.explode(scratch, few, wheels, files)
    everything = sorted(set(name.partition("-")[0] for name in os.listdir(wheels) if name.endswith(".whl")) - set(["pip", "setuptools"]))
    yield builds.build(scratch, few, "build of all wheels at hand", wheels, everything, "everything.pyz")
    yield locks.lock(scratch, rounds, "lock of all wheels at hand", wheels, everything)


if __name__ == "__main__":
    main()
