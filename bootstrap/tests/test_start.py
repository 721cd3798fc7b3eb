"""Starts of a bundle: the first one, later ones by sh and by python, and what the application
sees of them."""
import json
import os
import shutil
import signal
import subprocess
import sys

from . import bundles
from .sandbox import PYPY, REPORT, Case, base


class TestStart(Case):
    def starts(self, path, *arguments, **options):
        """Starts by sh and by python, cold and warm; returns the outputs."""
        outputs = []
        for command in ([path], [path], [self.python, path], [base(), path]):
            outputs.append(self.good(*(command + list(arguments)), **options))
        return outputs

    def test_callable(self):
        path = self.bundle({"app.py": "import sys\nclass A:\n    def main():\n        print(sys.argv[1:])\n"}, "app:A.main")
        for output in self.starts(path, "a b", "", "-x", "'\"$*"):
            self.assertEqual(output, str(["a b", "", "-x", "'\"$*"]) + "\n")

    def test_argv0_is_as_typed(self):
        path = self.bundle({"app.py": REPORT}, "app:main")
        shutil.copy(path, self.path("work", "sub.pyz"))
        os.symlink(path, self.path("bin", "tool"))
        for command, want in (
            (["./sub.pyz"], "./sub.pyz"), ([self.python, "sub.pyz"], "sub.pyz"),
            ([self.python, "./sub.pyz"], "./sub.pyz"), ([path], path), ([self.path("bin", "tool")], self.path("bin", "tool")),
        ):
            for _ in range(2):
                seen = json.loads(self.good(*command))
                self.assertEqual(seen["argv"], [want])
                self.assertEqual(seen["bundle"], os.path.normpath(os.path.join(self.path("work"), want)))

    def test_module(self):
        files = {"app/__init__.py": "", "app/__main__.py": "import sys\nprint(__name__, __spec__.name, sys.argv[1:])\n"}
        path = self.bundle(files, "app")
        for output in self.starts(path, "x"):
            self.assertEqual(output, "__main__ app.__main__ ['x']\n")

    def test_callable_of_an_odd_module(self):
        path = self.bundle({"my-app.py": "def main():\n    print('here')\n"}, "my-app:main")
        self.assertEqual(set(self.starts(path)), set(["here\n"]))
        for value in ("my-app:main", "my-app: main"):
            self.assertEqual(self.good(path, environ={"GOBUNDLE_ENTRY_POINT": value}), "here\n")
        code, _, errors = self.run_it(path, environ={"GOBUNDLE_ENTRY_POINT": "my-app:a b"})
        self.assertEqual((code, errors.count("\n")), (1, 2), errors)

    def test_script(self):
        files = {"app.py": "name = 'app'\n", "app-1.0.data/scripts/run": (
            "#!python\nimport app, sys\nif __name__ == '__main__':\n    print(app.name, sys.argv[1:], __file__)\n")}
        path = self.bundle(files, "script run")
        for output in self.starts(path, "x"):
            self.assertTrue(output.startswith("app ['x'] "), output)
            self.assertEqual(self.good(output.split()[-1], "y").split()[:2], ["app", "['y']"])

    def test_script_that_is_not_for_python(self):
        path = self.bundle({"app-1.0.data/scripts/run": "#!/bin/sh\necho sh \"$1\"; exit 4\n"}, "script run")
        for _ in range(2):
            self.assertEqual(self.run_it(path, "a b"), (4, "sh a b\n", ""))

    def test_console_scripts(self):
        files = {"app.py": "import sys\ndef main():\n    print(sys.argv[0])\n    return 5\n",
                 "app-1.0.dist-info/entry_points.txt": "[console_scripts]\nrun = app:main\n[other]\nx = y:z\n"}
        path = self.bundle(files, "app:main")
        self.assertEqual(self.run_it(path)[0], 5)
        script = os.path.join(self.environments()[0], "bin", "run")
        self.assertEqual(self.run_it(script), (5, script + "\n", ""))

    def test_exit_codes(self):
        path = self.bundle({"app.py": (
            "import os, signal, sys\ndef main():\n    how = sys.argv[1]\n"
            "    if how == 'raise': raise ValueError('so')\n"
            "    if how == 'text': sys.exit('bad')\n"
            "    if how == 'kill': os.kill(os.getpid(), signal.SIGTERM)\n"
            "    return int(how)\n")}, "app:main")
        for command in ([path], [path], [self.python, path]):
            self.assertEqual(self.run_it(*(command + ["7"])), (7, "", ""))
            self.assertEqual(self.run_it(*(command + ["text"])), (1, "", "bad\n"))
            self.assertEqual(self.run_it(*(command + ["kill"]))[0], -signal.SIGTERM)
            code, _, errors = self.run_it(*(command + ["raise"]))
            self.assertEqual(code, 1)
            self.assertTrue(errors.endswith("ValueError: so\n"), errors)
            self.assertIn("raise ValueError('so')", errors)
            self.assertNotIn("gobundle", errors.replace(self.cache, ""))

    def test_tracebacks(self):
        """They begin with the application, for a hook of its own, too."""
        path = self.bundle({"app.py": (
            "import sys, traceback\ndef main():\n    if sys.argv[1] == 'hook':\n"
            "        sys.excepthook = lambda *about: print([frame[2] for frame in traceback.extract_tb(about[2])])\n"
            "    raise {'hook': ValueError, 'stop': KeyboardInterrupt, 'plain': ValueError}[sys.argv[1]]('so')\n")}, "app:main")
        for command in ([path], [path], [self.python, path]):
            code, output, errors = self.run_it(*(command + ["hook"]))
            self.assertEqual((code, output, errors), (1, "['<module>', 'main']\n", ""))
            for how in ("plain", "stop"):
                errors = self.run_it(*(command + [how]))[2].splitlines()
                self.assertEqual(errors[:2], ["Traceback (most recent call last):", '  File "<app:main>", line 3, in <module>'])
                self.assertEqual([line.strip() for line in errors if " File " in line and "app.py" in line], [errors[2].strip()])

    def test_signals_reach_the_application(self):
        path = self.bundle({"app.py": (
            "import signal, sys, time\ndef stop(*_):\n    print('stopped')\n    sys.exit(9)\n"
            "def main():\n    signal.signal(signal.SIGTERM, stop)\n    print('ready', flush=True)\n    time.sleep(60)\n")}, "app:main")
        for command in ([path], [path], [self.python, path]):
            process = self.start(*command)
            self.assertEqual(process.stdout.readline(), "ready\n")
            process.send_signal(signal.SIGTERM)
            self.assertEqual((process.communicate()[0], process.returncode), ("stopped\n", 9))

    def test_interrupt(self):
        path = self.bundle({"app.py": "import time\ndef main():\n    print('ready', flush=True)\n    time.sleep(60)\n"}, "app:main")
        for _ in range(2):
            process = self.start(path)
            self.assertEqual(process.stdout.readline(), "ready\n")
            process.send_signal(signal.SIGINT)
            errors = process.communicate()[1]
            self.assertTrue(errors.endswith("KeyboardInterrupt\n"), errors)

    def test_stdin_and_stdout(self):
        path = self.bundle({"app.py": "import sys\ndef main():\n    sys.stdout.write(sys.stdin.read().upper())\n"}, "app:main")
        for _ in range(2):
            process = self.start(path, stdin=subprocess.PIPE)
            self.assertEqual(process.communicate("hello"), ("HELLO", ""))

    def test_interpreter(self):
        path = self.bundle({"app.py": "name = 'app'\n"}, "")
        with open(self.path("work", "s.py"), "w") as file:
            file.write("import app, sys\nprint(app.name, sys.argv, sys.path[0] or %r)\n" % self.path("work"))
        for command in ([path], [path], [self.python, path]):
            self.assertEqual(self.good(*(command + ["-c", "import app, sys; print(app.name, sys.argv)", "x"])), "app ['-c', 'x']\n")
            self.assertEqual(self.good(*(command + ["s.py", "y"])), "app ['s.py', 'y'] %s\n" % self.path("work"))
            self.assertEqual(self.good(*(command + ["-m", "s"])), "app ['%s'] %s\n" % (self.path("work", "s.py"), self.path("work")))
            process = self.start(*(command + ["-"]), stdin=subprocess.PIPE)
            self.assertEqual(process.communicate("import app; print(app.name)")[0], "app\n")
            process = self.start(*command, stdin=subprocess.PIPE)
            self.assertEqual(process.communicate("import app; print(app.name)")[0], "app\n")

    def test_other_entry_points(self):
        files = {"app.py": "import sys\ndef main():\n    print('main')\ndef other():\n    print('other', sys.argv[1:])\nif __name__ == '__main__':\n    print('module')\n",
                 "app-1.0.dist-info/entry_points.txt": "[console_scripts]\nrun = app:other\n",
                 "app-1.0.data/scripts/file": "#!python\nprint('file')\n"}
        path = self.bundle(files, "app:main")
        for _ in range(2):
            for command in ([path], [self.python, path]):
                for variable, value, want in (
                    ("GOBUNDLE_ENTRY_POINT", "app:other", "other ['x']"), ("GOBUNDLE_ENTRY_POINT", "app", "module"),
                    ("GOBUNDLE_MODULE", "app", "module"), ("GOBUNDLE_SCRIPT", "run", "other ['x']"),
                    ("GOBUNDLE_SCRIPT", "file", "file"), ("GOBUNDLE_ENTRY_POINT", "", "main"),
                ):
                    self.assertEqual(self.good(*(command + ["x"]), environ={variable: value}), want + "\n")
                output = self.good(*(command + ["-c", "import app; app.main()"]), environ={"GOBUNDLE_INTERPRETER": "1"})
                self.assertEqual(output, "main\n")
                for variable, value in (("GOBUNDLE_SCRIPT", "nope"), ("GOBUNDLE_MODULE", "nope"), ("GOBUNDLE_ENTRY_POINT", "nope.x:y"),
                                        ("GOBUNDLE_ENTRY_POINT", "app:nope"), ("GOBUNDLE_ENTRY_POINT", "::")):
                    code, output, errors = self.run_it(*command, environ={variable: value})
                    self.assertEqual((code, output, errors.count("\n")), (1, "", 2), errors)
                    self.assertRegex(errors, r"\Aapp.pyz: error: .*\napp.pyz: hint: .*\n\Z")

    def test_moved_and_renamed(self):
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main")
        self.good(path)
        made = self.environments()
        for name in ("other name", "with\nline", "\u00fc.pyz", "$x'\"", "-dash"):
            moved = self.path(name)
            os.rename(path, moved)
            path = moved
            self.assertEqual(self.good(path), "here\n")
            self.assertEqual(self.good(self.python, path), "here\n")
        self.assertEqual(self.environments(), made)

    def test_no_environment_at_all(self):
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main")
        nothing = dict.fromkeys(self.environ)
        nothing["TMPDIR"] = self.path("temp")  # there is a home by the user database
        for _ in range(2):
            code, output, errors = self.run_it(self.python, path, environ=dict(nothing, HOME="/nonexistent"))
            self.assertEqual((code, output), (0, "here\n"), errors)
        self.assertEqual(errors, "")

    def test_multiprocessing(self):
        path = self.bundle({"app.py": (
            "import multiprocessing, sys\ndef double(n):\n    return 2 * n, sys.prefix\ndef main():\n"
            "    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:\n"
            "        assert pool.map(double, [1, 2]) == [(2, sys.prefix), (4, sys.prefix)]\n    print('done')\n")}, "app:main")
        as_module = self.bundle({"app.py": (
            "import multiprocessing, sys\ndef double(n):\n    return 2 * n, sys.prefix\nif __name__ == '__main__':\n"
            "    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:\n"
            "        assert pool.map(double, [1, 2]) == [(2, sys.prefix), (4, sys.prefix)]\n    print('done')\n")}, "app", name="mod.pyz")
        for start in (path, as_module):
            for command in ([start], [start], [self.python, start]):
                for method in ("fork", "spawn"):
                    self.assertEqual(self.good(*(command + [method])), "done\n")

    def test_subprocess_sees_the_same(self):
        path = self.bundle({"app.py": (
            "import subprocess, sys\ndef main():\n    print(subprocess.check_output([sys.executable, '-c',"
            " 'import app, sys; print(sys.prefix)'], universal_newlines=True).strip() == sys.prefix)\n")}, "app:main")
        for output in self.starts(path):
            self.assertEqual(output, "True\n")

    def test_first_argument_venv(self):
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.argv[1:])\n"}, "app:main")
        self.good(path)
        for command in ([path], [self.python, path]):
            self.assertEqual(self.good(*(command + ["venv", "x"]), environ={"GOBUNDLE_TOOLS": "0"}), "['venv', 'x']\n")
            code, _, errors = self.run_it(*(command + ["venv", "--nonsense"]))
            self.assertEqual(code, 2, errors)
        plain = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.argv[1:])\n"}, "app:main", name="plain.pyz", tools=False)
        for output in self.starts(plain, "venv", "x"):
            self.assertEqual(output, "['venv', 'x']\n")

    def test_folder_as_bundle(self):
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.argv[1:])\n"}, "app:main")
        import zipfile

        with zipfile.ZipFile(path) as archive:
            archive.extractall(self.path("tree"))
        for _ in range(2):
            self.assertEqual(self.good(self.python, self.path("tree"), "x"), "['x']\n")

    def test_namespace_over_distributions(self):
        """A namespace package (PEP 420) whose parts come from two distributions and the sources."""
        wheels = [bundles.wheel("space_%s" % name, "1.0", {"space/%s.py" % name: "name = %r\n" % name, "space/%s.txt" % name: name}) for name in ("one", "two")]
        wheels.append(bundles.wheel("app", "1.0", {
            "space/own.py": "import os\nfrom space import one, two\ndef main():\n    folder = os.path.dirname(__file__)\n"
            "    print(one.name, two.name, sorted(n for n in os.listdir(folder) if n.endswith('.txt')))\n"}))
        path = self.path("space.pyz")
        bundles.bundle(path, wheels, "space.own:main")
        self.assertEqual(set(self.starts(path)), set(["one two ['one.txt', 'two.txt']\n"]))

    def test_nothing_is_left_outside_of_the_cache(self):
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main")
        before = sorted(os.listdir(self.folder))
        self.starts(path)
        for name in ("home", "temp", "work"):
            self.assertEqual(os.listdir(self.path(name)), [])
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(before + ["cache"]))
        self.assertEqual(self.leftovers(), [])

    def test_run_by_another_program(self):
        """Profilers and the like run it in their own process, which then is another one."""
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.argv[1:])\n"}, "app:main")
        code = "import runpy, sys; sys.argv[:] = [%r, 'x']; runpy.run_path(%r, run_name='__main__')" % (path, path)
        runner = self.path("work", "runner.py")
        with open(runner, "w") as file:
            file.write(code)
        for command in (["-c", code], ["-Bc", code], ["-c", code], [runner], ["-m", "runner"]):
            self.assertEqual(self.good(self.python, *command), "['x']\n", command)

    def test_options_of_the_interpreter_go_on(self):
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.flags.optimize, sys.flags.bytes_warning, sys.warnoptions)\n"}, "app:main")
        for _ in range(2):
            output = self.good(self.python, "-O", "-b", "-W", "error::UserWarning", path)
            self.assertTrue(output.startswith("1 1 ['error::UserWarning'"), output)


