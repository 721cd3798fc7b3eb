"""Byte-code that a bundle brings along. That of these tests is of other sources than those in
the wheel, so that what runs shows which of both was taken."""
import os
import sys
import unittest

from . import bundles
from .sandbox import Case, base

SOURCE = {"app.py": "import other\ndef main():\n    print('app', other.name)\n", "other.py": "name = 'source'\n"}
ANOTHER = {"other.py": "name = 'byte-code'\n"}


@unittest.skipIf(sys.version_info < (3, 7), "Python 3.6 has no byte-code without the time of its source")
class TestOwnBytecode(Case):
    def commands(self, path):
        return [path], [path], [self.python, path], [base(), path]

    def test_is_taken(self):
        for number, environ in enumerate(({}, {"PYTHONDONTWRITEBYTECODE": "1"})):
            path = self.bundle(SOURCE, "app:main", "app%d.pyz" % number, bytecode=[(0, bundles.bytecode(ANOTHER))],
                               options={"inject_env": ["N=%d" % number]})
            for command in self.commands(path):
                self.assertEqual(self.good(*command, environ=environ), "app byte-code\n")

    def test_folder(self):
        path = self.bundle(SOURCE, "app:main", bytecode=[(0, bundles.bytecode(ANOTHER))])
        self.assertEqual(self.good(base(), "-c", "import sys, zipfile\nzipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])",
                                   path, self.path("tree")), "")
        self.assertEqual(self.good(self.python, self.path("tree")), "app byte-code\n")

    def test_module_of_another_wheel_in_its_place(self):
        """The byte-code is of a source that another wheel replaces."""
        first = bundles.wheel("a", "1.0", SOURCE)
        second = bundles.wheel("b", "1.0", {"other.py": "name = 'the later wheel'\n"})
        path = self.path("app.pyz")
        bundles.bundle(path, [first, second], "app:main", bytecode=[(0, bundles.bytecode(ANOTHER))])
        for command in self.commands(path):
            self.assertEqual(self.good(*command), "app the later wheel\n")

    def test_same_of_two_wheels(self):
        files = {"ns/__init__.py": ""}
        first = bundles.wheel("a", "1.0", dict(SOURCE, **files))
        second = bundles.wheel("b", "1.0", files)
        path = self.path("app.pyz")
        compiled = bundles.bytecode(files)
        bundles.bundle(path, [first, second], "app:main", bytecode=[(0, compiled), (1, compiled)])
        for command in self.commands(path):
            self.assertEqual(self.good(*command), "app source\n")

    def test_moved_modules(self):
        """Those of a wheel's .data folder go where the wheel's do."""
        files = dict(SOURCE)
        files["app-1.0.data/purelib/other.py"] = files.pop("other.py")
        path = self.bundle(files, "app:main", bytecode=[(0, bundles.bytecode({"app-1.0.data/purelib/other.py": ANOTHER["other.py"]}))])
        self.assertEqual(self.good(path), "app byte-code\n")

    def test_nothing_but_bytecode_of_its_wheel(self):
        data = bundles.archive({"evil.pth": b"import os; os._exit(9)\n", "evil.py": b"", "other.py": b"name = 'evil'\n",
                                "__pycache__/evil.%s.pyc" % sys.implementation.cache_tag: b""})
        path = self.bundle(SOURCE, "app:main", bytecode=[(0, data)])
        for command in self.commands(path):
            self.assertEqual(self.good(*command), "app source\n")

    def test_damaged(self):
        path = self.bundle(SOURCE, "app:main", bytecode=[(0, bundles.bytecode(ANOTHER))])
        with open(path, "rb") as file:
            content = file.read()
        at = content.index(b"PK\3\4", content.index(b"bytecode/part0")) + 10  # the time of a member
        with open(path, "wb") as file:
            file.write(content[:at] + b"\x21" + content[at + 1:])
        for command in ([path], [self.python, path]):
            code, output, errors = self.run_it(*command)
            self.assertEqual((code, output, errors.count("\n")), (1, "", 2), errors)
            self.assertIn("the sha256 of part0.%s.zip is not the manifest's" % sys.implementation.cache_tag, errors)
        code, _, errors = self.run_it(path, environ={"GOBUNDLE_TOOLS": "verify"})
        self.assertEqual((code, "part0" in errors), (1, True), errors)

    def test_verified_at_each_start(self):
        path = self.bundle(SOURCE, "app:main", bytecode=[(0, bundles.bytecode(ANOTHER))], options={"verify_at_run": "always"})
        self.assertEqual(self.good(path), "app byte-code\n")
        place = next(os.path.join(root, name) for environment in self.environments() for root, _, files in os.walk(environment)
                     for name in files if name.startswith("other.") and name.endswith(".pyc"))
        with open(place, "rb") as file:
            content = file.read()
        os.unlink(place)
        with open(place, "wb") as file:
            file.write(content.replace(b"byte-code", b"evil-code"))
        self.assertEqual(self.good(path), "app byte-code\n")

    def test_stays_while_it_is_in_use(self):
        path = self.bundle(SOURCE, "app:main", bytecode=[(0, bundles.bytecode(ANOTHER))])
        self.assertEqual(self.good(path), "app byte-code\n")
        with open(os.path.join(self.environments()[0], "wheels.txt")) as file:
            recorded = sorted(line.split()[0] for line in file)
        self.assertEqual(recorded, sorted(os.listdir(os.path.join(self.cache, "wheels"))))
        self.assertEqual(len(recorded), 2)

    def test_listed(self):
        path = self.bundle(SOURCE, "app:main", bytecode=[(0, bundles.bytecode(ANOTHER))])
        self.assertIn("byte-code     part0", self.good(path, environ={"GOBUNDLE_TOOLS": "info"}))
        self.assertIn("whole", self.good(path, environ={"GOBUNDLE_TOOLS": "verify"}))


class TestForeignBytecode(Case):
    def test_is_left_alone(self):
        nothing = bundles.archive({"__pycache__/other.%s.pyc" % sys.implementation.cache_tag: b"no byte-code"})
        for number, (tag, magic) in enumerate((("cpython-299", "00000d0a"), (sys.implementation.cache_tag, "00000d0a"))):
            path = self.bundle(SOURCE, "app:main", "app%d.pyz" % number, bytecode=[(0, nothing, tag, magic)])
            for command in ([path], [path], [self.python, path]):
                self.assertEqual(self.good(*command), "app source\n")
        self.assertEqual(len(os.listdir(os.path.join(self.cache, "wheels"))), 1)
