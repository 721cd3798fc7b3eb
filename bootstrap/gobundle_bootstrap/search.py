"""Looks for another interpreter when the one that runs is not right for the bundle."""
import json
import os
import re

from .choose import choose
from .talk import Failure

MOST = 24  # how many interpreters are asked
PATIENCE = 10  # for how many seconds each
MARK = "gobundle-facts:"


def other(bundle, running):
    """Returns the first suitable interpreter on PATH, or None. running is not asked again."""
    asked = set([os.path.realpath(running)])
    for path in candidates(bundle.manifest):
        real = os.path.realpath(path)
        if real in asked:
            continue
        if len(asked) > MOST:
            break
        asked.add(real)
        facts = ask(bundle, path)
        if facts is None or os.path.realpath(facts["executable"]) in asked - set([real]):
            continue
        if choose(bundle.manifest, facts)[0] is not None:
            return facts["executable"] or path
    return None


def names(manifest):
    """Returns the names that interpreters for the bundle's targets have, best first."""
    found = []
    for target in manifest["targets"]:
        stem = target["implementation"] if target["implementation"] in ("pypy", "graalpy") else "python"
        version = ".".join(target["python"].split(".")[:2])
        found.append(stem + version + ("t" if re.match(r"cp\d+t-", target["name"]) else ""))
    return list(dict.fromkeys(found + ["python3", "python"]))


def candidates(manifest):
    """Yields the interpreters on PATH: those with the targets' names, then all others,
    newest first."""
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(folder)]
    suffix = ".exe" if os.name == "nt" else ""
    for name in names(manifest):
        for folder in folders:
            path = os.path.join(folder, name + suffix)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                yield path
    found = []
    for folder in folders:
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        for entry in entries:
            match = re.match(r"(?:python|pypy|graalpy)3(?:\.(\d+)t?)?(?:\.exe)?$", entry)
            if match:
                found.append((-int(match.group(1) or 0), os.path.join(folder, entry)))
    for _, path in sorted(found):
        if os.path.isfile(path) and os.access(path, os.X_OK):
            yield path


def ask(bundle, path):
    """Returns the facts of an interpreter, or None if it doesn't tell them."""
    import subprocess

    drop = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
    environ = dict((name, value) for name, value in os.environ.items() if name not in drop)
    try:
        child = subprocess.Popen([path, "-I", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, env=environ)
        try:
            output = child.communicate(bundle.read("gobundle_bootstrap/facts.py"), timeout=PATIENCE)[0]
        except BaseException:
            child.kill()
            child.communicate()
            raise
    except (OSError, subprocess.SubprocessError):
        return None
    for line in output.decode("utf-8", "replace").split("\n"):
        if line.startswith(MARK):
            try:
                return json.loads(line[len(MARK):])
            except ValueError:
                return None
    return None


def report(bundle, facts, reasons):
    """Returns the error for an interpreter that no target is right for."""
    here = "%s %s" % (facts["environment"]["platform_python_implementation"], facts["version"])
    lines = []
    if len(reasons) == 1:
        lines.append("no suitable Python was found for this bundle, which is for %s" % reasons[0][0])
        lines.append("%s is %s: %s" % (facts["executable"], here, reasons[0][1]))
    else:
        lines.append("no suitable Python was found; %s is %s" % (facts["executable"], here))
        lines += ["%s: %s" % reason for reason in reasons]
    wanted = bundle.manifest["targets"][0]
    hint = "name a Python %s by GOBUNDLE_PYTHON=/path/to/python, or build the bundle for this one too" % (
        ".".join(wanted["python"].split(".")[:2]))
    return Failure("\n".join(lines), hint)


def which(name):
    """Returns the path of the interpreter that GOBUNDLE_PYTHON names."""
    import shutil

    path = shutil.which(name)
    if path is None:
        raise Failure("GOBUNDLE_PYTHON names %s, which is no program" % name,
                      "set it to the path of a Python, or unset it")
    return os.path.abspath(path)
