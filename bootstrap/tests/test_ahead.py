"""Byte-code that is made before the first start of an application."""
import errno
import marshal
import os
import signal
import sys
import unittest
from importlib.util import MAGIC_NUMBER

from gobundle_bootstrap import ahead, work

from . import bundles
from .sandbox import PYPY, Case

TAIL = ".%s.pyc" % sys.implementation.cache_tag
BULK = "# What costs Python nothing, and looks worth compiling.\n" * 900
APP = {
    "app/__init__.py": "",
    "app/cli.py": "import sys\nfrom . import large, other\nif len(sys.argv) > 99:\n    from . import foreseen\n"
                  "def main():\n    from app import late\n    print('ran', other.name, late.name)\n",
    "app/large.py": BULK * 4, "app/other.py": "name = 'other'\n" + BULK, "app/late.py": "name = 'late'\n", "app/foreseen.py": BULK,
    "app/unused.py": BULK,
}
ALL = ["__init__", "cli", "foreseen", "large", "late", "other"]  # of the package app
REAL = [name for name in ALL if name != "foreseen"]  # what Python itself imports


def one_processor():
    os.sched_setaffinity(0, set([min(os.sched_getaffinity(0))]))


@unittest.skipIf(PYPY or work.processors() < 2, "there is one processor, or no gain from others")
class TestAhead(Case):
    def places(self):
        """The byte-code files of modules in environments."""
        return [os.path.join(root, name) for environment in self.environments() for root, _, files in os.walk(environment)
                for name in files if os.path.basename(root) == "__pycache__"]

    def compiled(self):
        """Their contents, by places in the environment without the tail."""
        found = {}
        for path in self.places():
            with open(path, "rb") as file:
                found[os.path.relpath(path, self.cache).split(os.sep, 3)[3][:-len(TAIL)]] = file.read()
        return found

    def names(self):
        return sorted(os.path.basename(place) for place in self.compiled())

    def clear(self):
        import shutil

        shutil.rmtree(self.cache)

    def test_all_that_is_imported(self):
        path = self.bundle(APP, "app.cli:main")
        for environ in ({}, {"PYTHONDONTWRITEBYTECODE": "1"}):
            for command in self.ways(path):
                self.assertEqual(self.good(*command, environ=environ), "ran other late\n")
                self.assertEqual(self.names(), ALL)
                self.assertEqual(self.leftovers(), [])
                self.clear()
        self.good(path, preexec_fn=one_processor)
        self.assertEqual(self.names(), REAL)

    def test_as_python_itself_writes_it(self):
        files = dict(APP)
        files["app/kinds.py"] = ("from __future__ import annotations\n" if sys.version_info >= (3, 7) else "") + (
            "'''Documented.'''\nimport collections\nx = frozenset(['a', 'b']), 1.5, 2j, b'y', 10**30, ..., None, True\n"
            "class A(object):\n    def f(self, *a, b=1, **c):\n        return lambda: [self for _ in a if _ in {1, 2, 3}]\n"
            "async def g():\n    assert g, 'm'\n    yield 1\n")
        files["app/late.py"] += "from . import kinds\n# coding: latin-1\n"
        files["app/other.py"] = "# coding: latin-1\nlatin = '\xe4'\n" + files["app/other.py"]
        files["app/other.py"] = files["app/other.py"].encode("latin-1")
        path = self.bundle(files, "app.cli:main")
        for environ in ({}, {"PYTHONOPTIMIZE": "2"}):
            self.good(path, environ=environ)
            ahead = self.compiled()
            self.clear()
            self.good(path, environ=environ, preexec_fn=one_processor)
            own = self.compiled()
            self.assertEqual(len(own), len(REAL) + 1)
            head = 16 if sys.version_info >= (3, 7) else 12
            for place, content in own.items():
                self.assertEqual(ahead[place][:4], MAGIC_NUMBER)
                # All but the time, which is that of the unpacking.
                self.assertEqual(ahead[place][:head - 8] + ahead[place][head - 4:head], content[:head - 8] + content[head - 4:head], place)
                self.same_code(marshal.loads(ahead[place][head:]), marshal.loads(content[head:]))
            self.clear()

    def same_code(self, first, second):
        """Code is the same, as deep as it goes. Its bytes may differ in what refers to what."""
        self.assertEqual(first, second)
        for name in dir(first):
            if name.startswith("co_") and name not in ("co_consts", "co_lines", "co_lnotab", "co_positions", "co_branches"):
                self.assertEqual(getattr(first, name), getattr(second, name), name)
        self.assertEqual(len(first.co_consts), len(second.co_consts))
        for one, other in zip(first.co_consts, second.co_consts):
            self.assertEqual(type(one), type(other))
            if hasattr(one, "co_consts"):
                self.same_code(one, other)

    def test_is_taken(self):
        """Python writes none of it anew: the times and sizes in it are right."""
        path = self.bundle(APP, "app.cli:main")
        self.good(path)
        before = self.compiled()
        inodes = dict((place, os.stat(place).st_ino) for place in self.places())
        self.assertEqual(len(inodes), len(ALL))
        for command in self.ways(path):
            self.assertEqual(self.good(*command), "ran other late\n")
        self.assertEqual(self.compiled(), before)
        self.assertEqual(dict((place, os.stat(place).st_ino) for place in inodes), inodes)
        for place in inodes:
            source = os.path.join(os.path.dirname(os.path.dirname(place)), os.path.basename(place)[:-len(TAIL)] + ".py")
            status = os.stat(source)
            with open(place, "rb") as file:
                head = file.read(16)
            numbers = [int.from_bytes(head[at:at + 4], "little") for at in ((8, 12) if sys.version_info >= (3, 7) else (4, 8))]
            self.assertEqual(numbers, [int(status.st_mtime), status.st_size])
            self.assertEqual(os.stat(place).st_mode, status.st_mode)

    def test_missing_again(self):
        path = self.bundle(APP, "app.cli:main")
        self.good(path)
        for place in self.places():
            os.unlink(place)
        self.good(path)
        self.assertEqual(self.names(), REAL)

    def test_what_is_started(self):
        scripts = dict(APP)
        scripts["app-1.0.data/scripts/tool"] = "#!python\nimport app.cli\nif __name__ == '__main__':\n    app.cli.main()\n"
        scripts["app-1.0.dist-info/entry_points.txt"] = "[console_scripts]\ncli = app.cli:main\n"
        scripts["app/__main__.py"] = "from app.cli import main\nmain()\n"
        with_main = sorted(ALL + ["__main__"])
        for number, (entry, environ, names) in enumerate((
                ("app.cli", {}, ALL), ("app", {}, with_main), ("script tool", {}, ALL), ("", {"GOBUNDLE_SCRIPT": "cli"}, ALL),
                ("", {"GOBUNDLE_SCRIPT": "tool"}, ALL), ("", {"GOBUNDLE_MODULE": "app"}, with_main), ("", {"GOBUNDLE_ENTRY_POINT": "app.cli:main"}, ALL),
                ("app.unused", {"GOBUNDLE_ENTRY_POINT": "app.cli:main"}, ALL), ("", {}, []), ("app.cli:main", {"GOBUNDLE_INTERPRETER": "1"}, []))):
            path = self.bundle(scripts, entry, "app%d.pyz" % number, options={"inject_env": ["N=%d" % number]})
            self.good(path, environ=environ)
            self.assertEqual(self.names(), names, (entry, environ))
            self.clear()

    def test_commands(self):
        path = self.bundle(APP, "", busybox={"one": "app.cli:main", "two": "os:getpid"})
        os.symlink(path, self.path("one"))
        self.assertEqual(self.good(path, "one"), "ran other late\n")
        self.assertEqual(self.names(), ALL)
        self.clear()
        self.assertEqual(self.good(self.path("one")), "ran other late\n")
        self.assertEqual(self.names(), ALL)
        self.clear()
        self.run_it(path, "two")
        self.run_it(path, "three")
        self.run_it(path)
        self.assertEqual(self.names(), [])

    def test_left_alone(self):
        """Nothing is made that would not be where the application's Python looks, or is there."""
        size = {"app/cli.py": APP["app/cli.py"].replace("large, ", ""), "app/large.py": ""}
        prefix = {"PYTHONPYCACHEPREFIX": self.path("elsewhere")} if sys.version_info >= (3, 8) else {}
        for number, (files, options, environ, names) in enumerate((
                (size, {}, {}, REAL[:2] + REAL[3:]), ({}, {"python_args": ["-O"]}, {}, REAL), ({}, {"python_args": ["-u"]}, {}, ALL),
                ({}, {}, prefix, [] if prefix else ALL), ({"app/large.py": BULK * 6}, {}, {}, REAL))):
            path = self.bundle(dict(APP, **files), "app.cli:main", "app%d.pyz" % number, options=options)
            self.assertEqual(self.good(path, environ=environ), "ran other late\n")
            self.assertEqual([name.replace(".opt-1", "") for name in self.compiled_names()], names, (options, environ))
            self.clear()

    def compiled_names(self):
        return sorted(name.split(".")[0] for name in self.names())

    def test_brought_by_the_wheel(self):
        """What lies in a wheel as byte-code is a file of the store, and stays."""
        files = dict(APP)
        files["app/__pycache__/other" + TAIL] = b"none at all"
        files["app/__pycache__/foreseen" + TAIL] = b"none at all"
        path = self.bundle(files, "app.cli:main")
        self.assertEqual(self.good(path), "ran other late\n")
        found = self.compiled()
        self.assertEqual([content for place, content in found.items() if place.endswith("foreseen")], [b"none at all"])
        for root, _, names in os.walk(os.path.join(self.cache, "wheels")):
            for name in names:
                if name.endswith(".pyc"):
                    with open(os.path.join(root, name), "rb") as file:
                        self.assertEqual(file.read(), b"none at all")

    @unittest.skipIf(sys.version_info < (3, 7), "Python 3.6 has no byte-code without the time of its source")
    def test_bytecode_of_the_bundle(self):
        path = self.path("app.pyz")
        other = bundles.wheel("other", "1.0", {"foreign.py": "import app.foreseen\n" + BULK * 5})
        app = bundles.wheel("app", "1.0", dict(APP, **{"app/late.py": "import foreign\nname = 'late'\n"}))
        brought = bundles.bytecode(dict((place, APP[place]) for place in APP if place != "app/late.py"))
        bundles.bundle(path, [app, other], "app.cli:main", bytecode=[(0, brought)])
        self.assertEqual(self.good(path), "ran other late\n")
        flags = dict((os.path.basename(place), content[4]) for place, content in self.compiled().items())
        self.assertEqual(flags, dict(dict.fromkeys(ALL, 1), unused=1, late=0, foreign=0))

    def test_broken_sources(self):
        """A start says and does the same with them as it does on one processor."""
        broken = {
            "syntax.py": "def f(:\n", "old.py": "print 'for Python 2'\n", "null.py": "x = 1\0\n", "coding.py": "# coding: no-such-coding\n",
            "bytes.py": b"x = '\xff'\n", "indent.py": "if x:\npass\n", "tabs.py": "if 1:\n\tx = 1\n        y = 2\n", "open.py": "x = (1,\n",
            "text.py": "x = '''\n", "surrogate.py": "x = '\\ud800'\n", "bom.py": b"\xef\xbb\xbfx = 1\n", "utf16.py": "x = 1\n".encode("utf-16"),
            "empty.py": "", "mac.py": "x = 1\rimport os\r", "feed.py": "\x0cx = 1\n", "end.py": "x = 1\\", "names.py": "from . import *\nfrom ..... import x\n",
            "itself.py": "import app.itself, app.cli\n", "number.py": "x = 1" + "0" * 10000 + "\n", "return.py": "return 1\n", "await.py": "x = await y\n",
            "warned.py": "x = 1\nassert (x, 'always true')\n", "escaped.py": "x = '\\d'\n", "future.py": "from __future__ import nothing_of_the_kind\n",
            "raises.py": "raise OSError('at import')\n", "a b.py": "x = 1\n", "class.py": "x = 1\n", "\xe4.py": "x = 1\n", "deep.py": "x = " + "-" * 60 + "1\n",
        }
        names = sorted(name[:-3] for name in broken)
        files = dict(APP, **dict(("app/" + name, text) for name, text in broken.items()))
        files["app/late.py"] = "import importlib\nname = []\nfor each in %s:\n    try:\n        importlib.import_module('app.' + each)\n" % ascii(names) + (
            "        name.append(each)\n    except Exception as error:\n        name.append(ascii(error))\nname = '\\n'.join(map(ascii, name))\n") + "".join(
                "if not name:\n    from app import %s\n" % name for name in names if name.isidentifier() and name not in ("await", "class", "return"))
        path = self.bundle(files, "app.cli:main")
        for environ in ({}, {"PYTHONWARNINGS": "error"}, {"PYTHONWARNINGS": "always"}):
            seen = []
            for options in ({}, {"preexec_fn": one_processor}):
                seen.append(self.run_it(path, environ=environ, **options))
                self.assertEqual(self.leftovers(), [])
                if not options:
                    self.assertIn("foreseen", self.names())
                self.clear()
            self.assertEqual(seen[0], seen[1], environ)
            self.assertEqual(seen[0][0], 0, seen[0])
            warned = seen[0][2].count("SyntaxWarning: assertion is always true")
            self.assertEqual(warned, 0 if environ.get("PYTHONWARNINGS") == "error" else 1, seen[0])

    def test_what_is_in_the_way(self):
        """A file where the folder for byte-code would be."""
        path = self.bundle(dict(APP, **{"app/__pycache__": "a file"}), "app.cli:main")
        self.assertEqual(self.good(path), "ran other late\n")
        self.assertEqual(self.names(), [])

    def test_killed_while_it_is_made(self):
        files = dict(APP)
        for n in range(150):
            files["app/m%d.py" % n] = BULK
        files["app/late.py"] = "name = 'late'\nif not name:\n" + "".join("    from app import m%d\n" % n for n in range(150))
        path = self.bundle(files, "app.cli:main")
        for _ in range(2):
            process = self.start(path)
            while process.poll() is None:
                if any(os.path.basename(root) == "__pycache__" for root, _, _ in os.walk(os.path.join(self.cache, "envs"))):
                    process.kill()
            process.communicate()
            self.assertIn(process.returncode, (0, -signal.SIGKILL))
            self.assertEqual(self.good(path), "ran other late\n")
            self.assertEqual((self.leftovers(), len(self.compiled())), ([], 156))
            self.clear()

    def test_other_tools_of_the_cache(self):
        path = self.bundle(APP, "app.cli:main")
        self.good(path)
        self.assertIn("whole", self.good(path, environ={"GOBUNDLE_TOOLS": "verify"}))
        self.good(path, "clear", environ={"GOBUNDLE_TOOLS": "cache"})
        self.assertEqual(self.environments(), [])
        self.assertEqual(self.good(path), "ran other late\n")


