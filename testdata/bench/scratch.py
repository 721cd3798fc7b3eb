"""The place where a measurement happens: a folder in memory if there is one, with one Python on
PATH that has nothing installed, and settings of its own."""
import os
import shutil
import subprocess
import sys
import tempfile

ROOM = 4 << 30


class Scratch(object):
    """A folder that is removed at the end, and what runs in it. It is a context manager."""

    def __init__(self, gobundle, python, folder=None, python_dist=None):
        self.gobundle = os.path.abspath(gobundle)
        self.python_dist = python_dist and os.path.abspath(python_dist)
        self.notes = []  # what a reader of the results should know
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="gobundle-bench-", dir=folder or in_memory()))
        self.in_memory = self.folder.startswith("/dev/shm/")
        self.real = subprocess.check_output(
            [python, "-I", "-c", "import os, sys; print(os.path.realpath(getattr(sys, '_base_executable', sys.executable)))"],
            universal_newlines=True).strip()
        # A bare environment: what is installed for the machine's Python may slow each of its starts.
        subprocess.check_call([self.real, "-I", "-m", "venv", "--without-pip", self.path("plain")])
        self.python = self.path("plain", "bin", "python")
        self.environ = {
            "PATH": os.pathsep.join([self.path("plain", "bin"), "/usr/bin", "/bin"]), "HOME": self.path("home"), "LC_ALL": "C.UTF-8",
            "GOBUNDLE_CACHE_DIR": self.path("cache"), "PEX_ROOT": self.path("pex"), "SHIV_ROOT": self.path("shiv"),
            "TMPDIR": self.path("tmp"),
        }
        for name in ("home", "tmp", "aside"):
            os.mkdir(self.path(name))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def remove(self, *names):
        """Returns a function that removes a folder or file, for use before a run."""
        path = self.path(*names)

        def run():
            if os.path.isfile(path):
                os.unlink(path)
            else:
                shutil.rmtree(path, ignore_errors=True)
        return run

    def put_aside(self, path):
        """Gives a folder or file that may be there another place, until the end."""
        if os.path.lexists(path):
            os.rename(path, tempfile.mkdtemp(dir=self.path("aside")) + "/" + os.path.basename(path))

    def check(self, *command, **options):
        """Runs what must succeed, unmeasured."""
        done = subprocess.run(command, env=dict(self.environ, **options.pop("environ", {})), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              universal_newlines=True, **options)
        if done.returncode:
            raise SystemExit("%s ended with status %d\n%s" % (" ".join(command), done.returncode, done.stdout))
        return done.stdout

    def trouble(self, *command):
        """Runs what may fail; returns the last lines that it said if it did, else None."""
        done = subprocess.run(command, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        if done.returncode == 0:
            return None
        return " ".join(" ".join(done.stdout.splitlines()[-2:]).split()) or "it ended with status %d" % done.returncode

    def knows(self, flag):
        """Reports whether the program has a flag."""
        return flag in self.check(self.gobundle, "build", "--help")

    def room(self):
        return shutil.disk_usage(self.folder).free


def in_memory():
    """Returns a folder in memory in which programs can be run, or None."""
    folder = "/dev/shm"
    try:
        if shutil.disk_usage(folder).free < ROOM:
            return None
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as file:
            file.write("#!/bin/sh\n")
        os.chmod(file.name, 0o700)
        try:
            return folder if subprocess.call([file.name]) == 0 else None
        finally:
            os.unlink(file.name)
    except OSError:
        return None


def tool(name):
    """Returns the path of a program that need not be there, or None."""
    return shutil.which(name)


def without_bytecode(venv, remove=shutil.rmtree):
    """Removes byte-code, as pip leaves an environment with --no-compile."""
    for root, folders, _ in os.walk(venv):
        if "__pycache__" in folders:
            remove(os.path.join(root, "__pycache__"))
            folders.remove("__pycache__")


def interpreter(wheels):
    """Returns the interpreter to measure with."""
    return (os.environ.get("GOBUNDLE_WHEELS_PYTHON") if wheels else None) or sys.executable
