"""What a bundle brings along to start itself; see docs/format.md.

Everything here runs on CPython 3.6 and later and on PyPy 3.9 and later, with the
standard library only. A warm start imports none of it.
"""
import marshal
import sys


class Compiled(object):
    """Finds and loads the modules of this package by their byte-code for this interpreter: one
    file has that of all. folder has their sources, and loader reads them."""

    def __init__(self, codes, folder, loader):
        self.codes = codes
        self.folder = folder
        self.loader = loader

    def find_spec(self, name, target=None):
        return type(sys.__spec__)(name, self) if name in self.codes else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(marshal.loads(self.codes[module.__name__]), module.__dict__)

    def get_source(self, name):
        return self.loader.get_data(self.folder + "/" + name.rpartition(".")[2] + ".py").decode("utf-8")


def compiled(folder, loader):
    """Adds what an interpreter like this one has made of the package to its path, if that is there."""
    magic = sys.modules["_frozen_importlib_external"].MAGIC_NUMBER.hex()
    path = "%s/%s.%s.bin" % (folder, sys.implementation.cache_tag, magic)
    try:
        codes = marshal.loads(loader.get_data(path))
    except (AttributeError, EOFError, OSError, TypeError, ValueError):
        return
    sys.path_importer_cache[path] = Compiled(codes, folder, loader)
    __path__.insert(0, path)


compiled(__path__[0], __loader__)
