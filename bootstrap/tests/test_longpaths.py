"""Long paths on Windows; cmd/gobundle.TestWindows has the starts with them."""
import errno
import unittest

from gobundle_bootstrap import asked, longpaths

FOLDER = "C:\\" + "x" * 97  # 100 characters


class TestLongPaths(unittest.TestCase):
    def test_forms(self):
        for path, long_one in (
            (r"C:\a\b", r"\\?\C:\a\b"),
            (r"\\server\share\b", r"\\?\UNC\server\share\b"),
        ):
            self.assertEqual(longpaths.prefixed(path), long_one)
            self.assertEqual(longpaths.prefixed(long_one), long_one)
            self.assertEqual(longpaths.plain(long_one), path)
            self.assertEqual(longpaths.plain(path), path)
        self.assertEqual(longpaths.prefixed("\\\\.\\NUL"), "\\\\.\\NUL")

    def test_here(self):
        self.assertEqual(longpaths.plain(longpaths.wide("/a/b")), "/a/b")
        self.assertEqual(longpaths.below("/a", "b/c"), "/a/b/c")
        self.assertTrue(asked.takes_long_paths("/"))
        longpaths.check("/" + "x" * 300, [])
        longpaths.check_programs("/" + "x" * 300)

    def test_judge(self):
        longpaths.judge(FOLDER, [], False)
        longpaths.judge(FOLDER, ["y" * 158, "z"], False)  # 259 with the folder and what stands between
        longpaths.judge(FOLDER, ["y" * 200], True)
        with self.assertRaises(OSError) as raised:
            longpaths.judge(FOLDER, ["z", "y" * 159], False)
        self.assertEqual(raised.exception.errno, errno.ENAMETOOLONG)
        self.assertEqual(raised.exception.strerror, "files in it would have paths of 260 characters, and Windows takes 259")
        deep = FOLDER + "x" * 139
        longpaths.judge(deep, [], True)
        for long_ones in (True, False):
            with self.assertRaises(OSError) as raised:
                longpaths.judge(deep + "x", [], long_ones)
            self.assertIn("260 characters", raised.exception.strerror)
