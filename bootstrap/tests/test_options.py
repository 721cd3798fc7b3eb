"""What a bundle may be built to do at its starts, and its use by a Python that runs already."""
import json
import os
import subprocess
import sys

from . import bundles
from .sandbox import Case, base


class TestOptions(Case):
    SHOW = {"app.py": (
        "import json, os, sys\ndef main():\n    print(json.dumps({'argv': sys.argv[1:], 'path': sys.path, 'optimize': sys.flags.optimize,"
        "'environ': {name: os.environ[name] for name in os.environ if name[0] in 'AP'}, 'executable': sys.executable}))\n"
        "if __name__ == '__main__':\n    main()\n")}

    def show(self, command, **options):
        return json.loads(self.good(*command, **options))

    def commands(self, path):
        return [path], [path], [self.python, path], [base(), path]

    def test_variables(self):
        path = self.bundle(self.SHOW, "app:main", options={"inject_env": ["APP_A=1=2", "APP_B=x y", "APP_C="]})
        for command in self.commands(path):
            seen = self.show(command, environ={"APP_B": "mine"})
            self.assertEqual({name: seen["environ"].get(name) for name in ("APP_A", "APP_B", "APP_C")},
                             {"APP_A": "1=2", "APP_B": "mine", "APP_C": ""})

    def test_arguments(self):
        path = self.bundle(self.SHOW, "app:main", options={"inject_args": ["-x", "a b"]})
        for command in self.commands(path):
            self.assertEqual(self.show(command + ["y"])["argv"], ["-x", "a b", "y"])
        # What the user starts instead of the application doesn't get the application's arguments.
        self.assertEqual(self.show([path, "y"], environ={"GOBUNDLE_MODULE": "app"})["argv"], ["y"])

    def test_python_arguments(self):
        path = self.bundle(self.SHOW, "app:main", options={"python_args": ["-O", "-W", "ignore::UserWarning"]})
        for command in self.commands(path):
            self.assertEqual(self.show(command)["optimize"], 1, command)
        seen = self.good(path, "-c", "import sys; print(sys.flags.optimize)", environ={"GOBUNDLE_INTERPRETER": "1"})
        self.assertEqual(seen, "1\n")

    def test_inherit_path(self):
        """What is installed for the interpreter, here for that of an environment's base, and PYTHONPATH."""
        for name in ("first", "foreign"):
            os.mkdir(self.path(name))
        with open(self.path("first", "both.py"), "w") as file:
            file.write("where = 'foreign'\n")
        with open(self.path("foreign", "only.py"), "w") as file:
            file.write("")
        files = {"app.py": "import both, sys\nprint(both.where, 'only' in sys.modules or __import__('importlib').util.find_spec('only') is not None, "
                           "[p for p in sys.path if 'packages' in p or p == %r])\n" % self.path("first"),
                 "both.py": "where = 'bundle'\n"}
        environ = {"PYTHONPATH": os.pathsep.join([self.path("first"), self.path("foreign")])}
        for mode, where, only in (("", "bundle", False), ("fallback", "bundle", True), ("prefer", "foreign", True)):
            path = self.bundle(files, "app", name="app%s.pyz" % mode, options={"inherit_path": mode} if mode else None)
            for command in self.commands(path):
                output = self.good(*command, environ=environ)
                self.assertTrue(output.startswith("%s %s " % (where, only)), (mode, command, output))
            without = self.good(path)
            self.assertTrue(without.startswith("bundle False "), without)
            folders = json.loads(without[len("bundle False "):].replace("'", '"'))
            own = [folder for folder in folders if self.cache in folder]
            self.assertEqual(len(own), 1)
            if mode == "":
                self.assertEqual(folders, own)
            elif len(folders) > 1:  # not every interpreter has such a folder
                self.assertEqual(folders.index(own[0]), 0 if mode == "fallback" else len(folders) - 1)

    def test_inherit_is_for_children_too(self):
        os.mkdir(self.path("foreign"))
        with open(self.path("foreign", "only.py"), "w") as file:
            file.write("name = 'only'\n")
        path = self.bundle({"app.py": (
            "import subprocess, sys\ndef main():\n    print(subprocess.check_output([sys.executable, '-c', 'import only; print(only.name)'],"
            " universal_newlines=True).strip())\n")}, "app:main", options={"inherit_path": "fallback"})
        for command in self.commands(path):
            self.assertEqual(self.good(*command, environ={"PYTHONPATH": self.path("foreign")}), "only\n")


