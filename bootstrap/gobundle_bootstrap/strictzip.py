"""Reads zip archives without trusting them: strictly, or not at all.

The rules and the words are those of runtime/wheel, which reads the same archives on
the build machine: what one of the two refuses, the other one refuses too.
"""
import io
import re
import struct
import zlib

LOCAL = struct.Struct("<4s5HLLLHH")
CENTRAL = struct.Struct("<4s6HLLL5HLL")
END = struct.Struct("<4s4HLLH")
END64 = struct.Struct("<4sqHHLLqqqq")
LOCATOR64 = struct.Struct("<4sLqL")

DESCRIPTOR = 1 << 3
UTF8 = 1 << 11
REFUSED = 1 << 0 | 1 << 5 | 1 << 6 | 1 << 13
COMPARED = UTF8 | DESCRIPTOR | REFUSED

MAX_ENTRIES = 500000
MAX_INSTALLED = 16 << 30
MAX_RATIO = 200
RATIO_FLOOR = 256 << 20
MAX_DIRECTORY = 256 << 20
WHOLE = 8 << 20  # up to which size a member is read with one call

# Most names are beyond doubt; only the others are looked at closely.
DOUBTFUL = re.compile(r"[^\x20-\x7e]|\\|^/|^[A-Za-z]:|(?:^|/)\.{0,2}(?:/|$)").search
HIDING = set([0x2028, 0x2029]) | set(range(0x202A, 0x202F)) | set(range(0x2066, 0x206A))


class WheelError(Exception):
    """A file is no wheel, or one that can't be trusted."""


class Member(object):
    """One entry of the central directory."""

    __slots__ = (
        "name", "flags", "method", "crc", "packed", "size", "mode", "offset", "end"
    )

    @property
    def directory(self):
        return self.name.endswith("/")

    @property
    def executable(self):
        """Follows pip: only a regular file with any execute bit is."""
        return self.mode & 0o170000 == 0o100000 and self.mode & 0o111 != 0


ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n",
    "\r": "\\r", "\t": "\\t", "\v": "\\v",
}


def quoted(text):
    """Quotes a name for a message, so that nothing in it can hide."""
    parts = []
    for character in text:
        code = ord(character)
        if character in ESCAPES:
            parts.append(ESCAPES[character])
        elif character.isprintable():
            parts.append(character)
        elif 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8
            parts.append("\\x%02x" % (code - 0xDC00))
        elif code < 0x80:
            parts.append("\\x%02x" % code)
        else:
            parts.append("\\u%04x" % code if code < 0x10000 else "\\U%08x" % code)
    return '"%s"' % "".join(parts)


def unsafe_name(name):
    """Says why a member must not be unpacked, or "" if it may."""
    stripped = name[:-1] if name.endswith("/") else name
    if stripped and DOUBTFUL(stripped) is None:
        return ""
    for character in name:
        code = ord(character)
        if character == "\\":
            return "has a backslash in its name"
        if code < 0x20 or 0x7F <= code < 0xA0:
            return "has a control character in its name"
        if code in HIDING:
            return "has a character in its name that hides or reorders text"
    if name[0] == "/":
        return "has an absolute name"
    if re.match("[A-Za-z]:", name):
        return "has a drive in its name"
    for part in stripped.split("/"):
        if part == "..":
            return "leaves its folder"
        if part in (".", ""):
            return "has an empty part in its name"
    return ""


