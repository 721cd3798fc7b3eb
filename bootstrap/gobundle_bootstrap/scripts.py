"""The scripts of an environment in the cache. For one that a user makes, see install."""
import os

LONGEST = 127  # what every kernel reads of a first line, without its line feed


def first_line(python, arguments=b""):
    """Returns the first line of a script, or the first three: where the path is too long
    for the kernel or has a space, /bin/sh goes first, by what is a string to Python."""
    path = os.fsencode(python)
    line = (b"#!" + path + b" " + arguments).rstrip()
    if os.name == "nt" or len(line) <= LONGEST and not path.split()[1:]:
        return line + b"\n"
    quoted = b"'" + path.replace(b"'", b"'\"'\"'") + b"'"
    return b"#!/bin/sh\n'''exec' " + (quoted + b" " + arguments).rstrip() + b" \"$0\" \"$@\"\n' '''\n"


def for_python(name, text):
    """Reports whether a script is to be run by Python. The second line counts too, where
    /bin/sh goes first. Without a line that says it the name does."""
    if not text.startswith(b"#!"):
        return name.endswith(".py")
    return b"python" in b"".join(text.split(b"\n", 2)[:2])


def rewritten(content, python):
    """Points a script that a wheel brought to the environment's python."""
    if not content.startswith(b"#!python"):
        return content
    line, _, rest = content.partition(b"\n")
    return first_line(python, line.rstrip(b"\r").partition(b" ")[2].strip()) + rest


def entry_points(archive):
    """Yields name and "module:attribute" of the scripts that a wheel declares."""
    for name in archive.members:
        folder, _, file = name.partition("/")
        if file == "entry_points.txt" and folder.endswith(".dist-info"):
            group = ""
            for line in archive.read(name).decode("utf-8", "replace").lstrip("\ufeff").split("\n"):
                line = line.strip()
                if line.startswith("["):
                    group = line.strip("[]").strip()
                elif line and line[0] not in "#;" and group in ("console_scripts", "gui_scripts"):
                    key, _, value = line.partition("=")
                    module, _, attribute = value.partition("[")[0].partition(":")
                    key = key.strip()
                    if attribute.strip() and not any(character in key for character in "/\\"):
                        yield key, module.strip() + ":" + attribute.strip()


def files(name, reference, python):
    """Yields the names and contents of the files of an entry point's script."""
    module, _, attribute = reference.partition(":")
    code = "import sys\n\nfrom %s import %s\n\nif __name__ == \"__main__\":\n    sys.exit(%s())\n" % (
        module, attribute.partition(".")[0], attribute)
    content = first_line(python) + code.encode("utf-8")
    if os.name == "nt":
        yield name + "-script.py", content
        yield name + ".cmd", b'@"%%~dp0python.exe" "%%~dp0%s-script.py" %%*\r\n' % name.encode("utf-8")
    else:
        yield name, content


def caller(module, attribute):
    """Returns the code of a script that calls an entry point."""
    name = "<%s:%s>" % (module, attribute)
    text = "import sys\nfrom %s import %s\nsys.exit(%s())\n" % (module, attribute.partition(".")[0], attribute)
    try:
        return compile(text, name, "exec", dont_inherit=True)
    except SyntaxError:  # a module with a name that only the file system knows: my-app
        text = "import sys\n__import__(%r)\nsys.exit(sys.modules[%r].%s())\n" % (module, module, attribute)
        return compile(text, name, "exec", dont_inherit=True)
