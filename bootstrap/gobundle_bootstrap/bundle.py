"""A bundle that is being started: a file, or the same tree as a folder."""
import io
import json
import os
import sys

from .archive import DAMAGED, Archive, Source, damaged
from .digest import sha256
from .talk import Failure

FORMATS = ("1", "2")  # the major versions of manifests that are read here


class Bundle(object):
    """path, id, manifest, and target once it has been chosen. parts are what can be unpacked: the
    wheels, and after them what was compiled of them."""

    def __init__(self, path, bundle_id):
        self.path = path
        self.id = bundle_id
        self.target = None
        self.archive = None
        self.archives = {}
        if not os.path.isdir(path):
            try:
                self.archive = Archive(Source(path))
            except OSError as error:
                raise Failure("reading %s: %s" % (path, error.strerror or error), DAMAGED)
        raw = self.read("manifest.json")
        try:
            self.manifest = json.loads(raw.decode("utf-8"))
        except ValueError:
            raise damaged(path, "manifest.json can't be read")
        self.parts = self.manifest.get("wheels", []) + self.manifest.get("bytecode", [])
        version = str(self.manifest.get("format", ""))
        if version.partition(".")[0] not in FORMATS:
            raise Failure("%s has format %s, and its bootstrap reads formats %s" % (path, version, " and ".join(FORMATS)), DAMAGED)
        if sha256(raw).hexdigest() != bundle_id:
            raise Failure("%s is damaged, or was replaced while it started: manifest.json is another one" % path,
                          "start it again; if that is no help, copy or build the bundle again")

    def read(self, name):
        """Returns the content of a member."""
        if self.archive is not None:
            if name not in self.archive.members:
                raise damaged(self.path, "it has no " + name)
            return self.archive.read(name)
        try:
            with open(os.path.join(self.path, *name.split("/")), "rb") as file:
                return file.read()
        except OSError as error:
            raise damaged(self.path, "reading %s: %s" % (name, error.strerror or error))

    def member(self, index):
        """Returns the name of a part among the members."""
        described = self.parts[index]
        folder = "wheels/" if index < len(self.manifest["wheels"]) else "bytecode/"
        return folder + described["file"] + (".zst" if described.get("packing") else "")

    def wheel_source(self, index):
        """Returns the bytes that are there of a wheel, or of another part, to read from at any place."""
        described = self.parts[index]
        name = self.member(index)
        if self.archive is not None:
            if name not in self.archive.members:
                raise damaged(self.path, "it has no " + name)
            source = self.archive.part(name)
        else:
            try:
                source = Source(os.path.join(self.path, *name.split("/")))
            except OSError as error:
                raise damaged(self.path, "reading %s: %s" % (name, error.strerror or error))
        if source.size != described["size"]:
            raise damaged(self.path, "%s has another size than the manifest says" % described["file"])
        return source

    def wheel(self, index):
        """Returns a wheel, or another part, as an archive."""
        if index not in self.archives:
            if self.parts[index].get("packing"):
                from .packed import Packed

                self.archives[index] = Packed(self, index)
            else:
                self.archives[index] = Archive(self.wheel_source(index))
        return self.archives[index]

    def plain_source(self, index):
        """Returns the bytes of a wheel, as a wheel has them."""
        if not self.parts[index].get("packing"):
            return self.wheel_source(index)
        from .packed import plain_source

        return plain_source(self, index)

    def bytecode(self):
        """Returns which wheels have byte-code for this interpreter, and which part that is."""
        from _frozen_importlib_external import MAGIC_NUMBER

        own = sys.implementation.cache_tag, MAGIC_NUMBER.hex()
        first = len(self.manifest["wheels"])
        return dict((part["wheel"], first + number) for number, part in enumerate(self.parts[first:])
                    if (part["cache_tag"], part["magic"]) == own)

    def open_wheel(self, index):
        """Returns the bytes of a wheel as a file, which the caller closes."""
        return io.BufferedReader(Stream(self.plain_source(index)))


class Stream(io.RawIOBase):
    """A source as a file to read from. Closing it leaves the source open."""

    def __init__(self, source):
        io.RawIOBase.__init__(self)
        self.source = source
        self.place = 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=io.SEEK_SET):
        self.place = offset + (0, self.place, self.source.size)[whence]
        return self.place

    def readinto(self, buffer):
        wanted = max(0, min(len(buffer), self.source.size - self.place))
        data = self.source.read(self.place, wanted)
        buffer[:len(data)] = data
        self.place += len(data)
        return len(data)


def check_sha256(bundle, index, source):
    """Checks the bytes of a wheel, or of another part, against the manifest."""
    import hashlib

    described = bundle.parts[index]
    digest = hashlib.sha256()
    offset = 0
    while offset < source.size:
        piece = source.read(offset, min(1 << 20, source.size - offset))
        if not piece:
            break
        digest.update(piece)
        offset += len(piece)
    if digest.hexdigest() != described["sha256"]:
        raise damaged(bundle.path, "the sha256 of %s is not the manifest's" % described["file"])
