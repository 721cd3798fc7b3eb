"""Makes bundles and wheels for tests. What makes them for users is written in Go."""
import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import MAGIC_NUMBER

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAMES = ["python3"]
LAUNCHER = os.environ.get("GOBUNDLE_LAUNCHER")  # with it bundles are executables: this file is before the zip instead of sh lines


def read(*names):
    with open(os.path.join(HERE, *names), "rb") as file:
        return file.read()


def digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode("ascii").rstrip("=")


def wheel(name, version, files, tags="py3-none-any", modes=None, method=zipfile.ZIP_DEFLATED):
    """Returns the file name and the bytes of a wheel with the given files (text or bytes)."""
    info = "%s-%s.dist-info" % (name, version)
    content = {path: data if isinstance(data, bytes) else data.encode("utf-8") for path, data in files.items()}
    content[info + "/METADATA"] = ("Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version)).encode("utf-8")
    content[info + "/WHEEL"] = ("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: %s\n" % tags).encode("utf-8")
    rows = ["%s,%s,%d" % (path, digest(data), len(data)) for path, data in content.items()]
    content[info + "/RECORD"] = "\n".join(rows + [info + "/RECORD,,", ""]).encode("utf-8")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, data in content.items():
            entry = zipfile.ZipInfo(path)
            entry.compress_type = method
            entry.external_attr = (0o100000 | (modes or {}).get(path, 0o644)) << 16
            archive.writestr(entry, data)
    return "%s-%s-%s.whl" % (name, version, tags), out.getvalue()


def read_wheel(path):
    with open(path, "rb") as file:
        return os.path.basename(path), file.read()


def expand(tags):
    python, abi, platform = tags.split("-")
    return ["%s-%s-%s" % (p, a, s) for p in python.split(".") for a in abi.split(".") for s in platform.split(".")]


def entry(text):
    """Makes a manifest's entry point of "module:attribute", "module", "script SCRIPT" or ""."""
    made = {"kind": "interpreter", "module": "", "attribute": "", "script": "", "distribution": ""}
    if text.startswith("script "):
        made.update(kind="script", script=text[len("script "):])
    elif text:
        module, _, attribute = text.partition(":")
        made.update(kind="callable" if attribute else "module", module=module, attribute=attribute)
    return made


def commands(described):
    """Makes a manifest's commands of a dict from names to entry points, which may have a distribution."""
    made = []
    for name in sorted(described):
        text, _, distribution = described[name].partition(" of ")
        made.append(dict(entry(text), name=name))
        if distribution:
            made[-1].update(script=name, distribution=distribution)
    return made


def bytecode(modules):
    """Compiles modules, as the bundle's maker does it, and returns the archive: sources by the places that
    they have in the wheel."""
    program = os.path.join(HERE, "compile.py")
    questions = [part for name, source in sorted(modules.items()) for part in (name.encode("utf-8"), source.encode("utf-8"))]
    answers = io.BytesIO(subprocess.run(
        [sys.executable, "-S", "-W", "ignore", program], input=b"".join(len(part).to_bytes(8, "little") + part for part in questions),
        stdout=subprocess.PIPE, check=True).stdout)
    files = {}
    for name in sorted(modules):
        folder, file = os.path.split(name)
        place = os.path.join(folder, "__pycache__", "%s.%s.pyc" % (file[:-len(".py")], sys.implementation.cache_tag))
        files[place] = answers.read(int.from_bytes(answers.read(8), "little"))
    return archive(files)


def archive(files):
    """Returns a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in sorted(files.items()):
            written.writestr(name, data)
    return out.getvalue()


def described_bytecode(number, wheel, data, cache_tag=sys.implementation.cache_tag, magic=MAGIC_NUMBER.hex()):
    """What a manifest says of byte-code of the wheel with that place in it."""
    return {"file": "part%d.%s.zip" % (number, cache_tag), "sha256": hashlib.sha256(data).hexdigest(), "size": len(data),
            "wheel": wheel, "cache_tag": cache_tag, "magic": magic}


def manifest(wheels, entry_point, tools=True, targets=None, options=None, busybox=None, bytecode=()):
    made = {"format": "1.0", "generator": "gobundle test", "entry_point": entry(entry_point),
            "options": dict({"tools": tools, "requires_python": ""}, **(options or {})),
            "requirements": [], "wheels": [], "targets": targets}
    if busybox:
        made["entry_point"]["kind"] = "busybox"
        made["commands"] = commands(busybox)
    for file, data in sorted(wheels):
        name, version, tags = file[:-4].split("-", 2)
        made["wheels"].append({
            "file": file, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data),
            "name": name.lower().replace("_", "-"), "version": version, "tags": expand(tags),
            "role": "dependency", "requested": True, "requires": [], "requires_python": "", "direct_url": ""})
    if targets is None:
        made["targets"] = [{"name": "test", "python": "3.11.7", "implementation": "cpython",
                            "wheels": list(range(len(wheels))), "conditions": []}]
    if bytecode:
        made["format"], made["bytecode"] = "1.1", [described_bytecode(number, *of) for number, of in enumerate(bytecode)]
    return (json.dumps(made, indent=1) + "\n").encode("utf-8")


def warm(names):
    """As bootstrap.Prolog has it: the first argument is not the bundle's own verb."""
    if not names:
        return b' && [ "${1-}" != venv ]'
    return (' && { [ "${1-}" != venv ] || case ${0##*/} in %s) ;; *) false ;; esac; }' % "|".join("'%s'" % name for name in names)).encode("utf-8")


def bundle(path, wheels, entry_point, names=None, tools=True, prolog=None, **more):
    """Writes a bundle and returns its id. prolog replaces the sh lines. bytecode are a wheel's place in the
    manifest, an archive, and perhaps cache_tag and magic of the interpreter that it is for."""
    described = manifest(wheels, entry_point, tools, **more)
    options = more.get("options") or {}
    always = options.get("verify_at_run") == "always"
    bundle_id = hashlib.sha256(described).hexdigest()
    names_of_commands = sorted(more.get("busybox") or {})
    if prolog is None:
        prolog = read("prolog.sh.tmpl").replace(b"@ID@", bundle_id[:32].encode("ascii"))
        prolog = prolog.replace(b"@NAMES@", " ".join(names or NAMES).encode("ascii"))
        prolog = prolog.replace(b"@WARM@", b" && false" if always else warm(names_of_commands) if tools else b"")
        prolog = prolog.replace(b"@UNSET@", b"PYTHONHOME" if options.get("inherit_path") else b"PYTHONPATH PYTHONHOME")
        prolog = prolog.replace(b"@ARGUMENTS@", "".join(" '%s'" % text for text in options.get("python_args", [])).encode("utf-8"))
    main = read("main.py.tmpl")
    for name, value in (("ID", bundle_id), ("TOOLS", tools), ("INHERIT", bool(options.get("inherit_path"))), ("WARM", not always),
                        ("COMMANDS", tuple(names_of_commands))):
        main = main.replace(("@%s@" % name).encode("ascii"), str(value).encode("ascii"))
    beside = path + ".new"
    with open(beside, "wb") as file:
        file.write(prolog)
    with zipfile.ZipFile(beside, "a", zipfile.ZIP_STORED) as archive:
        def put(name, data):
            archive.writestr(zipfile.ZipInfo(name), data)

        put("__main__.py", main)
        put("__gobundle__.py", read("import.py.tmpl").replace(b"@ID@", bundle_id.encode("ascii")))
        folder = os.path.join(HERE, "gobundle_bootstrap")
        for name in sorted(os.listdir(folder)):
            if name.endswith(".py"):
                put("gobundle_bootstrap/" + name, read("gobundle_bootstrap", name))
        put("manifest.json", described)
        for file, data in sorted(wheels):
            put("wheels/" + file, data)
        for number, of in enumerate(more.get("bytecode", ())):
            put("bytecode/" + described_bytecode(number, *of)["file"], of[1])
    if LAUNCHER and prolog.startswith(b"#!/bin/sh\n# A Python application"):
        make_executable(beside, {
            "id": bundle_id, "names": names or NAMES, "tools": tools, "inherit": bool(options.get("inherit_path")),
            "verify_always": always, "python_args": options.get("python_args", [])})
    os.chmod(beside, 0o755)
    os.rename(beside, path)
    return bundle_id


def make_executable(path, record):
    """Makes an executable of a zipapp."""
    with open(LAUNCHER, "rb") as launcher, open(path + ".zip", "wb") as file:
        shutil.copyfileobj(launcher, file)
    with zipfile.ZipFile(path) as zipapp, zipfile.ZipFile(path + ".zip", "a", zipfile.ZIP_STORED) as archive:
        for entry in zipapp.infolist():
            archive.writestr(entry, zipapp.read(entry))
        archive.writestr(zipfile.ZipInfo("launch.json"), json.dumps(record))
    os.rename(path + ".zip", path)
