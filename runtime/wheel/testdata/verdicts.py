"""Reads archives as testdata/archives.json has them from stdin, and prints what the Python
reader says about each, one JSON string a line. argv[1] is the bootstrap folder, argv[2] the
size beyond which members are streamed."""
import base64
import io
import json
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from gobundle_bootstrap import strictzip, wheelfile

strictzip.WHOLE = int(sys.argv[2])


def verdict(case):
    try:
        content = io.BytesIO(base64.b64decode(case["content"]))
        wheel = wheelfile.WheelFile(content, case["file"])
        wheel.root_is_purelib()
        record = wheelfile.Record(wheel)
        for member in wheel.members:
            for _ in record.chunks(member):
                pass
    except strictzip.WheelError as error:
        return str(error)
    return ""


for case in json.loads(sys.stdin.buffer.read().decode("utf-8")):
    print(json.dumps(verdict(case)))