class StrictZip(object):
    """A zip archive in a seekable binary file, which stays the caller's. Its central
    directory has been found sound; members are checked when they are read."""

    def __init__(self, stream, file_name):
        self.stream = stream
        self.file_name = re.split(r"[/\\]", file_name)[-1]
        self.members = []
        self.index = {}
        self.size = stream.seek(0, io.SEEK_END)
        self._read_directory()

    def invalid(self, path, reason):
        where = " %s" % quoted(path) if path else ""
        return WheelError("%s is not a valid wheel:%s %s" % (self.file_name, where, reason))

    def _read_at(self, offset, length):
        self.stream.seek(offset)
        data = self.stream.read(length)
        if len(data) != length:
            raise self.invalid("", "it is truncated")
        return data

    def _read_directory(self):
        offset, size, entries, end = self._find_directory()
        if entries > MAX_ENTRIES or entries < 0:
            raise self.invalid(
                "", "it has %d members; the limit is %d" % (entries, MAX_ENTRIES)
            )
        if offset < 0 or size < 0 or offset > end or size != end - offset:
            raise self.invalid("", "its central directory is not where its end says")
        if size > MAX_DIRECTORY:
            raise self.invalid(
                "",
                "its central directory has %d bytes; the limit is %d"
                % (size, MAX_DIRECTORY),
            )
        if size < entries * CENTRAL.size:
            raise self.invalid(
                "", "its central directory is too short for %d members" % entries
            )
        self._parse_directory(self._read_at(offset, size), entries)
        self._check_extents(offset)
        self.total = sum(member.size for member in self.members)
        if self.total > MAX_INSTALLED:
            raise self.invalid("", "it unpacks to more than %d bytes" % MAX_INSTALLED)
        if self.total > RATIO_FLOOR and self.total // MAX_RATIO > self.size:
            raise self.invalid("", "it unpacks to more than %d times its size" % MAX_RATIO)
        self._check_folders()

    def _find_directory(self):
        """Returns the directory's offset, size, number of entries, and where it must end."""
        if self.size < END.size:
            raise self.invalid("", "it is too short for a zip archive")
        length = min(self.size, END.size + LOCATOR64.size)
        tail = self._read_at(self.size - length, length)
        at = length - END.size
        if tail[at:at + 4] != b"PK\5\6" or tail[-2:] != b"\0\0":
            length = min(self.size, END.size + LOCATOR64.size + 0xFFFF)
            tail = self._read_at(self.size - length, length)
            at = tail.rfind(b"PK\5\6")
            if (
                at < 0
                or length - at < END.size
                or at + END.size + END.unpack_from(tail, at)[7] != length
            ):
                raise self.invalid(
                    "",
                    "it has no end of a zip archive (truncated, or followed by other data)",
                )
        end = self.size - (length - at)
        fields = END.unpack_from(tail, at)
        disk, directory_disk, here, entries, size, offset = fields[1:7]
        at -= LOCATOR64.size
        if at >= 0 and tail[at:at + 4] == b"PK\6\7":
            return self._find_directory64(
                (offset, size, entries),
                LOCATOR64.unpack_from(tail, at),
                end - LOCATOR64.size,
            )
        if disk or directory_disk or here != entries:
            raise self.invalid("", "it is split over several disks")
        return offset, size, entries, end

    def _find_directory64(self, small, locator, locator_offset):
        _, disk, at, disks = locator
        if disk != 0 or disks > 1:
            raise self.invalid("", "it is split over several disks")
        if at < 0 or at > locator_offset - END64.size:
            raise self.invalid("", "its ZIP64 end record is not where its locator says")
        fields = END64.unpack(self._read_at(at, END64.size))
        signature, length, _, _, disk, directory_disk, here, entries, size, offset = fields
        if signature != b"PK\6\6":
            raise self.invalid("", "its ZIP64 end record is not where its locator says")
        if length != locator_offset - at - 12:
            raise self.invalid(
                "", "its ZIP64 end record has another length than it says"
            )
        if disk or directory_disk or here != entries:
            raise self.invalid("", "it is split over several disks")
        for value, value64, unset in (
            (small[0], offset, 0xFFFFFFFF),
            (small[1], size, 0xFFFFFFFF),
            (small[2], entries, 0xFFFF),
        ):
            if value != unset and value != value64:
                raise self.invalid(
                    "", "its end record and its ZIP64 end record disagree"
                )
        return offset, size, entries, at

    def _parse_directory(self, central, entries):
        at = 0
        for position in range(entries):
            damaged = "its central directory is damaged at member %d" % (position + 1)
            if len(central) - at < CENTRAL.size:
                raise self.invalid("", damaged)
            (
                signature, _, _, flags, method, _, _, crc, packed, size,
                name_length, extra_length, comment_length, disk, _, attributes, offset,
            ) = CENTRAL.unpack_from(central, at)
            at += CENTRAL.size
            after = at + name_length + extra_length + comment_length
            if signature != b"PK\1\2" or after > len(central):
                raise self.invalid("", damaged)
            raw = central[at:at + name_length]
            try:
                name = raw.decode("utf-8")
            except UnicodeDecodeError:
                name = raw.decode("utf-8", "surrogateescape")
                raise self.invalid(name, "has a name that is not UTF-8")
            member = Member()
            member.name = name
            member.flags = flags
            member.method = method
            member.crc = crc
            member.packed = packed
            member.size = size
            member.mode = attributes >> 16
            member.offset = offset
            if disk:
                raise self.invalid(name, "lies on another disk")
            extra = central[at + name_length:at + name_length + extra_length]
            self._check_member(member, raw, extra)
            at = after
            if name in self.index:
                raise self.invalid(name, "is there twice")
            self.index[name] = member
            self.members.append(member)
        if at != len(central):
            raise self.invalid(
                "", "its central directory has more members than its end says"
            )

    def _check_member(self, member, raw, extra):
        name = member.name
        if not name:
            raise self.invalid("", "it has a member without a name")
        reason = unsafe_name(name)
        if reason:
            raise self.invalid(name, reason)
        if not member.flags & UTF8 and len(name) != len(raw):
            raise self.invalid(
                name, "has a name that is neither ASCII nor marked as UTF-8"
            )
        if member.flags & REFUSED:
            raise self.invalid(name, "is encrypted or patched")
        if member.method not in (0, 8):
            raise self.invalid(
                name,
                "is compressed with method %d; wheels use stored and deflate"
                % member.method,
            )
        if extra:
            member.size, member.packed, member.offset = self._read_extra(
                name, raw, extra, member.size, member.packed, member.offset
            )
        if member.size < 0 or member.packed < 0 or member.offset < 0:
            raise self.invalid(name, "has an impossible size")
        if member.method == 0 and member.size != member.packed:
            raise self.invalid(name, "is stored, but has two sizes")
        if member.directory and member.size != 0:
            raise self.invalid(name, "is a directory with content")

    def _read_extra(self, name, raw, extra, *values):
        """Returns the values, those that are all ones taken from the ZIP64 field."""
        zip64 = None
        at = 0
        while len(extra) - at >= 4:
            kind, length = struct.unpack_from("<HH", extra, at)
            at += 4
            if len(extra) - at < length:
                raise self.invalid(name, "has a damaged extra field")
            field = extra[at:at + length]
            at += length
            if kind == 0x0001:
                if zip64 is not None:
                    raise self.invalid(name, "has two ZIP64 fields")
                zip64 = field
            elif kind == 0x7075 and (len(field) < 5 or field[5:] != raw):
                raise self.invalid(name, "has a second name")
        if zip64 is None:
            return values
        result = []
        for value in values:
            if value == 0xFFFFFFFF:
                if len(zip64) < 8:
                    raise self.invalid(name, "has a damaged ZIP64 field")
                value = struct.unpack_from("<q", zip64)[0]
                zip64 = zip64[8:]
            result.append(value)
        return result

    def _check_extents(self, directory_offset):
        """Members must fill the file from its first byte to the central directory."""
        order = sorted(self.members, key=lambda member: member.offset)
        ends = [member.offset for member in order[1:]] + [directory_offset]
        if (order[0].offset if order else directory_offset) != 0:
            raise self.invalid("", "it has other data before its first member")
        for member, end in zip(order, ends):
            member.end = end
            room = end - member.offset - LOCAL.size - len(member.name.encode("utf-8"))
            if room < 0 or room < member.packed:
                raise self.invalid(member.name, "overlaps what follows it")

    def _check_folders(self):
        checked = set()
        for member in self.members:
            folder = member.name.rpartition("/")[0]
            while folder and folder not in checked:
                checked.add(folder)
                if folder in self.index:
                    raise self.invalid(folder, "is a file and a folder")
                folder = folder.rpartition("/")[0]

    def chunks(self, member):
        """Yields a member's unpacked bytes and checks all that the archive says about
        them. What was yielded before an error must be thrown away."""
        count = 0
        crc = 0
        for chunk in self._inflated(member):
            count += len(chunk)
            if count > member.size:
                raise self.invalid(member.name, "is longer than it says")
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if count != member.size:
            raise self.invalid(member.name, "is shorter than it says")
        if crc != member.crc:
            raise self.invalid(member.name, "has another CRC-32 than it says")

    def read(self, member, limit):
        """Returns a member's unpacked bytes; limit bounds them."""
        if member.size > limit:
            raise self.invalid(
                member.name, "has %d bytes; the limit is %d" % (member.size, limit)
            )
        return b"".join(self.chunks(member))

    def _inflated(self, member):
        length = member.end - member.offset
        whole = length <= WHOLE
        head_length = length if whole else min(length, LOCAL.size + 2 * 0xFFFF)
        head = self._read_at(member.offset, head_length)
        start = self._check_local(member, head, length)
        tail_length = length - start - member.packed
        if tail_length > 24 + LOCAL.size:
            raise self.invalid(
                member.name, "is followed by data that belongs to no member"
            )
        if whole:
            tail = head[start + member.packed:]
        else:
            tail = self._read_at(member.end - tail_length, tail_length)
        self._check_descriptor(member, tail)
        if whole:
            packed = iter([memoryview(head)[start:start + member.packed]])
        else:
            packed = self._pieces(member.offset + start, member.packed)
        if member.method == 0:
            return packed
        return self._inflate(member, packed)

    def _pieces(self, offset, length):
        end = offset + length
        while offset < end:
            piece = self._read_at(offset, min(1 << 20, end - offset))
            offset += len(piece)
            yield piece

    def _inflate(self, member, packed):
        inflater = zlib.decompressobj(-15)
        left = member.size + 1  # a bomb is noticed by its first byte too many
        extra = 0
        ended = False
        try:
            for piece in packed:
                if ended:
                    extra += len(piece)
                    continue
                while left > 0 and not inflater.eof:
                    limit = min(left, WHOLE)
                    chunk = inflater.decompress(piece, limit)
                    piece = inflater.unconsumed_tail
                    left -= len(chunk)
                    yield chunk
                    if len(chunk) < limit:
                        break
                if inflater.eof:
                    ended = True
                    extra = len(inflater.unused_data)
        except zlib.error:
            raise self.invalid(member.name, "has damaged compressed data")
        if left <= 0:
            return
        if not inflater.eof:
            raise self.invalid(member.name, "has damaged compressed data")
        if extra:
            raise self.invalid(
                member.name, "has %d bytes after its compressed data" % extra
            )

    def _check_local(self, member, head, length):
        """Returns where the data begins, seen from the local header."""
        (
            signature, _, flags, method, _, _, crc, packed, size, name_length,
            extra_length,
        ) = LOCAL.unpack_from(head)
        if signature != b"PK\3\4":
            raise self.invalid(member.name, "has no local header")
        start = LOCAL.size + name_length + extra_length
        if start > len(head) or start + member.packed > length:
            raise self.invalid(member.name, "overlaps what follows it")
        disagrees = "has a local header with another %s than the central directory"
        raw = head[LOCAL.size:LOCAL.size + name_length]
        if raw != member.name.encode("utf-8"):
            raise self.invalid(member.name, disagrees % "name")
        if flags & COMPARED != member.flags & COMPARED:
            raise self.invalid(member.name, disagrees % "set of flags")
        if method != member.method:
            raise self.invalid(member.name, disagrees % "method")
        if extra_length:
            size, packed = self._read_extra(
                member.name, raw, head[LOCAL.size + name_length:start], size, packed
            )
        # With a data descriptor the local header may leave them out.
        omitted = flags & DESCRIPTOR
        if crc != member.crc and not (omitted and crc == 0):
            raise self.invalid(member.name, disagrees % "CRC-32")
        if (size != member.size and not (omitted and size == 0)) or (
            packed != member.packed and not (omitted and packed == 0)
        ):
            raise self.invalid(member.name, disagrees % "size")
        return start

    def _check_descriptor(self, member, tail):
        other = "is followed by data that belongs to no member"
        if not member.flags & DESCRIPTOR:
            if tail:
                raise self.invalid(member.name, other)
            return
        if len(tail) in (16, 24):
            if tail[:4] != b"PK\7\x08":
                raise self.invalid(member.name, "has a damaged data descriptor")
            tail = tail[4:]
        if len(tail) == 12:
            fields = struct.unpack("<LLL", tail)
        elif len(tail) == 20:
            fields = struct.unpack("<Lqq", tail)
        elif not tail:
            raise self.invalid(member.name, "lacks its data descriptor")
        else:
            raise self.invalid(member.name, other)
        if fields != (member.crc, member.packed, member.size):
            raise self.invalid(
                member.name,
                "has a data descriptor that disagrees with the central directory",
            )
