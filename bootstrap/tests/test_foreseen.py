"""What an application will import, as far as its sources show it."""
import os
import time
import unittest

from gobundle_bootstrap.foreseen import Foresight, imports

# Sources, and what they import when they are imported.
SOURCES = (
    ("nothing", "", []),
    ("one", "import a", ["a"]),
    ("several", "import a, b.c as d , e\n", ["a", "b.c", "e"]),
    ("names", "from a.b import c as d, e\n", ["a.b c e"]),
    ("all names", "from a import *\n", ["a *"]),
    ("relative", "from . import a\nfrom .b import c\nfrom ...d.e import f\nfrom.g import h\n", [". a", ".b c", "...d.e f", ".g h"]),
    ("brackets", "from a import (  # why\n    b,\n    c as d,  # c, really\n)\n", ["a b c"]),
    ("brackets that end in a line", "from a import (b, c); import d\n", ["a b c"]),
    ("a line that goes on", "from a import b, \\\n    c\nfrom a.b \\\n    import d\nimport e, \\\n f\n", ["a b c", "a.b d", "e", "f"]),
    ("Windows lines", "import a\r\nfrom b import (\r\n  c,\r\n)\r\n", ["a", "b c"]),
    ("the last line", "x = 1\nfrom a import b", ["a b"]),
    ("a comment behind", "import a  # import b\n", ["a"]),
    ("tabs", "import\ta\nfrom\tb\timport\tc\n", ["a", "b c"]),
    ("comments and texts", "# import a\nx = 'import b'\n'''\ntext import c\nfrom the import d\n'''\n", ["the d"]),
    ("names that contain the word", "import_module('a')\nreimport = 1\n__import__('b')\nx.import_ = 2\n", []),
    ("functions", "def f():\n    import a\n    if x:\n        from b import c\nasync def g():\n    import d\n\nimport e\n", ["e"]),
    ("methods", "class A:\n    import a\n    def f(self):\n        import b\n    from c import d\n", ["a", "c d"]),
    ("alternatives", "try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    import c\nfinally:\n    import d\n", ["a", "b", "c", "d"]),
    ("conditions", "if x:\n    import a\nelif y:\n    import b\nelse:\n    for z in w:\n        with v:\n            import c\n", ["a", "b", "c"]),
    ("functions in conditions", "if x:\n    def f():\n        import a\n    import b\n", ["b"]),
    ("for type checkers", "if TYPE_CHECKING:\n    import a\nelse:\n    import b\nif typing.TYPE_CHECKING:\n    import c\n"
     "if not TYPE_CHECKING:\n    import d\n", ["b", "d"]),
    ("programs", "if __name__ == '__main__':\n    import a\n", []),
    ("empty lines and comments between", "try:\n\n    # why\n# here\n\n    import a\nexcept ImportError:\n    pass\n", ["a"]),
    ("indented, and nothing above", "    import a\n", []),
    ("no end", "from a import (b,\n", ["a"]),
    ("no names", "import\nfrom a import\nfrom import b\n", []),
)


