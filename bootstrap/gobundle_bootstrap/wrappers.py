"""Makes the scripts of an environment: those for entry points, and those that wheels bring
along and that want to know the interpreter."""
import os
import re
import struct
import zlib

from .strictzip import WheelError, quoted, unsafe_name
from .wheelfile import MAX_METADATA

MAX_SHEBANG = 127  # what every kernel takes


def entry_points(wheel):
    """Yields group, name and value of each line of entry_points.txt."""
    member = wheel.index.get(wheel.dist_info + "/entry_points.txt")
    if member is None:
        return
    try:
        text = wheel.read(member, MAX_METADATA).decode("utf-8")
    except UnicodeDecodeError:
        raise WheelError("entry_points.txt of %s: \"\" is not UTF-8" % wheel.file_name)
    if text.startswith("\ufeff"):
        text = text[1:]
    group = ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        reason = ""
        if not line or line[0] in "#;":
            continue
        if line[0] == "[":
            group = line[1:-1].strip()
            if line[-1] != "]":
                reason = "is a group without its closing bracket"
            elif not group:
                reason = "is a group without a name"
        else:
            name, found, value = line.partition("=")
            name = name.strip()
            if not found:
                reason = "is not NAME = VALUE"
            elif not group:
                reason = "comes before the first group"
            elif not name:
                reason = "has no name"
            else:
                yield group, name, value.strip()
        if reason:
            raise WheelError(
                "entry_points.txt of %s, line %d: %s %s"
                % (wheel.file_name, number, quoted(line), reason)
            )


REFERENCE = re.compile(
    r"\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*(?::\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*)?(?:\[[^\]]*\]\s*)?$"
).match


def script_entry_points(wheel, version):
    """Returns group, name, module and attribute of the scripts to generate, console ones
    first. Of two with one name the last one counts."""
    points = list(entry_points(wheel))
    wanted = []
    for group in ("console_scripts", "gui_scripts"):
        for found, name, value in points:
            if found != group:
                continue
            reference = REFERENCE(value)
            reason = ""
            if reference is None or not reference.group(2):
                reason = "names no callable: scripts are NAME = MODULE:CALLABLE"
            elif unsafe_name(name) or "/" in name:
                reason = "has a name that is no file name"
            elif re.search(r"\s", name):
                reason = "has a space in its name"
            if reason:
                raise WheelError(
                    "entry_points.txt of %s: %s %s"
                    % (wheel.file_name, quoted("%s = %s" % (name, value)), reason)
                )
            wanted = [point for point in wanted if point[1] != name]
            wanted.append((group, name, reference.group(1), reference.group(2)))
    # The names of pip's and easy_install's scripts carry the version of whatever Python
    # built the wheel; like pip, make those for this version instead.
    for base, names in (
        ("pip", ("pip", "pip" + version.partition(".")[0], "pip" + version)),
        ("easy_install", ("easy_install", "easy_install-" + version)),
    ):
        original = [p for p in wanted if p[:2] == ("console_scripts", base)]
        if original:
            versioned = re.compile(re.escape(base) + r"[-.0-9]*$").match
            wanted = [
                p for p in wanted if p[0] != "console_scripts" or not versioned(p[1])
            ]
            wanted += [("console_scripts", name) + original[0][2:] for name in names]
    return wanted


def wrapped(file):
    """Returns the name of the entry point that setuptools would generate a file for."""
    for suffix in (".exe", "-script.py", ".pya"):
        if file.lower().endswith(suffix):
            return file[:-len(suffix)]
    return file


def script_files(environment, group, name, module, attribute):
    """Returns names and contents of the files of one script."""
    gui = group == "gui_scripts"
    code = "import sys\n\nfrom %s import %s\n\nif __name__ == \"__main__\":\n" % (
        module, attribute.partition(".")[0]
    )
    if environment.windows:
        code += (
            '    for suffix in (".exe", "-script.py", "-script.pyw"):\n'
            "        if sys.argv[0].endswith(suffix):\n"
            "            sys.argv[0] = sys.argv[0][:-len(suffix)]\n"
        )
    code += "    sys.exit(%s())\n" % attribute
    first = shebang(environment, gui, "")
    content = first + code.encode("utf-8")
    if not environment.windows:
        return [(name, content)]
    if environment.launchers:
        launcher = environment.launchers[1 if gui else 0]
        return [(name + ".exe", launcher + first + zip_of("__main__.py", content))]
    python, extension = ("pythonw.exe", ".pyw") if gui else ("python.exe", ".py")
    file = name + "-script" + extension
    command = '@"%%~dp0%s" "%%~dp0%s" %%*\r\n' % (python, file)
    return [(file, content), (name + ".cmd", command.encode("utf-8"))]


def shebang(environment, gui, arguments):
    """Returns the first line, or the first three, of a script for the environment's
    interpreter. Kernels split the line at spaces and cut it when it is long; then /bin/sh
    goes first, with a line that is a string to Python and a command to sh."""
    python = environment.python
    if environment.windows:
        if gui:
            folder, base = os.path.split(python)
            python = os.path.join(folder, base.replace("python", "pythonw", 1))
        if " " in python:
            python = '"%s"' % python
        return os.fsencode(("#!%s %s" % (python, arguments)).rstrip(" ") + "\r\n")
    line = os.fsencode(("#!%s %s" % (python, arguments)).rstrip(" ") + "\n")
    if len(line) <= MAX_SHEBANG and not re.search(r"\s", python):
        return line
    words = " ".join(
        "'" + word.replace("'", "'\\''") + "'" for word in [python] + arguments.split()
    )
    return os.fsencode("#!/bin/sh\n'''exec' %s \"$0\" \"$@\"\n' '''\n" % words)


def rewrite_shebang(environment, content):
    """Points a script whose first line begins with "#!python" to the environment's
    interpreter; arguments stay."""
    if not content.startswith(b"#!python"):
        return content
    line, _, rest = content[len(b"#!python"):].partition(b"\n")
    word, _, arguments = line.rstrip(b"\r").partition(b" ")
    gui = word.startswith(b"w")
    return shebang(environment, gui, os.fsdecode(arguments.strip())) + rest


def zip_of(name, content):
    """Returns a zip archive of one stored file, written in the one way that depends on
    nothing else."""
    raw = name.encode("ascii")
    size = len(content)
    common = struct.pack(
        "<5HLLLHH", 20, 0, 0, 0, 1 << 5 | 1, zlib.crc32(content), size, size, len(raw), 0
    )
    local = b"PK\3\4" + common + raw + content
    central = b"PK\1\2" + struct.pack("<H", 20) + common + b"\0" * 14 + raw
    end = struct.pack("<4s4HLLH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end
