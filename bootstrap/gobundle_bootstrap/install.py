"""Installs wheels into an environment as pip would.

The twin of runtime/wheel's Install: from the same wheels both write the same bytes.
"""
import hashlib
import os
import re
import subprocess
import threading

from . import asked
from .strictzip import WheelError, quoted, unsafe_name
from .wheelfile import Record, encoded, normalized
from .wrappers import rewrite_shebang, script_entry_points, script_files, wrapped

REPLACED = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


class CollisionError(Exception):
    """Two distributions write one path with different content."""


class Environment(object):
    """Where an environment keeps what: prefix, purelib, platlib, scripts, data, headers,
    python, version ("3.12"), windows, and on Windows launchers (console, GUI) or None; long_paths
    if its interpreter gets at files with paths of any length."""

    def __init__(self, **places):
        self.launchers = None
        self.windows = False
        self.long_paths = True
        self.__dict__.update(places)


class Source(object):
    """A wheel to install; direct_url is the content of direct_url.json or None."""

    def __init__(self, wheel, requested=False, direct_url=None):
        self.wheel = wheel
        self.requested = requested
        self.direct_url = direct_url


class Distribution(object):
    """One wheel on its way into an environment."""

    def __init__(self, source, library):
        self.source = source
        self.wheel = source.wheel
        self.library = library
        self.record = Record(self.wheel)
        self.project = self.wheel.project_name()
        self.rows = []


class Planned(object):
    """One file of an environment: a member of a wheel, or generated content."""

    def __init__(self, target, distribution, row, member, content, executable, script):
        self.target = target
        self.distribution = distribution
        self.row = row
        self.member = member
        self.content = content
        self.executable = executable
        self.script = script
        self.hidden = False


