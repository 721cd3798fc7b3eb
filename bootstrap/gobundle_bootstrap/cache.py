"""Where the cache is, who may own it, and how processes take turns in it.

The twin of runtime/cache. Folders of a cache root:

    wheels/<sha256>/            a wheel, unpacked once
    envs/<bundle id>/<key>/     an environment; key stands for an interpreter
    envs/<bundle id>/at/...     which environment belongs to the interpreter at a path
    pythons/<key>/              a Python that an executable brought along
    locks/                      one file for each object that is being made
    pruned                      its time is that of the last look at the size of it all
"""
import errno
import os
import stat
import sys
import time

from .longpaths import plain, wide
from .talk import Failure, tell


def root():
    """Returns the user's cache root, whether it is there or not. It is an OSError if there
    is no home: who has none, has none made."""
    environ = os.environ
    if environ.get("GOBUNDLE_CACHE_DIR"):
        return os.path.abspath(environ["GOBUNDLE_CACHE_DIR"])
    if os.name == "nt":
        local = environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
        return os.path.join(local, "gobundle", "cache")
    if os.path.isabs(environ.get("XDG_CACHE_HOME", "")):
        return os.path.join(environ["XDG_CACHE_HOME"], "gobundle")
    home = os.path.expanduser("~")
    if not os.path.isdir(home):
        raise OSError(errno.ENOENT, "there is no such home directory", home)
    return os.path.join(home, "Library/Caches" if sys.platform == "darwin" else ".cache", "gobundle")


def temporary():
    """Yields the places of a private cache under the temporary folders."""
    if os.name == "nt":
        import tempfile

        yield os.path.join(tempfile.gettempdir(), "gobundle")
        return
    for folder in (os.environ.get("TMPDIR"), os.environ.get("TEMP"), os.environ.get("TMP"), "/tmp", "/var/tmp"):
        if folder:
            yield os.path.join(os.path.abspath(folder), "gobundle-%d" % os.geteuid())


def make_private(folder):
    """Makes a folder and its parents for this user alone. One that is there must belong
    to this user, and nobody else may write to it; else it is an OSError."""
    make_folders(folder)
    if os.name == "nt":
        return
    for status in (os.lstat(folder), os.stat(folder)):
        if status.st_uid != os.geteuid():
            raise OSError(errno.EPERM, "it belongs to another user", folder)
        if not stat.S_ISLNK(status.st_mode) and status.st_mode & 0o022:
            raise OSError(errno.EPERM, "other users can write to it", folder)


def make_folders(folder):
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise
    except FileNotFoundError:
        parent = os.path.dirname(folder)
        if os.path.lexists(parent):
            raise  # no place for folders, as in /proc
        make_folders(parent)
        make_folders(folder)


def places(troubles):
    """Yields cache roots to try in turn. Whether one can be written shows when something is;
    the caller adds to troubles why it was no good. Ends with a Failure."""
    for find in [root] + [lambda place=place: place for place in temporary()]:
        try:
            place = find()
            make_private(wide(place))
        except OSError as error:
            troubles.append(describe(error.filename or place, error))
            continue
        yield wide(place)
    raise Failure("no folder can be written for unpacking: " + "; ".join(troubles),
                  "set GOBUNDLE_CACHE_DIR to a %sfolder of yours with room in it" % ("short " if os.name == "nt" else ""))


def describe(place, error):
    return "%s can't be used: %s" % (plain(place), error.strerror or error)


class Lock(object):
    """The right to make an object, which one process has at a time. It ends with the
    process at the latest. On a file system without locks everybody has it: what is made
    appears by renaming, so that is slow and not wrong; held tells."""

    def __init__(self, cache, name, what, bundle):
        self.path = os.path.join(cache, "locks", name)
        self.what = what
        self.bundle = bundle
        self.held = False

    def __enter__(self):
        make_folders(os.path.dirname(self.path))
        begun, pause, told = time.time(), 0.001, False
        while not self.attempt():
            if not told and time.time() - begun > 1:
                tell(self.bundle, "waiting for another process, which is %s" % self.what)
                told = True
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        return self

    def attempt(self):
        """Takes the lock if nobody has it, and reports whether that is so. Where there are no
        locks it is, but nothing is held."""
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            taken = self._take()
        except BaseException:
            os.close(self.descriptor)
            raise
        if not taken:
            os.close(self.descriptor)
        return taken

    def _take(self):
        try:
            lock_file(self.descriptor)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                return False
            return True  # no locks here
        try:
            # Whoever clears the cache may have removed the file in between.
            if not os.path.samestat(os.fstat(self.descriptor), os.stat(self.path)):
                return False
        except FileNotFoundError:
            return False
        self.held = True
        return True

    def __exit__(self, *_):
        os.close(self.descriptor)
        self.held = False

    def remove(self):
        """Takes the lock's file away, for an object that is gone. Only for who holds it; one
        who waits for it sees that it is another file now."""
        try:
            os.unlink(self.path)
        except OSError:
            pass


try:
    import fcntl
except ImportError:
    def lock_file(descriptor):
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def share_file(descriptor):
        pass  # Windows doesn't remove what is open
else:
    def lock_file(descriptor):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def share_file(descriptor):
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


def above_streams(descriptor):
    """Returns a descriptor of the same file that is none of a stream: what is opened while
    one is closed gets its number, and what follows would read and write the file by it."""
    low = []
    while descriptor < 3:
        low.append(descriptor)
        descriptor = os.dup(descriptor)
    for number in low:
        os.close(number)
    return descriptor


def temporary_name(folder, name):
    """Returns a name beside the final one that nobody else uses."""
    token = "".join("%02x" % byte for byte in bytearray(os.urandom(6)))
    return os.path.join(folder, ".%s.%s.tmp" % (name, token))


def remove_leftovers(folder, name):
    """Removes what a killed process left of making an object. Only for who has the lock."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for left in names:
        if left.startswith(".%s." % name) and left.endswith(".tmp"):
            remove(os.path.join(folder, left))


def remove(folder):
    """Removes a folder, as far as that can be done."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def put_aside(folder):
    """Removes a folder which is not whole, so that nobody sees less of it than there was."""
    aside = temporary_name(*os.path.split(folder))
    try:
        os.rename(folder, aside)
    except FileNotFoundError:
        return
    remove(aside)


def put(temporary, final):
    """Renames what is complete to its final name. What is there already is as good."""
    for wait in (0.01, 0.1, 1, 0):
        try:
            os.rename(temporary, final)
            return
        except OSError as error:
            if os.path.isdir(final):
                remove(temporary)
                return
            # On Windows a virus scanner may still be looking at it.
            if os.name != "nt" or not wait or not isinstance(error, PermissionError):
                raise
        time.sleep(wait)


def write(path, data):
    """Writes a small file so that it appears whole or not at all."""
    beside = temporary_name(*os.path.split(path))
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            if os.write(descriptor, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(descriptor)
        os.replace(beside, path)
    except OSError:
        try:
            os.unlink(beside)
        except OSError:
            pass  # the next who writes this file removes it
        raise
