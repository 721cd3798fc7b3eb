"""Folders that are filled: by descriptors of folders, and on systems without them."""
import errno
import os
import stat
import shutil
import sys
import tempfile
import unittest

from gobundle_bootstrap import tree
from gobundle_bootstrap.tree import Tree

FILES = [("a.py", b"1", False), ("b/c/d.py", b"22", True), ("b/e.py", b"", False), ("b/c/f", b"333", False), ("g", b"4", False)]


class TestTree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(setattr, tree, "BY_FOLDER", tree.BY_FOLDER)
        self.ways = [False, True] if tree.BY_FOLDER else [False]

    def trees(self):
        """Yields two trees, in each way, and what is open is closed after that."""
        for tree.BY_FOLDER in self.ways:
            first, second = (Tree(os.path.join(self.folder, name)) for name in ("store", "env"))
            for each in (first, second):
                os.mkdir(each.folder)
            yield first, second
            first.close()
            second.close()
            shutil.rmtree(first.folder)
            shutil.rmtree(second.folder)

    def read(self, each, place):
        with open(os.path.join(each.folder, place), "rb") as file:
            return file.read()

    def test_files_and_their_other_names(self):
        for first, second in self.trees():
            for place, content, executable in FILES:
                first.write(place, [content[:1], content[1:]], executable)
                second.link("site/x/" + place, first, place)
            for place, content, executable in FILES:
                self.assertEqual((self.read(first, place), self.read(second, "site/x/" + place)), (content, content))
                status = os.stat(os.path.join(first.folder, place))
                self.assertTrue(os.path.samestat(status, os.stat(os.path.join(second.folder, "site/x", place))))
                if os.name == "posix":
                    self.assertEqual(bool(status.st_mode & stat.S_IXUSR), executable, place)

    def test_what_is_there(self):
        """Another process has done a part of it, and was killed."""
        for first, second in self.trees():
            os.makedirs(os.path.join(first.folder, "b"))
            for each in (first, second):
                with open(os.path.join(each.folder, "b" if each is first else "", "c"), "w") as file:
                    file.write("half of it")
            first.write("b/c", [b"all"], False)
            second.link("c", first, "b/c")
            self.assertEqual((self.read(first, "b/c"), self.read(second, "c")), (b"all", b"all"))

    def test_no_links(self):
        """A copy does where a file can't have two names."""
        def no_link(*_, **__):
            raise OSError(errno.EPERM, "Operation not permitted")

        self.addCleanup(setattr, os, "link", os.link)
        for first, second in self.trees():
            os.link = no_link
            first.write("b/c", [b"text"], True)
            second.link("c", first, "b/c")
            self.assertEqual(self.read(second, "c"), b"text")
            if os.name == "posix":
                self.assertEqual(os.stat(os.path.join(second.folder, "c")).st_mode & 0o700, 0o700)

    def test_errors(self):
        for first, second in self.trees():
            first.write("file", [b""], False)
            for place in ("file/x", "file/x/y"):
                with self.assertRaises(OSError):
                    first.write(place, [b""], False)
            os.mkdir(os.path.join(second.folder, "x"))
            with self.assertRaises(OSError):
                second.link("x", first, "file")
            with self.assertRaises(FileNotFoundError):
                link_of_nothing(first, second)

    @unittest.skipIf(sys.platform != "linux", "/proc tells")
    def test_nothing_stays_open(self):
        before = os.listdir("/proc/self/fd")
        for first, second in self.trees():
            for place, content, executable in FILES:
                first.write(place, [content], executable)
                second.link(place, first, place)
            self.assertLessEqual(len(os.listdir("/proc/self/fd")), len(before) + 2)
        self.assertEqual(os.listdir("/proc/self/fd"), before)


def link_of_nothing(first, second):
    first.write("gone", [b""], False)
    os.unlink(os.path.join(first.folder, "gone"))
    second.link("gone", first, "gone")
