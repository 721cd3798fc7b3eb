"""What interpreters other than this one are asked to do. gobundle gives them this text, too,
with -c and the name of one of the functions."""
import os
import sys


def source():
    """Returns this text."""
    return __loader__.get_source(__name__)


def described():
    """Prints where an environment keeps what, relative to the environment: JSON doesn't hold
    the bytes of every path. Headers are where pip puts them; venv has no name for that."""
    import json
    import sysconfig

    paths = sysconfig.get_paths()
    version = "%d.%d" % sys.version_info[:2]
    answer = dict((key, os.path.relpath(paths[key], sys.prefix)) for key in ("purelib", "platlib", "scripts", "data"))
    answer["headers"] = os.path.join("include", "site", "python" + version)
    answer["version"] = version
    answer["windows"] = os.name == "nt"
    answer["platform"] = sysconfig.get_platform()
    answer["long_paths"] = takes_long_paths(sys.prefix)
    if os.name == "nt":
        try:
            import ensurepip

            answer["ensurepip"] = os.path.dirname(ensurepip.__file__)
        except ImportError:
            pass
    print(json.dumps(answer))


def takes_long_paths(folder):
    """Reports whether this interpreter gets at files whose paths have more than 259 characters.
    The folder must be there."""
    if os.name != "nt":
        return True
    try:
        os.stat(os.path.join(folder, "x" * 255))
    except OSError as error:
        return error.winerror == 2  # there is no such file; 3 and 206 are said of the path
    return True


def compiled():
    """Byte-compiles the files named on stdin, separated by NUL, and prints for each that worked
    its number and its byte-code file, each with a NUL behind it. What a file's own text
    provokes (errors, warnings) is not this program's failure."""
    import compileall
    import importlib.util
    import warnings

    warnings.simplefilter("ignore")
    names = os.fsdecode(sys.stdin.buffer.read()).split("\0")
    out = sys.stdout.buffer
    sys.stdout = sys.stderr
    for number, name in enumerate(names):
        try:
            done = compileall.compile_file(name, force=True, quiet=2)
        except Exception:
            continue
        if done:
            cached = importlib.util.cache_from_source(name)
            out.write(os.fsencode("%d\0%s\0" % (number, cached)))


if __name__ == "__main__":
    {"compiled": compiled, "described": described}[sys.argv[1]]()
