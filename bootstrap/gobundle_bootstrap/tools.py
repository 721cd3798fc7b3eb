"""The tools that a bundle brings along: GOBUNDLE_TOOLS=info ./app.pyz, and so on."""
import json
import os
import sys

from .bundle import check_sha256
from .talk import Failure


def run(tool, arguments, bundle, suitable):
    """Runs a tool and returns the exit code. suitable chooses bundle.target and returns the
    facts of the interpreter and where it is."""
    if tool not in TOOLS:
        raise Failure("GOBUNDLE_TOOLS: there is no tool %s" % tool, "there are " + ", ".join(sorted(TOOLS)), 2)
    if tool in ("interpreter", "venv"):
        suitable_facts = suitable()
    else:
        suitable_facts = None
    if tool == "venv":
        from . import venv

        return venv.main(arguments, bundle)
    if tool == "install":
        from . import links

        return links.install(arguments, bundle, show)
    if tool == "cache":
        from . import cachetool

        return cachetool.run(arguments, bundle, show)
    if arguments and tool != "extract" and arguments != ["--json"]:
        raise Failure("%s takes no arguments" % tool, "GOBUNDLE_TOOLS=%s %s" % (tool, bundle.path), 2)
    return TOOLS[tool](arguments, bundle, suitable_facts) or 0


def show(text):
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def info(arguments, bundle, _):
    """Lists what is in the bundle; with --json, prints its manifest."""
    manifest = bundle.manifest
    if arguments == ["--json"]:
        show(json.dumps(manifest, indent=1, ensure_ascii=False))
        return
    entry = manifest["entry_point"]
    starts = {
        "callable": "%(module)s:%(attribute)s", "module": "the module %(module)s",
        "script": "the script %(script)s of %(distribution)s", "interpreter": "a Python with what is bundled",
        "busybox": "one of its commands",
    }[entry["kind"]] % entry
    show("bundle        %s" % bundle.id)
    show("made by       %s" % manifest["generator"])
    show("starts        %s" % starts)
    for command in manifest.get("commands", []):
        show("command       %s" % command["name"])
    show("requirements  %s" % (", ".join(manifest["requirements"]) or "none"))
    executable = bundle.archive is not None and "launch.json" in bundle.archive.members
    python = executable and json.loads(bundle.read("launch.json").decode("utf-8")).get("python")
    if python:
        show("python        %s%s" % (python["name"], ", fetched from " + python["url"] if "url" in python else ""))
    for target in manifest["targets"]:
        show("target        %s" % target["name"])
    for index, wheel in enumerate(manifest["wheels"]):
        only = [target["name"] for target in manifest["targets"] if index in target["wheels"]]
        where = "" if len(only) == len(manifest["targets"]) else "  only for " + ", ".join(only)
        show("%-13s %s%s" % ("sources" if wheel["role"] == "sources" else "wheel", wheel["file"], where))
    for part in manifest.get("bytecode", []):
        show("byte-code     %s" % part["file"])


def verify(arguments, bundle, _):
    """Checks every wheel against the manifest, and every file in it against its RECORD."""
    from .wheelfile import Record, WheelError, WheelFile

    for index, described in enumerate(bundle.manifest["wheels"]):
        check_sha256(bundle, index, bundle.wheel_source(index))
        with bundle.open_wheel(index) as stream:
            try:
                wheel = WheelFile(stream, described["file"])
                record = Record(wheel)
                for member in wheel.members:
                    for _ in record.chunks(member):
                        pass
            except WheelError as error:
                raise Failure(str(error), "build the bundle again")
    for index in range(len(bundle.manifest["wheels"]), len(bundle.parts)):
        check_sha256(bundle, index, bundle.wheel_source(index))
    show("%s is whole: %d wheels" % (bundle.path, len(bundle.manifest["wheels"])))


def extract(arguments, bundle, _):
    """Writes the wheels to a folder, as the index served them."""
    from .tree import write

    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise Failure("extract takes the folder to write to", "GOBUNDLE_TOOLS=extract %s DIR" % bundle.path, 2)
    folder = arguments[0]
    try:
        os.makedirs(folder, exist_ok=True)
        for index, described in enumerate(bundle.manifest["wheels"]):
            check_sha256(bundle, index, bundle.wheel_source(index))
            source = bundle.plain_source(index)
            pieces = (source.read(offset, min(1 << 20, source.size - offset))
                      for offset in range(0, source.size, 1 << 20))
            write(os.path.join(folder, described["file"]), pieces, 0o666)
    except OSError as error:
        raise Failure("writing to %s: %s" % (folder, error.strerror), "choose another folder")
    show("%d wheels in %s" % (len(bundle.manifest["wheels"]), folder))
    recompressed = sum(1 for described in bundle.manifest["wheels"] if described.get("packing"))
    if recompressed:
        show("%d of them were recompressed in the bundle: the files are those of RECORD, the archives not byte for byte "
             "the original ones" % recompressed)


def graph(arguments, bundle, _):
    """Prints which distribution needs which, for dot."""
    names = sorted(set(wheel["name"] for wheel in bundle.manifest["wheels"]))
    edges = sorted(set((wheel["name"], needed) for wheel in bundle.manifest["wheels"]
                       for needed in wheel["requires"]))
    show("digraph bundle {")
    for name in names:
        show('\t"%s"' % name)
    for edge in edges:
        show('\t"%s" -> "%s"' % edge)
    show("}")


def interpreter(arguments, bundle, suitable_facts):
    """Prints the interpreter that the bundle runs on here, and for which target."""
    facts, base = suitable_facts
    show("%s\t%s" % (base.path, bundle.target["name"]))


TOOLS = {"info": info, "verify": verify, "extract": extract, "graph": graph, "interpreter": interpreter,
         "venv": None, "cache": None, "install": None}
