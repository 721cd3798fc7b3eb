# Tells gobundle who this Python is: one line of JSON on standard output, after
# the mark that Go gives as the first argument.
#
# It must at least start on every Python there is, so that an old one can be
# named: nothing before the version check may be newer than Python 2.6. It runs
# with -E -s, and drops the current folder from sys.path before it imports
# anything, which together is what -I does on the Pythons that have -I.
import sys

if sys.path and sys.path[0] == "":
    del sys.path[0]


def answer(mark, facts):
    import json
    sys.stdout.write("\n" + mark + json.dumps(facts) + "\n")
    sys.stdout.flush()


def config(name):
    import sysconfig
    return sysconfig.get_config_var(name)


def language_version():
    # Every implementation writes its language version first.
    text = sys.version.split()[0]
    return text if text.count(".") > 1 else text + ".0"


def implementation_version():
    info = sys.implementation.version
    text = "%d.%d.%d" % (info[0], info[1], info[2])
    if info[3] != "final":
        text += info[3][0] + str(info[4])
    return text


def system_facts():
    """system, release, version and machine as the platform module has them."""
    import os
    if sys.platform in ("linux", "darwin") and hasattr(os, "uname"):
        # What platform does, but for the processor, which some versions ask of
        # a subprocess.
        name = os.uname()
        facts = (name[0], name[2], name[3], name[4])
    else:
        import platform
        facts = (platform.system(), platform.release(), platform.version(), platform.machine())
    return facts


def implementation_name():
    if sys.implementation.name == "cpython":
        return "CPython"
    import platform
    return platform.python_implementation()


def markers(system):
    import os
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": implementation_version(),
        "os_name": os.name,
        "platform_machine": system[3],
        "platform_python_implementation": implementation_name(),
        "platform_release": system[1],
        "platform_system": system[0],
        "platform_version": system[2],
        "python_full_version": language_version(),
        "python_version": ".".join(language_version().split(".")[:2]),
        "sys_platform": sys.platform,
    }


def abi():
    """What packaging.tags reads to name the ABIs of this interpreter."""
    from importlib.machinery import EXTENSION_SUFFIXES
    debug = config("Py_DEBUG")
    if debug is None:
        debug = hasattr(sys, "gettotalrefcount") or "_d.pyd" in EXTENSION_SUFFIXES
    pymalloc = config("WITH_PYMALLOC")
    return {
        "nodot": str(config("py_version_nodot") or "%d%d" % sys.version_info[:2]),
        "ext_suffix": config("EXT_SUFFIX") or "",
        "soabi": config("SOABI") or "",
        "flags": getattr(sys, "abiflags", ""),
        "debug": bool(debug),
        "threaded": sys.version_info >= (3, 13) and bool(config("Py_GIL_DISABLED")),
        "pymalloc": pymalloc is None or bool(pymalloc),
    }


def two_numbers(text):
    """The major and minor number at the beginning of a text, or []."""
    import re
    found = re.match(r"([0-9]+)\.([0-9]+)", text or "")
    return [int(found.group(1)), int(found.group(2))] if found else []


def glibc():
    import os
    try:
        name = os.confstr("CS_GNU_LIBC_VERSION")
        return two_numbers(name.split()[1])
    except (AttributeError, IndexError, OSError, ValueError):
        pass
    try:
        import ctypes
        version = ctypes.CDLL(None).gnu_get_libc_version
        version.restype = ctypes.c_char_p
        return two_numbers(version().decode("ascii"))
    except (ImportError, AttributeError, OSError, TypeError, ValueError):
        return []