class Plan(object):
    """What an installation will write, decided before it writes anything."""

    def __init__(self, sources, environment, collisions_ok=False, installer="gobundle"):
        self.environment = environment
        self.collisions_ok = collisions_ok
        self.installer = installer
        self.distributions = []
        self.files = []
        self.file_at = {}
        self.collisions = []
        seen = {}
        for source in sources:
            wheel = source.wheel
            first = seen.setdefault(normalized(wheel.name), wheel)
            if first is not wheel:
                raise WheelError(
                    "%s and %s are two wheels of one project"
                    % (first.file_name, wheel.file_name)
                )
            self._add(source)
        self._check_folders()

    def _add(self, source):
        wheel = source.wheel
        environment = self.environment
        purelib = wheel.root_is_purelib()
        if environment.windows:
            check_hazards(wheel)
        d = Distribution(source, environment.purelib if purelib else environment.platlib)
        points = script_entry_points(wheel, environment.version)
        self.distributions.append(d)
        self._add_members(d, set(name for _, name, _, _ in points))
        for point in points:
            for name, content in script_files(environment, *point):
                target = os.path.join(environment.scripts, native(name))
                self._generate(d, target, content, True)
        info = os.path.join(d.library, native(wheel.dist_info))
        installer = (self.installer + "\n").encode("utf-8")
        self._generate(d, os.path.join(info, "INSTALLER"), installer, False)
        if source.direct_url is not None:
            self._generate(d, os.path.join(info, "direct_url.json"), source.direct_url, False)
        if source.requested:
            self._generate(d, os.path.join(info, "REQUESTED"), b"", False)

    def _add_members(self, d, scripts):
        info = d.wheel.dist_info + "/"
        for member in d.wheel.members:
            name = member.name
            replaced = name.startswith(info) and name[len(info):] in REPLACED
            if member.directory or replaced:
                self._check_only(d, member)
                continue
            target, script = self._place(d, name)
            row = list(d.record.rows.get(name, ("", "", "")))
            row[0] = record_path(d.library, target)
            d.rows.append(row)
            if script and wrapped(name.rpartition("/")[2]) in scripts:
                # A wrapper that setuptools made for an entry point: a fresh one takes its
                # place. As with pip, its row stays.
                row[0] = name
                self._check_only(d, member)
                continue
            self._add_file(
                Planned(target, d, row, member, None, member.executable, script)
            )
        d.rows.append([info + "RECORD", "", ""])

    def _check_only(self, d, member):
        """Plans that a member is read and checked, though nothing is written."""
        planned = Planned("", d, None, member, None, False, False)
        planned.hidden = True
        self.files.append(planned)

    def _place(self, d, name):
        """Returns where a member goes, and whether it is a script."""
        folder, nested, rest = name.partition("/")
        if not nested or not folder.endswith(".data"):
            return os.path.join(d.library, *native(name).split("/")), False
        scheme, nested, rest = rest.partition("/")
        if not nested:
            raise d.wheel.invalid(
                name, "lies in a .data folder, but in none of its schemes"
            )
        if scheme == "headers":
            if unsafe_name(d.project) or "/" in d.project:
                raise d.wheel.invalid(
                    d.wheel.dist_info + "/METADATA", "has a Name that can't be a folder's"
                )
            root = os.path.join(self.environment.headers, native(d.project))
        elif scheme in ("purelib", "platlib", "scripts", "data"):
            root = getattr(self.environment, scheme)
        else:
            raise d.wheel.invalid(
                name,
                "is for the unknown scheme %s (known: data, headers, platlib, purelib, scripts)"
                % quoted(scheme),
            )
        return os.path.join(root, *native(rest).split("/")), scheme == "scripts"

    def _generate(self, d, target, content, executable):
        row = hashed_row(record_path(d.library, target), content)
        d.rows.append(row)
        self._add_file(Planned(target, d, row, None, content, executable, False))

    def _add_file(self, planned):
        key = self._key(planned.target)
        first = self.file_at.get(key)
        if first is not None:
            if not self._same_content(first, planned):
                self._collide(first, planned)
            first.hidden = True
        self.file_at[key] = planned
        self.files.append(planned)

    def _key(self, target):
        return folded(target) if self.environment.windows else target

    def _collide(self, first, second):
        path = record_path(self.environment.prefix, second.target)
        one, other = first.distribution.wheel, second.distribution.wheel
        text = "%s and %s both write %s, with different content" % (one, other, path)
        if one is other:
            text = "%s writes %s twice, with different content" % (one, path)
        if not self.collisions_ok:
            raise CollisionError(text)
        self.collisions.append(text)

    def _same_content(self, first, second):
        one, other = first.member, second.member
        if one and other and first.script == second.script:
            if (one.size, one.crc) != (other.size, other.crc):
                return False
            if first.row[1] and first.row[1] == second.row[1]:
                return True
        return b"".join(self.chunks(first)) == b"".join(self.chunks(second))

    def chunks(self, planned):
        """Yields the content that a planned file will have."""
        if planned.member is None:
            yield planned.content
            return
        chunks = planned.distribution.record.chunks(planned.member)
        if not planned.script:
            for chunk in chunks:
                yield chunk
            return
        original = b"".join(chunks)
        content = rewrite_shebang(self.environment, original)
        if content is not original:
            planned.row[:] = hashed_row(planned.row[0], content)
        yield content

    def _check_folders(self):
        """Finds paths that are a file of one distribution and a folder of another."""
        checked = set()
        for planned in self.files:
            folder = os.path.dirname(planned.target)
            while folder and folder not in checked:
                checked.add(folder)
                other = self.file_at.get(self._key(folder))
                if other is not None:
                    raise CollisionError(
                        "%s and %s both write %s, with different content"
                        % (
                            other.distribution.wheel,
                            planned.distribution.wheel,
                            record_path(self.environment.prefix, folder),
                        )
                    )
                folder = os.path.dirname(folder)

    # Writing.

    def install(self, compile=False):
        """Writes everything. After an error the environment may hold parts of it, and
        the caller must throw it away."""
        folders = set(os.path.dirname(p.target) for p in self.files if p.target)
        for folder in sorted(folders):
            os.makedirs(folder, exist_ok=True)
        for planned in self.files:
            self._write(planned)
        if compile:
            self._compile()
        for d in self.distributions:
            target = os.path.join(d.library, native(d.wheel.dist_info), "RECORD")
            if os.path.lexists(target):
                os.remove(target)
            with open(target, "wb") as stream:
                stream.write(format_record(d.rows))

    def _write(self, planned):
        if planned.hidden:
            for _ in self.chunks(planned):
                pass
            return
        try:
            descriptor = self._create(planned)
        except FileExistsError:
            if same_as_file(planned.target, self.chunks(planned)):
                return
            text = "%s would replace the existing %s" % (
                planned.distribution.wheel,
                record_path(self.environment.prefix, planned.target),
            )
            if not self.collisions_ok:
                raise CollisionError(text)
            self.collisions.append(text)
            os.remove(planned.target)
            descriptor = self._create(planned)
        try:
            for chunk in self.chunks(planned):
                while len(chunk):
                    chunk = chunk[os.write(descriptor, chunk):]
        finally:
            os.close(descriptor)

    def _create(self, planned):
        """Makes a file that isn't there yet; its mode is up to the umask, as with pip."""
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        return os.open(planned.target, flags, 0o777 if planned.executable else 0o666)

    def _compile(self):
        sources = [
            p for p in self.files if not p.hidden and p.target.endswith(".py")
        ]
        compiled = {}
        for planned, name in zip(
            sources, compile_files(self.environment.python, [p.target for p in sources])
        ):
            if name:
                d = planned.distribution
                compiled.setdefault(d, []).append(record_path(d.library, name))
        for d, paths in compiled.items():
            known = set(paths)
            d.rows = [row for row in d.rows if row[0] not in known]
            d.rows += [[path, "", ""] for path in paths]