class TestHermetic(Case):
    def test_same_as_venv(self):
        """What the application sees must be what it sees in an environment of the user's own."""
        path = self.bundle({"app.py": REPORT, "app-1.0.dist-info/entry_points.txt": "[console_scripts]\nrun = app:main\n"}, "app:main")
        self.good(path)
        folder = self.environments()[0]
        venv = json.loads(self.good(os.path.join(folder, "bin", "run")))
        for command in ([path], [self.python, path], [base(), path], [self.python, "-I", path], [self.python, "-S", path]):
            seen = json.loads(self.good(*command))
            for key in ("prefix", "base_prefix", "exec_prefix", "executable", "finders", "hooks", "variables"):
                if key == "variables":
                    self.assertEqual(seen[key], ["GOBUNDLE", "GOBUNDLE_CACHE_DIR"])
                else:
                    self.assertEqual(seen[key], venv[key], (command, key))
            self.assertEqual(seen["path"], venv["path"][1:], command)  # the script's folder is not ours
            self.assertFalse([name for name in seen["modules"] if "gobundle" in name])
            self.assertNotIn("ready", seen["main"])

    def test_foreign_paths_stay_out(self):
        path = self.bundle({"app.py": REPORT}, "app:main")
        os.mkdir(self.path("foreign"))
        for name in ("json.py", "sitecustomize.py", "usercustomize.py"):
            with open(self.path("foreign", name), "w") as file:
                file.write("raise SystemExit('foreign')\n" if name == "json.py" else "")
        for command in ([path], [path]):
            seen = json.loads(self.good(*command, environ={"PYTHONPATH": self.path("foreign")}))
            self.assertEqual(seen["variables"], ["GOBUNDLE", "GOBUNDLE_CACHE_DIR"])
            self.assertNotIn(self.path("foreign"), seen["path"])
        # Started by python itself, its own start is up to PYTHONPATH, the application is not.
        os.unlink(self.path("foreign", "json.py"))
        seen = json.loads(self.good(self.python, path, environ={"PYTHONPATH": self.path("foreign")}))
        self.assertNotIn(self.path("foreign"), seen["path"])
        self.assertNotIn("usercustomize", seen["modules"])

    def test_working_folder_stays_out(self):
        path = self.bundle({"app.py": REPORT}, "app:main")
        for name in ("app.py", "json.py", "os.py"):
            with open(self.path("work", name), "w") as file:
                file.write("raise SystemExit('foreign')\n")
        for command in ([path], [path], [self.python, path]):
            json.loads(self.good(*command))

    def test_other_variables_keep_working(self):
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.flags.verbose, sys.flags.optimize)\n"}, "app:main")
        for command in ([path], [path], [self.python, path]):
            self.assertEqual(self.good(*command, environ={"PYTHONOPTIMIZE": "1"}), "0 1\n")

    def test_pth_files(self):
        files = {"app.py": "def main():\n    import extra\n    print(extra.name)\n", "more/extra.py": "name = 'extra'\n", "app.pth": "more\n"}
        path = self.bundle(files, "app:main")
        for command in ([path], [path], [self.python, path]):
            self.assertEqual(self.good(*command), "extra\n")

    def test_python_of_an_environment(self):
        """`python app.pyz` where python is that of a user's environment."""
        path = self.bundle({"app.py": REPORT}, "app:main")
        self.good(base(), "-m", "venv", "--without-pip", self.path("venv"))
        first = json.loads(self.good(path))
        python = self.path("venv", "bin", "python")
        for _ in range(2):
            seen = json.loads(self.good(python, path))
            self.assertEqual((seen["prefix"], seen["path"]), (first["prefix"], first["path"]))
        self.environ["PATH"] = self.path("venv", "bin")
        for _ in range(2):
            self.assertEqual(json.loads(self.good(path))["prefix"], first["prefix"])

    def test_trace(self):
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main")
        for _ in range(2):
            code, output, errors = self.run_it(path, environ={"GOBUNDLE_TRACE": "1"})
            self.assertEqual((code, output), (0, "here\n"))
            for line in errors.splitlines():
                self.assertRegex(line, r"\Aapp.pyz: trace: +\d+\.\d\d ms  ")


