"""Makes the environment that an application runs in: a virtual environment in the cache."""
import errno
import marshal
import os
import sys

from . import bound
from . import cache as caches
from . import scripts
from .ahead import Ahead
from .host import BIN, PYTHON, WINDOWS, head, site_folder
from .layout import in_order, info_folder, layout, parts_of
from .longpaths import below, check, plain
from .ownfiles import OWN, write_own
from .store import Links, Once, same, unpack
from .tree import Tree, replace
from .work import share


def ready(cache, bundle, facts, base, trace, started=None):
    """Returns the folder of the environment for the bundle's chosen target and this
    interpreter, made if need be. started is what will run in it, as ahead.started has it."""
    envs = os.path.join(cache, "envs", bundle.id[:32])
    key = base.key(facts, bundle.target)
    folder = os.path.join(envs, key)
    exact = bundle.manifest["options"].get("verify_at_run") == "always"
    if intact(folder) and (not exact or sound(folder, bundle)):
        trace("environment found")
        return folder
    caches.make_folders(envs)
    refuse_noexec(envs, bundle)
    with caches.Lock(cache, "env-%s-%s" % (bundle.id[:32], key), "making the environment", bundle.path) as lock:
        trace("lock taken")
        if intact(folder) and (not exact or sound(folder, bundle)):
            return folder
        if lock.held:
            caches.remove_leftovers(envs, key)
        temporary = caches.temporary_name(envs, key)
        os.mkdir(temporary, 0o700)
        try:
            fill(cache, temporary, folder, bundle, base, trace, started)
            if lock.held or not intact(folder):  # without locks another may have been quicker
                caches.put_aside(folder)
            caches.put(temporary, folder)
        except BaseException:
            caches.remove(temporary)
            raise
    trace("environment in place")
    bound.keep(cache, folder, bundle.path, trace)
    return folder


def refuse_noexec(folder, bundle):
    """Extension modules can't be loaded from a file system that is mounted noexec."""
    native = any(not tag.endswith("-any") for index in bundle.target["wheels"]
                 for tag in bundle.manifest["wheels"][index]["tags"])
    if native and hasattr(os, "ST_NOEXEC") and os.statvfs(folder).f_flag & os.ST_NOEXEC:
        raise OSError(errno.EACCES, "it is mounted noexec, and there are extension modules in the bundle", folder)


def intact(folder):
    """Reports whether an environment is there, and nobody else can have changed it. A temp
    cleaner may have taken files of it."""
    try:
        status = os.lstat(folder)
        with open(os.path.join(folder, "start.bin"), "rb") as file:
            data = file.read()
        if not data.startswith(head()):
            return False
        marshal.loads(data[len(head()):])
        # What was not on the disk yet when the power failed is empty.
        if not all(os.stat(os.path.join(folder, name)).st_size or name == "lease" for name in OWN):
            return False
    except (EOFError, OSError, TypeError, ValueError):
        return False
    return WINDOWS or status.st_uid in (0, os.geteuid()) and not status.st_mode & 0o022


def sound(folder, bundle):
    """Reports whether all that wheels brought to an environment is there, byte for byte."""
    site = site_folder(plain(folder))
    try:
        return all(same(below(folder, place), bundle.wheel(part), name) for part, places in layout(bundle, site).items()
                   for place, name in places.items() if not place.startswith(BIN + "/"))
    except OSError:
        return False


def lease(folder):
    """Says that an environment is in use while the result, a descriptor, is open, and that it
    was used now. It is a FileNotFoundError if somebody is removing it."""
    path = os.path.join(folder, "lease")
    descriptor = caches.above_streams(os.open(path, os.O_RDONLY))
    try:
        os.utime(path)
    except OSError:
        pass  # a cache that can only be read
    try:
        caches.share_file(descriptor)
        if os.name == "posix" and not os.fstat(descriptor).st_nlink:
            raise BlockingIOError
    except BlockingIOError:
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "it is being removed", folder)
    except OSError:
        pass  # a file system without locks
    return descriptor


def note(envs, path):
    """Returns the place of the note which environment belongs to the interpreter at a path."""
    return os.path.join(envs, "at", path.replace(":", "").lstrip("/\\"), "env")


