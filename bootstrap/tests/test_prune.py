"""Removing from the cache: what is in use stays, what starts meanwhile is not disturbed."""
import json
import os
import signal
import subprocess
import time

from . import bundles
from .sandbox import Case

HOLD = {"app.py": "import sys\ndef main():\n    print('ready', flush=True)\n    sys.stdin.read()\n"}
HELLO = {"app.py": "def main():\n    print('here')\n"}


class PruneCase(Case):
    def cached(self, path, *arguments, **options):
        return self.good(path, *arguments, environ=dict(options.pop("environ", {}), GOBUNDLE_TOOLS="cache"), **options)

    def hello(self, version, **more):
        """A bundle that shares a wheel with all others made so."""
        path = self.path("app%s.pyz" % version)
        shared = bundles.wheel("shared", "1.0", {"shared.py": "x" * 50000})
        bundles.bundle(path, [shared, bundles.wheel("app", version, HELLO)], "app:main", **more)
        return path

    def wheels(self):
        return sorted(name for name in os.listdir(os.path.join(self.cache, "wheels")))

    def age(self, days, folder):
        """Makes everything in a folder as if it was used that long ago."""
        at = time.time() - days * 86400
        for root, folders, files in os.walk(folder):
            for name in folders + files:
                if not os.path.islink(os.path.join(root, name)):
                    os.utime(os.path.join(root, name), (at, at))


class TestPrune(PruneCase):
    def test_by_age(self):
        old, new = self.hello("1"), self.hello("2")
        for path in (old, new):
            self.good(path)
        self.age(40, self.cache)
        self.good(new)  # the shortest start of all stamps its use
        listed = json.loads(self.cached(new, "info", "--json"))
        self.assertEqual((len(listed["environments"]), len(listed["wheels"])), (2, 3))
        dry = json.loads(self.cached(new, "prune", "--older-than", "30d", "--dry-run", "--json"))
        self.assertEqual(len(self.environments()), 2)
        done = json.loads(self.cached(new, "prune", "--older-than", "30d", "--json"))
        self.assertEqual(dry, done)
        self.assertEqual((len(done["removed"]), done["in_use"]), (2, []))
        self.assertEqual((len(self.environments()), len(self.wheels())), (1, 2))
        for path in (old, new):
            self.assertEqual(self.good(path), "here\n")

    def test_by_size(self):
        paths = [self.hello("%d" % n) for n in range(3)]
        for number, path in enumerate(paths):
            self.good(path)
            lease = os.path.join(self.environments()[-1], "lease")
            self.assertTrue(os.path.exists(lease))
        size = json.loads(self.cached(paths[0], "info", "--json"))["size"]
        self.assertIn("removed 0 B", self.cached(paths[0], "prune", "--max-size", "%d" % size))
        self.cached(paths[0], "prune", "--max-size", "%d" % (size - 1))
        self.assertEqual(len(self.environments()), 2)
        self.cached(paths[0], "prune", "--max-size", "0")
        self.assertEqual((self.environments(), self.wheels()), ([], []))
        self.assertEqual(os.listdir(os.path.join(self.cache, "envs")), [])

    def test_what_runs_stays(self):
        path = self.bundle(HOLD, "app:main")
        for command in ([path], [path], [self.python, path]):
            process = self.start(*command, stdin=subprocess.PIPE)
            self.assertEqual(process.stdout.readline(), "ready\n")
            output = self.cached(path, "clear")
            self.assertIn("in use, kept: ", output)
            self.assertEqual(len(self.environments()), 1)
            process.communicate("")
        self.assertNotIn("in use", self.cached(path, "clear"))
        self.assertEqual(self.environments(), [])

    def test_what_has_closed_all_files_stays(self):
        """As daemons do, so that it holds no lease any more."""
        path = self.bundle({"app.py": (
            "import os, sys\ndef main():\n    os.closerange(3, 100)\n    print('ready', flush=True)\n    sys.stdin.read()\n")}, "app:main")
        if not os.path.isdir("/proc/self/fd"):
            return
        process = self.start(path, stdin=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), "ready\n")
        self.assertIn("in use, kept: ", self.cached(path, "clear"))
        process.communicate("")

    def test_starts_while_it_is_cleared(self):
        path = self.hello("1")
        code = ("import sys\nsys.dont_write_bytecode = True\nsys.path[:0] = [%r]\nfrom gobundle_bootstrap.inventory import Inventory\n"
                "from gobundle_bootstrap.prune import Removal, plan\nwhile True:\n    inventory = Inventory(%r)\n"
                "    Removal(inventory, 'x').run(*plan(inventory, 0, everything=True))\n" % (bundles.HERE, self.cache))
        self.good(path)
        pruning = self.start(self.python, "-c", code)
        try:
            for command in ([path], [self.python, path]) * 6:
                code, output, errors = self.run_it(*command)
                self.assertEqual((code, output), (0, "here\n"), errors)
                self.assertNotIn("Traceback", errors)
        finally:
            pruning.send_signal(signal.SIGKILL)
            errors = pruning.communicate()[1]
        self.assertEqual(errors, "")
        self.good(path)
        self.cached(path, "prune")
        self.assertEqual(self.leftovers(), [])

    def test_leftovers_and_notes(self):
        path, other = self.hello("1"), self.hello("2")
        self.good(path)
        self.good(other)
        environment = [folder for folder in self.environments() if "2" in folder][0]
        for left in (environment, os.path.join(self.cache, "wheels", self.wheels()[0])):
            os.makedirs(os.path.join(os.path.dirname(left), ".%s.00ff.tmp" % os.path.basename(left), "x"))
        note = [os.path.join(root, "env") for root, _, files in os.walk(os.path.dirname(environment)) if "env" in files and "at" in root][0]
        with open(os.path.join(os.path.dirname(note), ".env.00ff.tmp"), "w"):
            pass
        subprocess.check_call(["rm", "-rf", environment])
        self.cached(path, "prune")
        self.assertEqual(self.leftovers(), [])
        self.assertFalse(os.path.exists(os.path.dirname(environment)) and note in os.listdir(os.path.dirname(environment)))
        self.assertEqual(self.good(other), "here\n")