def compile_files(python, names):
    """Byte-compiles files and returns the byte-code file of each, "" where there is none.
    Files that don't compile are no error."""
    size = len(names) // (os.cpu_count() or 1) + 1
    results = {}

    def compile_chunk(start):
        chunk = "\0".join(names[start:start + size])
        child = subprocess.Popen(
            [python, "-I", "-c", asked.source(), "compiled"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        output, talk = child.communicate(os.fsencode(chunk))
        if child.returncode:
            talk = talk.decode("utf-8", "replace").strip().rpartition("\n")[2]
            results[None] = "byte-compiling with %s: %s" % (python, talk)
            return
        fields = os.fsdecode(output).split("\0")
        for number, name in zip(fields[0:-1:2], fields[1::2]):
            results[start + int(number)] = os.path.normpath(name)

    threads = [
        threading.Thread(target=compile_chunk, args=(start,))
        for start in range(0, len(names), size)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if None in results:
        raise OSError(results[None])
    return [results.get(number, "") for number in range(len(names))]


def hashed_row(path, content):
    digest = "sha256=" + encoded(hashlib.sha256(content).digest())
    return [path, digest, str(len(content))]


def record_path(library, target):
    """How RECORD names a file: relative to the library folder, with slashes; absolute
    where there is no way from the one to the other."""
    if target.startswith(library + os.sep):
        target = target[len(library) + 1:]
    else:
        try:
            target = os.path.relpath(target, library)
        except ValueError:
            pass
    return portable(target.replace(os.sep, "/"))


# Python 3.6 in the C locale takes file names for ASCII; the bytes of other names go through
# it as surrogates. Everywhere else these two change nothing.


def native(name):
    return os.fsdecode(name.encode("utf-8")) if os.name == "posix" else name


def portable(path):
    if os.name != "posix":
        return path
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def format_record(rows):
    """Writes rows as pip does: sorted, quoted only where needed."""
    lines = []
    for row in sorted(rows):
        fields = [
            '"%s"' % field.replace('"', '""') if re.search('[",\r\n]', field) else field
            for field in row
        ]
        lines.append(",".join(fields) + "\r\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


def same_as_file(name, chunks):
    """Reports whether a regular file holds what the chunks are."""
    content = b"".join(chunks)
    if os.path.islink(name) or not os.path.isfile(name):
        return False
    with open(name, "rb") as stream:
        return stream.read(len(content) + 1) == content


# Windows.

DEVICES = set(["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"])
DEVICES.update(port + digit for port in ("COM", "LPT") for digit in "0123456789\xb9\xb2\xb3")


def folded(name):
    """Equal for names that clash on a case-insensitive file system."""
    from unicodedata import normalize

    return normalize("NFC", name).lower()


def check_hazards(wheel):
    """Refuses a wheel with names that Windows can't hold."""
    seen = {}
    for member in wheel.members:
        name = member.name
        if member.directory:
            continue
        for part in name.split("/"):
            if re.search('[<>:"|?*]', part):
                raise wheel.invalid(name, "has a character that Windows doesn't allow")
            if part[-1] in ". ":
                raise wheel.invalid(name, "has a part that ends in a dot or a space")
            if part.partition(".")[0].rstrip(" ").upper() in DEVICES:
                raise wheel.invalid(name, "is the name of a device on Windows")
        other = seen.setdefault(folded(name), name)
        if other != name:
            raise wheel.invalid(
                name, "differs from %s only in case or Unicode form" % other
            )
