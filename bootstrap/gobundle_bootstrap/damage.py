"""A piece of start.py: finds out whether files of the environment have gone."""
# ruff: noqa: F821
import os
import sys


def tell_damage():
    """Says what to do if files are missing, and sees to it that the next start puts them back."""
    folder = os.path.dirname(os.path.abspath(file))
    with open(os.path.join(folder, "files.txt"), "rb") as stream:
        names = stream.read().split(b"\0")
    missing = 0
    for name in names:
        try:
            os.lstat(os.path.join(folder, os.fsdecode(name)))
        except OSError:
            missing += 1
    if not missing:
        return False
    try:
        os.unlink(os.path.join(folder, "start.bin"))
        hint = "start it again, and they will be put back"
    except OSError:
        hint = "remove " + folder
    name = os.path.basename(os.environ.get("GOBUNDLE") or sys.argv[0])
    sys.stderr.write("%s: error: %d files of the application are missing in %s\n%s: hint: %s\n" % (
        name, missing, folder, name, hint))
    return True
