"""The reader of a first start: what it refuses, and that it reads what zipfile writes."""
import io
import os
import shutil
import struct
import tempfile
import unittest
import zipfile
import zlib

from gobundle_bootstrap.archive import HARMLESS, MOST_AT_ONCE, Archive, Source, unsafe
from gobundle_bootstrap.talk import Failure


class TestArchive(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def open(self, data):
        path = os.path.join(self.folder, "a.zip")
        with open(path, "wb") as file:
            file.write(data)
        return Archive(Source(path))

    def make(self, files, method=zipfile.ZIP_DEFLATED, before=b"", after=b"", stream=False):
        out = io.BytesIO()
        target = Unseekable(out) if stream else out
        with zipfile.ZipFile(target, "w", method) as archive:
            for name, data in files:
                archive.writestr(zipfile.ZipInfo(name) if method == zipfile.ZIP_STORED else name, data)
        return before + out.getvalue() + after

    def test_reads(self):
        large = b"0123456789abcdef" * (9 << 16)
        files = [("a.txt", b"hello"), ("b/c.txt", b""), ("\u00fc.txt", b"x" * 100000), ("large", large)]
        for method, options in ((zipfile.ZIP_STORED, {}), (zipfile.ZIP_DEFLATED, {"before": b"#!/bin/sh\n"}),
                                (zipfile.ZIP_STORED, {"stream": True})):
            archive = self.open(self.make(files, method, **options))
            self.assertEqual([(name, archive.read(name)) for name in archive.members], files)

    def test_order_of_members(self):
        """The directory may have them in another order than the one that they lie in."""
        files = [("b/%d" % n, b"x" * n) for n in range(3)]
        data = self.make(files)
        at = data.index(b"PK\1\2")
        end = data.index(b"PK\5\6")
        size = (end - at) // 3
        archive = self.open(data[:at] + data[at + size:end] + data[at:at + size] + data[end:])
        self.assertEqual([(name, archive.read(name)) for name in archive.members], files[1:] + files[:1])

    def test_comment(self):
        data = bytearray(self.make([("a", b"1")]))
        data[-2:] = struct.pack("<H", 5)
        self.assertEqual(self.open(bytes(data) + b"hello").read("a"), b"1")

    def test_part(self):
        inner = self.make([("x/y.py", b"print()\n" * 100)])
        archive = self.open(self.make([("0", b"0" * 50), ("w.whl", inner)], zipfile.ZIP_STORED, before=b"#!sh\n"))
        self.assertEqual(Archive(archive.part("w.whl")).read("x/y.py"), b"print()\n" * 100)

    def test_zip64(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for n in range(66000):
                archive.writestr(zipfile.ZipInfo("%d" % n), b"")
            with archive.open("big", "w", force_zip64=True) as file:
                file.write(b"big")
        archive = self.open(out.getvalue())
        self.assertEqual((len(archive.members), archive.read("big")), (66001, b"big"))

    def test_refuses_names(self):
        for name in ("/a", "../a", "a/../../b", "a/..", "..", "a\\b", "C:a", "a//b", "./a", "a/./b", "", "a\0b"):
            self.assertTrue(unsafe(name), name)
        for name in ("a", "a/b", "a..b", "..a", "a/...", "\u00fc/x", "a b/c", "a/"):
            self.assertFalse(unsafe(name), name)
        for name in ("x/../../y", "/y", "x//y", "../y", "./y", "x/./y", "x/..", "x/.", "x\\y", "c:y"):
            with self.assertRaises(Failure, msg=name):
                self.open(self.make([("a/b.py", b""), (name, b"")]))
        names = ["a.b/c", "x/", "...", "a..b/...", "x./y", "\u00fc./\u00e4:b"]
        self.assertEqual(list(self.open(self.make([(name, b"") for name in names])).members), names)

    def test_refuses_two_of_one_name(self):
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = self.make([("a", b"1"), ("a", b"2")])
        with self.assertRaises(Failure):
            self.open(data)

    def test_any_damage_is_a_failure(self):
        """No change of any byte makes anything but the content, or a Failure."""
        files = [("a.txt", b"hello " * 50), ("b/c.txt", b"more")]
        data = self.make(files)
        good = 0
        for place in range(len(data)):
            for change in (0xFF, 0x01):
                damaged = bytearray(data)
                damaged[place] ^= change
                try:
                    archive = self.open(bytes(damaged))
                    content = [(name, archive.read(name)) for name in archive.members]
                except Failure:
                    continue
                self.assertEqual([text for _, text in content], [text for _, text in files][:len(content)], place)
                good += 1
        self.assertGreater(good, 0)
        for end in range(len(data)):
            with self.assertRaises(Failure):
                self.open(data[:end])

    def test_bomb(self):
        for size in (4 << 20, 40 << 20):
            data = bytearray(self.make([("a", b"\0" * size)]))
            for place in (data.index(b"PK\1\2") + 24, 22):
                data[place:place + 4] = struct.pack("<L", 10)
            archive = self.open(bytes(data))
            with self.assertRaises(Failure):
                archive.read("a")

    def test_more_is_promised(self):
        data = bytearray(self.make([("a", b"x" * 1000)]))
        for place in (data.index(b"PK\1\2") + 24, 22):
            data[place:place + 4] = struct.pack("<L", 0xFFFFFF00)
        with self.assertRaises(Failure):
            self.open(bytes(data)).read("a")

    def test_all_that_is_inflated_at_once(self):
        """Deflate makes no more of so many bytes than is said beside the constant."""
        packed = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packed.compress(b"\0" * MOST_AT_ONCE) + packed.flush()
        self.assertGreater(len(packed), HARMLESS)


class Unseekable(object):
    def __init__(self, stream):
        self.stream = stream

    def write(self, data):
        return self.stream.write(data)

    def flush(self):
        pass
