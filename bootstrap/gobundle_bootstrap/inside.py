"""A piece of start.py: an interpreter that was started without the environment, by
`python app.pyz`, becomes the one of the environment."""
# ruff: noqa: F821
import os
import sys


def inside(folder):
    """Prepares a start in this process; returns what to call, or None if the environment
    must not be used."""
    try:
        if not all(os.stat(os.path.join(folder, name)).st_size or name == "lease" for name in config["own"]):
            return None
    except OSError:
        return None
    foreign_parts = unchanged()
    if foreign_parts is None or config["python_arguments"]:
        piece("entry")
        if os.name == "posix":
            if not take_lease(folder):
                return None
            os.set_inheritable(lease, True)
            os.environ["__GOBUNDLE_LEASE"] = str(lease)
        start = [os.path.join(folder, config["python"])] + flags()
        start += list(config["python_arguments"]) + [os.path.join(folder, "start.py")]
        os.environ.pop("PYTHONHOME", None)
        if not config["inherit"]:
            os.environ.pop("PYTHONPATH", None)
        return lambda: become(start + sys.argv)
    if not take_lease(folder):
        return None
    gone, modules, finders = foreign_parts
    for name in modules:
        del sys.modules[name]
    for finder in finders:
        sys.meta_path.remove(finder)
    for path in gone:
        sys.path_importer_cache.pop(path, None)
    sys.path[:] = config["path"]
    sys.prefix = sys.exec_prefix = folder
    sys.executable = os.path.join(folder, config["python"])
    site = sys.modules["site"]
    site.PREFIXES = [folder]
    site.ENABLE_USER_SITE = False
    for path in config["site"]:
        site.addsitedir(os.path.join(folder, path))
    main = sys.modules["__main__"]
    main.__file__ = os.path.join(folder, "start.py")
    main.__spec__ = main.__package__ = None
    main.__loader__ = sys.modules["_frozen_importlib_external"].SourceFileLoader("__main__", main.__file__)
    try:
        return application(folder, sys.argv)
    except OSError:
        pass  # files of the environment are missing: start.py starts anew
    arguments = [sys.executable, main.__file__] + sys.argv
    if os.name == "nt":
        import subprocess

        return lambda: subprocess.call(arguments)
    os.execv(sys.executable, arguments)


def unchanged():
    """Finds what must go to make this interpreter one that nothing foreign has touched:
    entries of sys.path, modules and finders. None if that can't be done."""
    if os.environ.get("PYTHONPATH") or os.environ.get("PYTHONHOME") or sys.base_prefix != config["base"]:
        return None
    if "site" not in sys.modules or "sysconfig" in sys.modules or len(sys.path_hooks) > 2:
        return None
    modules = []
    for name, module in list(sys.modules.items()):
        if name != "__main__" and foreign(module):
            # Setuptools puts this one into every interpreter that it is installed in.
            if name.partition(".")[0] != "_distutils_hack":
                return None
            modules.append(name)
    finders = []
    for finder in sys.meta_path:
        origin = getattr(finder, "__module__", None)
        if origin in modules:
            finders.append(finder)
        elif origin not in ("_frozen_importlib", "_frozen_importlib_external"):
            return None
    return [path for path in sys.path if path not in config["path"]], modules, finders


def foreign(module):
    """Reports whether a module comes from outside of the standard library."""
    path = getattr(module, "__file__", None)
    if path is None:
        # Built in, frozen, or a namespace package that a .pth file made.
        paths = list(getattr(module, "__path__", None) or ())
        if not paths:
            return False
        path = paths[0] + os.sep
    for folder in config["path"]:
        if path.startswith(folder + os.sep):
            return path.startswith(("site-packages", "dist-packages"), len(folder) + 1)
    return True


def flags():
    """Returns the options that this interpreter was started with, but for the one without
    which no environment works."""
    if hasattr(sys, "orig_argv"):
        given = sys.orig_argv[1:len(sys.orig_argv) - len(sys.argv)]
    elif sys.warnoptions or getattr(sys, "_xoptions", None) or any(getattr(sys.flags, name, 0) for name in (
            "debug", "inspect", "optimize", "no_user_site", "ignore_environment", "verbose",
            "bytes_warning", "quiet", "isolated", "dev_mode")):
        from subprocess import _args_from_interpreter_flags

        given = _args_from_interpreter_flags()
    else:
        given = []
    for place, word in enumerate(given):
        letters = word.split("W")[0].split("X")[0]
        if word[:1] == "-" != word[1:2] and ("c" in letters or "m" in letters):
            given = given[:place]  # -c and -m: a program that runs this one in its own process
            break
    return [flag for flag in given if flag != "-S"]
