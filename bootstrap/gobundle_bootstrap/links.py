"""The commands of a bundle that has several, and links to it under their names."""
import os
import sys

from .talk import Failure


def names(bundle):
    """Returns the names of the commands; none if the bundle starts one thing."""
    return [command["name"] for command in bundle.manifest.get("commands", [])]


def command(bundle):
    """Returns the command that the bundle was started as, or None."""
    file = os.path.basename(sys.argv[0])
    if os.name != "nt":
        return file if file in names(bundle) else None
    stem = file[:-4] if file.lower().endswith(".exe") else file
    return next((name for name in names(bundle) if name.lower() == stem.lower()), None)


def commands(bundle):
    """Returns the commands that there are on the chosen target, as the manifest has them."""
    manifest = bundle.manifest
    here = set([""] + [manifest["wheels"][index]["name"] for index in bundle.target["wheels"]])
    return [each for each in manifest.get("commands", []) if each["distribution"] in here]


def install(arguments, bundle, show):
    """Makes a link to the bundle for each of its commands."""
    force = "--force" in arguments
    folders = [argument for argument in arguments if argument != "--force"]
    if len(folders) != 1 or folders[0].startswith("-"):
        raise Failure("install takes the folder for the links", "GOBUNDLE_TOOLS=install %s [--force] DIR" % bundle.path, 2)
    if not names(bundle):
        raise Failure("the bundle starts one thing only: there is nothing to link",
                      "link it by yourself, or build it with --busybox")
    target = file_behind(bundle.path)
    if os.path.isdir(target) or os.name == "posix" and not os.access(target, os.X_OK):
        raise Failure("%s can't be started by itself, so links to it can't" % target,
                      "name a command as the first argument: %s %s" % (bundle.path, names(bundle)[0]))
    folder = os.path.abspath(folders[0])
    try:
        os.makedirs(folder, exist_ok=True)
        places = [(name, os.path.join(folder, file_name(name, target))) for name in names(bundle)]
        for _, place in places:
            if os.path.lexists(place) and not force and not leads_to(place, target):
                raise Failure("%s is there already" % place, "remove it, choose another folder, or replace it with --force")
            if os.path.abspath(target) == place:
                raise Failure("%s is the bundle itself" % place, "choose another folder")
        for name, place in places:
            link(name, place, target)
    except OSError as error:
        raise Failure("linking the commands in %s: %s" % (folder, error.strerror or error), "choose another folder")
    show("%d commands in %s" % (len(places), folder))
    return 0


def file_behind(path):
    """Returns the absolute path of a file that a name may be a link to. Links among its
    folders stay: they may be meant to lead elsewhere one day."""
    path = os.path.abspath(path)
    for _ in range(40):  # as many as a system follows
        if not os.path.islink(path):
            break
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    return os.path.normpath(path)


def leads_to(place, target):
    """Reports whether there is a link to the bundle already."""
    try:
        return (os.path.islink(place) or os.name == "nt") and os.path.samefile(place, target)
    except OSError:
        return False


def file_name(name, target):
    if os.name != "nt":
        return name
    return name + (".exe" if native(target) else ".cmd")


def native(path):
    with open(path, "rb") as file:
        return file.read(2) == b"MZ"


def link(name, place, target):
    """Makes one link; what is at its place goes in the same moment."""
    if leads_to(place, target):
        return
    if os.name == "nt" and native(target):
        hard_link(place, target)
        return
    beside = os.path.join(os.path.dirname(place), ".%s.%d.tmp" % (name, os.getpid()))
    if os.name != "nt":
        os.symlink(target, beside)
    else:
        # A link would need a right that users don't have, and a name that says what starts it.
        python = getattr(sys, "_base_executable", None) or sys.executable
        line = '@"%s" "%s" "%s" %%*\r\n' % tuple(text.replace("%", "%%") for text in (python, target, name))
        with open(beside, "wb") as file:
            file.write(line.encode("oem"))
    try:
        os.replace(beside, place)
    except OSError:
        os.unlink(beside)
        raise


def hard_link(place, target):
    """Makes another name of a program that is running, which therefore can't be renamed."""
    if os.path.lexists(place):
        os.unlink(place)
    try:
        os.link(target, place)
    except OSError:  # on another drive
        from shutil import copyfile

        copyfile(target, place)
