"""A build backend in one file. What it builds is in about.json beside pyproject.toml,
and calls of its hooks are counted in the folder that TINY_CALLS names."""
import base64
import hashlib
import json
import os
import sys
import time
import zipfile

with open("about.json", encoding="utf-8") as file:
    ABOUT = json.load(file)
STEM = "%s-%s" % (ABOUT["name"], ABOUT["version"])


def note(hook):
    folder = os.environ.get("TINY_CALLS")
    if folder:
        with open(os.path.join(folder, ABOUT["name"] + " " + hook), "a") as file:
            file.write(".")


def metadata():
    lines = ["Metadata-Version: 2.1", "Name: " + ABOUT["name"], "Version: " + ABOUT["version"]]
    lines += ["Requires-Dist: " + text for text in ABOUT.get("requires", [])]
    return "\n".join(lines) + "\n"


def get_requires_for_build_wheel(config_settings=None):
    note("requires")
    return ABOUT.get("asks", [])


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    note("metadata")
    name = STEM + ".dist-info"
    os.mkdir(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w", encoding="utf-8") as file:
        file.write(metadata())
    return name


def world(config_settings):
    """What a backend sees."""
    return {
        "settings": config_settings, "environ": dict(os.environ), "cwd": os.getcwd(), "path": sys.path,
        "argv": sys.argv, "prefix": sys.prefix, "modules": sorted(sys.modules), "stdin": sys.stdin.read() if sys.stdin else "",
    }


def write_wheel(folder, name, files):
    date = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
    record = []
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as archive:
        def write(path, content):
            info = zipfile.ZipInfo(path, date)
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content)
        for path in sorted(files):
            content = files[path].encode("utf-8")
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
            record.append("%s,sha256=%s,%d" % (path, digest, len(content)))
            write(path, content)
        write(STEM + ".dist-info/RECORD", "\n".join(record + [STEM + ".dist-info/RECORD,,"]) + "\n")
    return name


def build_wheel(folder, config_settings=None, metadata_directory=None):
    note("wheel")
    tag = ABOUT.get("tag", "py3-none-any")
    if tag == "native":
        tag = "cp%d%d-none-%s" % (sys.version_info[0], sys.version_info[1], "linux_x86_64")
    files = {
        ABOUT["name"] + ".py": "__version__ = %r\n" % ABOUT["version"],
        STEM + ".dist-info/METADATA": metadata(),
        STEM + ".dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tiny\nRoot-Is-Purelib: true\nTag: %s\n" % tag,
    }
    if ABOUT.get("look"):
        files["world.json"] = json.dumps(world(config_settings))
    for module in ABOUT.get("imports", []):
        files[module + ".version"] = __import__(module).__version__
    return write_wheel(folder, "%s-%s.whl" % (STEM, tag), files)
