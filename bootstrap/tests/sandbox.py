"""A place for one test: its own cache, home, temporary folder and PATH, and nothing of the
environment that the tests run in."""
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

from . import bundles

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as sh has it for what runs in the background

PYPY = sys.implementation.name == "pypy"
REPORT = r"""
import json, os, sys
def main():
    print(json.dumps({
        "argv": sys.argv, "path": sys.path, "prefix": sys.prefix, "base_prefix": sys.base_prefix,
        "exec_prefix": sys.exec_prefix, "executable": sys.executable, "flag": sys.dont_write_bytecode,
        "bundle": os.environ.get("GOBUNDLE"), "file": getattr(sys.modules["__main__"], "__file__", None),
        "variables": sorted(name for name in os.environ if "GOBUNDLE" in name or name.startswith("PYTHON")),
        "modules": sorted(sys.modules), "main": sorted(vars(sys.modules["__main__"])),
        "finders": len(sys.meta_path), "hooks": len(sys.path_hooks),
    }))
"""


def base():
    """The interpreter under test, without any environment around it."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="gobundle-test-"))
        self.addCleanup(self.clean)
        for name in ("home", "temp", "bin", "work"):
            os.mkdir(self.path(name))
        os.symlink(base(), self.path("bin", "python3"))
        self.python = self.path("bin", "python3")
        self.cache = self.path("cache")
        self.environ = {"HOME": self.path("home"), "TMPDIR": self.path("temp"), "PATH": self.path("bin"),
                        "GOBUNDLE_CACHE_DIR": self.cache, "LC_ALL": "C.UTF-8"}

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def clean(self):
        for root, folders, _ in os.walk(self.folder):
            for name in folders:
                path = os.path.join(root, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
        shutil.rmtree(self.folder, ignore_errors=True)

    def bundle(self, files, entry_point, name="app.pyz", **more):
        """Makes a bundle of one wheel."""
        path = self.path(name)
        bundles.bundle(path, [bundles.wheel("app", "1.0", files)], entry_point, **more)
        return path

    def ways(self, path):
        """The commands that start a bundle: by sh and by Python, or as an executable."""
        return [[path]] if bundles.LAUNCHER else [[path], [self.python, path]]

    def start(self, *command, **options):
        """Starts a command and returns the process."""
        environ = dict(self.environ, **options.pop("environ", {}))
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                universal_newlines=True, cwd=options.pop("cwd", self.path("work")), env={
                                    name: value for name, value in environ.items() if value is not None}, **options)

    def run_it(self, *command, **options):
        """Runs a command and returns its exit code, output and errors."""
        process = self.start(*command, **options)
        output, errors = process.communicate()
        return process.returncode, output, errors

    def good(self, *command, **options):
        """Runs a command that must end well and say nothing; returns its output."""
        code, output, errors = self.run_it(*command, **options)
        self.assertEqual((code, errors), (0, ""), output)
        return output

    def environments(self):
        """The environments in the cache."""
        found = []
        for root, folders, files in os.walk(self.cache):
            if "pyvenv.cfg" in files:
                found.append(root)
        return found

    def leftovers(self):
        """What must not stay in the cache."""
        return [os.path.join(root, name) for root, folders, files in os.walk(self.cache)
                for name in folders + files if name.endswith(".tmp")]

    def make_read_only(self, folder):
        """Takes the right to write away. Root has it anyway, so that a test needs another user."""
        for root, _, _ in os.walk(folder):
            os.chmod(root, stat.S_IRUSR | stat.S_IXUSR)