class Elf(object):
    """The few fields of an ELF header that tags depend on."""

    def __init__(self, path):
        import struct
        with open(path, "rb") as file:
            head = file.read(64)
            if head[:4] != b"\x7fELF" or len(head) < 52:
                raise ValueError("not an ELF file")
            self.bits = {1: 32, 2: 64}[head[4]]
            self.little = head[5] == 1
            order = "<" if self.little else ">"
            word = "Q" if self.bits == 64 else "I"
            self.machine = struct.unpack_from(order + "H", head, 18)[0]
            fields = struct.unpack_from(order + word * 3 + "IHHH", head, 24)
            start, self.flags, size, count = fields[1], fields[3], fields[5], struct.unpack_from(
                order + "H", head, 56 if self.bits == 64 else 44)[0]
            self.interpreter = ""
            for i in range(count):
                file.seek(start + i * size)
                entry = file.read(size)
                if struct.unpack_from(order + "I", entry)[0] != 3:  # PT_INTERP
                    continue
                at, length = (8, 32) if self.bits == 64 else (4, 16)
                file.seek(struct.unpack_from(order + word, entry, at)[0])
                text = file.read(min(struct.unpack_from(order + word, entry, length)[0], 4096))
                self.interpreter = text.strip(b"\0").decode("utf-8", "replace")
                return


def musl(loader):
    """The version of musl, which only its dynamic loader tells."""
    if "musl" not in loader:
        return []
    import subprocess
    try:
        process = subprocess.Popen([loader], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, universal_newlines=True)
        lines = [line.strip() for line in process.communicate()[1].splitlines() if line.strip()]
    except (OSError, UnicodeError):
        return []
    if len(lines) < 2 or lines[0][:4] != "musl" or lines[1][:8] != "Version ":
        return []
    return two_numbers(lines[1][8:])


def refused(architectures, version):
    """The manylinux platforms that this system vetoes (PEP 600)."""
    if not version:
        return []
    try:
        import _manylinux
    except ImportError:
        return []
    names = {(2, 5): "manylinux1_compatible", (2, 12): "manylinux2010_compatible", (2, 17): "manylinux2014_compatible"}
    found = []
    for architecture in architectures:
        for major in range(version[0], 1, -1):
            for minor in range(version[1] if major == version[0] else 50, -1, -1):
                if hasattr(_manylinux, "manylinux_compatible"):
                    verdict = _manylinux.manylinux_compatible(major, minor, architecture)
                else:
                    verdict = getattr(_manylinux, names.get((major, minor), ""), None)
                if verdict is not None and not verdict:
                    found.append("%d_%d_%s" % (major, minor, architecture))
    return found


def linux(facts):
    facts["glibc"] = glibc()
    try:
        elf = Elf(sys.executable)
    except (OSError, TypeError, ValueError, KeyError, OverflowError):
        elf = None
    except Exception:  # struct.error, which is worth no import of its own
        elf = None
    if elf is not None:
        small = elf.bits == 32 and elf.little
        facts["i686"] = small and elf.machine == 3
        facts["armhf"] = (small and elf.machine == 40 and elf.flags & 0xFF000000 == 0x05000000
                          and elf.flags & 0x400 == 0x400)
        facts["musl"] = musl(elf.interpreter)
    machine = facts["name"].replace("-", "_").replace(".", "_").replace(" ", "_")
    if not machine.startswith("linux_"):
        return
    machine = machine[len("linux_"):]
    if facts["bits"] == 32:
        machine = {"x86_64": "i686", "aarch64": "armv8l"}.get(machine, machine)
    facts["refused"] = refused(["armv8l", "armv7l"] if machine == "armv8l" else [machine], facts["glibc"])


def macos():
    import platform
    version = two_numbers(platform.mac_ver()[0])
    if version == [10, 16]:
        # A Python built with an old SDK is told this of every later macOS.
        import subprocess
        version = two_numbers(subprocess.check_output(
            [sys.executable, "-sS", "-c", "import platform; print(platform.mac_ver()[0])"],
            env={"SYSTEM_VERSION_COMPAT": "0"}, universal_newlines=True))
    return version


def platform_facts(system):
    import sysconfig
    facts = {
        "system": system[0], "machine": system[3], "name": sysconfig.get_platform(),
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "glibc": [], "musl": [], "macos": [], "ios": [], "android_level": 0,
        "multiarch": getattr(sys.implementation, "_multiarch", "") or "",
        "armhf": False, "i686": False, "refused": [], "emscripten": "",
    }
    if system[0] == "Linux":
        linux(facts)
    elif system[0] == "Darwin":
        facts["macos"] = macos()
    elif system[0] == "iOS":
        import platform
        facts["ios"] = two_numbers(platform.ios_ver()[1])
    elif system[0] == "Android":
        import platform
        facts["android_level"] = platform.android_ver().api_level
    elif system[0] == "Emscripten":
        facts["emscripten"] = str(config("PYEMSCRIPTEN_PLATFORM_VERSION") or "")
    return facts


