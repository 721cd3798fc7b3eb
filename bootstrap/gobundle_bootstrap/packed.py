"""Wheels of an executable that are packed anew with zstd, which no Python before 3.14 reads.

What is in one stands in it once more by zlib. The content is unpacked by the launcher that
the bundle begins with: this process starts it anew and tells it what to unpack.
"""
import errno
import os
import struct
import zlib

from .archive import Archive, Source, damaged
from .talk import Failure

DIRECTORY = struct.Struct("<LL")
ENTRY = struct.Struct("<LL")
END = struct.Struct("<LBL")
MOST = 64 << 20  # bytes of a directory


class Packed(Archive):
    """A part of a bundle that is packed. folder is where it has been unpacked, once it is."""

    def __init__(self, bundle, index):
        self.bundle = bundle
        self.index = index
        self.folder = None
        self.plain = None
        Archive.__init__(self, Tail(bundle.wheel_source(index)))

    def read(self, name):
        if self.folder is None:
            return Archive.read(self, name)
        with open(os.path.join(self.folder, *name.split("/")), "rb") as file:
            return file.read()

    def pieces(self, member):
        if self.plain is None:
            self.plain = Archive(plain_source(self.bundle, self.index))
        return self.plain.pieces(self.plain.members[member.name])


class Tail(object):
    """The end of the zip that is in a packed file: its directory."""

    def __init__(self, source):
        self.path = source.path
        try:
            self._read(source)
        except (struct.error, zlib.error, IndexError):
            raise damaged(self.path, "its directory can't be read")

    def _read(self, source):
        count, _, magic = END.unpack(source.read(source.size - END.size, END.size))
        length = DIRECTORY.size + count * ENTRY.size + END.size
        table = source.read(source.size - length, length)
        entries = [ENTRY.unpack_from(table, DIRECTORY.size + number * ENTRY.size) for number in range(count)]
        if magic != 0x8F92EAB1 or sum(entry[0] for entry in entries) != source.size - length:
            raise damaged(self.path, "its directory can't be read")
        packed = source.read(source.size - length - entries[-1][0], entries[-1][0])
        stream = zlib.decompressobj()
        self.data = stream.decompress(packed[DIRECTORY.size:], MOST)
        self.size = sum(entry[1] for entry in entries)
        self.begin = self.size - len(self.data)
        if self.begin < 0 or not stream.eof:
            raise damaged(self.path, "its directory can't be read")

    def read(self, offset, length):
        """Returns bytes of the directory. There are no others."""
        if offset < self.begin:
            raise damaged(self.path, "its directory can't be read")
        return self.data[offset - self.begin:offset - self.begin + length]


def plain_source(bundle, index):
    """Returns the zip that a packed part holds, in a temporary file that goes with this process."""
    import atexit
    import tempfile

    descriptor, path = tempfile.mkstemp(".whl")
    os.close(descriptor)
    try:
        ask(bundle, [(index, "zip", path)])
        source = Source(path)
    except BaseException:
        os.unlink(path)
        raise
    source.path = bundle.parts[index]["file"]
    if os.name == "nt":  # Windows removes no file that is open
        atexit.register(lambda: (os.close(source.descriptor), os.unlink(path)))
    else:
        os.unlink(path)
    return source


def ask(bundle, requests):
    """Has parts unpacked: requests are triples of a part, "files" or "zip", and the folder or
    file where it is to go. A part is compared with the manifest unless the bundle says never."""
    import subprocess

    never = bundle.manifest["options"].get("verify_at_run") == "never"
    fields = []
    for index, kind, path in requests:
        sha256 = "" if never and kind == "files" else bundle.parts[index]["sha256"]
        fields += [bundle.member(index).encode("ascii"), sha256.encode("ascii"), kind.encode("ascii"), os.fsencode(path)]
    environ = dict(os.environ, __GOBUNDLE_UNPACK="parts")
    try:
        child = subprocess.Popen([os.path.abspath(bundle.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ)
    except OSError as error:
        raise no_launcher(bundle, error.strerror or error)
    answer = child.communicate(b"".join(field + b"\0" for field in fields))[0]
    if not child.returncode:
        return
    kind, _, text = answer.decode("utf-8", "replace").partition("\0")
    if kind == "damage":
        raise damaged(bundle.path, text)
    if kind == "system":
        number, _, text = text.partition("\0")
        if number == "ENOENT":
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if os.name == "nt":
            raise OSError(errno.EIO, text)
        raise OSError(int(number), os.strerror(int(number)))
    if kind == "other":
        raise no_launcher(bundle, text)
    raise no_launcher(bundle, "it ended with exit code %d" % child.returncode)


def no_launcher(bundle, reason):
    """Returns the error for a launcher that doesn't unpack."""
    targets = ", ".join(target["name"] for target in bundle.manifest["targets"])
    return Failure("its wheels are packed with zstd, for its own launcher to unpack (--recompress)\n"
                   "starting that went wrong: %s" % reason,
                   "start it on a machine that it is for (%s), as a program: %s" % (targets, os.path.abspath(bundle.path)))


def settle():
    """Waits for the process in which the launcher unpacks wheels beside this one, if there is
    one. Reports whether that has made all that is packed in the bundle."""
    process = os.environ.pop("__GOBUNDLE_AHEAD", "")
    if not process.isdigit():
        return False
    try:
        return os.waitpid(int(process), 0)[1] == 0
    except OSError:
        return False  # somebody else has waited for it
