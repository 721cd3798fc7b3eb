"""A piece of start.py: finds out whether files of the environment have gone."""
# ruff: noqa: F821
import os
import sys


def tell_damage():
    """Says what to do if files are missing, and sees to it that the next start puts them back."""
    folder = os.path.dirname(os.path.abspath(file))
    try:
        with open(os.path.join(folder, "files.txt"), "rb") as stream:
            fields = stream.read().split(b"\0")
    except OSError:
        fields = []
    damaged = 0
    missing = int(len(fields) < 2)  # without the list nobody knows what else is missing
    for name, size in zip(fields[::2], fields[1::2]):
        try:
            damaged += os.lstat(os.path.join(folder, os.fsdecode(name))).st_size != int(size)
        except OSError:
            missing += 1
    if not missing and not damaged:
        return False
    what = "files of the application are %s: %d" % ("missing" if missing else "not as they were", missing or damaged)
    try:
        os.unlink(os.path.join(folder, "start.bin"))
        hint = "start it again, and they will be put back"
    except OSError:
        hint = "remove " + folder
    name = os.path.basename(os.environ.get("GOBUNDLE") or sys.argv[0])
    sys.stderr.write("%s: error: %s in %s\n%s: hint: %s\n" % (name, what, folder, name, hint))
    return True