class TestVerify(Case):
    FILES = {"app.py": "import data\ndef main():\n    print(data.text)\n", "data.py": "text = 'right'\n"}

    def spoil(self, folder):
        """Changes a file in place, so that its size stays."""
        for root, _, files in os.walk(folder):
            if "data.py" in files:
                with open(os.path.join(root, "data.py"), "r+b") as file:
                    file.seek(8)
                    file.write(b"wrong")

    def test_always(self):
        path = self.bundle(self.FILES, "app:main", options={"verify_at_run": "always"})
        for command in ([path], [path], [self.python, path]):
            self.assertEqual(self.good(*command), "right\n")
            self.spoil(self.cache)
            self.assertEqual(self.good(*command), "right\n")
            for folder in self.environments():
                os.unlink(os.path.join(folder, "start.bin"))
            self.spoil(os.path.join(self.cache, "wheels"))
            self.assertEqual(self.good(*command), "right\n")

    def test_unpack_and_never(self):
        for mode in ("unpack", "never"):
            path = self.bundle(self.FILES, "app:main", name=mode + ".pyz", options={"verify_at_run": mode})
            with open(path, "rb") as file:
                data = file.read()
            # A byte of a wheel that no reader but the digest looks at: the time of a member.
            place = data.index(b"PK\3\4", data.index(b"wheels/app-1.0")) + 10
            with open(path, "r+b") as file:
                file.seek(place)
                file.write(bytes(bytearray([data[place] ^ 1])))
            code, output, errors = self.run_it(path)
            if mode == "unpack":
                self.assertEqual((code, output), (1, ""))
                self.assertRegex(errors, r"\Aunpack.pyz: error: .* is damaged: the sha256 of .*\nunpack.pyz: hint: .*\n\Z")
            else:
                self.assertEqual((code, output, errors), (0, "right\n", ""))


class TestImported(Case):
    """A bundle on sys.path, as with function services and cluster executors."""

    FILES = {"app.py": "name = 'app'\n", "part/__init__.py": "", "part/deep.py": "import app\nname = 'deep'\n"}

    def test_import(self):
        path = self.bundle(self.FILES, "")
        for code, want in (
            ("import __gobundle__, app, part.deep; print(app.name, part.deep.name)", "app deep\n"),
            ("from __gobundle__ import app; print(app.name)", "app\n"),
            ("import __gobundle__; print(__gobundle__.part.__name__)", "part\n"),
            ("import __gobundle__\ntry:\n    from __gobundle__ import nope\nexcept ImportError: print('none')", "none\n"),
        ):
            for python in (self.python, base()):
                self.assertEqual(self.good(python, "-c", code, environ={"PYTHONPATH": path}), want)
                self.assertEqual(self.good(python, "-c", "import sys; sys.path.insert(1, %r)\n%s" % (path, code)), want)
        self.assertEqual(len(self.environments()), 1)

    def test_order_and_lease(self):
        path = self.bundle(self.FILES, "")
        code = ("import sys, os; sys.path[1:1] = [%r, '/last']\nimport __gobundle__\nplace = sys.path.index(%r)\n"
                "print('site-packages' in sys.path[place + 1], sys.path[place + 2] == '/last', flush=True)\nsys.stdin.read()" % (path, path))
        process = self.start(self.python, "-c", code, stdin=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), "True True\n")
        output = self.good(path, "clear", environ={"GOBUNDLE_TOOLS": "cache"})
        self.assertIn("in use, kept: ", output)
        process.communicate("")
        self.assertNotIn("in use", self.good(path, "clear", environ={"GOBUNDLE_TOOLS": "cache"}))

    def test_of_an_environment(self):
        path = self.bundle(self.FILES, "")
        self.good(base(), "-m", "venv", "--without-pip", self.path("venv"))
        self.assertEqual(self.good(self.path("venv", "bin", "python"), "-c", "from __gobundle__ import app; print(app.name)",
                                   environ={"PYTHONPATH": path}), "app\n")

    def test_failure_is_an_import_error(self):
        path = self.bundle(self.FILES, "", targets=[{
            "name": "cp27-none", "python": "2.7.18", "implementation": "cpython", "wheels": [0],
            "conditions": [{"by": "app 1.0", "text": "python_version < '3'", "truth": True, "test": ["false"]}]}])
        code, output, errors = self.run_it(self.python, "-c", "import __gobundle__", environ={"PYTHONPATH": path})
        self.assertEqual((code, output), (1, ""))
        self.assertTrue(errors.splitlines()[-1].startswith("ImportError: ") or "ImportError: no suitable Python" in errors, errors)

    def test_multiprocessing(self):
        path = self.bundle({"work.py": "def double(n):\n    return 2 * n\n"}, "")
        with open(self.path("work", "main.py"), "w") as file:
            file.write("import multiprocessing, sys\nsys.path.append(%r)\nimport __gobundle__\nimport work\nif __name__ == '__main__':\n"
                       "    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:\n        print(pool.map(work.double, [1, 2]))\n" % path)
        for method in ("fork", "spawn"):
            self.assertEqual(self.good(self.python, "main.py", method), "[2, 4]\n")


