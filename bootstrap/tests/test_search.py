"""What happens where the first Python is not right for the bundle."""
import os
import re
import sys

from gobundle_bootstrap.facts import facts
from gobundle_bootstrap.tags import Fit

from . import bundles
from .sandbox import Case, base

OTHER = [path for path in os.environ.get("GOBUNDLE_PYTHONS", "").split(os.pathsep)
         if path and os.path.realpath(path) != base()]
PRINT = {"app.py": "import sys\ndef main():\n    print('%d.%d' % sys.version_info[:2])\n"}


def only(version):
    """A bundle's own constraint: exactly one minor version."""
    major, minor = version
    return {"requires_python": "==%d.%d.*" % version, "requires_python_test": [
        "version", "python_full_version", [[[major, minor, 0, 0, 0], True, [major, minor + 1, 0, 0, 0], False]]]}


class TestSearch(Case):
    def other(self):
        """Another interpreter of another minor version, and that version."""
        for path in OTHER:
            code, output, _ = self.run_it(path, "-c", "import sys; print('%d %d' % sys.version_info[:2])")
            version = tuple(int(part) for part in output.split())
            if code == 0 and version != sys.version_info[:2]:
                return path, version
        return None, None

    def test_next_suitable_one(self):
        path, version = self.other()
        if path is None:
            return
        os.mkdir(self.path("more"))
        os.symlink(os.path.realpath(path), self.path("more", "python%d.%d" % version))
        self.environ["PATH"] = self.path("bin") + ":" + self.path("more")
        app = self.bundle(PRINT, "app:main", options=only(version))
        for command in ([app], [app], [self.python, app], [self.python, app]):
            self.assertEqual(self.good(*command), "%d.%d\n" % version)
        # The choice is remembered: sh goes straight to the other one.
        os.unlink(self.path("more", "python%d.%d" % version))
        self.assertEqual(self.good(app), "%d.%d\n" % version)
        self.assertEqual(len(self.environments()), 1)
        # Until that one goes away.
        python = os.path.join(self.environments()[0], "bin", "python")
        os.unlink(python)
        os.symlink(self.path("nowhere"), python)
        for command in ([app], [self.python, app]):
            code, output, errors = self.run_it(*command)
            self.assertEqual((code, output), (1, ""))
            self.assertIn("hint: ", errors)

    def test_none(self):
        app = self.bundle(PRINT, "app:main", options=only((3, 99)))
        for command in ([app], [app], [self.python, app]):
            code, output, errors = self.run_it(*command)
            self.assertEqual((code, output), (1, ""))
            lines = errors.splitlines()
            self.assertEqual(len(lines), 3)
            self.assertRegex(lines[0], r"\Aapp.pyz: error: no suitable Python was found for this bundle, which is for test\Z")
            self.assertRegex(lines[1], r"\Aapp.pyz: .*python\S* is \w+ 3\.\S+: the bundle needs Python ==3.99.\*, this is \w+ 3\.\S+\Z")
            self.assertRegex(lines[2], r"\Aapp.pyz: hint: ")
        self.assertEqual(self.environments(), [])

    def test_one_line_for_each_target(self):
        targets = [{"name": "t%d" % n, "python": "3.9%d" % n, "implementation": "cpython", "wheels": [0], "conditions": [
            {"by": "app 1.0", "text": 'os_name == "x%d"' % n, "truth": True, "test": ["text", "os_name", "==", "x%d" % n]}]}
            for n in range(3)]
        app = self.bundle(PRINT, "app:main", targets=targets)
        code, output, errors = self.run_it(app)
        self.assertEqual((code, output), (1, ""))
        self.assertEqual(len(re.findall(r"^app.pyz: t\d: app 1.0: ", errors, re.M)), 3, errors)
        self.assertEqual(errors.count("\n"), 5)

    def test_no_reason_twice(self):
        targets = [{"name": "t%d" % n, "python": "3.9%d" % n, "implementation": "cpython", "wheels": [0], "conditions": []} for n in range(3)]
        app = self.bundle(PRINT, "app:main", targets=targets, options=only((3, 99)))
        code, output, errors = self.run_it(app)
        self.assertEqual((code, output), (1, ""))
        self.assertRegex(errors, r"\Aapp.pyz: error: no suitable Python was found; .*\n"
                                 r"app.pyz: the bundle needs Python ==3.99.\*, this is .*\n"
                                 r"app.pyz: hint: name a Python ==3.99.\* by GOBUNDLE_PYTHON=/path/to/python\n\Z")

    def test_reason_of_the_right_python(self):
        """Of a Python that a target is for, it says what is wrong with it, and not that
        another one runs."""
        path, version = self.other()
        if path is None:
            return
        os.symlink(os.path.realpath(path), self.path("bin", "python%d.%d" % version))
        tag = "py3-none-manylinux_2_99_%s" % os.uname().machine
        target = {"python": "%d.%d.1" % version, "implementation": "cpython", "wheels": [0], "conditions": []}
        app = self.path("app.pyz")
        wheels = [bundles.wheel("app", "1.0", PRINT, tags=tag), bundles.wheel("app", "1.0", PRINT, tags="py3-none-win_amd64")]
        bundles.bundle(app, wheels, "app:main", targets=[
            dict(target, name="right-" + tag[9:]), dict(target, name="cp399-win_amd64", python="3.99.1", wheels=[1])])
        code, output, errors = self.run_it(app)
        self.assertEqual((code, output), (1, ""))
        self.assertRegex(errors, r"(?m)^app.pyz: right-\S+: app 1.0 needs glibc 2.99, this is \d.\d+ \(.*\)$")
        self.assertIn("\napp.pyz: cp399-win_amd64: app 1.0 needs Windows, this is ", errors)
        # A Python 3.99 would not do, for it is Windows's.
        self.assertRegex(errors, r"(?m)^app.pyz: hint: build the bundle with --target [cp]p%d%d\w*-manylinux_\d_\d+_\w+ too$" % sys.version_info[:2])

    def test_veto_of_the_system(self):
        """A module _manylinux of the interpreter refuses platforms (PEP 600, and before it PEP 513)."""
        if not facts()["platform"]["glibc"]:
            return
        self.good(self.python, "-m", "venv", "--without-pip", self.path("system"))
        python = self.path("system", "bin", "python")
        folder = self.good(python, "-c", "import site; print(site.getsitepackages()[0])").strip()
        tag = "manylinux_2_17_" + Fit(facts()).machine()
        app = self.path("app.pyz")
        bundles.bundle(app, [bundles.wheel("app", "1.0", PRINT, tags="py3-none-" + tag)], "app:main")
        for number, (text, refuses) in enumerate((
                ("def manylinux_compatible(major, minor, machine): return (major, minor) != (2, 17)", True),
                ("def manylinux_compatible(major, minor, machine): return (major, minor) == (2, 17)", False),
                ("manylinux2014_compatible = False\ndef manylinux_compatible(major, minor, machine): return None", False),
                ("manylinux2014_compatible = False", True), ("manylinux1_compatible = False", False))):
            with open(os.path.join(folder, "_manylinux.py"), "w") as file:
                file.write(text + "\n")
            # Its own cache: what an earlier start has found stands.
            code, output, errors = self.run_it(python, app, environ={"GOBUNDLE_CACHE_DIR": self.path("cache %d" % number),
                                                                     "PYTHONDONTWRITEBYTECODE": "1"})
            if refuses:
                self.assertEqual((code, output), (1, ""), text)
                self.assertIn(": app 1.0 is for %s, which this system says it is not compatible with\n" % tag, errors)
            else:
                self.assertEqual((code, output, errors), (0, "%d.%d\n" % sys.version_info[:2], ""), text)

    def test_forced_one_is_not_suitable(self):
        app = self.bundle(PRINT, "app:main", options=only((3, 99)))
        for command in ([app], [self.python, app]):
            code, output, errors = self.run_it(*command, environ={"GOBUNDLE_PYTHON": self.python})
            self.assertEqual((code, output), (1, ""))
            self.assertRegex(errors, r"\Aapp.pyz: error: GOBUNDLE_PYTHON names \S+, and the bundle can't run on it\n"
                                     r"app.pyz: .*the bundle needs Python .*\napp.pyz: hint: .*\n\Z")

    def test_candidates_that_misbehave(self):
        app = self.bundle(PRINT, "app:main", options=only((3, 99)))
        for name, text in (("python3.98", "exit 3"), ("python3.97", "echo gobundle-facts:{"), ("python3.96", "cat >/dev/null; echo")):
            with open(self.path("bin", name), "w") as file:
                file.write("#!/bin/sh\n%s\n" % text)
            os.chmod(self.path("bin", name), 0o755)
        self.assertEqual(self.run_it(app)[0], 1)

    def test_old_pythons(self):
        """What can't run the bootstrap must say so, and not choke on its syntax."""
        app = self.bundle(PRINT, "app:main")
        old = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(base()))), "2.7.18", "bin", "python2.7")
        if os.path.exists(old):
            code, output, errors = self.run_it(old, app)
            self.assertEqual((code, output), (1, ""))
            self.assertRegex(errors, r"error: this is Python 2\.7 .*, and the bundle needs Python 3\.6 or later\n.*hint: ")
