"""The modules that start a bundle, by the byte-code that it has of them."""
import marshal
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from importlib.util import MAGIC_NUMBER

import gobundle_bootstrap

PACKAGE = os.path.dirname(os.path.abspath(gobundle_bootstrap.__file__))
OWN = "%s.%s.bin" % (sys.implementation.cache_tag, MAGIC_NUMBER.hex())
OTHER = "%s.%s.bin" % (sys.implementation.cache_tag, "00000000")

# Says where a module and its text come from, and whether anything else of the import system is another.
PROGRAM = """
import sys
before = list(sys.meta_path), list(sys.path_hooks)
from gobundle_bootstrap import asked, talk
assert before == (sys.meta_path, sys.path_hooks)
import importlib
importlib.invalidate_caches()
from gobundle_bootstrap import work
assert "def source" in asked.source()
assert work.share
print(getattr(talk, "WHERE", "source"))
"""


def codes():
    """Returns byte-code of a module that is another one than its source."""
    return {"gobundle_bootstrap.talk": marshal.dumps(compile("WHERE = 'byte-code'\nclass Failure(Exception): pass\n", "talk.py", "exec")),
            "gobundle_bootstrap.asked": marshal.dumps(compile(source("asked"), "asked.py", "exec"))}


def source(name):
    with open(os.path.join(PACKAGE, name + ".py")) as file:
        return file.read()


class TestCompiled(unittest.TestCase):
    def test_where_from(self):
        whole = marshal.dumps(codes())
        for name, data, want in ((OWN, whole, "byte-code"), (OTHER, whole, "source"), (OWN, whole[:-20], "source"), (OWN, b"", "source"),
                                 (OWN, marshal.dumps([1]), "source"), (OWN, marshal.dumps({}), "source"), (None, b"", "source")):
            with tempfile.TemporaryDirectory() as folder:
                place = os.path.join(folder, "gobundle_bootstrap")
                shutil.copytree(PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__"))
                if name:
                    with open(os.path.join(place, name), "wb") as file:
                        file.write(data)
                self.assertEqual(run(folder), want, (name, data[:10]))
                self.assertEqual(run(zipped(folder)), want, (name, data[:10]))


def zipped(folder):
    """Returns a zip of a folder."""
    path = os.path.join(folder, "all.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name in os.listdir(os.path.join(folder, "gobundle_bootstrap")):
            if name != "__pycache__":
                archive.write(os.path.join(folder, "gobundle_bootstrap", name), "gobundle_bootstrap/" + name)
    return path


def run(path):
    environ = dict((name, value) for name, value in os.environ.items() if not name.startswith("PYTHON"))
    said = subprocess.check_output([sys.executable, "-c", PROGRAM], cwd=os.sep, env=dict(environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1"))
    return said.decode().strip()
