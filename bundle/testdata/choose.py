"""Answers lines of JSON, a manifest and the facts of an interpreter, with the name of the
target that the bootstrap chooses, or "", and why it does not choose those before."""
import json
import sys

sys.path.insert(0, sys.argv[1])
from gobundle_bootstrap.choose import choose  # noqa: E402

for line in sys.stdin:
    question = json.loads(line)
    target, reasons = choose(question["manifest"], question["facts"])
    print(json.dumps({"choice": target["name"] if target else "", "reasons": reasons}))
    sys.stdout.flush()