class TestLikeAPlainProgram(Case):
    """The application can't tell that it was booted."""

    def test_pdb_and_tracebacks(self):
        path = self.bundle({"app.py": "def main():\n    value = 41\n    breakpoint() if %d else __import__('pdb').set_trace()\n    raise KeyError(value)\n"
                            % (sys.version_info >= (3, 7))}, "app:main")
        for command in ([path], [self.python, path]):
            process = self.start(*command, stdin=subprocess.PIPE)
            output, errors = process.communicate("p value + 1\nc\n")
            self.assertIn("42\n", output)
            self.assertIn("    raise KeyError(value)\n", errors)
            self.assertIn("app.py\", line ", errors)
            self.assertNotIn("gobundle_bootstrap", errors)

    def test_coverage_and_tracing(self):
        """A tracer sees the application's lines under their real names."""
        path = self.bundle({"app.py": (
            "import sys\nseen = []\ndef tracer(frame, event, argument):\n    seen.append((frame.f_code.co_filename, frame.f_lineno))\n"
            "    return tracer\ndef inner():\n    return 1\ndef main():\n    sys.settrace(tracer)\n    inner()\n    sys.settrace(None)\n"
            "    print(sorted(set(line for name, line in seen if name == __file__)))\n")}, "app:main")
        for command in ([path], [self.python, path]):
            self.assertEqual(self.good(*command), "[6, 7]\n")

    def test_monkey_patching(self):
        """Libraries as gevent replace modules before anything else has taken things from them."""
        names = ["socket", "ssl", "select", "selectors", "threading", "subprocess", "queue", "signal", "asyncio"]
        path = self.bundle({"app.py": "import sys\ndef main():\n    print([n for n in %r if n in sys.modules])\n" % names}, "app:main")
        self.good(path)
        python = os.path.join(self.environments()[0], "bin", "python")
        plain = self.good(python, "-c", "import sys; print([n for n in %r if n in sys.modules])" % names)
        for command in ([path], [self.python, path]):
            self.assertEqual(self.good(*command), plain)

    def test_title_and_fork(self):
        path = self.bundle({"app.py": (
            "import os, sys\ndef main():\n    pid = os.fork()\n    if not pid:\n        print('child', flush=True)\n        os._exit(3)\n"
            "    print(os.waitpid(pid, 0)[1] >> 8, flush=True)\n    with open('/proc/self/cmdline') as file:\n"
            "        print(file.read().split('\\0')[-2])\n")}, "app:main")
        if sys.platform == "linux":
            for command in ([path], [self.python, path]):
                self.assertEqual(self.good(*(command + ["last"])), "child\n3\nlast\n")

    def test_no_descriptor_more(self):
        """But for the lease, the application has the files that it has in an environment."""
        path = self.bundle({"app.py": (
            "import os\ndef main():\n    found = []\n    for n in range(3, 20):\n        try:\n"
            "            found.append(os.readlink('/proc/self/fd/%d' % n).rpartition('/')[2])\n"
            "        except OSError:\n            pass\n    print(' '.join(found))\n")}, "app:main")
        if sys.platform != "linux":
            return
        for command in ([path], [path], [self.python, path]):
            self.assertEqual(self.good(*command), "lease\n")