def scheme_paths(name):
    """The folders of a scheme relative to its prefix, or None."""
    import os
    import sysconfig
    prefix = os.path.join(os.path.abspath(os.sep), "prefix-of-environment")
    bases = dict.fromkeys(("base", "platbase", "installed_base", "installed_platbase", "userbase"), prefix)
    relative = {}
    for key in ("purelib", "platlib", "scripts", "data"):
        path = os.path.relpath(sysconfig.get_path(key, name, bases), prefix).replace(os.sep, "/")
        if path.startswith(".."):
            return None
        relative[key] = path
    return relative


def scheme():
    """Where a virtual environment of this interpreter has its folders.

    From 3.11 on there is a scheme of that name. Before, it is the default
    scheme (PyPy's, too), unless a distributor made that a folder of his own, as
    Debian did with posix_local.
    """
    import os
    import sysconfig
    names = sysconfig.get_scheme_names()
    default = getattr(sysconfig, "get_default_scheme", None) or getattr(sysconfig, "_get_default_scheme", None)
    wanted = ["venv", default() if default else "", "nt" if os.name == "nt" else "posix_prefix"]
    if wanted[1] in ("posix_local", "deb_system"):
        del wanted[1]
    paths = None
    for name in wanted:
        paths = paths or (scheme_paths(name) if name in names else None)
    if paths is None:
        raise SystemExit("no scheme for virtual environments among " + ", ".join(names))
    for key in ("purelib", "platlib"):
        # Fedora and Debian keep these apart outside of virtual environments only.
        if paths[key].startswith("local/"):
            paths[key] = paths[key][len("local/"):]
        paths[key] = paths[key].replace("/dist-packages", "/site-packages")
    if paths["scripts"].startswith("local/"):
        paths["scripts"] = paths["scripts"][len("local/"):]
    # pip's folder for headers in a virtual environment, on every system.
    paths["headers"] = "include/site/python%d.%d" % sys.version_info[:2]
    return paths


def base_executable():
    """The interpreter that this virtual environment was made from."""
    import os
    base = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    prefix = os.path.realpath(sys.prefix)
    if sys.prefix == sys.base_prefix or not base.startswith(prefix + os.sep):
        return base
    # An environment with a copy of its interpreter knows only the folder.
    home = ""
    for folder in (prefix, os.path.dirname(base)):
        try:
            with open(os.path.join(folder, "pyvenv.cfg"), encoding="utf-8") as file:
                for line in file:
                    key, _, value = line.partition("=")
                    if key.strip().lower() == "home":
                        home = value.strip()
        except (OSError, UnicodeError):
            continue
    names = (os.path.basename(base), "python%d.%d" % sys.version_info[:2], "python3", "python")
    for name in names if home else ():
        path = os.path.join(home, name)
        if os.path.isfile(path):
            return os.path.realpath(path)
    return base


def who():
    import os
    from importlib.util import MAGIC_NUMBER
    if not sys.executable:
        raise SystemExit("this Python does not know its own path (sys.executable)")
    system = system_facts()
    return {
        "executable": sys.executable,
        "real_path": os.path.realpath(sys.executable),
        "base_executable": base_executable(),
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "sys_path": [path for path in sys.path if os.path.isabs(path)],
        "implementation": sys.implementation.name,
        "version": language_version(),
        "version_info": list(sys.version_info[:3]),
        "cache_tag": sys.implementation.cache_tag or "",
        "magic": "".join("%02x" % byte for byte in MAGIC_NUMBER),
        "environment": markers(system),
        "abi": abi(),
        "platform": platform_facts(system),
        "scheme": scheme(),
    }


if sys.version_info < (3, 6):
    answer(sys.argv[1], {"version": "%d.%d.%d" % sys.version_info[:3], "version_info": list(sys.version_info[:3])})
else:
    answer(sys.argv[1], who())
