"""Keeps the cache from growing without end: at most once a day, and only in a start that has
made an environment, what was not used for longest goes if there is too much."""
import os
import re
import time

from .talk import tell

DEFAULT = 10 * 10**9
DAY = 86400
UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def parse_size(text):
    """Returns bytes for "500MB", "1.5 GB" or "1000"; a ValueError for anything else."""
    found = re.match(r"([0-9]+(?:[.][0-9]+)?) ?([kmgt]?)b?$", text.strip().lower())
    if not found:
        raise ValueError(text)
    return int(float(found.group(1)) * UNITS[found.group(2)])


def keep(cache, folder, bundle, trace):
    """Removes what is too much. Nothing that goes wrong here is in the way of a start."""
    text = os.environ.get("GOBUNDLE_CACHE_SIZE", "")
    try:
        limit = parse_size(text) if text else DEFAULT
    except ValueError:
        tell(bundle, "warning: GOBUNDLE_CACHE_SIZE is %s, which is no size like 5GB, or 0 for no bound" % text)
        return
    if not limit:
        return
    mark = os.path.join(cache, "pruned")
    try:
        if not text and 0 <= time.time() - os.stat(mark).st_mtime < DAY:
            return
    except OSError:
        pass
    try:
        with open(mark, "ab"):
            os.utime(mark)
        prune(cache, folder, bundle, limit)
    except OSError:
        return
    trace("size of the cache looked at")


def prune(cache, folder, bundle, limit):
    from .inventory import Inventory
    from .prune import Removal, plan

    inventory = Inventory(cache, measure=False)
    if inventory.total() <= limit:
        return
    environments, wheels = plan(inventory, time.time(), max_size=limit)
    environments = [e for e in environments if e.folder != folder]  # which is about to be started
    Removal(inventory, bundle).run(environments, wheels)
