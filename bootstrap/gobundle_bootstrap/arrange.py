"""A piece of start.py: what the bundle was built to arrange for its application."""
# ruff: noqa: F821
import os
import sys


def arrange(asked, arguments):
    """Sets variables, puts arguments before the user's, and lets in what is installed for the
    interpreter. asked are the variables of this start, with their values."""
    for name, value in config["variables"]:
        os.environ.setdefault(name, value)
    if config["inherit"]:
        asked.pop("PYTHONPATH", None)  # it is for the application then
        inherit(config["inherit"] == "prefer")
    # They are for what the bundle starts by itself.
    if not any(asked.get("GOBUNDLE_" + name) for name in ("ENTRY_POINT", "SCRIPT", "MODULE", "INTERPRETER")):
        arguments[1:1] = config["arguments"]


def inherit(prefer):
    """Adds PYTHONPATH and the folders of the interpreter's own distributions to sys.path:
    before or after those of the environment."""
    import site

    named = []
    if not sys.flags.ignore_environment:
        named = [os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    own = [os.path.join(os.path.dirname(os.path.abspath(file)), path) for path in config["site"]]
    before = [path for path in sys.path if path not in named]
    place = min([before.index(path) for path in own if path in before] + [len(before)])
    sys.path[:] = list(before)
    for folder in installed(site):
        site.addsitedir(folder)
    added = [path for path in sys.path if path not in before]
    if prefer:
        sys.path[:] = named + before[:place] + added + before[place:]
    else:
        sys.path[:] = before + named + added


def installed(site):
    """Returns where the interpreter, and the user for it, have their distributions."""
    prefixes = sys.prefix, sys.exec_prefix
    sys.prefix, sys.exec_prefix = sys.base_prefix, sys.base_exec_prefix  # Debian's looks at them
    try:
        folders = site.getsitepackages([sys.base_prefix, sys.base_exec_prefix])
    finally:
        sys.prefix, sys.exec_prefix = prefixes
    if not sys.flags.no_user_site and not os.environ.get("PYTHONNOUSERSITE"):
        folders.append(site.getusersitepackages())
    return [folder for folder in folders if os.path.isdir(folder)]