def fill(cache, temporary, folder, bundle, base, trace, started):
    """Makes an environment in a temporary folder, as it must be in the final one."""
    site = site_folder(plain(folder))
    links = Links(Tree(temporary))
    places, kept, rewritten = {}, [], []

    @Once
    def lay_out():
        places.update(layout(bundle, site))
        # Without byte-code: where that goes missing, Python makes it again.
        kept.extend(part for part in places if part < len(bundle.manifest["wheels"]))
        check(folder, [place for part in kept for place in places[part]])
        rewritten.extend((place, part, name) for part in kept for place, name in places[part].items() if place.startswith(BIN + "/"))
        for part, mine in places.items():
            links.add(part, mine)
        for place, part, name in rewritten:
            del links.places[part][name]
        links.tree.make_parents([site + "/", BIN + "/"] + [place for place, _, _ in rewritten])
        trace("wheels read")

    ahead = Ahead(bundle, places, site, temporary, folder)

    @Once
    def add_own():
        write_lists(temporary, bundle, places, kept)
        ahead.look(started)
        add(temporary, folder, bundle, base, site, rewritten)

    if WINDOWS:
        lay_out()  # which may refuse the place, so that nothing is left there
    parts = parts_of(bundle)
    # What is packed anew can be read when it is unpacked.
    packed = any(bundle.parts[part].get("packing") for part in parts)
    stores = unpack(cache, bundle, parts, lay_out, links, nothing if packed else add_own)
    trace("wheels unpacked")
    links.make(stores, add_own)
    trace("files linked")
    if ahead.tasks:
        share(ahead.tasks, ahead)
        trace("%d modules compiled" % len(ahead.tasks))


def nothing():
    pass


def write_lists(temporary, bundle, places, kept):
    """Writes what is in an environment, and of which parts of the bundle it is."""
    lines = []
    for part in kept:
        members = bundle.wheel(part).members
        lines += ["%s\0%d" % (place, members[name].size) for place, name in places[part].items() if not place.startswith(BIN + "/")]
    replace(os.path.join(temporary, "files.txt"), os.fsencode("\0".join(lines)), 0o666)
    content = "".join("%s %d\n" % (bundle.parts[part]["sha256"], sum(member.size for member in bundle.wheel(part).members.values()))
                      for part in parts_of(bundle))
    replace(os.path.join(temporary, "wheels.txt"), content.encode("ascii"), 0o666)


def add(temporary, folder, bundle, base, site, rewritten):
    """Writes what is no file of a wheel, and scripts, which depend on where the environment is."""
    python = os.path.join(plain(folder), PYTHON)
    names = {}
    for place, part, name in rewritten:
        content = scripts.rewritten(bundle.wheel(part).read(name), python)
        replace(below(temporary, place), content, 0o777)
        names[place[len(BIN) + 1:]] = ""
    for index in in_order(bundle, bundle.target["wheels"]):
        archive, described = bundle.wheel(index), bundle.manifest["wheels"][index]
        for name, reference in scripts.entry_points(archive):
            for file, content in scripts.files(name, reference, python):
                replace(os.path.join(temporary, BIN, file), content, 0o777)
            names[name] = reference
        if described.get("direct_url"):
            place = "/".join((site, info_folder(archive), "direct_url.json"))
            Tree(temporary).make_parents([place])
            replace(below(temporary, place), described["direct_url"].encode("utf-8"), 0o666)
    link_python(temporary, base)
    write_own(temporary, plain(folder), bundle, base, site, names)


def link_python(temporary, base):
    """Puts the interpreter into an environment."""
    if WINDOWS:
        copy_python(temporary, base)
        return
    names = ["python", "python3", "python%d.%d" % sys.version_info[:2]]
    if sys.implementation.name == "pypy":
        names += ["pypy", "pypy3", "pypy%d.%d" % sys.version_info[:2]]
    for name in names:
        path = os.path.join(temporary, BIN, name)
        if os.path.lexists(path):
            os.unlink(path)
        os.symlink(base.executable if name == "python" else "python", path)
    if sys.maxsize > 2**32 and sys.platform != "darwin" and not os.path.lexists(os.path.join(temporary, "lib64")):
        os.symlink("lib", os.path.join(temporary, "lib64"))


def copy_python(temporary, base):
    """Puts the interpreter into an environment on Windows. In one of venv's there are programs
    that start the interpreter which pyvenv.cfg names. A Python that comes without them, as
    the embeddable one does, is copied, and finds its library by pyvenv.cfg, or beside itself
    if that is in a zip."""
    try:
        import venv

        brought = os.listdir(os.path.join(os.path.dirname(venv.__file__), "scripts", "nt"))
    except (ImportError, OSError):
        brought = []
    if any(name.endswith(".exe") for name in brought) or sys.implementation.name != "cpython":
        builder = venv.EnvBuilder(symlinks=False, with_pip=False)
        builder.setup_python(builder.ensure_directories(plain(temporary)))
        return
    from shutil import copyfile

    home = os.path.dirname(base.executable)
    for name in os.listdir(home):
        if name.lower().startswith(("python", "vcruntime")) and name.lower().endswith((".exe", ".dll", ".zip")):
            copyfile(os.path.join(home, name), os.path.join(temporary, BIN, name))
