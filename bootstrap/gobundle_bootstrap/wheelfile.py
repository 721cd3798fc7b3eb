"""Reads wheels without trusting them.

The rules and the words are those of runtime/wheel, which reads the same archives on
the build machine: what one of the two refuses, the other one refuses too.
"""
import hashlib
import re

from .strictzip import StrictZip, WheelError, quoted

MAX_METADATA = 16 << 20
MAX_RECORD = 128 << 20


class RecordError(WheelError):
    """A wheel's content and its RECORD disagree."""


def normalized(name):
    """Names that are equal so are one distribution's (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


SPELLINGS = {
    "alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc",
    "r": "post", "rev": "post",
}


def version_key(version):
    """Equal for texts that spell one version; just enough for comparing file names."""
    version = version.lower()
    if version.startswith("v"):
        version = version[1:]
    parts = [
        (part.lstrip("0") or "0") if part.isdigit() else SPELLINGS.get(part, part)
        for part in re.findall(r"[0-9]+|[a-z]+|!", version)
    ]
    end = 0
    while end < len(parts) and (parts[end].isdigit() or parts[end] == "!"):
        end += 1
    cut = end
    while cut > 1 and parts[cut - 1] == "0":
        cut -= 1
    return parts[:cut] + parts[end:]


class WheelFile(StrictZip):
    """A wheel in a seekable binary file, which stays the caller's."""

    def __init__(self, stream, file_name):
        StrictZip.__init__(self, stream, file_name)
        self._find_dist_info()

    def __str__(self):
        return "%s %s" % (self.name, self.version)

    def _find_dist_info(self):
        parts = self.file_name[:-4].split("-") if self.file_name.endswith(".whl") else []
        if len(parts) not in (5, 6) or "" in parts:
            raise self.invalid(
                "",
                "its file name is not NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl",
            )
        self.dist_info = ""
        for member in self.members:
            folder, nested, _ = member.name.partition("/")
            if not nested or folder == self.dist_info or not folder.endswith(".dist-info"):
                continue
            if self.dist_info:
                raise self.invalid(
                    "",
                    "it has two .dist-info folders, %s and %s" % (self.dist_info, folder),
                )
            self.dist_info = folder
        if not self.dist_info:
            raise self.invalid("", "it has no .dist-info folder")
        stem = self.dist_info[:-len(".dist-info")]
        self.name, _, self.version = stem.partition("-")
        if not self.name or not self.version:
            raise self.invalid(self.dist_info, "is not named NAME-VERSION.dist-info")
        if normalized(self.name) != normalized(parts[0]) or version_key(
            self.version
        ) != version_key(parts[1]):
            raise self.invalid(
                self.dist_info, "doesn't belong to %s %s" % (parts[0], parts[1])
            )
        for name in ("METADATA", "WHEEL", "RECORD"):
            if self.dist_info + "/" + name not in self.index:
                raise self.invalid("", "it has no %s/%s" % (self.dist_info, name))

    def read_info(self, name, limit):
        """Returns the text of a file in .dist-info."""
        path = self.dist_info + "/" + name
        try:
            return self.read(self.index[path], limit).decode("utf-8")
        except UnicodeDecodeError:
            raise self.invalid(path, "is not UTF-8")

    def root_is_purelib(self):
        """Reads WHEEL and refuses a newer major version of the format."""
        version = ""
        purelib = False
        for key, value in headers(self.read_info("WHEEL", MAX_METADATA)):
            if key.lower() == "wheel-version":
                version = value
            elif key.lower() == "root-is-purelib":
                purelib = value.lower() == "true"
        major = version.partition(".")[0]
        if not re.match("[+]?[0-9]+$", major) or int(major) < 1:
            raise self.invalid(
                self.dist_info + "/WHEEL", "has no usable Wheel-Version"
            )
        if int(major) > 1:
            raise WheelError(
                "%s has Wheel-Version %s; only 1.x is understood"
                % (self.file_name, version)
            )
        return purelib

    def project_name(self):
        """Returns the Name of METADATA, or the .dist-info folder's."""
        metadata = self.read(self.index[self.dist_info + "/METADATA"], MAX_METADATA)
        for key, value in headers(metadata.decode("utf-8", "replace")):
            if key.lower() == "name" and value:
                return value
        return self.name


