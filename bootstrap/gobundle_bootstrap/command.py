"""A piece of start.py: which of its commands a bundle of several starts."""
# ruff: noqa: F821
import os
import sys


def select(folder, asked, arguments):
    """Takes the command that the name of the file means, else the first argument, which goes
    then. config["entry"] says afterwards what is started, and config["script"] is its code if it
    has one; they stay as they are if that is none of the commands, with the arguments in
    config["user"], or if the user's variables say what to start."""
    if asked.get("GOBUNDLE_INTERPRETER", "0") not in ("", "0") or any(
            asked.get("GOBUNDLE_" + name) for name in ("ENTRY_POINT", "SCRIPT", "MODULE")):
        return
    commands = config["commands"]
    name = os.path.basename(arguments[0])
    if os.name == "nt":
        name = named_on_windows(name, commands)
    if name not in commands:
        if len(arguments) < 2 or arguments[1] not in commands:
            config["user"] = list(arguments)
            return
        name = arguments.pop(1)
        # A program says in its help how it is called. A script of the environment can be
        # started again by this, too.
        script = os.path.join(folder, config["scripts_folder"], name)
        arguments[0] = script if commands[name][3] == name and os.path.isfile(script) else name
    config["entry"] = commands[name][:4]
    code = commands[name][4]
    if code is not None:
        import marshal

        config["script"] = marshal.loads(code)


def named_on_windows(file, names):
    """Returns the name that a file's name means where case does not count."""
    # As links.command has it.
    stem = file[:-4] if file.lower().endswith(".exe") else file
    return next((name for name in names if name.lower() == stem.lower()), stem)


def no_command(arguments):
    """Returns what to call if no command was named: it says which there are."""
    names = sorted(config["commands"])
    if len(arguments) > 1 and arguments[1] not in ("-h", "--help"):
        from difflib import get_close_matches

        near = get_close_matches(arguments[1], names, 1)
        return refuse("the bundle has no command " + arguments[1],
                      "did you mean %s?" % near[0] if near else "it has " + (", ".join(names) or "none for this Python"))

    def usage():
        name = os.path.basename(arguments[0])
        lines = ["usage: %s COMMAND [ARGUMENT...]" % name, "", "commands:"] + ["  " + command for command in names]
        lines += ["", "Under the name of a command, as by a link to this file, the file is that command.",
                  "GOBUNDLE_TOOLS=install %s DIR makes such links." % name]
        stream = sys.stdout if len(arguments) > 1 else sys.stderr
        text = "\n".join(lines) + "\n"
        stream.write(text.encode(stream.encoding or "ascii", "backslashreplace").decode(stream.encoding or "ascii"))
        return 0 if len(arguments) > 1 else 2

    return usage
