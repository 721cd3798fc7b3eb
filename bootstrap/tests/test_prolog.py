"""The sh lines in every shell that is there."""
import os
import shutil
import subprocess

from .sandbox import Case, base

SHELLS = (["dash"], ["bash"], ["bash", "--posix"], ["busybox", "sh"], ["zsh"], ["ksh"], ["mksh"], ["yash"])


class TestShells(Case):
    def shells(self):
        found = []
        for shell in SHELLS:
            path = shutil.which(shell[0])
            if path:
                found.append([path] + shell[1:])
        self.assertTrue(found)
        return found

    def test_cold_and_warm(self):
        path = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.argv[1:])\n    return 3\n"}, "app:main")
        for shell in self.shells():
            with self.subTest(shell):
                subprocess.check_call(["rm", "-rf", self.cache])
                for _ in range(3):
                    command = shell + [path, "a b", "*", "$x"]
                    self.assertEqual(self.run_it(*command), (3, "['a b', '*', '$x']\n", ""))

    def test_forced_ones_that_are_no_python(self):
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main")
        os.symlink(self.python, self.path("bin", "snake"))
        for name in ("true", "false"):
            os.symlink(shutil.which(name), self.path("bin", name))
        for start in [shell + [path] for shell in self.shells()] + [[self.python, path]]:
            with self.subTest(start):
                for forced in ("true", self.path("bin", "false"), "nowhere", self.path("bin"), path + "x"):
                    code, output, errors = self.run_it(*start, environ={"GOBUNDLE_PYTHON": forced})
                    self.assertEqual((code, output), (1, ""), forced)
                    self.assertEqual(errors, "app.pyz: error: GOBUNDLE_PYTHON names %s, which is no Python\n"
                                             "app.pyz: hint: set it to the path of a Python, or unset it\n" % forced)
                self.assertEqual(self.good(*start, environ={"GOBUNDLE_PYTHON": "snake"}), "here\n")

    def test_warm_has_no_fork(self):
        strace = shutil.which("strace")
        if strace is None:
            return
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main")
        self.good(path)
        for shell in self.shells():
            with self.subTest(shell):
                log = self.path("log")
                code, output, _ = self.run_it(strace, "-f", "-s", "4096", "-o", log, "-e", "trace=process,execve", *(shell + [path]))
                self.assertEqual((code, output), (0, "here\n"))
                with open(log) as file:
                    text = file.read()
                for call in ("fork(", "clone(", "clone3("):
                    self.assertNotIn(call, text)
                self.assertEqual(text.count("execve("), 2, text)
                self.assertIn("start.py", text)

    def test_every_place_of_the_cache(self):
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main")
        marker = self.path("bin", "marker")
        for environ, root in (
            ({}, self.cache), ({"GOBUNDLE_CACHE_DIR": self.cache + "/"}, self.cache),
            ({"GOBUNDLE_CACHE_DIR": None, "XDG_CACHE_HOME": self.path("xdg")}, self.path("xdg", "gobundle")),
            ({"GOBUNDLE_CACHE_DIR": None, "XDG_CACHE_HOME": "relative"}, self.path("home", ".cache", "gobundle")),
            ({"GOBUNDLE_CACHE_DIR": None}, self.path("home", ".cache", "gobundle")),
            ({"GOBUNDLE_CACHE_DIR": "relative"}, self.path("work", "relative")),
        ):
            with self.subTest(environ):
                for shell in self.shells():
                    self.assertEqual(self.good(*(shell + [path]), environ=environ), "here\n")
                self.assertTrue(os.path.isdir(os.path.join(root, "envs")))
                # Warm, sh starts the environment's python; the one on PATH is not run at all.
                if environ.get("GOBUNDLE_CACHE_DIR") == "relative":
                    continue
                os.rename(self.python, self.python + "-real")
                with open(self.python, "w") as file:
                    file.write("#!/bin/sh\necho ran > %s\nexec %s-real \"$@\"\n" % (marker, self.python))
                os.chmod(self.python, 0o755)
                os.unlink(self.python)
                os.rename(self.python + "-real", self.python)
                self.assertEqual(self.good(path, environ=environ), "here\n")
        self.assertFalse(os.path.exists(marker))

    def test_spaces_and_odd_characters(self):
        folder = self.path("a b'\"$x*\u00fc")
        os.mkdir(folder)
        os.rename(self.path("bin"), os.path.join(folder, "bin"))
        environ = {"PATH": os.path.join(folder, "bin"), "GOBUNDLE_CACHE_DIR": os.path.join(folder, "cache")}
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main", name="a b'\"$x*\u00fc/app.pyz")
        for shell in self.shells():
            with self.subTest(shell):
                for _ in range(2):
                    self.assertEqual(self.good(*(shell + [path]), environ=environ), "here\n")

    def test_variables_do_not_leak(self):
        path = self.bundle({"app.py": "import os\ndef main():\n    print(sorted(n for n in os.environ if 'gobundle' in n.lower()))\n"}, "app:main")
        for shell in self.shells():
            with self.subTest(shell):
                for _ in range(2):
                    self.assertEqual(self.good(*(shell + [path])), "['GOBUNDLE', 'GOBUNDLE_CACHE_DIR']\n")

    def test_path_with_odd_folders(self):
        path = self.bundle({"app.py": "def main():\n    print('here')\n"}, "app:main")
        os.makedirs(self.path("odd", "python3"))
        environ = {"PATH": ":relative::%s:/nonexistent:%s:" % (self.path("odd"), self.path("bin"))}
        for shell in self.shells():
            with self.subTest(shell):
                for _ in range(2):
                    self.assertEqual(self.good(*(shell + [path]), environ=environ), "here\n")

    def test_errors(self):
        path = self.bundle({"app.py": ""}, "app:main", names=["python3.99"])
        for shell in self.shells():
            with self.subTest(shell):
                code, output, errors = self.run_it(*(shell + [path]))
                self.assertEqual((code, output), (1, ""))
                self.assertRegex(errors, r"\Aapp.pyz: error: no Python was found on PATH\napp.pyz: hint: .*\n\Z")
                code, output, errors = self.run_it(*(shell + [path]), environ={"GOBUNDLE_PYTHON": "nope"})
                self.assertEqual((code, output), (1, ""))
                self.assertRegex(errors, r"\Aapp.pyz: error: GOBUNDLE_PYTHON names nope, .*\napp.pyz: hint: .*\n\Z")
                self.assertEqual(self.run_it(*(shell + [path]), environ={"GOBUNDLE_PYTHON": base()})[0], 1)
