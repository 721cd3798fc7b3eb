"""Decides whether a wheel's compatibility tags fit an interpreter, and if not, why not.

The rules are those of the platform compatibility tags specification (PEP 425, 600, 656),
as predicates: no list of all tags is made.
"""

SHORT = {"cpython": "cp", "pypy": "pp", "ironpython": "ip", "jython": "jy"}
LONG = {"cp": "CPython", "pp": "PyPy", "ip": "IronPython", "jy": "Jython", "py": "Python", "graalpy": "GraalPy"}
SYSTEMS = {"Linux": "Linux", "Darwin": "macOS", "Windows": "Windows"}
LEGACY = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}

# The older formats that may hold code for a machine, of macOS.
MAC_FORMATS = {
    "x86_64": ("x86_64", "intel", "fat64", "fat3", "universal2", "universal"),
    "arm64": ("arm64", "universal2"),
    "i386": ("i386", "intel", "fat3", "fat", "universal"),
    "ppc": ("ppc", "fat3", "fat", "universal"),
    "ppc64": ("ppc64", "fat64", "universal"),
}


class Fit(object):
    """The tags that an interpreter with the given facts takes."""

    def __init__(self, facts):
        self.facts = facts
        self.major, self.minor = facts["version_info"][:2]
        self.interpreter = SHORT.get(facts["implementation"], facts["implementation"])
        self.abi = facts["abi"]
        self.platform = facts["platform"]
        self.known = {}

    def misfit(self, tags):
        """Returns why none of a wheel's tags fits, as the end of a sentence, or ""."""
        worst = None
        for tag in tags:
            found = self.known.get(tag)
            if found is None:
                found = self.known[tag] = self.reason(*tag.split("-"))
            if not found[1]:
                return ""
            # The tag that came nearest tells best what is missing.
            if worst is None or found[0] > worst[0]:
                worst = found
        return worst[1] if worst else "has no tags"

    def target(self):
        """Returns the name of the target that is this interpreter."""
        platform, machine = self.facts["platform"], self.machine()
        flags = ("t" if self.abi["threaded"] else "") + ("d" if self.abi["debug"] else "")
        if platform["glibc"]:
            name = "manylinux_%d_%d_%s" % (tuple(platform["glibc"]) + (machine,))
        elif platform["musl"]:
            name = "musllinux_%d_%d_%s" % (tuple(platform["musl"]) + (machine,))
        elif platform["macos"]:
            major, minor = platform["macos"]
            name = "macosx_%d_%d_%s" % (major, 0 if major > 10 else minor, machine)
        else:
            name = platform["name"].replace("-", "_").replace(".", "_")
        return "%s%d%d%s-%s" % (self.interpreter, self.major, self.minor, flags, name)

    def reason(self, python, abi, platform):
        """Returns how near a tag came, as something to compare, and why it doesn't fit or ""."""
        reason = self.python_reason(python, abi, platform)
        if reason:
            return ((1,) if python.startswith(self.interpreter) else (0,)), reason
        reason = self.abi_reason(python, abi)
        if reason:
            return (2,), reason
        near, reason = self.platform_reason(platform)
        return (3,) + near, reason

    # Python and ABI.

    def name(self):
        return "%s %d.%d" % (LONG.get(self.interpreter, self.interpreter), self.major, self.minor)

    def python_reason(self, python, abi, platform):
        letters = python.rstrip("0123456789")
        digits = python[len(letters):]
        version = (int(digits[0]), int(digits[1:] or -1)) if digits else (0, -1)
        wanted = "%s %s" % (LONG.get(letters, letters), ".".join(str(n) for n in version if n >= 0))
        if letters == "py":
            if version[0] != self.major:
                return "needs %s, this is %s" % (wanted, self.name())
            if version[1] > self.minor:
                return "needs %s or later, this is %s" % (wanted, self.name())
            if abi != "none":
                return "has the tag %s-%s-%s, which no interpreter takes" % (python, abi, platform)
            return ""
        if letters == self.interpreter == "cp" and abi in ("abi3", "abi3t"):
            if version[0] == self.major and 2 <= version[1] <= self.minor:
                return ""
            return "needs %s or later, this is %s" % (wanted, self.name())
        if letters == self.interpreter and version == (self.major, self.minor):
            return ""
        # PyPy takes pp3-none-any too.
        if letters == self.interpreter == "pp" and version == (self.major, -1) and (abi, platform) == ("none", "any"):
            return ""
        return "needs %s, this is %s" % (wanted, self.name())

    def abi_reason(self, python, abi):
        if abi == "none" or abi in self.abis():
            return ""
        threaded = self.abi["threaded"]
        if abi == "abi3" and self.interpreter == "cp":
            return "needs a Python with the global interpreter lock, this is free-threaded" if threaded else ""
        if abi == "abi3t" and self.interpreter == "cp":
            return "" if threaded else "needs a free-threaded Python, this is none"
        if self.interpreter == "cp" and abi.startswith(python):
            flags = abi[len(python):]
            if ("t" in flags) != threaded:
                return ("needs a free-threaded Python, this is none" if "t" in flags else
                        "needs a Python with the global interpreter lock, this is free-threaded")
            if "d" in flags:
                return "needs a debug build of Python, this is none"
        return "needs the ABI %s, this is %s" % (abi, self.abis()[0])

    def abis(self):
        """Returns the names of the interpreter's own ABIs."""
        if self.interpreter != "cp":
            parts = self.abi["soabi"].split("-")
            count = {"pp": 2, "graalpy": 3}.get(self.interpreter, 1)
            return ["_".join(parts[:count]).replace(".", "_")]
        version = "cp%d%d" % (self.major, self.minor)
        if (self.major, self.minor) < (3, 8):
            return [version + ("d" if self.abi["debug"] else "") + ("m" if self.abi["pymalloc"] else "")]
        version += "t" if self.abi["threaded"] else ""
        # Since 3.8 a debug build takes extensions of others.
        return [version + "d", version] if self.abi["debug"] else [version]

    # Platforms.

    def platform_reason(self, platform):
        """Returns how near a platform came, and why it doesn't fit or ""."""
        if platform == "any":
            return (0,), ""
        system, machine = self.platform["system"], self.machine()
        wanted = self.system_of(platform)
        if wanted != system:
            return (0,), "needs %s, this is %s" % (SYSTEMS.get(wanted, platform), SYSTEMS.get(system, system))
        if system == "Linux":
            return self.linux_reason(platform)
        if system == "Darwin":
            return self.macos_reason(platform, machine)
        here = self.platform["name"].replace("-", "_").replace(".", "_")
        return (1,), "" if platform == here else "needs %s, this is %s" % (platform, here)

    @staticmethod
    def system_of(platform):
        for start, system in (("manylinux", "Linux"), ("musllinux", "Linux"), ("linux", "Linux"),
                              ("macosx", "Darwin"), ("win", "Windows")):
            if platform.startswith(start):
                return system
        return platform

    def machine(self):
        """Returns the machine that the interpreter was made for."""
        if self.platform["system"] == "Darwin":
            # sysconfig names the oldest macOS and what the files are: macosx-11.0-universal2.
            machine = self.platform["machine"]
            return {"x86_64": "i386", "ppc64": "ppc"}.get(machine, machine) if self.platform["bits"] == 32 else machine
        machine = self.platform["name"].partition("-")[2].replace("-", "_").replace(".", "_")
        if self.platform["bits"] == 32:
            machine = {"x86_64": "i686", "aarch64": "armv8l"}.get(machine, machine)
        return machine

    def linux_reason(self, platform):
        machine = self.machine()
        machines = ["armv8l", "armv7l"] if machine == "armv8l" else [machine]
        kind, version, wanted = linux_parts(platform)
        if wanted not in machines:
            return (1,), "needs %s, this is %s" % (wanted, machine)
        if kind == "linux":
            return (4,), ""
        glibc, musl = tuple(self.platform["glibc"]), tuple(self.platform["musl"])
        text = "%d.%d" % version
        if kind == "musllinux":
            if not musl:
                return (2, -version[0], -version[1]), "needs musl %s, this system has %s" % (text, "glibc %d.%d" % glibc if glibc else "another libc")
            if version[0] != musl[0] or version > musl:
                return (3, -version[0], -version[1]), "needs musl %s, this is %d.%d" % ((text,) + musl)
            return (4,), ""
        if not glibc:
            return (2, -version[0], -version[1]), "needs glibc %s, this system has %s" % (text, "musl %d.%d" % musl if musl else "another libc")
        if version > glibc:
            return (3, -version[0], -version[1]), "needs glibc %s, this is %d.%d" % ((text,) + glibc)
        oldest = (2, 5) if wanted in ("x86_64", "i686") else (2, 17)
        # On 32 bits the name of the machine says too little: x32, and ARM without floats.
        odd = wanted == "i686" and not self.platform["i686"] or wanted == "armv7l" and not self.platform["armhf"]
        if odd or version < oldest or "%d_%d_%s" % (version + (wanted,)) in self.platform["refused"]:
            return (3,), "is for %s, which this system says it is not compatible with" % platform
        return (4,), ""

    def macos_reason(self, platform, machine):
        _, major, minor, kind = (platform.split("_", 3) + ["", "", ""])[:4]
        try:
            version = int(major), int(minor)
        except ValueError:
            return (0,), "is for %s, which is no macOS" % platform
        here = tuple(self.platform["macos"]) or (10, 4)
        if kind not in MAC_FORMATS.get(machine, (machine,)):
            return (1,), "needs %s, this is %s" % (kind, machine)
        if here == (10, 16):
            here = (11, 0)
        limit = here if here < (11, 0) else (here[0], 0)
        if version > limit and not (version == (10, 16) and here >= (11, 0)):
            return (2, -version[0], -version[1]), "needs macOS %d.%d, this is %d.%d" % (version + here)
        if machine == "arm64" and version < (11, 0) and kind != "universal2":
            return (2,), "is for %s, which is older than macOS on this machine" % platform
        if version > (10, 16) and version < (11, 0) or version >= (11, 0) and version[1] != 0 or version < (10, 4) and machine == "x86_64":
            return (2,), "is for %s, which no macOS takes" % platform
        return (4,), ""


def linux_parts(platform):
    """Splits "manylinux_2_28_x86_64" into the kind, the version and the machine."""
    kind, _, rest = platform.partition("_")
    if kind in LEGACY:
        return "manylinux", LEGACY[kind], rest
    if kind == "linux":
        return kind, (0, 0), rest
    parts = rest.split("_", 2)
    if len(parts) == 3 and parts[0].isdigit() and parts[1].isdigit():
        return kind, (int(parts[0]), int(parts[1])), parts[2]
    return kind, (0, 0), rest