def headers(text):
    """Yields the "Key: value" lines up to the first blank one."""
    current = None
    for line in text.split("\n"):
        line = line.rstrip("\r")
        if not line.strip():
            break
        if line[0] in " \t":
            if current:
                current = (current[0], current[1] + "\n" + line.strip())
            continue
        if current:
            yield current
        key, found, value = line.partition(":")
        current = (key, value.strip()) if found and key else None
    if current:
        yield current


FIELD = re.compile(r'(?:"((?:[^"]|"")*)"(?!"))?([^,\r\n]*)(,|\r\n|\r|\n|$)').match


def parse_record(text):
    """Yields the rows of RECORD, each one a list of path, hash and size. RECORD is CSV as
    Python's csv module reads it, but a quote that is never closed gives None."""
    at = 0
    while at < len(text):
        fields = []
        comma = ","
        while comma == ",":
            found = FIELD(text, at)
            unclosed = found.group(1) is None and found.group(2).startswith('"')
            if unclosed:
                yield None
                return
            fields.append((found.group(1) or "").replace('""', '"') + found.group(2))
            comma = found.group(3)
            at = found.end()
        if len(fields) > 1 or fields[0]:
            yield (fields + ["", ""])[:3]


class Record(object):
    """A wheel's RECORD, checked against the list of its members but not yet against
    their bytes."""

    def __init__(self, wheel):
        self.wheel = wheel
        text = wheel.read_info("RECORD", MAX_RECORD)
        self.rows = {}
        for row in parse_record(text):
            if row is None:
                raise RecordError(
                    "RECORD of %s has a quote that is never closed" % wheel.file_name
                )
            self._add(row)
        for member in wheel.members:
            if (
                member.name not in self.rows
                and not member.directory
                and not self.unhashed(member.name)
            ):
                raise self.mismatch(member.name, "is not listed")

    def mismatch(self, path, reason):
        return RecordError(
            "RECORD of %s doesn't match: %s %s"
            % (self.wheel.file_name, quoted(path), reason)
        )

    def unhashed(self, path):
        """Reports whether RECORD has no hash for a path: itself and its signatures."""
        info = self.wheel.dist_info
        return path in (info + "/RECORD", info + "/RECORD.jws", info + "/RECORD.p7s")

    def _add(self, row):
        path, digest = row[0].replace("\\", "/"), row[1]
        if self.rows.setdefault(path, row) != row:
            raise self.mismatch(path, "is listed twice")
        if path not in self.wheel.index:
            raise self.mismatch(path, "is listed, but not in the wheel")
        if path.endswith("/"):
            return
        if self.unhashed(path):
            if digest:
                raise self.mismatch(path, "must not have a hash")
            return
        if not digest:
            raise self.mismatch(path, "has no hash")
        algorithm = digest.partition("=")[0]
        if algorithm.lower() not in ("sha256", "sha384", "sha512"):
            raise self.mismatch(
                path, "has a hash of an unknown or weak kind, " + quoted(algorithm)
            )

    def chunks(self, member):
        """Yields a member's unpacked bytes and checks them against the archive and
        RECORD."""
        if member.directory or self.unhashed(member.name):
            for chunk in self.wheel.chunks(member):
                yield chunk
            return
        _, digest, size = self.rows[member.name]
        algorithm, _, wanted = digest.partition("=")
        total = hashlib.new(algorithm.lower())
        for chunk in self.wheel.chunks(member):
            total.update(chunk)
            yield chunk
        if size and size != str(member.size):
            raise self.mismatch(
                member.name, "has %d bytes, not %s" % (member.size, size)
            )
        if wanted.rstrip("=") != encoded(total.digest()):
            raise self.mismatch(member.name, "has another hash")


def encoded(digest):
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(digest).decode("ascii").rstrip("=")
