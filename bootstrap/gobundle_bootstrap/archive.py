"""Reads zip archives, and the wheels that lie in one as they are, without copying.

This is the reader of a first start, so it is lean: what it reads has been checked by
whoever made the bundle and is checked against a sha256 here. It still bounds every read
and refuses every name that would leave its folder. wheelfile reads wheels with no trust.
"""
import os
import struct
import zlib
from collections import namedtuple

from .talk import Failure

LOCAL = struct.Struct("<4s5HLLLHH")
CENTRAL = struct.Struct("<4s4xHH4xLLLHHH4xLL")  # without what is not looked at
END = struct.Struct("<4s4HLLH")
END64 = struct.Struct("<4sQHHLLQQQQ")
LOCATOR64 = struct.Struct("<4sLQL")

DAMAGED = "copy or build the bundle again"
MOST = 1 << 40  # bytes of a member
PIECE = 8 << 20  # larger members are read and written in pieces
HARMLESS = 32 << 10  # bytes that can't become more than MOST_AT_ONCE: that is all there is in deflate
MOST_AT_ONCE = 34 << 20


def damaged(path, reason):
    """Returns the error for a bundle that is not as it was made."""
    return Failure("%s is damaged: %s" % (path, reason), DAMAGED)


if hasattr(os, "pread"):
    read_at = os.pread
else:
    def read_at(descriptor, length, offset):
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)


class Source(object):
    """A file, or a part of one, to read from at any place."""

    def __init__(self, path, start=0, size=None, descriptor=None):
        self.path = path
        self.start = start
        if descriptor is None:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self.descriptor = descriptor
        self.size = os.fstat(descriptor).st_size - start if size is None else size

    def read(self, offset, length):
        """Returns the bytes at an offset, fewer if there are no more."""
        length = min(length, self.size - offset)
        if offset < 0 or length <= 0:
            return b""
        return read_at(self.descriptor, length, self.start + offset)

    def part(self, offset, size, path):
        return Source(path, self.start + offset, size, self.descriptor)


# A file in an archive; end is where the next thing begins.
Member = namedtuple("Member", "name method crc packed size executable offset end")


