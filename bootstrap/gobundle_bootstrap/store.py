"""The wheel store: each wheel unpacked once, shared by all bundles and all Pythons."""
import os
from operator import attrgetter

from . import cache as caches
from .archive import PIECE
from .bundle import check_sha256
from .longpaths import below
from .talk import Failure
from .tree import Tree, link
from .work import share

# What things cost, in nanoseconds for a byte and for a file. A link to a file that was just
# written costs a third.
HASH, INFLATE, FILE, LINK = 2, 3, 18000, 6000
GROUP = 100  # how many files are a task
OFFSET = attrgetter("offset")


class Links(object):
    """The links to files of the store in a tree. places has them by the part of the bundle: names in
    it, and where they go. to_do are the parts that are not linked yet."""

    def __init__(self, tree):
        self.tree = tree
        self.places = {}
        self.to_do = set()

    def add(self, part, names):
        """Adds those to a part's files, whose names there are given by their places."""
        self.places[part] = dict([(name, place) for place, name in names.items()])
        self.to_do.add(part)

    def make(self, stores, meanwhile):
        """Makes those that are to be made, given the folders of the parts."""
        tasks = [(LINK, (below(stores[part], name), place)) for part in self.to_do for name, place in self.places[part].items()]
        self.tree.make_parents([place for _, (_, place) in tasks])
        share(tasks, lambda task: link(task[0], below(self.tree.folder, task[1])), meanwhile)
        self.to_do.clear()


def unpack(cache, bundle, parts, lay_out, links, meanwhile):
    """Makes sure that parts of a bundle are in the store; returns their folders. A part is
    checked against the manifest before its folder appears. lay_out is called before parts are
    unpacked, and adds the links to their files; those to others remain to be made. meanwhile is
    called after it, while other processes unpack if there are any; not if nothing is unpacked."""
    store = os.path.join(cache, "wheels")
    caches.make_folders(store)
    exact = bundle.manifest["options"].get("verify_at_run") == "always"
    folders = dict((part, os.path.join(store, bundle.parts[part]["sha256"])) for part in parts)
    recompressed = [part for part in parts if bundle.parts[part].get("packing")]
    missing, fresh = [], False
    if recompressed:
        from .packed import settle

        lay_out()
        fresh = settle()
    # What was compiled of two wheels may be the same.
    for folder, part in dict((folder, part) for part, folder in folders.items()).items():
        if fresh and part in recompressed and os.path.isdir(folder):
            continue  # it was made this very moment
        if not whole(bundle, part, folder, exact):
            missing.append((folder, part))
            continue
        try:
            os.utime(folder)  # its last use, for whoever clears the cache
        except OSError:
            pass
    missing.sort()
    if missing:
        make(cache, store, bundle, missing, exact, lay_out, links, meanwhile)
    lay_out()
    for part in recompressed:
        bundle.wheel(part).folder = folders[part]
    return folders


class Once(object):
    """Calls something the first time that it is called."""

    def __init__(self, do):
        self.do = do

    def __call__(self):
        do, self.do = self.do, None
        if do is not None:
            do()


def make(cache, store, bundle, missing, exact, lay_out, links, meanwhile):
    """Makes folders of the store, unless another process is quicker."""
    locks = []
    try:
        # All processes lock in the same order, so that none waits for one that waits for it.
        for folder, part in missing:
            what = "unpacking " + bundle.parts[part]["file"]
            lock = caches.Lock(cache, "wheel-" + os.path.basename(folder), what, bundle.path)
            locks.append(lock.__enter__())
        held = [pair[0] for pair, lock in zip(missing, locks) if lock.held]
        missing = [pair for pair in missing if not whole(bundle, pair[1], pair[0], exact)]
        unpack_missing(store, bundle, missing, held, lay_out, links, meanwhile)
    finally:
        for lock in locks:
            lock.__exit__()


def whole(bundle, part, folder, exact=False):
    """Reports whether an unpacked wheel is there with all its files, with exact byte for byte.
    After a power cut, or a temp cleaner, it may not be."""
    try:
        if not os.path.isdir(folder):
            return False
        archive = bundle.wheel(part)
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


def unpack_missing(store, bundle, missing, held, lay_out, links, meanwhile):
    made, trees, packed = [], [], []
    checked = bundle.manifest["options"].get("verify_at_run") != "never"
    plain = [part for _, part in missing if not bundle.parts[part].get("packing")]
    checks = [(bundle.parts[part]["size"] * HASH, part) for part in plain] if checked else []
    try:
        for folder, part in missing:
            name = os.path.basename(folder)
            caches.put_aside(folder)
            if folder in held:
                caches.remove_leftovers(store, name)
            temporary = caches.temporary_name(store, name)
            os.mkdir(temporary, 0o700)
            made.append((temporary, folder))
            if part in plain:
                trees.append((part, Tree(temporary)))
            else:
                packed.append((part, "files", temporary))

        def check(part):
            check_sha256(bundle, part, bundle.wheel_source(part))

        def work():
            lay_out()
            tasks = []
            for part, tree in trees:
                tasks += plan(bundle.wheel(part), tree, links.tree, links.places[part])
            if packed:
                from .packed import ask

                ask(bundle, packed)
            try:
                share(tasks, lambda task: task(), meanwhile)
            except Failure:
                for _, part in checks:  # that it is another one is the better reason
                    check(part)
                raise
            links.to_do.difference_update(plain)

        # What is checked needs no look at what is in it, so another process begins with it now.
        share(checks, check, work)
        for temporary, folder in made:
            caches.put(temporary, folder)
    except BaseException:
        for temporary, _ in made:
            caches.remove(temporary)
        raise


class Unpack(object):
    """The task of unpacking files that lie side by side in a wheel into a tree, and of linking them
    in another: places has their names, and where they go there."""

    def __init__(self, archive, tree, members, links, places):
        self.archive = archive
        self.tree = tree
        self.members = members
        self.links = links
        self.places = places

    def __call__(self):
        try:
            self.unpack()
        finally:
            self.tree.close()  # there may be hundreds of them
            self.links.close()

    def unpack(self):
        archive, start, end = self.archive, self.members[0].offset, self.members[-1].end
        if end - start > PIECE:
            for member in self.members:
                self.keep(member, archive.pieces(member))
            return
        data = memoryview(archive.source.read(start, end - start))
        if len(data) < end - start:
            raise archive.damaged("it ends too early")
        for member in self.members:
            # Only the lengths of the name and of the extra field matter: the wheel as a whole is checked.
            at = member.offset - start
            begin = at + 30 + data[at + 26] + (data[at + 27] << 8) + data[at + 28] + (data[at + 29] << 8)
            self.keep(member, [archive.inflated(member, data, begin)])

    def keep(self, member, pieces):
        name = member.name
        self.tree.write(name, pieces, member.executable)
        place = self.places.get(name)
        if place is not None:
            # Now, as all that the system needs to do it is at hand.
            self.links.link(place, self.tree, name)


def plan(archive, tree, links, places):
    """Returns the files of a wheel as tasks."""
    members = sorted([member for name, member in archive.members.items() if name[-1] != "/"], key=OFFSET)
    tasks = []
    for first in range(0, len(members), GROUP):
        group = members[first:first + GROUP]
        # Large ones alone: they are not read at once.
        groups = [group] if group[-1].end - group[0].offset <= PIECE else [[member] for member in group]
        for group in groups:
            cost = len(group) * FILE + INFLATE * sum([member.size for member in group])
            tasks.append((cost, Unpack(archive, tree, group, links, places)))
    return tasks
