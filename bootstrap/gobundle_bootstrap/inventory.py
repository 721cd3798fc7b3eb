"""What is in the cache, how large it is, and when it was used last.

The twin of runtime/cache/inventory.go. Sizes are in bytes. A file that is linked to counts
once: as a part of its wheel, if that is still there.
"""
import os
import re
import stat


class Wheel(object):
    """An unpacked wheel."""

    def __init__(self, folder):
        self.folder = folder
        self.name = os.path.basename(folder)
        self.lock = "wheel-" + self.name
        self.used = os.lstat(folder).st_mtime
        self.size = 0


class Environment(object):
    """The environment of a bundle for an interpreter; wheels are the names of those in it."""

    def __init__(self, folder):
        self.folder = folder
        self.name = os.path.basename(folder)
        self.bundle = os.path.basename(os.path.dirname(folder))
        self.lock = "env-%s-%s" % (self.bundle, self.name)
        self.used = last_use(folder)
        self.wheels = recorded(folder)
        self.python = own_python(folder)
        self.size = 0


class Python(object):
    """A Python that executables brought along, which the environments made with it share."""

    def __init__(self, folder):
        self.folder = folder
        self.name = os.path.basename(folder)
        self.lock = "python-" + self.name
        self.used = last_use(folder)
        self.size = 0


class Inventory(object):
    """The wheels, Pythons and environments of a cache, each in the order of their last use. With
    measure, sizes are those on disk; else those that are on record, which is quick."""

    def __init__(self, cache, measure=True):
        self.cache = cache
        self.wheels = [Wheel(folder) for folder in folders(os.path.join(cache, "wheels"))]
        self.pythons = [Python(folder) for folder in folders(os.path.join(cache, "pythons"))]
        self.environments = [Environment(folder) for parent in folders(os.path.join(cache, "envs"))
                             for folder in folders(parent) if os.path.basename(folder) != "at"]
        self.wheels.sort(key=lambda wheel: (wheel.used, wheel.name))
        self.pythons.sort(key=lambda python: (python.used, python.name))
        self.environments.sort(key=lambda environment: (environment.used, environment.folder))
        if measure:
            seen = set()
            for thing in self.wheels + self.environments + self.pythons:
                thing.size = on_disk(thing.folder, seen)
            return
        for python in self.pythons:
            python.size = on_disk(python.folder, set())
        sizes = {}
        for environment in self.environments:
            sizes.update(environment.wheels)
        for wheel in self.wheels:
            wheel.size = sizes[wheel.name] if wheel.name in sizes else on_disk(wheel.folder, set())

    def total(self):
        return sum(thing.size for thing in self.wheels + self.pythons + self.environments)


def last_use(folder):
    """Returns the time of the lease in a folder, else the folder's own."""
    try:
        return os.lstat(os.path.join(folder, "lease")).st_mtime
    except OSError:
        return os.lstat(folder).st_mtime


def own_python(folder):
    """Returns the name of the Python in the cache that an environment is made with, or None."""
    try:
        with open(os.path.join(folder, "pyvenv.cfg"), encoding="utf-8", errors="replace") as file:
            found = re.search(r"[/\\]pythons[/\\]([0-9a-f]{32})[/\\]", file.read())
    except OSError:
        return None
    return found.group(1) if found else None


def recorded(folder):
    """Returns the wheels of an environment with their sizes."""
    try:
        with open(os.path.join(folder, "wheels.txt"), encoding="ascii") as file:
            return dict((name, int(size)) for name, size in (line.split() for line in file))
    except (OSError, ValueError):
        return {}


def folders(parent):
    """Lists the finished folders in a folder."""
    try:
        names = sorted(os.listdir(parent))
    except OSError:
        return []
    paths = [os.path.join(parent, name) for name in names if not name.startswith(".")]
    return [path for path in paths if os.path.isdir(path) and not os.path.islink(path)]


def on_disk(path, seen):
    """Returns what the files in a folder take. seen are those that count elsewhere."""
    total = 0
    try:
        entries = list(os.scandir(path))
    except OSError:
        return 0
    for entry in entries:
        try:
            status = os.lstat(entry.path)
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode):
            total += on_disk(entry.path, seen)
        elif (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            total += status.st_size
    return total


def running(environments):
    """Returns those of which a process runs, as far as the system tells: one that has closed
    all its files holds no lease, and one that has just begun none yet."""
    places = dict((("/envs/%s/%s/" % (environment.bundle, environment.name)).encode("ascii"), environment)
                  for environment in environments)
    found = set()
    try:
        processes = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return found
    for process in processes:
        for name in ("cmdline", "maps"):
            try:
                with open("/proc/%s/%s" % (process, name), "rb") as file:
                    text = file.read()
            except OSError:
                continue
            if b"/envs/" in text:
                found.update(environment for place, environment in places.items() if place in text)
    return found