class Archive(object):
    """A zip archive. members has them by name, in the order of the directory."""

    def __init__(self, source):
        self.source = source
        self.path = source.path
        self.members = {}
        try:
            self._read_directory()
        except (struct.error, UnicodeDecodeError, IndexError, OverflowError):
            raise self.damaged("its zip directory can't be read")

    def damaged(self, reason):
        return damaged(self.path, reason)

    def _find_directory(self):
        """Returns the directory's place and size, and by how much all offsets are off."""
        source = self.source
        length = min(source.size, END.size + 0xFFFF)
        tail = source.read(source.size - END.size, END.size)
        at = 0
        if tail[:4] != b"PK\5\6":
            tail = source.read(source.size - length, length)
            at = tail.rfind(b"PK\5\6")
            if at < 0:
                raise self.damaged("it has no zip directory, or not all of it is there")
        end = source.size - len(tail) + at
        count, size, offset = END.unpack_from(tail, at)[4:7]
        locator = source.read(end - LOCATOR64.size, LOCATOR64.size) if end >= LOCATOR64.size else b""
        if locator[:4] == b"PK\6\7":
            end -= LOCATOR64.size + END64.size
            fields = END64.unpack(source.read(end, END64.size))
            if fields[0] != b"PK\6\6":
                raise self.damaged("its zip directory can't be read")
            count, size, offset = fields[7:10]
        # Whoever puts bytes in front of a zip may leave its offsets as they were.
        shift = end - size - offset
        if shift < 0:
            raise self.damaged("its zip directory is not where it should be")
        return offset + shift, size, count, shift

    def _read_directory(self):
        place, size, count, shift = self._find_directory()
        directory = self.source.read(place, size)
        text = directory.decode("latin-1")  # a name in ASCII is a part of it
        unpack = CENTRAL.unpack_from
        entries = []
        at = 0
        for _ in range(count):
            (signature, flags, method, crc, packed, size, name_length, extra_length, comment_length,
             attributes, offset) = unpack(directory, at)
            begin = at + 46
            at = begin + name_length
            name = text[begin:at]
            if extra_length or comment_length:
                if 0xFFFFFFFF in (size, packed, offset):
                    size, packed, offset = large(directory[at:at + extra_length], size, packed, offset)
                at += extra_length + comment_length
            if signature != b"PK\1\2" or flags & 1 or method != 0 and method != 8:
                raise self.damaged("its zip directory can't be read")
            # As pip has it: only a regular file with any execute bit is executable.
            executable = attributes & 0xF0000000 == 0x80000000 and attributes & 0x490000 != 0
            entries.append((name, method, crc, packed, size, executable, offset + shift))
        entries = with_names(entries)
        check_names([entry[0] for entry in entries], self)
        offsets = [entry[6] for entry in entries] + [place]
        ordered = sorted(offsets)
        if ordered == offsets:
            ends = offsets[1:]
        else:
            following = dict(zip(ordered, ordered[1:]))
            ends = [following.get(offset, -1) for offset in offsets[:-1]]
        new = tuple.__new__  # half of the time of Member(...), for each file of each wheel
        for entry, end in zip(entries, ends):
            if entry[3] > end - entry[6] or entry[4] > MOST:
                raise self.damaged("its zip directory can't be read")
            self.members[entry[0]] = new(Member, entry + (end,))
        if ordered[0] < 0 or ordered[-1] != place or len(set(offsets)) != count + 1 or len(self.members) != count:
            raise self.damaged("it has two members of one name, or in one place")

    def place(self, member, head=None):
        """Returns where a member's data begins, seen from its local header."""
        if head is None:
            head = self.source.read(member.offset, 30 + 4 * len(member.name))
        signature, _, _, method, _, _, _, _, _, name_length, extra_length = LOCAL.unpack_from(head)
        begin = 30 + name_length + extra_length
        if (signature != b"PK\3\4" or method != member.method or member.offset + begin + member.packed > member.end
                or head[30:30 + name_length] != member.name.encode("utf-8")):
            raise self.damaged("its member %r is not where it should be" % member.name)
        return begin

    def inflated(self, member, data, begin):
        """Returns the content of a member whose bytes begin at a place in data. Only its size
        is checked, which is enough for who checks the sha256 of it all."""
        packed = data[begin:begin + member.packed]
        if member.method:
            try:
                if member.packed < HARMLESS and member.size < MOST_AT_ONCE:
                    packed = zlib.decompress(packed, -15, member.size or 1)
                else:
                    # One byte more than there should be shows a bomb.
                    packed = zlib.decompressobj(-15).decompress(packed, member.size + 1)
            except zlib.error:
                raise self.damaged("the data of %r" % member.name)
        if len(packed) != member.size:
            raise self.damaged("the data of %r" % member.name)
        return packed

    def read(self, name):
        """Returns a member's content."""
        return b"".join(self.pieces(self.members[name]))

    def pieces(self, member):
        """Yields a member's content, checked when the last piece has been taken."""
        if member.end - member.offset > PIECE:
            for piece in self._large(member):
                yield piece
            return
        data = self.source.read(member.offset, member.end - member.offset)
        try:
            data = self.inflated(member, data, self.place(member, data))
        except struct.error:
            raise self.damaged("the data of %r" % member.name)
        if zlib.crc32(data) != member.crc:
            raise self.damaged("the data of %r" % member.name)
        yield data

    def _large(self, member):
        stream = zlib.decompressobj(-15) if member.method else None
        offset = member.offset + self.place(member)
        end = offset + member.packed
        crc = size = 0
        while offset < end:
            piece = self.source.read(offset, min(PIECE, end - offset))
            if not piece:
                break
            offset += len(piece)
            while piece:
                if stream is None:
                    data, piece = piece, b""
                else:
                    try:
                        data = stream.decompress(piece, PIECE)
                    except zlib.error:
                        raise self.damaged("the data of %r" % member.name)
                    piece = stream.unconsumed_tail
                size += len(data)
                if size > member.size:
                    break
                crc = zlib.crc32(data, crc)
                yield data
        if size != member.size or crc != member.crc:
            raise self.damaged("the data of %r" % member.name)

    def part(self, name):
        """Returns a stored member as a source of its own."""
        member = self.members[name]
        if member.method:
            raise self.damaged("its member %r is compressed" % name)
        return self.source.part(member.offset + self.place(member), member.size, name)


def large(extra, size, packed, offset):
    """Takes the values that are all ones from the ZIP64 field."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4:4 + length], extra[4 + length:]
        if kind != 1:
            continue
        values = []
        for value in (size, packed, offset):
            if value == 0xFFFFFFFF:
                value, field = struct.unpack_from("<Q", field)[0], field[8:]
            values.append(value)
        return values
    return size, packed, offset


def with_names(entries):
    """Returns entries of a directory with their names; each had one of its bytes as characters."""
    try:
        "".join([entry[0] for entry in entries]).encode("ascii")
    except UnicodeEncodeError:
        return [(entry[0].encode("latin-1").decode("utf-8"),) + entry[1:] for entry in entries]
    return entries


def check_names(names, archive):
    """Refuses names that could leave the folder that they are unpacked in."""
    together = "\n" + "\n".join(names) + "\n"
    # All parts of paths in lines: one that is empty, or ends in a dot, is none that is usual.
    parts = together.replace("/\n", "\n").replace("/", "\n")
    if not any(part in parts for part in ("\n\n", ".\n", "\\", "\0", ":")):
        return  # none can, and that is the usual case
    for name in names:
        if unsafe(name):
            raise archive.damaged("its member %r can't be unpacked" % name)


def unsafe(name):
    """Reports whether a name could leave the folder that it is unpacked in."""
    return (not name or name[0] == "/" or "\\" in name or "\0" in name or "//" in name or name[1:2] == ":"
            or not set(name.split("/")).isdisjoint((".", "..")))
