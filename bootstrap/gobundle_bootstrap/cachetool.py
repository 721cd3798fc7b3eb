"""GOBUNDLE_TOOLS=cache: what is in the cache, and removing from it."""
import argparse
import json
import os
import re
import sys
import time

from . import cache as caches
from .bound import parse_size
from .inventory import Inventory
from .longpaths import plain, wide
from .prune import Removal, plan
from .talk import Failure

SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Failure("cache: " + message, "GOBUNDLE_TOOLS=cache takes dir, info, prune or clear; -h lists the options", 2)


def age(text):
    found = re.match(r"([0-9]+)([mhdw])$", text)
    if not found:
        raise argparse.ArgumentTypeError("%s is no age like 12h, 30d or 8w" % text)
    return int(found.group(1)) * SECONDS[found.group(2)]


def size(text):
    try:
        return parse_size(text)
    except ValueError:
        raise argparse.ArgumentTypeError("%s is no size like 500MB or 5GB" % text)


def parser():
    p = Parser(prog="GOBUNDLE_TOOLS=cache", allow_abbrev=False,
               description="Show what is in the cache, or remove what is not used from it.")
    verbs = p.add_subparsers(dest="verb", metavar="VERB", parser_class=Parser)
    verbs.required = True
    verbs.add_parser("dir", help="print the folder")
    info = verbs.add_parser("info", help="list what is in it")
    info.add_argument("--json", action="store_true", help="as JSON")
    prune = verbs.add_parser("prune", help="remove what was not used for long, and what killed processes left")
    prune.add_argument("--older-than", metavar="AGE", type=age, help="not used for AGE: 12h, 30d, 8w")
    prune.add_argument("--max-size", metavar="SIZE", type=size, help="what was not used for longest, until the rest is SIZE: 5GB")
    clear = verbs.add_parser("clear", help="remove all that is not in use")
    for verb in (prune, clear):
        verb.add_argument("--dry-run", action="store_true", help="only say what would be removed")
        verb.add_argument("--json", action="store_true", help="say it as JSON")
    return p


def run(arguments, bundle, show):
    """Runs the tool."""
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:  # after --help
        return stop.code or 0
    cache = find()
    if options.verb == "dir":
        show(cache)
        return 0
    try:
        inventory = Inventory(wide(cache))
        if options.verb == "info":
            show(info_json(inventory) if options.json else info_text(inventory))
            return 0
        everything = options.verb == "clear"
        chosen = plan(inventory, time.time(), everything=everything, older_than=None if everything else options.older_than,
                      max_size=None if everything else options.max_size)
        removal = Removal(inventory, bundle.path, really=not options.dry_run)
        removal.run(*chosen)
    except OSError as error:
        raise Failure("looking through the cache %s: %s" % (cache, error.strerror or error),
                      "set GOBUNDLE_CACHE_DIR to the cache that you mean")
    show(removal_json(removal) if options.json else removal_text(removal))
    return 0


def find():
    """Returns the first cache that is there, else where it would be."""
    places = list(caches.temporary())
    try:
        places.insert(0, caches.root())
    except OSError:
        pass
    for place in places:
        if os.path.isdir(os.path.join(place, "envs")) or os.path.isdir(os.path.join(place, "pythons")):
            try:
                caches.make_private(place)
                return place
            except OSError:
                pass
    return places[0]


def human(size):
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.95 or unit == "B" and size < 1000:
            return "%d B" % size if unit == "B" else "%.1f %s" % (size, unit)
        size /= 1000.0
    return "%.1f TB" % size


def day(seconds):
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def info_text(inventory):
    lines = ["%s: %s" % (plain(inventory.cache), human(inventory.total()))]
    lines.append("%-8s %10s  %s" % ("KIND", "SIZE", "LAST USED         NAME"))
    for kind, things in (("env", inventory.environments), ("wheel", inventory.wheels), ("python", inventory.pythons)):
        for thing in things:
            lines.append("%-8s %10s  %s  %s" % (kind, human(thing.size), day(thing.used), name(thing)))
    return "\n".join(lines)


def name(thing):
    return getattr(thing, "bundle", "") + ("/" if hasattr(thing, "bundle") else "") + thing.name


def described(things):
    return [{"name": name(thing), "size": thing.size, "used": int(thing.used)} for thing in things]


def info_json(inventory):
    return json.dumps({"dir": plain(inventory.cache), "size": inventory.total(), "environments": described(inventory.environments),
                       "wheels": described(inventory.wheels), "pythons": described(inventory.pythons)}, indent=1)


def removal_json(removal):
    return json.dumps({"removed": described(removal.removed), "in_use": described(removal.busy),
                       "size": sum(thing.size for thing in removal.removed)}, indent=1)


def removal_text(removal):
    lines = ["%s %s: %s" % ("removed" if removal.really else "would remove", name(thing), human(thing.size))
             for thing in removal.removed]
    lines += ["in use, kept: %s" % name(thing) for thing in removal.busy]
    lines.append("%s %s in %s" % ("removed" if removal.really else "would remove",
                                  human(sum(thing.size for thing in removal.removed)), removal.cache))
    return "\n".join(lines)
