"""Bundles of several commands."""
import os

from . import bundles
from .sandbox import Case

FILES = {
    "app.py": "import sys\ndef one():\n    print('one', sys.argv)\n    return 3\ndef two():\n    print('two', sys.argv)\n"
              "if __name__ == '__main__':\n    print('module', sys.argv)\n",
    "app-1.0.dist-info/entry_points.txt": "[console_scripts]\none = app:one\n",
    "app-1.0.data/scripts/file": "#!python\nimport sys\nprint('file', sys.argv, __name__)\n",
}
COMMANDS = {"one": "app:one of app", "t wo": "app:two", "mod": "app", "file": "script file of app", "gone": "other:main of other"}


class TestBusybox(Case):
    def setUp(self):
        Case.setUp(self)
        os.mkdir(self.path("a b"))
        self.app = self.path("a b", "app box.pyz")
        wheels = [bundles.wheel("app", "1.0", FILES), bundles.wheel("other", "1.0", {"other.py": ""})]
        targets = [{"name": "test", "python": "3.11.7", "implementation": "cpython", "wheels": [0], "conditions": []}]
        bundles.bundle(self.app, wheels, "", busybox=COMMANDS, targets=targets)

    def ways(self, path):
        """Cold and warm, by sh and by Python."""
        return [path], [path], [self.python, path]

    def test_by_first_argument(self):
        for way in self.ways(self.app):
            code, output, errors = self.run_it(*(way + ["one", "x", "y z"]))
            self.assertEqual((code, errors), (3, ""))
            folder, = self.environments()
            self.assertEqual(output, "one %r\n" % [os.path.join(folder, "bin", "one"), "x", "y z"])
            self.assertEqual(self.good(*(way + ["t wo", "one"])), "two ['t wo', 'one']\n")
            self.assertEqual(self.good(*(way + ["mod"])), "module ['mod']\n")
            self.assertEqual(self.good(*(way + ["file", "1"])), "file %r __main__\n" % [os.path.join(folder, "bin", "file"), "1"])

    def test_by_name(self):
        for name, said in (("one", "one"), ("t wo", "two"), ("mod", "module"), ("file", "file")):
            link = self.path("work", name)
            os.symlink(self.app, link)
            for way in self.ways(link)[1:]:
                for arguments in (["one"], ["venv", "x"]):
                    code, output, errors = self.run_it(*(way + arguments))
                    tail = " __main__" if name == "file" else ""
                    self.assertEqual((errors, output), ("", "%s %r%s\n" % (said, [link] + arguments, tail)))
                    self.assertEqual(code, 3 if name == "one" else 0)
        self.assertEqual(len(self.environments()), 1)

    def test_none(self):
        for way in self.ways(self.app)[1:]:
            code, output, errors = self.run_it(*way)
            self.assertEqual((code, output), (2, ""))
            self.assertTrue(errors.startswith("usage: app box.pyz COMMAND [ARGUMENT...]\n"), errors)
            # That of a distribution that the target does not have is not there.
            self.assertIn("commands:\n  file\n  mod\n  one\n  t wo\n\n", errors)
            for option in ("-h", "--help"):
                self.assertEqual(self.run_it(*(way + [option])), (0, errors, ""))
            for wrong, hint in (("onn", "did you mean one?"), ("gone", "did you mean one?"), ("-x", "it has file, mod, one, t wo")):
                self.assertEqual(self.run_it(*(way + [wrong, "one"])), (
                    1, "", "app box.pyz: error: the bundle has no command %s\napp box.pyz: hint: %s\n" % (wrong, hint)))

    def test_variables_come_first(self):
        for way in self.ways(self.app)[1:]:
            self.assertEqual(self.good(*(way + ["one"]), environ={"GOBUNDLE_ENTRY_POINT": "app:two"}), "two ['%s', 'one']\n" % self.app)
            self.assertEqual(self.good(*(way + ["-c", "print(1)"]), environ={"GOBUNDLE_INTERPRETER": "1"}), "1\n")
            self.assertEqual(self.good(*(way + ["mod"]), environ={"GOBUNDLE_INTERPRETER": "0", "GOBUNDLE_TOOLS": "0"}), "module ['mod']\n")

    def test_own_verb(self):
        self.run_it(self.app, "venv", self.path("env"))
        self.assertTrue(os.path.exists(self.path("env", "bin", "one")))
        self.assertFalse(os.path.exists(self.path("env", "bin", "t wo")))

    def test_install(self):
        environ = {"GOBUNDLE_TOOLS": "install"}
        os.symlink(self.app, self.path("bin", "app"))
        links = self.path("work", "new", "links here")
        for path in (self.app, self.path("bin", "app"), self.app):
            self.assertEqual(self.good(path, os.path.join("new", "links here"), environ=environ), "5 commands in %s\n" % links)
            self.assertEqual(sorted(os.listdir(links)), sorted(COMMANDS))
            self.assertEqual(set(os.readlink(os.path.join(links, name)) for name in COMMANDS), set([self.app]))
        self.assertEqual(self.good(os.path.join(links, "t wo")), "two %r\n" % [os.path.join(links, "t wo")])

    def test_install_replaces_nothing(self):
        environ = {"GOBUNDLE_TOOLS": "install"}
        os.mkdir(self.path("links"))
        with open(self.path("links", "one"), "w") as file:
            file.write("mine")
        code, output, errors = self.run_it(self.app, self.path("links"), environ=environ)
        self.assertEqual((code, output), (1, ""))
        self.assertIn("one is there already\napp box.pyz: hint: ", errors)
        self.assertEqual(os.listdir(self.path("links")), ["one"])
        self.good(self.app, "--force", self.path("links"), environ=environ)
        self.assertTrue(os.path.islink(self.path("links", "one")))
        for arguments in ([], ["-x"], ["a", "b"]):
            self.assertEqual(self.run_it(*([self.app] + arguments), environ=environ)[0], 2)
        os.chmod(self.app, 0o644)
        code, output, errors = self.run_it(self.python, self.app, self.path("links"), environ=environ)
        self.assertEqual(code, 1)
        self.assertIn("can't be started by itself", errors)
        plain = self.bundle({"app.py": ""}, "app")
        code, output, errors = self.run_it(plain, self.path("links"), environ=environ)
        self.assertIn("starts one thing only", errors)
