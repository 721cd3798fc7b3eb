"""System calls of a first start that fail, one by one, and processes that are killed in the
middle of one. Needs strace; see docs/faults.md. Run by `make test-faults`.

A first start is recorded. Then each call that opens, writes, renames or links something of the
cache is made to fail in a start of its own. Such a start must end right, or with two lines. The
next one, undisturbed, must end right. The errors take turns; with GOBUNDLE_FAULTS=all each call
fails with each of them.
"""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

from . import bundles
from .sandbox import Case

ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES", "EDQUOT")
ALL = os.environ.get("GOBUNDLE_FAULTS") == "all"
# Calls by what they are for. Of each kind the sandbox's strace knows some.
CALLS = ("open", "openat", "creat", "write", "pwrite64", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
         "mkdir", "mkdirat", "unlink", "unlinkat", "rmdir", "fsync", "flock", "utimensat", "chmod", "fchmod", "execve")

LINE = re.compile(r"^(\d+) +(\w+)\((.*)$")


@unittest.skipUnless(shutil.which("strace"), "there is no strace")
class TestInject(Case):
    def setUp(self):
        Case.setUp(self)
        self.path_of_bundle = self.bundle({"app.py": "import data\ndef main():\n    print(data.text)\n", "data.py": "text = 'here'\n",
                                           "app-1.0.dist-info/entry_points.txt": "[console_scripts]\nrun = app:main\n"}, "app:main")
        # The same input must give the same calls.
        self.environ.update(PYTHONHASHSEED="0", GOBUNDLE_CACHE_SIZE="1GB")

    def commands(self):
        return self.ways(self.path_of_bundle)

    def traced(self, command, *options, **environ):
        calls = "trace=" + ",".join("?" + call for call in CALLS)
        environ["PATH"] = self.path("bin") + os.pathsep + os.environ["PATH"]
        return self.run_it("strace", "-f", "-qq", "-s", "300", "-e", calls, *(list(options) + ["--"] + command), environ=environ)

    def faults(self, command):
        """Returns the calls of a first start that have to do with the cache, or with what is read
        of the bundle, as names with their numbers. strace counts for each process."""
        code, output, errors = self.traced(command, "-o", self.path("log"))
        self.assertEqual((code, output, errors), (0, "here\n", ""))
        counts, found, descriptors, started = {}, [], set(), False
        with open(self.path("log"), errors="replace") as file:
            for line in file:
                match = LINE.match(line)
                if not match:
                    continue
                process, name, rest = match.groups()
                counts[process, name] = counts.get((process, name), 0) + 1
                if started and "/__pycache__" in rest:
                    break  # the application's own imports
                if started and "/site-packages" in rest:
                    continue  # those of Python's site module
                started = started or name == "execve" and "/start.py" in rest
                ours = self.cache in rest or (self.path_of_bundle in rest and name.startswith("open"))
                number = re.match(r"(\d+),", rest)
                if number and name in ("write", "pwrite64", "fsync", "flock", "fchmod"):
                    ours = number.group(1) in descriptors
                result = re.search(r"\) = (\d+)", rest)
                if name in ("open", "openat") and result:
                    (descriptors.add if self.cache in rest else descriptors.discard)(result.group(1))
                if ours and name != "execve":
                    found.append((name, counts[process, name]))
        self.clear()
        return found

    def clear(self):
        subprocess.check_call(["rm", "-rf", self.cache, self.path("temp")])
        os.mkdir(self.path("temp"))

    def assert_ends_right(self, what, code, output, errors):
        frames = re.findall(r'^  File "(.*?)"', errors, re.M)
        if frames and all(frame.startswith("<frozen ") or frame == self.path_of_bundle for frame in frames):
            return  # Python could not read the first line of ours, or the zip behind that of sh
        self.assertNotIn("Traceback", errors, what)
        if code == 0:
            self.assertEqual(output, "here\n", what)
            for line in errors.splitlines():
                self.assertRegex(line, r"\Aapp.pyz: (warning|hint): ", what)
            return
        self.assertEqual(output, "", what)
        lines = [line for line in errors.splitlines() if ": warning: " not in line]
        # What fails before the first line of ours is told by sh, Python or strace in their own words.
        if len(lines) == 2:
            self.assertRegex(lines[0], r"\A(\S*app.pyz|gobundle): error: ", what)
            self.assertRegex(lines[1], r"\A(\S*app.pyz|gobundle): hint: ", what)
        else:
            self.assertEqual(len(lines), 1, (what, errors))
            self.assertRegex(lines[0], r"can't open file|cannot open|can't find '__main__' module|not found|Permission denied|Input/output error"
                             r"|Non-UTF-8 code|null byte", what)

    def fail_once(self, command, name, number, error):
        """Lets one call of a first start fail, and starts again."""
        what = "%s: %s number %d fails with %s" % (command[0], name, number, error)
        place = tempfile.mkdtemp(dir=self.folder)
        environ = {"GOBUNDLE_CACHE_DIR": os.path.join(place, "cache"), "TMPDIR": place}
        log = place + ".log"
        result = self.traced(command, "-o", log, "-e", "inject=%s:error=%s:when=%d" % (name, error, number), **environ)
        # A launcher has threads, and strace counts for each: another call may have been hit, one of Python's own.
        with open(log, errors="replace") as file:
            hit = [line for line in file if "(INJECTED)" in line]
        os.remove(log)
        if any(place in line or self.path_of_bundle in line or not re.search(r"\bopen(at)?\(", line) for line in hit):
            self.assert_ends_right(what, *result)
        code, output, errors = self.run_it(*command, environ=environ)
        self.assertEqual((code, output), (0, "here\n"), (what, errors))
        self.assertNotIn("Traceback", errors)
        shutil.rmtree(place)

    def test_every_call_fails_once(self):
        for way, command in enumerate(self.commands()):
            faults = self.faults(command)
            self.assertGreater(len(faults), 100)
            tasks = [(name, number, error) for place, (name, number) in enumerate(faults)
                     for turn, error in enumerate(ERRORS) if ALL or (place + way) % len(ERRORS) == turn]
            with ThreadPoolExecutor(4 if ALL else 2) as pool:
                for outcome in [pool.submit(self.fail_once, command, *task) for task in tasks]:
                    outcome.result()

    def test_from_some_call_on_all_fail(self):
        """A disk that is full stays full."""
        for command in self.commands():
            for error in ("ENOSPC", "EROFS", "EIO"):
                for name, numbers in (("write", (1, 2, 9)), ("mkdir", (1, 3, 5)), ("rename", (1, 2))):
                    what = "%s: %s fails with %s from the first, later from number %s" % (command[0], name, error, numbers)
                    for number in numbers:
                        result = self.traced(command, "-o", os.devnull, "-e", "inject=%s:error=%s:when=%d+" % (name, error, number))
                        if name != "write" or "here" in result[1]:  # it can't print either
                            self.assert_ends_right(what, *result)
                        self.assertNotIn("gobundle_bootstrap", result[2], what)
                    self.assertEqual(self.run_it(*command)[:2], (0, "here\n"), what)
                    self.clear()

    def test_killed_at_every_change(self):
        for command in self.commands():
            faults = [fault for fault in self.faults(command) if fault[0] in ("rename", "link", "symlink", "mkdir", "unlink", "flock", "fsync", "write")]
            step = max(1, len(faults) // 20)
            for number, (name, count) in enumerate(faults[::step]):
                stop = ("KILL", "TERM", "INT")[number % 3]
                what = "%s: SIG%s at %s number %d" % (command[0], stop, name, count)
                code, output, errors = self.traced(command, "-o", os.devnull, "-e", "inject=%s:signal=%s:when=%d" % (name, stop, count))
                self.assertNotIn("gobundle_bootstrap", errors, what)
                self.assertIn(code, (0, 130, 143, 137, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT), (what, errors))
                self.assertEqual(self.good(*command), "here\n", what)
                self.clear()

    def test_no_locks(self):
        """A file system without flock: everybody makes what is missing, and renaming decides."""
        for error in ("ENOLCK", "EOPNOTSUPP", "ENOSYS"):
            options = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=flock", "-e", "inject=flock:error=" + error, "--"]
            environ = {"PATH": self.path("bin") + os.pathsep + os.environ["PATH"]}
            processes = [self.start(*(options + command), environ=environ) for command in list(self.commands()) * 4]
            for process in processes:
                output, errors = process.communicate()
                self.assertEqual((process.returncode, output, errors), (0, "here\n", ""))
            # What can't be asked for its users stays.
            output = self.good(*(options + [self.path_of_bundle, "clear"]), environ=dict(environ, GOBUNDLE_TOOLS="cache"))
            self.assertIn("in use, kept: ", output)
            self.assertEqual(len(self.environments()), 1)
            self.clear()


class TestManyAtOnce(Case):
    def test_fifty_first_starts(self):
        """Of one bundle, and of bundles that share a wheel, by sh and by Python."""
        files = dict(("data/%03d.txt" % n, "x" * 5000) for n in range(60))
        shared = bundles.wheel("data", "1.0", dict(files, **{"data/__init__.py": ""}))
        paths = []
        for n in range(5):
            paths.append(self.path("app%d.pyz" % n))
            own = bundles.wheel("app", "1.%d" % n, {"app.py": "import data\ndef main():\n    print('here')\n"})
            bundles.bundle(paths[-1], [shared, own], "app:main")
        commands = [command for path in paths for command in self.ways(path)]
        processes = [self.start(*command) for command in commands * (50 // len(commands))]
        for process in processes:
            output, errors = process.communicate()
            rest = [line for line in errors.splitlines() if ": waiting for another process, " not in line]
            self.assertEqual((process.returncode, output, rest), (0, "here\n", []))
        self.assertEqual(len(self.environments()), 5)
        self.assertEqual(len(os.listdir(os.path.join(self.cache, "wheels"))), 6)
        self.assertEqual(self.leftovers(), [])
