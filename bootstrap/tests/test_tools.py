"""GOBUNDLE_TOOLS."""
import hashlib
import json
import os

from . import bundles
from .sandbox import Case

FILES = {"app.py": "def main():\n    print('here')\n", "app-1.0.dist-info/entry_points.txt": "[console_scripts]\nrun = app:main\n"}


class TestTools(Case):
    def setUp(self):
        Case.setUp(self)
        self.wheels = [bundles.wheel("app", "1.0", FILES), bundles.wheel("more", "2.0", {"more.py": ""})]
        self.app = self.path("app.pyz")
        self.id = bundles.bundle(self.app, self.wheels, "app:main")

    def tool(self, name, *arguments):
        outputs = [self.run_it(*(command + list(arguments)), environ={"GOBUNDLE_TOOLS": name})
                   for command in ([self.app], [self.python, self.app])]
        self.assertEqual(*outputs)
        return outputs[0]

    def test_info(self):
        code, output, errors = self.tool("info")
        self.assertEqual((code, errors), (0, ""))
        self.assertIn(self.id, output)
        for file, _ in self.wheels:
            self.assertIn(file, output)
        code, output, errors = self.tool("info", "--json")
        self.assertEqual([wheel["name"] for wheel in json.loads(output)["wheels"]], ["app", "more"])

    def test_verify(self):
        self.assertEqual(self.tool("verify"), (0, "%s is whole: 2 wheels\n" % self.app, ""))
        with open(self.app, "r+b") as file:
            data = file.read()
            file.seek(data.index(b"app.py", data.index(self.wheels[0][1][:30])))
            file.write(b"APP")
        code, output, errors = self.tool("verify")
        self.assertEqual((code, output), (1, ""))
        self.assertRegex(errors, r"\Aapp.pyz: error: .*\napp.pyz: hint: .*\n\Z")

    def test_extract(self):
        for _ in range(2):
            code, output, errors = self.tool("extract", self.path("out"))
            self.assertEqual((code, errors), (0, ""))
            for file, data in self.wheels:
                with open(self.path("out", file), "rb") as stream:
                    self.assertEqual(hashlib.sha256(stream.read()).digest(), hashlib.sha256(data).digest())
        code, _, errors = self.tool("extract")
        self.assertEqual(code, 2)
        with open(self.path("file"), "w"):
            pass
        code, _, errors = self.tool("extract", self.path("file", "x"))
        self.assertRegex(errors, r"\Aapp.pyz: error: writing to .*\napp.pyz: hint: .*\n\Z")
        self.assertEqual(code, 1)

    def test_graph(self):
        code, output, _ = self.tool("graph")
        self.assertEqual((code, output), (0, 'digraph bundle {\n\t"app"\n\t"more"\n}\n'))

    def test_interpreter(self):
        code, output, errors = self.tool("interpreter")
        self.assertEqual((code, errors), (0, ""))
        path, target = output.rstrip("\n").split("\t")
        self.assertEqual(target, "test")
        self.assertTrue(os.path.samefile(path, self.python))

    def test_venv(self):
        code, _, errors = self.run_it(self.app, self.path("env"), environ={"GOBUNDLE_TOOLS": "venv"})
        self.assertEqual(code, 0, errors)
        self.assertEqual(self.good(self.path("env", "bin", "run")), "here\n")
        self.assertEqual(self.run_it(self.app, "venv", self.path("env2"))[0], 0)
        self.assertEqual(self.good(self.path("env2", "bin", "python"), "-c", "import app; app.main()"), "here\n")

    def test_unknown(self):
        code, output, errors = self.tool("nonsense")
        self.assertEqual((code, output), (2, ""))
        self.assertRegex(errors, r"\Aapp.pyz: error: .*nonsense\napp.pyz: hint: there are cache, extract, graph, .*\n\Z")

    def test_off(self):
        self.assertEqual(self.tool("0"), (0, "here\n", ""))
