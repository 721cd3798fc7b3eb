"""Answers lines of JSON, a manifest and the facts of an interpreter, with the name of the
target that the bootstrap chooses, or "", why it does not choose those before, and the name
of the target that the interpreter is itself."""
import json
import sys

sys.path.insert(0, sys.argv[1])
from gobundle_bootstrap.choose import choose  # noqa: E402
from gobundle_bootstrap.tags import Fit  # noqa: E402

for line in sys.stdin:
    question = json.loads(line)
    target, reasons = choose(question["manifest"], question["facts"])
    name = target["name"] if target else ""
    print(json.dumps({"choice": name, "reasons": reasons, "own": Fit(question["facts"]).target()}))
    sys.stdout.flush()