class TestBound(PruneCase):
    def test_automatic(self):
        paths = [self.hello("%d" % n) for n in range(3)]
        self.good(paths[0])
        with open(os.path.join(self.environments()[0], "wheels.txt")) as file:
            size = sum(int(line.split()[1]) for line in file)
        environ = {"GOBUNDLE_CACHE_SIZE": "%d" % (size + 10)}  # the shared wheel and one more
        for path in paths:
            self.good(path, environ=environ)
            self.assertEqual(len(self.environments()), 1)
        self.assertEqual(len(self.wheels()), 2)
        self.good(paths[2], environ=environ)

    def test_off_and_by_default_once_a_day(self):
        paths = [self.hello("%d" % n) for n in range(3)]
        self.good(paths[0], environ={"GOBUNDLE_CACHE_SIZE": "0"})
        self.assertFalse(os.path.exists(os.path.join(self.cache, "pruned")))
        self.good(paths[1])
        mark = os.path.join(self.cache, "pruned")
        os.utime(mark, (time.time() - 1000, time.time() - 1000))
        before = os.stat(mark).st_mtime
        self.good(paths[2])
        self.assertEqual(os.stat(mark).st_mtime, before)
        self.assertEqual(len(self.environments()), 3)

    def test_no_size(self):
        path = self.hello("1")
        code, output, errors = self.run_it(path, environ={"GOBUNDLE_CACHE_SIZE": "much"})
        self.assertEqual((code, output), (0, "here\n"))
        self.assertRegex(errors, r"\Aapp1.pyz: warning: GOBUNDLE_CACHE_SIZE is much, .*\n\Z")

    def test_what_runs_stays(self):
        first = self.bundle(HOLD, "app:main")
        process = self.start(first, stdin=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), "ready\n")
        self.good(self.hello("1"), environ={"GOBUNDLE_CACHE_SIZE": "1"})
        self.assertEqual(len(self.environments()), 2)
        process.communicate("")

    def test_sizes(self):
        from gobundle_bootstrap.bound import parse_size

        for text, want in (("0", 0), ("1000", 1000), ("5GB", 5 * 10**9), ("1.5 mb", 1500000), ("2k", 2000), ("1T", 10**12)):
            self.assertEqual(parse_size(text), want)
        for text in ("", "x", "-1", "5 GiB", "1e9"):
            self.assertRaises(ValueError, parse_size, text)
