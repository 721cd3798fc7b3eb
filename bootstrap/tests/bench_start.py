"""Measures starts of a bundle against those of a virtual environment with the same wheels.

    python3 bootstrap/tests/bench_start.py [--wheels DIR] [--runs N] [--cold N] [--bundle FILE --venv DIR]

All cases are run in turn, so that what else the machine does falls on all of them. Printed are
medians and, as that says more on a busy machine, the least CPU time; ratios and differences are
those of the least. Without --bundle it makes a bundle of awscli from the wheels in DIR, and one
of a module that prints hello. First starts are measured in memory (/dev/shm).
"""
import argparse
import glob
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tests import bundles  # noqa: E402

AWS = ("awscli", "botocore", "s3transfer", "jmespath", "python_dateutil", "docutils", "colorama", "pyyaml",
       "rsa", "pyasn1", "urllib3", "six")


class Series(object):
    """Cases that are run in turn."""

    def __init__(self, title, environ):
        self.title = title
        self.environ = environ
        self.cases = []

    def add(self, name, command, before=None):
        self.cases.append((name, command, before, []))

    def run(self, runs):
        for _ in range(runs):
            for name, command, before, results in self.cases:
                if before:
                    before()
                results.append(self.measure(command))
        base = min(cpu for _, cpu in self.cases[0][3])
        print("%s (%d runs)" % (self.title, runs))
        for name, _, _, results in self.cases:
            wall, cpu = zip(*results)
            print("  %-34s wall median %8.1f least %8.1f   cpu median %8.1f least %8.1f   %+7.1f ms  x %.3f" % (
                name, statistics.median(wall), min(wall), statistics.median(cpu), min(cpu), min(cpu) - base, min(cpu) / base))
        return {name: results for name, _, _, results in self.cases}

    def measure(self, command):
        null = os.open(os.devnull, os.O_RDWR)
        begun = time.perf_counter()
        child = os.posix_spawn(command[0], command, self.environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, null, n) for n in (0, 1, 2)])
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - begun
        os.close(null)
        if status not in (0, 3 << 8):
            sys.exit("%s ended with %d" % (" ".join(command), status))
        return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def without_bytecode(venv):
    for root, folders, _ in os.walk(venv):
        if "__pycache__" in folders:
            shutil.rmtree(os.path.join(root, "__pycache__"))
            folders.remove("__pycache__")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--wheels", help="folder with awscli and what it needs")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--cold", type=int, default=5)
    parser.add_argument("--bundle", help="a bundle of awscli that is there already")
    parser.add_argument("--venv", help="an environment with the same wheels that is there already")
    options = parser.parse_args()
    python = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    folder = tempfile.mkdtemp(prefix="gobundle-bench-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    environ = {"PATH": folder + ":/usr/bin:/bin", "HOME": folder, "GOBUNDLE_CACHE_DIR": folder + "/cache", "LC_ALL": "C.UTF-8"}
    for name in ("python3", "python%d.%d" % sys.version_info[:2]):
        os.symlink(python, os.path.join(folder, name))
    try:
        hello(folder, environ, python, options)
        if options.wheels or options.bundle:
            aws(folder, environ, options)
    finally:
        shutil.rmtree(folder)


def hello(folder, environ, python, options):
    bundle = folder + "/hello.pyz"
    bundles.bundle(bundle, [bundles.wheel("hello", "1.0", {"hello.py": "def main():\n    print('hello')\n"})], "hello:main")
    with open(folder + "/hello.py", "w") as file:
        file.write("print('hello')\n")
    subprocess.check_call([python, "-m", "venv", "--without-pip", folder + "/plain"], env=environ)
    plain = folder + "/plain/bin/python"
    subprocess.check_call([bundle], env=environ, stdout=subprocess.DEVNULL)
    for setting in ({}, {"PYTHONDONTWRITEBYTECODE": "1"}):
        series = Series("hello, warm%s" % ("".join(", " + name for name in setting)), dict(environ, **setting))
        series.add("venv/bin/python -I hello.py", [plain, "-I", folder + "/hello.py"])
        series.add("sh -c 'exec ...' of the same", ["/bin/sh", "-c", "exec %s -I %s/hello.py" % (plain, folder)])
        series.add("./hello.pyz", [bundle])
        series.add("python hello.pyz", [plain, bundle])
        series.run(options.runs * 5)


def aws(folder, environ, options):
    wheels = []
    bundle = options.bundle or folder + "/aws.pyz"
    for name in AWS:
        wheels += glob.glob(os.path.join(options.wheels or "", name + "-*.whl"))
    if not options.bundle:
        bundles.bundle(bundle, [bundles.read_wheel(path) for path in wheels], "script aws")
    venv = options.venv or folder + "/venv"
    if not options.venv:
        subprocess.check_call([bundle, "venv", venv], env=environ, stderr=subprocess.DEVNULL)
    plain = folder + "/plain/bin/python"
    for command in ([bundle, "--version"], [venv + "/bin/aws", "--version"]):
        subprocess.check_call(command, env=environ)
    for setting in ({}, {"PYTHONDONTWRITEBYTECODE": "1"}):
        series = Series("aws --version, warm%s" % ("".join(", " + name for name in setting)), dict(environ, **setting))
        series.add("venv/bin/aws", [venv + "/bin/aws", "--version"])
        series.add("./aws.pyz", [bundle, "--version"])
        series.add("python aws.pyz", [plain, bundle, "--version"])
        series.run(options.runs)
    if not wheels:
        return
    unzip = "for w in %s; do unzip -q -o $w -d %s/unzipped; done" % (" ".join(wheels), folder)
    series = Series("aws --version, first start", environ)
    series.add("unzip of the wheels", ["/bin/sh", "-c", unzip], lambda: shutil.rmtree(folder + "/unzipped", ignore_errors=True))
    series.add("venv/bin/aws without byte-code", [venv + "/bin/aws", "--version"], lambda: without_bytecode(venv))
    series.add("./aws.pyz", [bundle, "--version"], lambda: shutil.rmtree(folder + "/cache", ignore_errors=True))
    results = series.run(options.cold)
    for place, what in ((0, "wall"), (1, "cpu")):
        least = {name: min(result[place] for result in results[name]) for name in results}
        floor = least["unzip of the wheels"] + least["venv/bin/aws without byte-code"]
        print("  %s: floor %.0f ms, ours %.0f ms: x %.3f" % (what, floor, least["./aws.pyz"], least["./aws.pyz"] / floor))


if __name__ == "__main__":
    main()
