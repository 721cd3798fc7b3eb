"""Removes from the cache what is not used any more.

The twin of runtime/cache/prune.go. What runs is never removed: an application holds a shared
lock on the lease of its environment. Nor is what is being made: its lock is held. Whoever
starts in the middle of it all finds something missing and makes it anew.

The shortest start takes its lease some milliseconds after it has found its environment. So an
environment is first made impossible to find, and goes when those that had found it have had
time to show.
"""
import errno
import os
import sys
import time

from . import cache as caches
from .inventory import running


# What a start may take between finding its environment and being seen in it.
GRACE = 0.1 if sys.platform == "linux" else 1


def plan(inventory, now, older_than=None, max_size=None, everything=False):
    """Chooses what to remove: what was not used for older_than seconds, then what was not used
    for longest, until the rest is not larger than max_size. Returns environments, and the wheels
    and Pythons that none of the others has."""
    environments, kept = [], list(inventory.environments)
    if everything or older_than is not None:
        environments = [e for e in kept if everything or now - e.used > older_than]
        kept = kept[len(environments):]
    wheels = [w for w in spare(inventory, kept) if everything or older_than is not None and now - w.used > older_than]
    if max_size is not None:
        total = inventory.total() - sum(thing.size for thing in environments + wheels)
        while total > max_size:
            more = [w for w in spare(inventory, kept) if w not in wheels]
            if not more:
                if not kept:
                    break
                more = [kept.pop(0)]
                environments += more
            else:
                wheels += more
            total -= sum(thing.size for thing in more)
    return environments, wheels


def spare(inventory, environments):
    """Returns the wheels and Pythons that none of the environments has."""
    wheels, pythons = set(), set()
    for environment in environments:
        wheels.update(environment.wheels)
        pythons.add(environment.python)
    return ([wheel for wheel in inventory.wheels if wheel.name not in wheels]
            + [python for python in inventory.pythons if python.name not in pythons])


class Removal(object):
    """A removal of things that were chosen. Afterwards removed and busy say which were and which
    were in use."""

    def __init__(self, inventory, bundle, really=True):
        self.cache = inventory.cache
        self.inventory = inventory
        self.bundle = bundle
        self.really = really
        self.removed = []
        self.busy = []

    def run(self, environments, shared):
        used = running(environments)
        free = [environment for environment in environments if environment not in used and not in_use(environment)]
        if self.really and free:
            for bundle in sorted(set(environment.bundle for environment in free)):
                self.forget(bundle, [environment.name for environment in free if environment.bundle == bundle])
            time.sleep(GRACE)
            used = running(environments)
        for environment in environments:
            known = environment in used or environment not in free
            self.remove(environment, True if known else leased(environment))
        # The wheels and Pythons of what stays are not spare.
        kept = [e for e in self.inventory.environments if e not in self.removed]
        needed = spare(self.inventory, kept)
        for thing in shared:
            if thing in needed:
                self.remove(thing, leased(thing) if thing in self.inventory.pythons else None)
        if self.really:
            self.remove_rest()

    def remove(self, thing, lease):
        """Removes one thing if it is free. lease is the descriptor of a lock on it, True if it is
        in use, None if it has none."""
        lock = caches.Lock(self.cache, thing.lock, "", self.bundle)
        free = lease is not True and lock.attempt()
        try:
            if not free or os.name == "posix" and not lock.held:
                self.busy.append(thing)
                return
            if self.really:
                if lease is not None:
                    os.unlink(os.path.join(thing.folder, "lease"))
                aside = caches.temporary_name(*os.path.split(thing.folder))
                os.rename(thing.folder, aside)
                caches.remove(aside)
                lock.remove()
            self.removed.append(thing)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EBUSY):
                raise
            self.busy.append(thing)  # on Windows what runs can't be renamed
        finally:
            if lease is not None and lease is not True:
                os.close(lease)
            if free:
                lock.__exit__()

    def remove_rest(self):
        """Removes what killed processes left, notes about environments that are gone, and folders
        in which nothing is left."""
        wheels, envs = os.path.join(self.cache, "wheels"), os.path.join(self.cache, "envs")
        self.leftovers(wheels, "wheel-")
        self.leftovers(os.path.join(self.cache, "pythons"), "python-")
        for bundle in names(envs):
            self.leftovers(os.path.join(envs, bundle), "env-%s-" % bundle)
            self.forget(bundle, [])

    def forget(self, bundle, keys):
        """Removes the notes of a bundle that lead to environments with these keys, or to none."""
        folder = os.path.join(self.cache, "envs", bundle)
        with caches.Lock(self.cache, "at-" + bundle, "noting an environment", self.bundle) as lock:
            if lock.held:
                forget(folder, keys)
                lock.remove()

    def leftovers(self, folder, prefix):
        for name in names(folder):
            if not name.startswith(".") or not name.endswith(".tmp"):
                continue
            made = name[1:].rsplit(".", 2)[0]
            lock = caches.Lock(self.cache, prefix + made, "", self.bundle)
            if lock.attempt():
                if lock.held:
                    caches.remove_leftovers(folder, made)
                lock.__exit__()


def leased(thing):
    """Takes the lease of an environment or a Python for its removal. Returns the descriptor, True if it is in
    use or if that can't be told, None if there is no lease."""
    try:
        descriptor = os.open(os.path.join(thing.folder, "lease"), os.O_RDONLY)
    except OSError:
        return None
    if os.name == "nt":
        os.close(descriptor)
        return None  # what is open can't be renamed
    try:
        caches.lock_file(descriptor)
        return descriptor
    except OSError:
        os.close(descriptor)
        return True


def in_use(environment):
    """Reports whether an environment has a lease that is held, or that can't be asked."""
    lease = leased(environment)
    if lease is None or lease is True:
        return lease is True
    os.close(lease)
    return False


def forget(folder, keys):
    for root, _, files in os.walk(os.path.join(folder, "at"), topdown=False):
        for name in files:
            path = os.path.join(root, name)
            try:
                with open(path, encoding="ascii") as file:
                    key = file.readline().strip()
                if name != "env" or key in keys or not key or not os.path.isdir(os.path.join(folder, key)):
                    os.unlink(path)
            except (OSError, ValueError):
                pass
        rmdir(root)
    rmdir(folder)


def rmdir(folder):
    try:
        os.rmdir(folder)
    except OSError:
        pass  # there is something in it


def names(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
