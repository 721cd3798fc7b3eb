"""Tells who an interpreter is: what the choice among a bundle's targets depends on.

It runs inside of a boot, and as a program of its own in other interpreters, which then
print their facts after a mark. So nothing may be imported from beside it.
"""
import os
import sys


def facts():
    """Returns the facts, as plain data. runtime/interpreter asks for the same."""
    system = system_names()
    version = language_version()
    return {
        "executable": sys.executable,
        "implementation": sys.implementation.name,
        "version": version,
        "version_info": list(sys.version_info[:3]),
        "environment": {
            "implementation_name": sys.implementation.name,
            "implementation_version": implementation_version(),
            "os_name": os.name,
            "platform_machine": system[3],
            "platform_python_implementation": implementation_name(),
            "platform_release": system[1],
            "platform_system": system[0],
            "platform_version": system[2],
            "python_full_version": version,
            "python_version": ".".join(version.split(".")[:2]),
            "sys_platform": sys.platform,
        },
        "abi": abi(),
        "platform": platform_facts(system),
    }


def language_version():
    # Every implementation writes its language version first.
    text = sys.version.split()[0]
    return text if text.count(".") > 1 else text + ".0"


def implementation_version():
    info = sys.implementation.version
    text = "%d.%d.%d" % (info[0], info[1], info[2])
    return text if info[3] == "final" else text + info[3][0] + str(info[4])


def implementation_name():
    if sys.implementation.name == "cpython":
        return "CPython"
    import platform

    return platform.python_implementation()


def system_names():
    """Returns system, release, version and machine, as the platform module has them."""
    if sys.platform in ("linux", "darwin"):
        name = os.uname()
        return name[0], name[2], name[3], name[4]
    import platform

    return platform.system(), platform.release(), platform.version(), platform.machine()


def abi():
    from importlib.machinery import EXTENSION_SUFFIXES

    suffix = EXTENSION_SUFFIXES[0] if EXTENSION_SUFFIXES else ""
    flags = getattr(sys, "abiflags", "")
    parts = suffix.split(".")
    soabi = parts[1] if len(parts) > 2 else ""
    windows = os.name == "nt"
    return {
        "nodot": "%d%d" % sys.version_info[:2],
        "ext_suffix": suffix,
        "soabi": "" if windows else soabi,
        "flags": flags,
        "debug": hasattr(sys, "gettotalrefcount"),
        "threaded": sys.version_info >= (3, 13) and (
            "t" in flags or soabi.startswith("cp%d%dt" % sys.version_info[:2])),
        "pymalloc": windows or "m" in flags or sys.version_info >= (3, 8),
    }


def platform_facts(system):
    facts = {
        "system": system[0], "machine": system[3], "name": "",
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "glibc": [], "musl": [], "macos": [],
        "multiarch": getattr(sys.implementation, "_multiarch", "") or "",
        "armhf": False, "i686": False, "refused": [],
    }
    if sys.platform == "linux":
        facts["name"] = "linux-" + system[3]
        linux(facts)
    else:
        import sysconfig

        facts["name"] = sysconfig.get_platform()
        if sys.platform == "darwin":
            facts["macos"] = macos()
    return facts


def two_numbers(text):
    """Returns the major and minor number at the beginning of a text, or []."""
    import re

    found = re.match(r"([0-9]+)\.([0-9]+)", text or "")
    return [int(found.group(1)), int(found.group(2))] if found else []


def linux(facts):
    try:
        facts["glibc"] = two_numbers(os.confstr("CS_GNU_LIBC_VERSION").split()[1])
    except (AttributeError, IndexError, OSError, ValueError):
        pass
    if facts["bits"] == 32 or not facts["glibc"]:
        try:
            elf = Elf(sys.executable)
        except Exception:  # whatever is wrong with it, it tells nothing
            elf = None
        if elf is not None:
            small = elf.bits == 32 and elf.little
            facts["i686"] = small and elf.machine == 3
            facts["armhf"] = (small and elf.machine == 40 and elf.flags & 0xFF000000 == 0x05000000
                              and elf.flags & 0x400 == 0x400)
            if not facts["glibc"]:
                facts["musl"] = musl(elf.interpreter)
    machine = facts["name"][len("linux-"):]
    if facts["bits"] == 32:
        machine = {"x86_64": "i686", "aarch64": "armv8l"}.get(machine, machine)
    if facts["glibc"]:
        facts["refused"] = refused(["armv8l", "armv7l"] if machine == "armv8l" else [machine], facts["glibc"])


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
            wide = self.bits == 64
            self.machine = struct.unpack_from(order + "H", head, 18)[0]
            fields = struct.unpack_from(order + ("QQQ" if wide else "III") + "IHHHH", head, 24)
            start, self.flags, size, count = fields[1], fields[3], fields[5], fields[6]
            self.interpreter = ""
            for i in range(count):
                file.seek(start + i * size)
                entry = file.read(size)
                if struct.unpack_from(order + "I", entry)[0] == 3:  # PT_INTERP
                    place = struct.unpack_from(order + ("8xQ16xQ" if wide else "4xI8xI"), entry)
                    file.seek(place[0])
                    self.interpreter = file.read(min(place[1], 4096)).strip(b"\0").decode("utf-8", "replace")
                    return


def musl(loader):
    """Returns the version of musl, which only its dynamic loader tells."""
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


def refused(machines, version):
    """Returns the manylinux platforms that this system vetoes (PEP 600)."""
    path = list(sys.path)
    try:
        if sys.flags.no_site:
            import site

            sys.path += site.getsitepackages()
        import _manylinux
    except ImportError:
        return []
    finally:
        sys.path[:] = path
    old = {(2, 5): "manylinux1_compatible", (2, 12): "manylinux2010_compatible",
           (2, 17): "manylinux2014_compatible"}
    found = []
    for machine in machines:
        for major in range(version[0], 1, -1):
            for minor in range(version[1] if major == version[0] else 50, -1, -1):
                if hasattr(_manylinux, "manylinux_compatible"):
                    verdict = _manylinux.manylinux_compatible(major, minor, machine)
                else:
                    verdict = getattr(_manylinux, old.get((major, minor), ""), None)
                if verdict is not None and not verdict:
                    found.append("%d_%d_%s" % (major, minor, machine))
    return found


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


if __name__ == "__main__":
    import json

    # What a shim prints first must not be taken for the answer.
    sys.stdout.write("\ngobundle-facts:" + json.dumps(facts()) + "\n")
