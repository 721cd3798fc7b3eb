"""The interpreter that environments are made from, and what depends on it alone."""
import os
import sys

from .digest import sha256
from .talk import Failure

WINDOWS = os.name == "nt"
BIN = "Scripts" if WINDOWS else "bin"
PYTHON = BIN + "/python"
if WINDOWS:
    # A Python without a console goes on as one: the other would open a window.
    PYTHON = BIN + ("\\pythonw.exe" if os.path.basename(sys.executable or "").lower().startswith("pythonw") else "\\python.exe")


class Base(object):
    """The interpreter that environments are made from: the running one, or the one that
    the running one's environment was made from."""

    def __init__(self):
        self.path = base_executable()
        self.real = os.path.realpath(self.path)
        # Some interpreters find their library only by the name they are started by.
        library = os.path.dirname(os.path.realpath(os.__file__))
        above = os.path.dirname(os.path.dirname(self.real))
        self.executable = self.real if library.startswith(above + os.sep) else self.path

    def key(self, facts, target):
        """Names an environment: equal only for interpreters that can share one."""
        material = [self.real, sys.version, sys.implementation.cache_tag or "", str(libc_version()), target["name"]]
        for name in ("soabi", "ext_suffix", "flags", "debug", "threaded"):
            material.append(str(facts["abi"][name]))
        for name in ("name", "machine", "bits", "multiarch", "musl"):
            material.append(str(facts["platform"][name]))
        digest = sha256("\0".join(material).encode("utf-8", "surrogateescape")).hexdigest()
        # Short: the sh lines read it byte by byte.
        return "%s%d%d-%s" % ((sys.implementation.name[:2],) + sys.version_info[:2] + (digest[:16],))


def base_executable():
    base = getattr(sys, "_base_executable", None) or sys.executable
    if not base:
        raise Failure("this Python does not know its own path (sys.executable is empty)",
                      "start it by its full path")
    if sys.prefix == sys.base_prefix or not inside(os.path.realpath(base), os.path.realpath(sys.prefix)):
        return os.path.abspath(base)
    # An environment with a copy of its interpreter knows only the folder.
    home = os.path.join(sys.base_prefix, "" if WINDOWS else "bin")
    for name in (os.path.basename(base), "python%d.%d" % sys.version_info[:2], "python3", "python"):
        path = os.path.join(home, name)
        if os.path.isfile(path):
            return path
    return os.path.abspath(base)


def inside(path, folder):
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def libc_version():
    try:
        return os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        return None


def head():
    """What start.bin begins with: what all files of byte-code do, so that no interpreter reads
    what another one has compiled, and for the time of a source which interpreter it is."""
    from importlib.util import MAGIC_NUMBER

    version = sha256(sys.version.encode("utf-8")).digest()[:8]
    return MAGIC_NUMBER + bytes(0 if sys.version_info < (3, 7) else 4) + version


def site_folder(folder):
    """Returns the site-packages folder of an environment, as site has it, relative to the
    environment and with slashes."""
    import site

    prefix, sys.prefix = sys.prefix, folder  # Debian's looks whether it is an environment
    try:
        paths = site.getsitepackages([folder])
    finally:
        sys.prefix = prefix
    # Fedora has one in lib64 too, which is a link to lib.
    relative = [os.path.relpath(path, folder).replace(os.sep, "/") for path in paths]
    return [path for path in relative if path.endswith("site-packages") and not path.startswith("lib64/")][0]


def library_path():
    """Returns the entries of sys.path for the standard library: what an environment's
    python has before its site-packages."""
    roots = [os.path.dirname(os.__file__)]
    for prefix in (sys.base_prefix, sys.base_exec_prefix):
        roots += [os.path.abspath(prefix), os.path.realpath(prefix)]
    added = [os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    path = []
    for entry in sys.path[1:]:
        whole = os.path.abspath(entry)
        parts = whole.split(os.sep)
        if (entry and whole not in added and "site-packages" not in parts and "dist-packages" not in parts
                and any(whole == root or inside(whole, root) for root in roots)):
            path.append(entry)
    return path
