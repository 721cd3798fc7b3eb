"""Where the files of wheels go in an environment."""
import sys

from .host import BIN


def in_order(bundle, indexes):
    """The application's own sources come last: of two files with one place they win."""
    return sorted(indexes, key=lambda index: bundle.manifest["wheels"][index]["role"] == "sources")


def parts_of(bundle):
    """Returns the parts of a bundle that are for the chosen target and this interpreter: wheels, and
    then byte-code."""
    indexes, compiled = in_order(bundle, bundle.target["wheels"]), bundle.bytecode()
    return indexes + [compiled[index] for index in indexes if index in compiled]


def info_folder(archive):
    """Returns the name of a wheel's .dist-info folder."""
    tops = (name.partition("/")[0] for name in archive.members if ".dist-info/" in name)
    return next((top for top in tops if top.endswith(".dist-info")), "-.dist-info")


def layout(bundle, site):
    """Returns the files of an environment: for each part of the bundle the places in it, and the
    names that they have in the part. Of two wheels with one place the later one has it."""
    places, infos = {}, {}
    for index in in_order(bundle, bundle.target["wheels"]):
        archive = bundle.wheel(index)
        infos[index] = info_folder(archive)
        skipped = infos[index] + "/direct_url.json" if bundle.parts[index].get("direct_url") else ""
        places[index] = placed(archive, infos[index], site, skipped)
    settle(places)
    for index, part in bundle.bytecode().items():
        if index in infos:
            # Byte-code stands for its source, and is not compared with it any more.
            sources = set(places[index].values())
            places[part] = dict((place, name) for place, name in placed(bundle.wheel(part), infos[index], site, "").items()
                                if source_of(name) in sources)
    settle(places)
    return places


def settle(places):
    """Leaves each place to the last part that has it."""
    taken = set()
    for part in reversed(list(places)):
        mine = places[part]
        if not taken.isdisjoint(mine):
            places[part] = dict((place, name) for place, name in mine.items() if place not in taken)
        taken.update(mine)


def source_of(name):
    """Returns the name of the source that byte-code is for; None if it is for none."""
    tail = ".%s.pyc" % sys.implementation.cache_tag
    folder, inside, file = name.rpartition("__pycache__/")
    return folder + file[:-len(tail)] + ".py" if inside and file.endswith(tail) else None


def placed(archive, info, site, skipped):
    """Returns the places of the files of a wheel, or of its byte-code, and their names."""
    stem = info[:-len(".dist-info")]
    data = stem + ".data/"
    names = [name for name in archive.members if name[-1] != "/"]
    places = dict([(site + "/" + name, name) for name in names])
    places.pop(site + "/" + skipped, None)
    if "\n" + data not in "\n" + "\n".join(names):
        return places
    folders = {
        "purelib": site, "platlib": site, "scripts": BIN, "data": "",
        "headers": "include/site/python%d.%d/%s" % (sys.version_info[:2] + (stem.partition("-")[0],)),
    }
    for name in names:
        if name.startswith(data):
            del places[site + "/" + name]
            kind, _, rest = name[len(data):].partition("/")
            if kind in folders and rest:
                places[(folders[kind] + "/" + rest).lstrip("/")] = name
    return places
