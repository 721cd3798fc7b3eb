# Tells gobundle who this Python is: one line of JSON on standard output, after
# the mark that Go gives as the first argument.
#
# It must at least start on every Python there is, so that an old one can be
# named: nothing before the version check may be newer than Python 2.6. It runs
# with -E -s, and drops the current folder from sys.path before it imports
# anything, which together is what -I does on the Pythons that have -I.
#
# What the choice among targets depends on is asked by the very code that travels in bundles,
# so that build and run time can't differ.
import sys

FACTS = @FACTS@

if sys.path and sys.path[0] == "":
    del sys.path[0]


def answer(mark, facts):
    import json
    sys.stdout.write("\n" + mark + json.dumps(facts) + "\n")
    sys.stdout.flush()


def shared_facts():
    scope = {"__name__": "facts"}
    exec(compile(FACTS, "facts.py", "exec"), scope)
    return scope["facts"]()


def mobile(facts):
    """Adds what is known of systems where no bundle is started, but Pythons may be asked."""
    import platform
    import sysconfig
    facts.update({"ios": [], "android_level": 0, "emscripten": ""})
    if facts["system"] == "iOS":
        facts["ios"] = [int(number) for number in platform.ios_ver()[1].split(".")[:2]]
    elif facts["system"] == "Android":
        facts["android_level"] = platform.android_ver().api_level
    elif facts["system"] == "Emscripten":
        facts["emscripten"] = str(sysconfig.get_config_var("PYEMSCRIPTEN_PLATFORM_VERSION") or "")


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
    import sysconfig
    from importlib.util import MAGIC_NUMBER
    if not sys.executable:
        raise SystemExit("this Python does not know its own path (sys.executable)")
    facts = shared_facts()
    # A Python of 32 bits tells its own machine there, not the system's.
    facts["platform"]["name"] = sysconfig.get_platform()
    mobile(facts["platform"])
    facts.update({
        "real_path": os.path.realpath(sys.executable),
        "base_executable": base_executable(),
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "sys_path": [path for path in sys.path if os.path.isabs(path)],
        "cache_tag": sys.implementation.cache_tag or "",
        "magic": "".join("%02x" % byte for byte in MAGIC_NUMBER),
        "scheme": scheme(),
    })
    return facts


if sys.version_info < (3, 6):
    answer(sys.argv[1], {"version": "%d.%d.%d" % sys.version_info[:3], "version_info": list(sys.version_info[:3])})
else:
    answer(sys.argv[1], who())