class TestImports(unittest.TestCase):
    def test_sources(self):
        for name, source, want in SOURCES:
            got = [" ".join([module] + list(names)) for module, names in imports(source.encode("utf-8"))]
            if name in ("no names", "no end"):
                got = [line for line in got if line in want]  # what is no Python is not looked at closely
            self.assertEqual(got, want, name)

    def test_what_a_program_calls(self):
        source = b"def main():\n    import a\ndef other():\n    import b\nif __name__ == '__main__':\n    import c\n"
        self.assertEqual([module for module, _ in imports(source, "main")], ["a", "c"])
        self.assertEqual([module for module, _ in imports(source, "other")], ["b", "c"])

    def test_time_in_proportion(self):
        """A source of odd shape takes no longer than one of its size should."""
        for piece in (b"import ", b"import (", b"    import a\n", b"import a, \\\n", b"from a import (b,\n", b"x import ", b"."):
            def took(size):
                source = b"def f():\n" + piece * (size // len(piece))
                begun = time.process_time()
                for _ in imports(source):
                    pass
                return time.process_time() - begun

            small = max(min(took(2000) for _ in range(3)), 0.005)
            self.assertLess(took(20000), 60 * small, piece)


class TestForesight(unittest.TestCase):
    def found(self, files, start=None, script=None):
        """The modules that are found, of files of an environment: texts by their places in site-packages."""
        places = dict(("lib/site/" + name, text.encode("utf-8")) for name, text in files.items())
        places["bin/other"] = b"import unwanted"
        foresight = Foresight(places, "lib/site", places.__getitem__)
        if script is not None:
            foresight.start_script(script.encode("utf-8"))
        else:
            foresight.start(*start)
        for place, size in foresight.found.items():
            self.assertEqual(size, len(places[place]))
        return sorted(place[len("lib/site/"):] for place in foresight.found)

    def test_all_that_is_imported(self):
        files = {"app.py": "import os, a.b\nfrom c import d, e\n", "a/__init__.py": "", "a/b.py": "from . import f\nfrom .g import x",
                 "a/f.py": "from ..c import x", "a/g.py": "import app", "a/unused.py": "", "c/__init__.py": "e = 1", "c/d/__init__.py": "import missing",
                 "unused.py": "import app"}
        self.assertEqual(self.found(files, ("app", "main")), sorted(set(files) - set(["a/unused.py", "unused.py"])))

    def test_relative_beyond_everything(self):
        self.assertEqual(self.found({"app.py": "from ....... import b\nfrom . import c\n", "b.py": "", "c.py": ""}, ("app", "")), ["app.py"])

    def test_namespace_packages(self):
        self.assertEqual(self.found({"app.py": "from n.m import o", "n/m/o.py": "import n.p", "n/p.py": ""}, ("app", "main")),
                         ["app.py", "n/m/o.py", "n/p.py"])

    def test_functions_of_the_program(self):
        files = {"app.py": "def main():\n    import a\ndef other():\n    import b", "a.py": "def main():\n    import b", "b.py": ""}
        self.assertEqual(self.found(files, ("app", "main")), ["a.py", "app.py"])
        self.assertEqual(self.found(files, ("app", "other")), ["app.py", "b.py"])
        self.assertEqual(self.found(files, ("app", "")), ["a.py", "app.py"])

    def test_package_as_program(self):
        files = {"app/__init__.py": "", "app/__main__.py": "if __name__ == '__main__':\n    from . import cli", "app/cli.py": ""}
        self.assertEqual(self.found(files, ("app", "")), sorted(files))
        self.assertEqual(self.found(files, ("app", "main")), ["app/__init__.py"])

    def test_script(self):
        files = {"app/__init__.py": "", "app/cli.py": "import a", "a.py": ""}
        self.assertEqual(self.found(files, script="#!python\nif __name__ == '__main__':\n    import app.cli\n"), sorted(files))

    def test_names_in_texts(self):
        """The application itself imports by name; libraries have tables of what they could import."""
        files = {"app/__init__.py": "import lib\n__import__('app.plugin')\nx = 'app.missing'", "app/plugin.py": "y = 'app.unused'", "app/unused.py": "",
                 "lib/__init__.py": "__import__(TABLE['lib.unused'])", "lib/unused.py": ""}
        self.assertEqual(self.found(files, ("app", "main")), ["app/__init__.py", "app/plugin.py", "lib/__init__.py"])
        table = dict(("app/p%d.py" % n, "") for n in range(100))
        table["app/__init__.py"] = "import_module(choose(%s))" % ["app.p%d" % n for n in range(100)]
        self.assertEqual(self.found(table, ("app", "main")), ["app/__init__.py"])

    def test_what_is_not_imported_from_here(self):
        from importlib.machinery import EXTENSION_SUFFIXES

        files = {"app.py": "import json, sys, fast, both.fast", "json/__init__.py": "import unused", "sys.py": "", "unused.py": "",
                 "fast.py": "", "fast" + EXTENSION_SUFFIXES[0]: "", "both/__init__.py": "", "both" + EXTENSION_SUFFIXES[0]: "", "both/fast.py": ""}
        self.assertEqual(self.found(files, ("app", "main")), ["app.py", "both/__init__.py", "both/fast.py"])

    def test_unknown(self):
        for start in (("missing", ""), ("missing.too", "main"), ("", ""), ("a b", "c d"), ("....", ""), ("\u00e4", "\u00e4")):
            self.assertEqual(self.found({"app.py": ""}, start), [], start)

    def test_any_bytes(self):
        for data in (b"\0import app\xff", b"\xef\xbb\xbfimport a", b"from \xff import \xfe", os.urandom(5000), b"import " + b"a." * 3000 + b"b"):
            places = {"site/app.py": data, "site/a.py": data}
            foresight = Foresight(places, "site", places.__getitem__)
            foresight.start("app", "")
            self.assertIn("site/app.py", foresight.found)
