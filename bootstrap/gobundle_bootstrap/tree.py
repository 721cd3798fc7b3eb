"""Filling folders with files.

Most of what the system does to make a file is to find its folder. So that is held open while
one file after the other is made in it.
"""
import os

from .longpaths import below

FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
BY_FOLDER = set([os.open, os.link]) <= os.supports_dir_fd


class Tree(object):
    """A folder that this process fills, perhaps beside others. close ends it."""

    def __init__(self, folder):
        self.folder = folder
        self.known = set([""])  # folders in it that are there
        self.parent = None  # the one with the last file
        self.descriptor = None

    def close(self):
        if self.descriptor is not None:
            os.close(self.descriptor)
        self.descriptor = self.parent = None

    def enter(self, parent):
        """Makes a folder, and those that it is in, if need be; files come there next."""
        if parent not in self.known:
            self.make(parent)
        if BY_FOLDER:
            self.close()
            self.descriptor = os.open(below(self.folder, parent), os.O_RDONLY | os.O_DIRECTORY)
        self.parent = parent

    def make(self, place):
        above = place.rpartition("/")[0]
        if above not in self.known:
            self.make(above)
        try:
            os.mkdir(below(self.folder, place))
        except FileExistsError:
            pass
        self.known.add(place)

    def make_parents(self, places):
        """Makes the folders that places are in."""
        for place in places:
            parent = place.rpartition("/")[0]
            if parent not in self.known:
                self.make(parent)

    def write(self, place, pieces, executable):
        """Writes a file."""
        parent, _, name = place.rpartition("/")
        if parent != self.parent:
            self.enter(parent)
        mode = 0o777 if executable else 0o666
        if self.descriptor is None:
            write(below(self.folder, place), pieces, mode)
        else:
            fill(os.open(name, FLAGS, mode, dir_fd=self.descriptor), pieces)

    def link(self, place, source, there):
        """Gives the last file that was written to the tree source, at a place there, another name here."""
        parent, _, name = place.rpartition("/")
        if parent != self.parent:
            self.enter(parent)
        if self.descriptor is not None:
            try:
                os.link(there.rpartition("/")[2], name, src_dir_fd=source.descriptor, dst_dir_fd=self.descriptor)
                return
            except OSError:
                pass  # see below
        link(below(source.folder, there), below(self.folder, place))


def write(path, pieces, mode):
    """Writes a file."""
    fill(os.open(path, FLAGS, mode), pieces)


def fill(descriptor, pieces):
    try:
        for piece in pieces:
            written = os.write(descriptor, piece)
            while written < len(piece):
                piece = piece[written:]
                written = os.write(descriptor, piece)
    finally:
        os.close(descriptor)


def link(source, place):
    """Gives a file another name, or makes a copy where there can't be one."""
    try:
        os.link(source, place)
    except FileExistsError:
        os.unlink(place)
        link(source, place)
    except FileNotFoundError:
        raise
    except OSError:
        # Another file system, too many links, or one that has none.
        with open(source, "rb") as file:
            write(place, iter(lambda: file.read(1 << 20), b""), os.stat(source).st_mode & 0o777)


def replace(path, content, mode):
    if os.path.lexists(path):
        os.unlink(path)
    write(path, [content], mode)


def replace_durably(path, content, mode):
    """Is replace for what a power cut must not leave empty."""
    replace(path, content, mode)
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