class TestWriting(Case):
    """What happens while byte-code is written."""

    def setUp(self):
        Case.setUp(self)
        os.mkdir(self.path("site"))
        with open(self.path("site", "m.py"), "wb") as file:
            file.write(b"x = 1\n")
        self.addCleanup(setattr, ahead, "replace", ahead.replace)
        self.replace = ahead.replace
        self.ahead = ahead.Ahead(None, {}, "", self.path("site"), "/final")
        self.place = self.path("site", "__pycache__", "m" + TAIL)

    def test_it_is_written(self):
        self.ahead("m.py")
        with open(self.place, "rb") as file:
            code = marshal.loads(file.read()[16 if sys.version_info >= (3, 7) else 12:])
        self.assertEqual(code.co_filename, "/final/m.py")

    def test_nothing_half_written(self):
        def half(path, content, mode):
            self.replace(path, content[:20], mode)
            raise OSError(errno.ENOSPC, "No space left on device")

        ahead.replace = half
        self.ahead("m.py")
        self.assertEqual(os.listdir(os.path.dirname(self.place)), [])

    @unittest.skipIf(sys.platform != "linux", "there is one process")
    def test_process_that_is_killed(self):
        me = os.getpid()

        def killed(path, content, mode):
            if os.getpid() != me:
                self.replace(path, content[:20], mode)
                os.kill(os.getpid(), signal.SIGKILL)
            self.replace(path, content, mode)

        def wait():
            while not os.path.exists(self.place):
                pass

        self.addCleanup(setattr, work, "processors", work.processors)
        work.processors = lambda: 2
        ahead.replace = killed
        work.share([(work.WORTH, "m.py")], self.ahead, wait)
        whole = self.path("whole")
        os.rename(self.place, whole)
        self.ahead("m.py")
        with open(self.place, "rb") as first, open(whole, "rb") as second:
            self.assertEqual(first.read(), second.read())
