"""A piece of start.py: entry points of other kinds, and those that the user asks for."""
# ruff: noqa: F821
import os
import sys


def other_entry(folder, asked):
    """Returns what to call, for the variables that were set for this start."""
    kind, module, attribute, name = config["entry"]
    wanted = None
    if asked.get("GOBUNDLE_INTERPRETER", "0") not in ("", "0"):
        kind = "interpreter"
    elif asked.get("GOBUNDLE_SCRIPT"):
        name = asked["GOBUNDLE_SCRIPT"]
        if name not in config["scripts"]:
            return refuse("the bundle has no console script " + name,
                          "it has " + (", ".join(sorted(config["scripts"])) or "no scripts at all; GOBUNDLE_MODULE names a module to run"))
        module, _, attribute = config["scripts"][name].partition(":")
        kind = "callable" if module else "script"
    else:
        wanted = asked.get("GOBUNDLE_ENTRY_POINT") or asked.get("GOBUNDLE_MODULE")
        if wanted:
            module, _, attribute = wanted.partition(":")
            if not module:
                return refuse("%s is no entry point" % wanted, "GOBUNDLE_ENTRY_POINT takes MODULE or MODULE:ATTRIBUTE")
            if not is_module(module):
                piece("failure")
                if tell_damage():
                    return lambda: 1
                return refuse("there is no module %s in the bundle" % module,
                              "GOBUNDLE_ENTRY_POINT takes MODULE or MODULE:ATTRIBUTE")
            kind = "callable" if attribute else "module"
    if kind == "busybox":
        return no_command(config["user"])
    if kind == "callable":
        try:
            run = script(caller(module, attribute))
            return run if wanted is None else lambda: lacking(module, attribute) or run()
        except (SyntaxError, ValueError):
            return refuse("%s:%s is no entry point" % (module, attribute), "an entry point is MODULE or MODULE:ATTRIBUTE")
    if kind == "module":
        return lambda: run_module(module)
    if kind == "script":
        return script_file(os.path.join(folder, config["scripts_folder"], name))
    os.set_inheritable(lease, True)
    python = [os.path.join(folder, config["python"])] + list(config["python_arguments"])
    return lambda: become(python + sys.argv[1:])


def refuse(what, hint):
    def told():
        name = os.path.basename(sys.argv[0])
        sys.stderr.write("%s: error: %s\n%s: hint: %s\n" % (name, what, name, hint))
        return 1

    return told


def is_module(name):
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except (ImportError, AttributeError, ValueError):
        return False


def lacking(module, attribute):
    """Tells the user if a module has not what was asked of it; its exit code is true then."""
    from importlib import import_module

    found = import_module(module)
    for name in attribute.strip().split("."):
        if not hasattr(found, name):
            return refuse("the module %s has no %s" % (module, attribute), "GOBUNDLE_ENTRY_POINT takes MODULE or MODULE:ATTRIBUTE")()
        found = getattr(found, name)
    return 0


def run_module(module):
    """Runs a module as `python -m` does, which takes over the module __main__."""
    from runpy import _run_module_as_main

    empty(sys.modules["__main__"].__dict__)
    first(_run_module_as_main, module, False)


def script_file(path):
    """Returns a script that a wheel brought, as something to call."""
    with open(path, "rb") as source:
        text = source.read()
    # As scripts.for_python has it.
    if text.startswith(b"#!"):
        for_python = b"python" in b"".join(text.split(b"\n", 2)[:2])
    else:
        for_python = path.endswith(".py")
    if not for_python:
        return lambda: become([path] + sys.argv[1:])
    return script(compile(text, path, "exec", dont_inherit=True))


def become(arguments):
    """Replaces this process by another program."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass
    if os.name == "nt":
        import signal
        import subprocess

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the child, too, which heeds it
        code = subprocess.call(arguments)
        return code - (code >> 31 << 32)  # sys.exit takes no larger ones
    try:
        os.execv(arguments[0], arguments)
    except OSError as error:
        return refuse("starting %s: %s" % (arguments[0], error.strerror), "GOBUNDLE_TOOLS=verify checks the bundle")()


def caller(module, attribute):
    # The twin of scripts.caller.
    name = "<%s:%s>" % (module, attribute)
    try:
        return compile("import sys\nfrom %s import %s\nsys.exit(%s())\n" % (
            module, attribute.partition(".")[0], attribute), name, "exec", dont_inherit=True)
    except SyntaxError:
        return compile("import sys\n__import__(%r)\nsys.exit(sys.modules[%r].%s())\n" % (
            module, module, attribute), name, "exec", dont_inherit=True)
