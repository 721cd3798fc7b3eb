r"""Long paths on Windows.

Windows takes paths of 259 characters from a program, unless its administrator has lifted that
(LongPathsEnabled) and the program says that it can do with more, as Python does. A path of the form
\\?\C:\... may be longer everywhere, which is enough to make an environment; but what
starts programs, and the python.exe of an environment, know only the short ones.

https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation
"""
import errno
import os

from .asked import takes_long_paths

LONGEST = 259
PREFIX, NETWORK = "\\\\?\\", "\\\\?\\UNC\\"


def prefixed(path):
    """Returns an absolute path of Windows in the form that may be long."""
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    return NETWORK + path[2:] if path.startswith("\\\\") else PREFIX + path


def plain(path):
    """Returns a path in the form that everybody knows."""
    if path.startswith(NETWORK):
        return "\\\\" + path[len(NETWORK):]
    return path[len(PREFIX):] if path.startswith(PREFIX) else path


if os.name == "nt":
    def wide(path):
        """Returns a path in the form that may be long. It has no slashes, and nothing with one
        may be joined to it: see below."""
        return prefixed(os.path.abspath(path))

    def below(folder, place):
        """Returns the path of a place below a folder; a place has slashes."""
        return folder + "\\" + place.replace("/", "\\")
else:
    def wide(path):
        return path

    def below(folder, place):
        return folder + "/" + place


def check(folder, places):
    """Refuses a folder for an environment with files at these places, by an OSError, if Windows
    could not start its programs, or Python would not find a file."""
    if os.name == "nt":
        folder = plain(folder)
        judge(folder, places, takes_long_paths(os.path.dirname(folder)))


def check_programs(folder):
    """Refuses a folder for an environment as check does, by its own path alone."""
    if os.name == "nt":
        judge(plain(folder), [], True)


def judge(folder, places, long_ones):
    programs = len(folder) + len("\\Scripts\\pythonw.exe")
    files = max([len(folder) + 1 + len(place) for place in places] + [programs])
    what, longest = ("programs", programs) if long_ones or files <= LONGEST else ("files", files)
    if longest > LONGEST:
        raise OSError(errno.ENAMETOOLONG, "%s in it would have paths of %d characters, and Windows takes %d" % (
            what, longest, LONGEST), folder)
