"""The wheel store: each wheel unpacked once, shared by all bundles and all Pythons."""
import errno
import os

from . import cache as caches
from .archive import PIECE
from .bundle import check_sha256
from .longpaths import below
from .work import share

# What things cost, in nanoseconds for a byte and for a file.
HASH, INFLATE, FILE = 2, 3, 15000
GROUP = 100  # how many files are a task


def unpack(cache, bundle, indexes, trace, meanwhile):
    """Makes sure that parts of a bundle are in the store; returns their folders in order. A part is
    checked against the manifest before its folder appears. meanwhile is called at least once, first
    while other processes unpack if there are any."""
    for index in indexes:
        bundle.wheel(index)
    trace("wheels read")
    store = os.path.join(cache, "wheels")
    caches.make_folders(store)
    exact = bundle.manifest["options"].get("verify_at_run") == "always"
    folders = [os.path.join(store, bundle.parts[index]["sha256"]) for index in indexes]
    recompressed = [pair for pair in zip(folders, indexes) if bundle.parts[pair[1]].get("packing")]
    missing, fresh = [], False
    if recompressed:
        from .packed import settle

        meanwhile()
        fresh = settle()
    for folder, index in zip(folders, indexes):
        if fresh and (folder, index) in recompressed and os.path.isdir(folder):
            continue  # it was made this very moment
        if not whole(bundle.wheel(index), folder, exact):
            missing.append((folder, index))
            continue
        try:
            os.utime(folder)  # its last use, for whoever clears the cache
        except OSError:
            pass
    missing.sort()
    if missing:
        make(cache, store, bundle, missing, exact, meanwhile)
    meanwhile()
    for folder, index in recompressed:
        bundle.wheel(index).folder = folder
    return folders


class Once(object):
    """Calls something the first time that it is called."""

    def __init__(self, do):
        self.do = do

    def __call__(self):
        do, self.do = self.do, None
        if do is not None:
            do()


def make(cache, store, bundle, missing, exact, meanwhile):
    """Makes folders of the store, unless another process is quicker."""
    locks = []
    try:
        # All processes lock in the same order, so that none waits for one that waits for it.
        for folder, index in missing:
            what = "unpacking " + bundle.parts[index]["file"]
            lock = caches.Lock(cache, "wheel-" + os.path.basename(folder), what, bundle.path)
            locks.append(lock.__enter__())
        held = [pair[0] for pair, lock in zip(missing, locks) if lock.held]
        missing = [pair for pair in missing if not whole(bundle.wheel(pair[1]), pair[0], exact)]
        unpack_missing(store, bundle, missing, held, meanwhile)
    finally:
        for lock in locks:
            lock.__exit__()


def whole(archive, folder, exact=False):
    """Reports whether an unpacked wheel is there with all its files, with exact byte for byte.
    After a power cut, or a temp cleaner, it may not be."""
    try:
        if not os.path.isdir(folder):
            return False
        for name, member in archive.members.items():
            if name[-1] == "/":
                continue
            path = below(folder, name)
            if os.stat(path).st_size != member.size or exact and not same(path, archive, name):
                return False
    except OSError:
        return False
    return True


def same(path, archive, name):
    """Reports whether a file has the content of a member."""
    with open(path, "rb") as file:
        return all(file.read(len(piece)) == piece for piece in archive.pieces(archive.members[name])) and not file.read(1)


def unpack_missing(store, bundle, missing, held, meanwhile):
    made, tasks, packed = [], [], []
    try:
        for folder, index in missing:
            name = os.path.basename(folder)
            caches.put_aside(folder)
            if folder in held:
                caches.remove_leftovers(store, name)
            temporary = caches.temporary_name(store, name)
            os.mkdir(temporary, 0o700)
            made.append((temporary, folder))
            if bundle.parts[index].get("packing"):
                packed.append((index, "files", temporary))
                continue
            if bundle.manifest["options"].get("verify_at_run") != "never":
                tasks.append((bundle.wheel_source(index).size * HASH, Check(bundle, index)))
            tasks += plan(bundle.wheel(index), temporary)
        if packed:
            from .packed import ask

            ask(bundle, packed)
        share(tasks, lambda task: task(), meanwhile)
        for temporary, folder in made:
            caches.put(temporary, folder)
    except BaseException:
        for temporary, _ in made:
            caches.remove(temporary)
        raise


class Check(object):
    """The task of checking a wheel."""

    def __init__(self, bundle, index):
        self.bundle = bundle
        self.index = index

    def __call__(self):
        check_sha256(self.bundle, self.index, self.bundle.wheel_source(self.index))


class Unpack(object):
    """The task of unpacking files that lie side by side in a wheel."""

    def __init__(self, archive, folder, members):
        self.archive = archive
        self.folder = folder
        self.members = members

    def __call__(self):
        make_all_parents(self.folder, [member.name for member in self.members])
        archive, start, end = self.archive, self.members[0].offset, self.members[-1].end
        if end - start > PIECE:
            for member in self.members:
                write(below(self.folder, member.name), archive.pieces(member), mode_of(member))
            return
        data = memoryview(archive.source.read(start, end - start))
        if len(data) < end - start:
            raise archive.damaged("it ends too early")
        for member in self.members:
            # Only the lengths of the name and of the extra field matter: the wheel as a whole is checked.
            at = member.offset - start
            begin = at + 30 + data[at + 26] + (data[at + 27] << 8) + data[at + 28] + (data[at + 29] << 8)
            content = archive.inflated(member, data, begin)
            descriptor = os.open(below(self.folder, member.name), FLAGS, mode_of(member))
            try:
                if os.write(descriptor, content) < len(content):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(descriptor)


def mode_of(member):
    return 0o777 if member.executable else 0o666


def plan(archive, folder):
    """Returns the files of a wheel as tasks."""
    tasks = []
    members = sorted((member for member in archive.members.values() if member.name[-1] != "/"),
                     key=lambda member: member.offset)
    group, cost = [], 0
    for member in members:
        # Large ones alone: they are not read at once.
        if group and (member.end - group[0].offset > PIECE or group[-1].end != member.offset):
            tasks.append((cost, Unpack(archive, folder, group)))
            group, cost = [], 0
        group.append(member)
        cost += FILE + member.size * INFLATE
        if len(group) == GROUP:
            tasks.append((cost, Unpack(archive, folder, group)))
            group, cost = [], 0
    if group:
        tasks.append((cost, Unpack(archive, folder, group)))
    return tasks


def make_all_parents(folder, places):
    """Makes the folders that places below a folder are in. Other processes may do the same."""
    known = set([""])
    for place in places:
        parent = place.rpartition("/")[0]
        if parent not in known:
            make_parents(folder, parent, known)


def make_parents(folder, parent, known):
    above = parent.rpartition("/")[0]
    if above not in known:
        make_parents(folder, above, known)
    try:
        os.mkdir(below(folder, parent))
    except FileExistsError:
        pass
    known.add(parent)


FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def write(path, pieces, mode):
    """Writes a file."""
    descriptor = os.open(path, FLAGS, mode)
    try:
        for piece in pieces:
            written = os.write(descriptor, piece)
            while written < len(piece):
                piece = piece[written:]
                written = os.write(descriptor, piece)
    finally:
        os.close(descriptor)


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
