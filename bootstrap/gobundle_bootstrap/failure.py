"""A piece of start.py: what the user is told when the application ends by an error."""
# ruff: noqa: F821
import os
import sys


def tell_failure(error):
    """Tells the user of files that are missing, if that may be why, and reports whether it did.
    Otherwise the traceback will be told from the application's own first line on."""
    if isinstance(error, Exception) and tell_damage() and isinstance(error, (AttributeError, ImportError, OSError)):
        return True
    hook = sys.excepthook

    def tell(kind, value, trace):
        sys.excepthook = hook
        place = trace
        while place is not None and place.tb_frame.f_code is not second.__code__:
            place = place.tb_next
        if place is not None and place.tb_next is not None:
            trace = place.tb_next
            value.__traceback__ = trace
        hook(kind, value, trace)

    sys.excepthook = tell
    return False


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
        for name in ("start.pyc", "start.bin"):
            if os.path.lexists(os.path.join(folder, name)):
                os.unlink(os.path.join(folder, name))
        hint = "start it again, and they will be put back"
    except OSError:
        hint = "remove " + folder
    name = os.path.basename(os.environ.get("GOBUNDLE") or sys.argv[0])
    sys.stderr.write("%s: error: %s in %s\n%s: hint: %s\n" % (name, what, folder, name, hint))
    return True
