"""Reads archives as testdata/archives.json has them from stdin by the reader of a first start,
which trusts a sha256 to have been checked, and prints for each, as one JSON string a line, why it refuses it.
What it doesn't refuse must be what the strict reader finds, if that accepts it; in any case nothing
may leave the folder that it is for. argv[1] is the bootstrap folder."""
import base64
import io
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from gobundle_bootstrap import archive, strictzip, talk


def strictly(content, name):
    try:
        wheel = strictzip.StrictZip(io.BytesIO(content), name)
        return dict((member.name, b"".join(wheel.chunks(member))) for member in wheel.members)
    except strictzip.WheelError:
        return None


def verdict(case, path):
    content = base64.b64decode(case["content"])
    with open(path, "wb") as stream:
        stream.write(content)
    source = archive.Source(path)
    try:
        found = archive.Archive(source)
        members = dict((name, found.read(name)) for name in found.members)
    except talk.Failure as failure:
        return str(failure) or "refused"
    finally:
        os.close(source.descriptor)
    root = os.path.realpath("/root-of-it")
    for name in members:
        whole = os.path.normpath(os.path.join(root, name))
        assert whole.startswith(root + os.sep), (case["name"], name)
    expected = strictly(content, case["file"])
    assert expected is None or expected == members, case["name"]
    return ""


folder = tempfile.mkdtemp()
path = os.path.join(folder, "a.zip")
try:
    for case in json.loads(sys.stdin.buffer.read().decode("utf-8")):
        print(json.dumps(verdict(case, path)))
finally:
    if os.path.exists(path):
        os.unlink(path)
    os.rmdir(folder)