class TestByteCode(Case):
    FILES = {"app.py": "import sys\ndef main():\n    import part.deep\n    print(sys.dont_write_bytecode)\n",
             "part/__init__.py": "", "part/deep.py": ""}

    def compiled(self):
        found = []
        for root, _, files in os.walk(self.cache):
            found += [name.split(".")[0] for name in files if name.endswith(".pyc") and name != "start.pyc"]
        return sorted(found)

    def check(self, setting):
        path = self.bundle(self.FILES, "app:main")
        for command in ([path], [path], [self.python, path]):
            self.assertEqual(self.good(*command, environ=setting), "%s\n" % bool(setting))
            self.assertEqual(self.compiled(), ["__init__", "app", "deep"])

    def test_unset(self):
        self.check({})

    def test_set(self):
        self.check({"PYTHONDONTWRITEBYTECODE": "1"})

    def test_kept_byte_code_is_good(self):
        path = self.bundle(self.FILES, "app:main")
        self.good(path, environ={"PYTHONDONTWRITEBYTECODE": "1"})
        python = os.path.join(self.environments()[0], "bin", "python")
        code, _, errors = self.run_it(python, "-v", "-c", "import app")
        self.assertEqual(code, 0)
        self.assertRegex(errors, r"code object from '.*app\.[a-z0-9-]*\.pyc'")
        self.assertNotRegex(errors, "wrote '.*app")

    def test_other_folders_get_none(self):
        os.mkdir(self.path("plugins"))
        with open(self.path("plugins", "plug.py"), "w") as file:
            file.write("")
        path = self.bundle({"app.py": "import sys\ndef main():\n    sys.path.append(%r)\n    import plug\n" % self.path("plugins")}, "app:main")
        for _ in range(2):
            self.good(path, environ={"PYTHONDONTWRITEBYTECODE": "1"})
        self.assertEqual(os.listdir(self.path("plugins")), ["plug.py"])


