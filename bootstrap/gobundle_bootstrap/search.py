"""Looks for another interpreter when the one that runs is not right for the bundle."""
import json
import os
import re

from .choose import choose, misfit, preferred, same_python
from .tags import LONG, SHORT, SYSTEMS, Fit
from .talk import Failure

MOST = 24  # how many interpreters are asked
PATIENCE = 10  # for how many seconds each
MARK = "gobundle-facts:"


def other(bundle, running):
    """Returns the first suitable interpreter on PATH, or None, and the facts of those that
    are not suitable. running is not asked again."""
    asked, unfit = set([os.path.realpath(running)]), []
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
            return facts["executable"] or path, unfit
        unfit.append(facts)
    return None, unfit


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


def report(bundle, facts, asked=()):
    """Returns the error for a bundle that no interpreter is right for: neither the one that
    runs nor the others that were asked."""
    manifest = bundle.manifest
    rows = []
    for target in preferred(manifest["targets"], facts):
        # What is wrong with the right Python says more than that there are others.
        who = next((one for one in [facts] + list(asked) if same_python(target, one)), facts)
        rows.append((target, who, misfit(manifest, target, who, Fit(who))))
    target, who, reason = rows[0]
    if len(rows) == 1:
        lines = ["no suitable Python was found for this bundle, which is for %s" % target["name"],
                 "%s is %s: %s" % (who["executable"], called(who), reason)]
    else:
        lines = ["no suitable Python was found; %s is %s" % (facts["executable"], called(facts))]
        if all(row[1] is facts and row[2] == reason for row in rows):
            lines.append(reason)
        else:
            lines += ["%s: %s%s" % (target["name"], reason, "" if who is facts else " (%s)" % who["executable"])
                      for target, who, reason in rows]
    return Failure("\n".join(lines), advice(manifest, facts, rows))


def called(facts):
    return "%s %s" % (facts["environment"]["platform_python_implementation"], facts["version"])


def advice(manifest, facts, rows):
    """Returns the hint for a report: which Python to name, if one would do, and for what to
    build."""
    if manifest["options"].get("requires_python_test") is not None and len(set(row[2] for row in rows)) == 1:
        return "name a Python %s by GOBUNDLE_PYTHON=/path/to/python" % manifest["options"]["requires_python"]
    build = "build the bundle with --target %s too" % Fit(facts).target()
    for target, who, _ in rows:
        system = Fit.system_of(target["name"].partition("-")[2])
        if not same_python(target, who) and (system == facts["platform"]["system"] or system not in SYSTEMS):
            short = SHORT.get(target["implementation"], target["implementation"])
            version = ".".join(target["python"].split(".")[:2])
            name = "Python" if short == "cp" else LONG.get(short, short)
            return "name a %s %s by GOBUNDLE_PYTHON=/path/to/python, or %s" % (name, version, build)
    return build


def which(bundle, name):
    """Returns the path of the interpreter that GOBUNDLE_PYTHON names."""
    import shutil

    path = shutil.which(name)
    # With another name it may be any program, which would do as it likes.
    if path is None or "py" not in os.path.basename(path) and ask(bundle, path) is None:
        raise Failure("GOBUNDLE_PYTHON names %s, which is no Python" % name,
                      "set it to the path of a Python, or unset it")
    return os.path.abspath(path)
