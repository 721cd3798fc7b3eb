"""Runs the bundle's own verb on wheels in files, without a bundle. argv[1] is the bootstrap
folder, the rest is for the verb; stdin is a JSON list of {path, role, requested, direct_url}."""
import hashlib
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from gobundle_bootstrap import venv


class Bundle(object):
    path = "/somewhere/app.pyz"

    def __init__(self, wheels):
        self.files = [wheel["path"] for wheel in wheels]
        self.manifest = {"wheels": [self.described(wheel) for wheel in wheels]}
        self.target = {"wheels": list(range(len(wheels)))}

    @staticmethod
    def described(wheel):
        with open(wheel["path"], "rb") as stream:
            content = stream.read()
        return {
            "file": os.path.basename(wheel["path"]),
            "sha256": hashlib.sha256(content).hexdigest(),
            "role": wheel["role"],
            "requested": wheel["requested"],
            "direct_url": wheel["direct_url"],
        }

    def open_wheel(self, index):
        return open(self.files[index], "rb")


sys.exit(venv.main(sys.argv[2:], Bundle(json.loads(sys.stdin.buffer.read().decode("utf-8")))))
