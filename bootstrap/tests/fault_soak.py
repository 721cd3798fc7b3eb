"""Random operations on one cache. Afterwards it holds nothing that is half there, and every
bundle starts. One of the bundles is an executable. Run by `make test-faults`; GOBUNDLE_SOAK is how many operations, GOBUNDLE_SOAK_SEED
repeats a run."""
import os
import random
import signal
import subprocess
import time
from unittest import mock

from . import bundles
from .sandbox import Case, base

OPERATIONS = int(os.environ.get("GOBUNDLE_SOAK", "1000"))


class TestSoak(Case):
    def setUp(self):
        Case.setUp(self)
        self.seed = int(os.environ.get("GOBUNDLE_SOAK_SEED") or random.SystemRandom().randrange(1 << 30))
        self.random = random.Random(self.seed)
        self.shared = bundles.wheel("shared", "1.0", dict(("shared/%02d.txt" % n, "x" * 2000) for n in range(30)))
        self.versions = {}
        self.new_version()
        others = [path for path in os.environ.get("GOBUNDLE_PYTHONS", "").split(os.pathsep) if path]
        self.pythons = [self.python] + [path for path in others if os.path.realpath(path) != base()][:2]
        self.running = []

    def new_version(self):
        """Makes a new version of one of three applications, in the place of the old one."""
        name = "app%d.pyz" % self.random.randrange(3)
        number = self.versions[name] = self.versions.get(name, 0) + 1
        own = bundles.wheel("app", "%d.%s" % (number, name[3]), {"app.py": "import sys\ndef main():\n    print('version %d', *sys.argv[1:])\n" % number})
        with mock.patch.object(bundles, "LAUNCHER", bundles.LAUNCHER if name == "app2.pyz" else None):
            bundles.bundle(self.path(name), [self.shared, own], "app:main")

    def command(self, *arguments):
        name = self.random.choice(sorted(self.versions))
        path = self.path(name)
        return name, ([path] if self.random.random() < 0.6 else [self.random.choice(self.pythons), path]) + list(arguments)

    def begin(self):
        """Starts one without waiting for its end."""
        name, command = self.command("x")
        self.running.append((self.start(*command, start_new_session=True), name, self.versions[name]))

    def end(self, process, name, version):
        output, errors = process.communicate()
        self.assertNotIn("gobundle_bootstrap", errors, self.seed)
        if errors.endswith("KeyboardInterrupt\n"):  # which is Python's own, or the application's
            return
        self.assertNotIn("Traceback", errors, self.seed)
        if process.returncode == 0:
            # A new version may have come in between.
            self.assertRegex(output, r"\Aversion \d+ x\n\Z", self.seed)
        elif process.returncode == 1 and self.versions[name] > version:
            # Its file was replaced between two readings of it.
            self.assertRegex(errors, r"\A\S*app\d.pyz: error: .*\n\S*app\d.pyz: hint: .*\n\Z", self.seed)
        else:
            self.assertIn(process.returncode, (130, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT), (self.seed, version, output, errors))

    def kill(self):
        if self.running:
            process = self.random.choice(self.running)[0]
            time.sleep(self.random.random() * 0.1)
            try:
                os.killpg(process.pid, self.random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
            except ProcessLookupError:
                pass

    def prune(self):
        _, command = self.command(*self.random.choice([["clear"], ["prune", "--max-size", "100kB"], ["prune", "--older-than", "1d"]]))
        code, _, errors = self.run_it(*command, environ={"GOBUNDLE_TOOLS": "cache"})
        self.assertEqual((code, errors), (0, ""), self.seed)

    def spoil(self):
        """Removes something, as a temp cleaner does it."""
        found = [os.path.join(root, name) for root, _, files in os.walk(self.cache) for name in files]
        if found:
            try:
                os.unlink(self.random.choice(found))
            except OSError:
                pass

    def test_operations(self):
        work = [self.begin] * 12 + [self.kill] * 4 + [self.new_version, self.prune]
        for number in range(OPERATIONS):
            self.random.choice(work)()
            while len(self.running) > 6 or self.running and number == OPERATIONS - 1:
                self.end(*self.running.pop(0))
        for name in sorted(self.versions):
            for python in self.pythons:
                output = self.good(python, self.path(name), "x")
                self.assertEqual(output, "version %d x\n" % self.versions[name], self.seed)
        self.good(self.path(name), "prune", environ={"GOBUNDLE_TOOLS": "cache"})
        self.assertEqual(self.leftovers(), [], self.seed)
        self.good(self.path(name), "clear", environ={"GOBUNDLE_TOOLS": "cache"})
        left = [os.path.join(root, name) for root, _, files in os.walk(self.cache) for name in files
                if os.path.basename(root) != "locks" and name != "pruned"]
        self.assertEqual(left, [], self.seed)

    def test_missing_files(self):
        """Files go missing one by one. A start ends right, or says what to do; then the next does."""
        for number in range(OPERATIONS // 12):
            self.spoil()
            name, command = self.command("x")
            for attempt in range(3):
                code, output, errors = self.run_it(*command)
                if code == 0:
                    break
                self.assertRegex(errors, r"(?m)^\S*(%s|gobundle): error: .*\n\S*(%s|gobundle): hint: .*\n\Z" % (name, name), (self.seed, errors))
            self.assertEqual((code, output), (0, "version %d x\n" % self.versions[name]), (self.seed, errors))


class TestSlowDisk(Case):
    def test_start_while_a_version_is_pruned(self):
        """One version runs and starts, again and again, while others are made and removed."""
        keep = self.bundle({"app.py": "def main():\n    print('kept')\n"}, "app:main", name="keep.pyz")
        self.good(keep)
        processes = []
        for number in range(6):
            other = self.bundle({"app.py": "def main():\n    print(%d)\n" % number}, "app:main", name="other%d.pyz" % number)
            processes += [self.start(other), self.start(keep), self.start(keep, "prune", "--max-size", "1", environ={"GOBUNDLE_TOOLS": "cache"}), self.start(keep)]
        for process in processes:
            output, errors = process.communicate()
            self.assertEqual((process.returncode, errors), (0, ""), output)
        subprocess.check_call(["test", "-d", self.cache])
