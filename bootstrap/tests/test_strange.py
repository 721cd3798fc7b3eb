"""Strange starts: names and folders, missing streams and variables, long paths."""
import os
import shutil
import subprocess
import sys

from . import bundles
from .sandbox import PYPY, Case

HELLO = {"app.py": "import sys\ndef main():\n    if sys.stdout is not None:\n        print('here', *sys.argv[1:])\n    return 7\n"}


class TestStrange(Case):
    def setUp(self):
        Case.setUp(self)
        self.app = self.bundle(HELLO, "app:main")

    def ways(self, path=None):
        """Cold and warm, by sh and by Python."""
        path = path or self.app
        return [path], [path], [self.python, path], [self.python, path]

    def test_closed_streams(self):
        def closing(*numbers):
            def close():
                for number in numbers:
                    os.close(number)
            return close

        for numbers in ((0,), (1,), (2,), (0, 1, 2), (0, 2)):
            shutil.rmtree(self.cache, ignore_errors=True)
            for command in self.ways():
                # What opens a file then may get the number of a stream, and no file may be written to by that.
                process = subprocess.Popen(command, env=self.environ, cwd=self.path("work"), preexec_fn=closing(*numbers),
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                output, errors = process.communicate()
                self.assertEqual((process.returncode, errors), (7, b""), (numbers, command))
                self.assertEqual(output, b"" if 1 in numbers else b"here\n", (numbers, command))
        with open(self.app, "rb") as file:
            self.assertNotIn(b"here\n", file.read()[-1000:])

    def test_stream_that_nobody_reads(self):
        for command in self.ways():
            reading, writing = os.pipe()
            os.close(reading)
            process = subprocess.Popen(command, env=self.environ, stdout=writing, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
            os.close(writing)
            errors = process.communicate()[1]
            self.assertNotIn(b"gobundle_bootstrap", errors)

    def test_empty_environment(self):
        """As cron starts it: no HOME, no PATH, no locale."""
        for command in ([self.app], [self.app], [self.python, self.app], [self.python, self.app]):
            environ = dict.fromkeys(self.environ)
            environ["GOBUNDLE_CACHE_DIR"] = self.cache
            if command == [self.app] and not os.path.exists("/usr/bin/python3"):
                continue
            code, output, errors = self.run_it(*command, environ=environ)
            self.assertEqual((code, output, errors), (7, "here\n", ""), command)

    def test_odd_names(self):
        for name in ("with space", "new\nline", "\u00fc\u4e2d", "$x'\"`", "-dash", "semi;colon", "100%", "#hash", "a=b", "tab\there"):
            folder = self.path(name)
            os.mkdir(folder)
            path = os.path.join(folder, name + ".pyz")
            shutil.copy(self.app, path)
            cache = os.path.join(folder, "cache")
            ascii_only = name != "\u00fc\u4e2d"
            for locale in ("C",) if ascii_only else ("C.UTF-8", "C"):
                if PYPY and locale == "C" and not ascii_only:
                    continue  # it can't start any file of such a name
                for command in self.ways(path)[1:3]:
                    code, output, errors = self.run_it(*command, environ={"LC_ALL": locale, "GOBUNDLE_CACHE_DIR": cache})
                    self.assertEqual((code, output, errors), (7, "here\n", ""), (name, command))

    def test_long_paths(self):
        """Longer than any kernel reads of a first line."""
        deep = self.path(*["long" * 20] * 4)
        os.makedirs(deep)
        path = os.path.join(deep, "app.pyz")
        shutil.copy(self.app, path)
        entry = self.bundle({"app.py": HELLO["app.py"], "app-1.0.dist-info/entry_points.txt": "[console_scripts]\nrun = app:main\n",
                             "app-1.0.data/scripts/file": "#!python\nimport app, sys\nsys.exit(app.main())\n"}, "app:main", name="scripts.pyz")
        environ = {"GOBUNDLE_CACHE_DIR": os.path.join(deep, "cache")}
        for command in self.ways(path):
            self.assertEqual(self.run_it(*command, environ=environ), (7, "here\n", ""))
        self.assertEqual(self.run_it(entry, environ=environ), (7, "here\n", ""))
        scripts = [os.path.join(root, name) for root, _, files in os.walk(deep) for name in files if name in ("run", "file") and root.endswith("/bin")]
        self.assertEqual(len(scripts), 2)
        for script in scripts:
            self.assertGreater(len(script), 200)
            self.assertEqual(self.run_it(script, "x"), (7, "here x\n", ""))

    def test_links(self):
        for number, target in enumerate((self.app, self.path("link0"))):
            link = self.path("link%d" % number)
            os.symlink(target, link)
            for command in self.ways(link):
                self.assertEqual(self.run_it(*command), (7, "here\n", ""))
        os.symlink(self.folder, self.path("work", "folder"))
        self.assertEqual(self.run_it("./folder/app.pyz"), (7, "here\n", ""))
        home = self.path("home-link")
        os.symlink(self.path("home"), home)
        for command in self.ways():
            self.assertEqual(self.run_it(*command, environ={"GOBUNDLE_CACHE_DIR": None, "HOME": home}), (7, "here\n", ""))

    def test_by_path_and_by_name(self):
        shutil.copy(self.app, self.path("bin", "tool"))
        for command in (["sh", "-c", "tool"], ["sh", "-c", "cd / && tool"]):
            environ = {"PATH": self.path("bin") + ":/usr/bin:/bin"}
            for _ in range(2):
                self.assertEqual(self.run_it(*command, environ=environ), (7, "here\n", ""))

    def test_no_right_to_execute(self):
        os.chmod(self.app, 0o644)
        self.assertEqual(self.run_it(self.python, self.app), (7, "here\n", ""))
        if not bundles.LAUNCHER:
            self.assertEqual(self.run_it("sh", self.app, environ={"PATH": self.path("bin") + ":/usr/bin:/bin"}), (7, "here\n", ""))

    def test_read_from_a_pipe(self):
        """Through /dev/stdin there is no file to read a zip from: Python says so, or it works."""
        if sys.platform == "linux" and not PYPY:
            with open(self.app, "rb") as file:
                process = subprocess.Popen([self.python, "/dev/stdin"], env=self.environ, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                output, errors = process.communicate()
            self.assertTrue(process.returncode == 7 and output == b"here\n" or b"gobundle_bootstrap" not in errors, errors)

    def test_trace(self):
        for command in self.ways():
            code, output, errors = self.run_it(*command, environ={"GOBUNDLE_TRACE": "1"})
            self.assertEqual((code, output), (7, "here\n"))
            lines = errors.splitlines()
            for line in lines:
                self.assertRegex(line, r"\Aapp.pyz: trace: +\d+\.\d\d ms  \S")
            for phase in ("manifest read", "target chosen", "handing over to ", "in all"):
                self.assertIn(phase, errors)
            if command == [self.app] and len(lines) > 8:
                for phase in ("lock taken", "wheels unpacked", "files linked", "environment in place"):
                    self.assertIn(phase, errors)


class TestInterpreterMode(Case):
    def same(self, *arguments, **options):
        """A bundle without entry point does what the python of an environment does."""
        text = options.pop("text", "")
        outcomes = []
        for command in ([self.plain], [self.app], [self.python, self.app]):
            process = self.start(*(command + list(arguments)), stdin=subprocess.PIPE, environ={"TERM": "dumb"})
            output, errors = process.communicate(text)
            outcomes.append((process.returncode, output, errors.replace(self.app, self.plain)))
        self.assertEqual(outcomes[0], outcomes[1], arguments)
        self.assertEqual(outcomes[0], outcomes[2], arguments)
        return outcomes[0]

    def setUp(self):
        Case.setUp(self)
        self.app = self.bundle({"lib.py": "name = 'lib'\nif __name__ == '__main__':\n    import sys\n    print(sys.argv[1:])\n"}, "")
        self.good(self.app, "-c", "")
        self.plain = os.path.join(self.environments()[0], "bin", "python")

    def test_ways(self):
        with open(self.path("work", "script.py"), "w") as file:
            file.write("import lib, sys\nprint(lib.name, sys.argv, __name__, __file__)\nsys.exit(3)\n")
        show = "import lib, sys; print(lib.name, sys.argv, sys.flags.optimize, sys.prefix)"
        self.assertEqual(self.same("-c", show, "x")[0], 0)
        self.assertEqual(self.same("-O", "-c", show)[0], 0)
        self.assertEqual(self.same("-m", "lib", "a b")[1], "['a b']\n")
        self.assertEqual(self.same("script.py", "x")[0], 3)
        self.assertEqual(self.same("-", "x", text=show)[0], 0)
        self.assertEqual(self.same(text=show)[0], 0)
        self.assertEqual(self.same("-i", "-q", text="import lib\nlib.name\n")[0], 0)
        self.assertEqual(self.same("-c", "raise SystemExit(9)")[0], 9)
        self.assertNotEqual(self.same("-c", "1/0")[0], 0)
        self.assertNotEqual(self.same("-m", "nothing")[0], 0)
        self.assertNotEqual(self.same("--nonsense")[0], 0)
        self.assertEqual(self.same("-V")[0], 0)

    def test_prompt(self):
        """On a terminal there is a prompt."""
        try:
            import pty
        except ImportError:
            return
        master, slave = pty.openpty()
        process = subprocess.Popen([self.app], env=dict(self.environ, TERM="dumb", PYTHON_BASIC_REPL="1"), stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        os.write(master, b"import lib; print(lib.name * 2)\nexit()\n")
        seen = b""
        try:
            while True:
                piece = os.read(master, 4096)
                if not piece:
                    break
                seen += piece
        except OSError:
            pass  # the other side is gone
        self.assertEqual(process.wait(), 0)
        os.close(master)
        self.assertIn(b"liblib", seen)
        self.assertIn(b">>>", seen)
