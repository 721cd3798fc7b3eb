"""The files that make a folder an environment, and those that start it."""
import marshal
import os
import sys

from . import links, scripts
from .host import BIN, PYTHON, head, libc_version, library_path
from .tree import replace, replace_durably

PIECES = ("arrange", "bytecode", "command", "entry", "failure", "inside")  # of start.py
OWN = ("pyvenv.cfg", "start.py", "lease", "files.txt", PYTHON) + tuple(piece + ".bin" for piece in PIECES)


def write_own(temporary, folder, bundle, base, site, names):
    """Writes the files that make the folder an environment, and that start it."""
    config = "home = %s\ninclude-system-site-packages = false\nversion = %d.%d.%d\nexecutable = %s\n" % (
        (os.path.dirname(base.executable),) + sys.version_info[:3] + (base.real,))
    replace(os.path.join(temporary, "pyvenv.cfg"), os.fsencode(config), 0o666)
    entry = bundle.manifest["entry_point"]
    start = {
        "entry": tuple(entry[name] for name in ("kind", "module", "attribute", "script")),
        "version": sys.version, "path": library_path(), "base": sys.base_prefix, "own": OWN, "site": [site], "python": PYTHON,
        "library": carried_library(folder),
        "scripts_folder": BIN, "scripts": names,
        "libc": libc_version(), "fcntl": extension_file("fcntl"), "script": own_script(temporary, folder, entry),
    }
    options = bundle.manifest["options"]
    start["inherit"] = options.get("inherit_path", "")
    start["variables"] = tuple(tuple(text.partition("=")[::2]) for text in options.get("inject_env", []))
    start["arguments"] = tuple(options.get("inject_args", []))
    start["python_arguments"] = tuple(options.get("python_args", []))
    start["commands"] = None
    if entry["kind"] == "busybox":
        start["commands"] = dict((each["name"], command(temporary, folder, each)) for each in links.commands(bundle))
    start["arranged"] = bool(start["inherit"] or start["variables"] or start["arguments"])
    for name in PIECES:
        replace(os.path.join(temporary, name + ".bin"), marshal.dumps(compiled(own_source(bundle, name))), 0o666)
    again = repr(own_source(bundle, "again").decode("ascii")).encode("ascii")
    given = b"again = %s; config = __import__('marshal').loads(%r)\n" % (again, marshal.dumps(start))
    code = marshal.dumps(start_code(given + own_source(bundle, "start")))
    replace(os.path.join(temporary, "start.bin"), head() + code, 0o666)
    if steady(base):
        source = b"if __name__ == '__main__':\n    __file__ = __file__[:-1]\n" \
                 b"    exec(__import__('marshal').loads(%r), {'__name__': __name__, 'file': __file__})\n" % code
        replace_durably(os.path.join(temporary, "start.pyc"), head() + marshal.dumps(compiled(source)), 0o666)
    replace(os.path.join(temporary, "lease"), b"", 0o666)
    # If all else is empty after a power cut, this notices. If this were, starts would do nothing.
    replace_durably(os.path.join(temporary, "start.py"), own_source(bundle, "stub").replace(b'"@AGAIN@"', again), 0o666)


def carried_library(folder):
    """Returns the folder of the standard library in a list, if the interpreter is in the cache as the
    environment is: nobody but us sees to its byte-code."""
    pythons = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(folder))), "pythons")
    library = os.path.dirname(os.path.abspath(os.__file__))
    return [library] if os.path.realpath(library).startswith(os.path.join(os.path.realpath(pythons), "")) else []


def steady(base):
    """Reports whether the interpreter can start start.pyc, which saves reading and compiling
    start.py: no other version that can't read it will ever be at its path."""
    version = "%d.%d" % sys.version_info[:2]
    return sys.implementation.name == "cpython" and sys.version_info[3] == "final" and version in os.path.basename(base.executable)


def command(temporary, folder, described):
    """Returns how a command is started: the kind, the module, the attribute, the script, and the
    code as bytes, so that a start reads no more than that of its own; None where it has none."""
    code = own_script(temporary, folder, described)
    names = tuple(described[name] for name in ("kind", "module", "attribute", "script"))
    return names + (code and marshal.dumps(code),)


def own_script(temporary, folder, entry):
    """Returns the code of what the bundle starts if that is a script for Python, be it
    one made for an entry point; else None."""
    path = os.path.join(temporary, BIN, entry["script"])
    if entry["kind"] not in ("callable", "script"):
        return None
    if entry["script"] and os.path.isfile(path):
        with open(path, "rb") as file:
            text = file.read()
        if not scripts.for_python(entry["script"], text):
            return None
        try:
            return compile(text, os.path.join(folder, BIN, entry["script"]), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return None  # it says so itself when it runs
    if entry["kind"] == "callable":
        return scripts.caller(entry["module"], entry["attribute"])
    return None


def compiled(source):
    # Without docstrings; a name that is no file keeps them out of tracebacks as well.
    return compile(source, "<gobundle>", "exec", dont_inherit=True, optimize=2)


def start_code(source):
    code = compiled(source)
    if sys.implementation.name == "cpython" and sys.version_info >= (3, 11):
        code = code.replace(co_consts=tuple(roomy(constant) for constant in code.co_consts))
    return code


def extension_file(name):
    """Returns the file of a module that is one; None if it is built in, or written in Python."""
    try:
        path = __import__(name).__file__
    except (AttributeError, ImportError):
        return None
    from importlib.machinery import EXTENSION_SUFFIXES

    return os.path.abspath(path) if path.endswith(tuple(EXTENSION_SUFFIXES)) else None


# In words: what a chunk holds, what one of double size holds, and what a frame has besides its
# locals and its stack.
CHUNK, DOUBLE, FIELDS = 2045, 4093, 9


def roomy(code):
    """Gives the two functions at the end of start.py their frames. That of first is too large
    for whatever is left of the first chunk, so it begins a double one; that of second
    leaves less of it than any frame takes."""
    name = getattr(code, "co_name", "")
    if name not in ("first", "second"):
        return code
    large = FIELDS + code.co_nlocals + CHUNK
    size = large if name == "first" else DOUBLE - large - 4
    return code.replace(co_stacksize=size - FIELDS - code.co_nlocals)


def own_source(bundle, name):
    return bundle.read("gobundle_bootstrap/%s.py" % name)