class TestInterpreters(Case):
    def test_two_at_once(self):
        others = [path for path in os.environ.get("GOBUNDLE_PYTHONS", "").split(os.pathsep)
                  if path and os.path.realpath(path) != base()]
        if not others:
            others = [base()]
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.version_info[:2])\n"}, "app:main")
        processes = [self.start(python, path) for python in [base(), others[0]] * 2]
        outputs = [process.communicate() for process in processes]
        self.assertEqual([process.returncode for process in processes], [0] * 4, outputs)
        self.assertEqual(outputs[0], outputs[2])
        self.assertEqual(outputs[1], outputs[3])
        self.assertEqual(len(self.environments()), len(set([base(), os.path.realpath(others[0])])))

    def test_shims_are_not_remembered(self):
        path = self.bundle({"app.py": "print\ndef main():\n    print('here')\n"}, "app:main")
        os.unlink(self.python)
        with open(self.python, "w") as file:
            file.write("#!/bin/sh\nexec '%s' \"$@\"\n" % base())
        os.chmod(self.python, 0o755)
        for _ in range(2):
            self.assertEqual(self.good(path), "here\n")
        for root, _, _ in os.walk(self.cache):
            self.assertNotIn(self.python, root)

    def test_shim_without_a_python(self):
        """A version manager's shim may be there for a version that is not selected."""
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main", names=["python3.99", "python3"])
        with open(self.path("bin", "python3.99"), "w") as file:
            file.write("#!/bin/sh\necho no such version >&2\nexit 127\n")
        os.chmod(self.path("bin", "python3.99"), 0o755)
        for _ in range(2):
            self.assertEqual(self.good(path), "here\n")

    def test_no_python(self):
        path = self.bundle({"app.py": ""}, "app:main")
        os.unlink(self.python)
        code, _, errors = self.run_it(path)
        self.assertEqual(code, 1)
        self.assertRegex(errors, r"\Aapp.pyz: error: no Python was found on PATH\napp.pyz: hint: .*\n\Z")

    def test_forced(self):
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.version_info[:2])\n"}, "app:main")
        for value in (self.python, base(), "python3"):
            for command in ([path], [path], [self.python, path]):
                self.assertEqual(self.good(*command, environ={"GOBUNDLE_PYTHON": value}), str(sys.version_info[:2]) + "\n")
        for command in ([path], [self.python, path]):
            code, _, errors = self.run_it(*command, environ={"GOBUNDLE_PYTHON": "/nonexistent"})
            self.assertEqual(code, 1)
            self.assertRegex(errors, r"\Aapp.pyz: error: GOBUNDLE_PYTHON names /nonexistent.*\napp.pyz: hint: .*\n\Z")

    def test_changed_in_place(self):
        """The interpreter at a path becomes another one: the environment is not used for it."""
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.version_info[:2])\n"}, "app:main")
        self.good(path)
        folder = self.environments()[0]
        from gobundle_bootstrap.host import head

        for name in ("start.bin", "start.pyc"):
            place = os.path.join(folder, name)
            if name == "start.pyc" and not os.path.exists(place):
                continue
            with open(place, "rb") as file:
                data = file.read()
            version = sys.version.encode("utf-8")
            self.assertIn(version, data)
            with open(place, "wb") as file:
                file.write(head()[:-8] + b"another " + data[len(head()):].replace(version, b"2" + version[1:]))
        for command in ([path], [self.python, path]):
            self.assertEqual(self.good(*command), str(sys.version_info[:2]) + "\n")
        self.assertEqual(self.environments(), [folder])
        self.assertEqual(self.leftovers(), [])


class TestFrames(Case):
    def test_application_begins_a_chunk(self):
        """Calls at any depth cost what they cost in a plain script; see start.first."""
        if PYPY or sys.version_info < (3, 11):
            return
        from gobundle_bootstrap.ownfiles import DOUBLE, FIELDS, roomy
        from gobundle_bootstrap import start

        codes = [roomy(function.__code__) for function in (start.first, start.second)]
        sizes = [FIELDS + code.co_nlocals + code.co_stacksize for code in codes]
        self.assertEqual([code.co_nlocals for code in codes], [3, 2])
        self.assertTrue(0 <= DOUBLE - sum(sizes) < FIELDS)
