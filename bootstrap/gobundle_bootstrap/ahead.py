"""Compiles what an application is about to import, before it starts, on all processors.

Python compiles one module after the other, as they are imported: two thirds of a first start. The
byte-code written here is what Python itself would write, into an environment that
nobody sees yet. Whatever can't be compiled, or not without a word of Python's about it, is left to the
import, where this is seen as ever.
"""
import os
import sys
import warnings

from _frozen_importlib_external import cache_from_source

from . import links, work
from .bytecode import timestamped
from .host import BIN
from .longpaths import below
from .scripts import entry_points
from .tree import replace

COMPILE = 200  # what compiling a byte of source costs, in nanoseconds
WORTH = 40000000  # how many nanoseconds of compiling make up for looking what there is to compile
LARGEST = 256 * 1024  # bytes of a source: compiling takes memory, a hundred times as much
HARMLESS = ("-B", "-P", "-q", "-s", "-u")  # options of an interpreter that no byte-code depends on


class Remark(Exception):
    """Python has something to say about a source."""


def started(bundle, arguments, environ):
    """Returns what this start will run, as start.py and its pieces have it: a module, a function in
    it or "", and the name of a script or ""; None if that is only an interpreter."""
    if environ.get("GOBUNDLE_INTERPRETER", "0") not in ("", "0"):
        return None
    if environ.get("GOBUNDLE_SCRIPT"):
        return "", "", environ["GOBUNDLE_SCRIPT"]
    wanted = environ.get("GOBUNDLE_ENTRY_POINT") or environ.get("GOBUNDLE_MODULE")
    if wanted:
        module, _, function = wanted.partition(":")
        return module, function, ""
    entry = bundle.manifest["entry_point"]
    if entry["kind"] == "busybox":
        name = links.command(bundle) or "".join(arguments[:1])
        entry = next((each for each in links.commands(bundle) if each["name"] == name), {"kind": "interpreter"})
    return None if entry["kind"] == "interpreter" else (entry["module"], entry["attribute"], entry["script"])


def possible(bundle):
    """Reports whether byte-code can be made here as the application's Python would make it, and at a
    gain. PyPy takes a fifth more time for it in two processes than in one."""
    return (work.processors() > 1 and sys.implementation.name == "cpython" and sys.implementation.cache_tag is not None
            and not getattr(sys, "pycache_prefix", None)
            and all(option in HARMLESS for option in bundle.manifest["options"].get("python_args", [])))


class Ahead(object):
    """The byte-code of an environment that is being made in a temporary folder. places are those of
    its files by the part of the bundle, each with the name there. tasks are what is to be compiled;
    calling it does one, once the files are there."""

    def __init__(self, bundle, places, site, temporary, folder):
        self.bundle = bundle
        self.places = places
        self.site = site
        self.temporary = temporary
        self.folder = folder
        self.tasks = []
        self.files = {}  # the parts and names by the places

    def look(self, started):
        """Finds what is to be compiled for what is started."""
        if started is None or not possible(self.bundle):
            return
        try:
            self.find(*started)
        except Exception:
            pass  # of what any text may hold; then nothing is gained, and nothing lost

    def find(self, module, function, script):
        brought = self.bundle.bytecode()
        lacking = [part for part in self.places if part < len(self.bundle.manifest["wheels"]) and part not in brought]
        if sum(self.cost(part) for part in lacking) < WORTH:
            return
        from .foreseen import Foresight

        self.files = dict((place, (part, name)) for part, places in self.places.items() for place, name in places.items())
        foresight = Foresight(self.files, self.site, self.read)
        if script and BIN + "/" + script in self.files:
            foresight.start_script(self.read(BIN + "/" + script))
        else:
            if script and not module:
                module, _, function = self.reference(script).partition(":")
            if module:
                foresight.start(module, function.partition(".")[0])
        sizes = [(size, place) for place, size in foresight.found.items() if size <= LARGEST and cache_from_source(place) not in self.files]
        # The large ones first: nobody waits for who has got one at the end.
        tasks = [(size * COMPILE, place) for size, place in sorted(sizes, reverse=True)]
        if sum(cost for cost, _ in tasks) >= WORTH:
            self.tasks = tasks

    def cost(self, part):
        """Returns what compiling all of a part would cost."""
        members = self.bundle.wheel(part).members
        return COMPILE * sum(members[name].size for place, name in self.places[part].items() if place.endswith(".py"))

    def reference(self, script):
        """Returns the entry point "module:attribute" of a script; "" if there is none."""
        found = ""
        for index in self.bundle.target["wheels"]:
            found = dict(entry_points(self.bundle.wheel(index))).get(script, found)
        return found

    def read(self, place):
        part, name = self.files[place]
        return self.bundle.wheel(part).read(name)

    def __call__(self, place):
        shown, warnings.showwarning = warnings.showwarning, remark
        try:
            with open(below(self.temporary, place), "rb") as file:
                status, source = os.fstat(file.fileno()), file.read()
            data = timestamped(compile(source, below(self.folder, place), "exec", dont_inherit=True), status)
        except Exception:
            return  # who imports it sees why
        finally:
            warnings.showwarning = shown
        path = below(self.temporary, cache_from_source(place))
        try:
            try:
                os.mkdir(os.path.dirname(path))
            except FileExistsError:
                pass
            replace(path, data, (status.st_mode | 0o200) & 0o666)
        except OSError:
            if os.path.lexists(path):
                os.unlink(path)  # nothing half written may stay


def remark(*_, **__):
    raise Remark
