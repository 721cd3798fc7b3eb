"""Prints what the distributions of an environment are and whether they work: which modules can be
imported, which versions importlib.metadata sees, which entry points load."""
import contextlib
import importlib
import importlib.metadata
import io
import json
import os
import sys
import warnings


def outcome(work):
    """Returns "" or the kind of error in which the work ends."""
    try:
        work()
    except BaseException as error:
        return type(error).__name__
    return ""


def modules(distribution):
    """Returns the names at the top level of a distribution's files."""
    for file in distribution.files or ():
        name, _, rest = file.as_posix().partition("/")
        if name in ("..", "__pycache__") or name.endswith((".dist-info", ".data", ".pth", ".libs")):
            continue
        if not rest:
            name = name.partition(".")[0]
        if name.isidentifier():
            yield name


def main():
    found = {"distributions": {}, "modules": {}, "entry points": {}, "elsewhere": []}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name in ("pip", "setuptools"):
            continue
        found["distributions"][name] = distribution.version
        for module in modules(distribution):
            found["modules"][module] = outcome(lambda: importlib.import_module(module))
            place = getattr(sys.modules.get(module), "__file__", None)
            if place and not os.path.realpath(place).startswith(os.path.realpath(sys.prefix) + os.sep):
                found["elsewhere"].append(place)
        for point in distribution.entry_points:
            found["entry points"]["%s: %s = %s" % (point.group, point.name, point.value)] = outcome(point.load)
    return found


warnings.simplefilter("ignore")
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    found = main()
json.dump(found, sys.stdout, indent=1, sort_keys=True)
