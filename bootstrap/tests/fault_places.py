"""Starts in places where little can be written, and among other users. Needs root and mount
namespaces; see docs/faults.md. Run by `make test-faults`."""
import os
import resource
import shutil
import stat
import subprocess
import unittest

from . import bundles
from .sandbox import Case

ABLE = os.geteuid() == 0 and shutil.which("unshare") and subprocess.call(
    ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
TWO_LINES = r"\A(app.pyz: warning: .*\n)?app.pyz: error: .*\napp.pyz: hint: .*\n\Z"


@unittest.skipUnless(ABLE, "this needs root, and the right to mount")
class TestPlaces(Case):
    FILES = dict({"app.py": "import data\ndef main():\n    print('here')\n", "data/__init__.py": ""},
                 **dict(("data/%02d.txt" % n, "x" * 10000) for n in range(20)))

    def setUp(self):
        Case.setUp(self)
        self.app = self.bundle(self.FILES, "app:main")
        os.mkdir(self.cache, 0o700)
        for folder in (self.folder, self.path("home"), self.path("work"), self.path("bin")):
            os.chmod(folder, 0o755)

    def inside(self, script, *commands, **options):
        """Runs commands in a mount namespace of their own after a script has made it what it must be."""
        text = script + "\n" + "\n".join("%s; echo \"= $?\"" % command for command in commands)
        return self.run_it("unshare", "-m", "sh", "-c", text, environ=dict({"PATH": self.path("bin") + ":" + os.environ["PATH"]}, **options))

    def commands(self):
        return [" ".join(command) for command in self.ways(self.app)]

    def test_full_disk(self):
        for size in (40, 100, 200, 300):
            for command in self.commands():
                _, output, errors = self.inside("mount -t tmpfs -o size=%dk,mode=700 tmpfs %s" % (size, self.cache), command, command)
                # The temporary folder has room.
                self.assertEqual(output, "here\n= 0\n" * 2, errors)
                self.assertRegex(errors, r"\Aapp.pyz: warning: .*/cache can't be used: No space left on device; using .*\n")
                self.assertNotIn("Traceback", errors)
                subprocess.check_call(["rm", "-rf", self.path("temp", "gobundle-0")])

    def test_full_disk_everywhere(self):
        for command in self.commands():
            script = "for f in %s %s /tmp /var/tmp; do mount -t tmpfs -o size=64k,mode=700 tmpfs $f; done" % (self.cache, self.path("temp"))
            moved = self.path("app.pyz")
            script = "mkdir -p /mnt/b; mount -t tmpfs tmpfs /mnt; cp -a %s /mnt/app.pyz; cp -a %s /mnt/bin; %s" % (moved, self.path("bin"), script)
            command = command.replace(self.app, "/mnt/app.pyz").replace(self.python, "/mnt/bin/python3")
            _, output, errors = self.inside(script + "; PATH=/mnt/bin:$PATH; cd /", command)
            self.assertEqual(output, "= 1\n", errors)
            self.assertRegex(errors, TWO_LINES)
            self.assertIn("No space left on device", errors)

    def test_quota(self):
        """The largest file that a process may write is bounded, as a quota does it."""
        def bounded():
            resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

        for command in self.ways(self.app):
            code, output, errors = self.run_it(*command, preexec_fn=bounded)
            self.assertEqual((code, output), (1, ""))
            self.assertRegex(errors, r"\A(app.pyz: warning: .*\n)*app.pyz: error: .*(File too large|No space left).*\napp.pyz: hint: .*\n\Z")
            self.assertEqual(self.leftovers(), [])

    def test_read_only_cache(self):
        for command in self.commands():
            _, output, errors = self.inside("mount -t tmpfs -o ro,mode=700 tmpfs %s" % self.cache, command, command)
            self.assertEqual(output, "here\n= 0\n" * 2, errors)
            self.assertRegex(errors, r"\Aapp.pyz: warning: .*/cache can't be used: Read-only file system; using .*/temp/gobundle-0\n\Z")
            subprocess.check_call(["rm", "-rf", self.path("temp", "gobundle-0")])

    def test_cache_that_became_read_only(self):
        self.good(self.app)
        for command in self.commands():
            script = "mount --bind %s %s; mount -o remount,ro,bind %s" % ((self.cache,) * 3)
            _, output, errors = self.inside(script, command, "GOBUNDLE_TRACE=1 " + command)
            self.assertEqual(output, "here\n= 0\n" * 2, errors)
            self.assertNotIn("warning", errors)

    def test_read_only_home(self):
        script = "mount -t tmpfs -o ro,mode=755 tmpfs %s; unset GOBUNDLE_CACHE_DIR" % self.path("home")
        for command in self.commands():
            _, output, errors = self.inside(script, command, command)
            self.assertEqual(output, "here\n= 0\n" * 2, errors)
            self.assertRegex(errors, r"\Aapp.pyz: warning: .* can't be used: Read-only file system; using .*\n\Z")
            subprocess.check_call(["rm", "-rf", self.path("temp", "gobundle-0")])

    def test_nothing_can_be_written(self):
        script = "unset GOBUNDLE_CACHE_DIR; mount -t tmpfs tmpfs /mnt; cp -a %s /mnt/app.pyz; cp -a %s /mnt/bin; mount -o remount,ro /mnt" % (
            self.app, self.path("bin"))
        script += "; for f in %s %s /tmp /var/tmp; do mount -t tmpfs -o ro tmpfs $f; done; cd /; PATH=/mnt/bin:$PATH" % (
            self.path("home"), self.path("temp"))
        for command in [" ".join(command).replace(self.python, "/mnt/bin/python3") for command in self.ways("/mnt/app.pyz")]:
            _, output, errors = self.inside(script, command, "HOME=/nonexistent " + command)
            self.assertEqual(output, "= 1\n" * 2, errors)
            for text in (errors[:len(errors) // 2], errors):
                self.assertIn("app.pyz: error: no folder can be written for unpacking: ", text)
            self.assertEqual(errors.count("\n"), 4, errors)

    def test_read_only_temporary_folder(self):
        """Where the cache is good, nothing temporary is needed."""
        script = "for f in %s /var/tmp; do mount -t tmpfs -o ro tmpfs $f; done" % self.path("temp")
        for command in self.commands():
            _, output, errors = self.inside(script, command, command)
            self.assertEqual((output, errors), ("here\n= 0\n" * 2, ""))
            subprocess.check_call(["rm", "-rf", self.cache])
            os.mkdir(self.cache, 0o700)

    def test_noexec(self):
        script = "mount -t tmpfs -o noexec,mode=700 tmpfs %s" % self.cache
        for command in self.commands():
            _, output, errors = self.inside(script, command, command)
            self.assertEqual((output, errors), ("here\n= 0\n" * 2, ""))
        native = self.path("app.pyz")
        bundles.bundle(native, [bundles.wheel("app", "1.0", self.FILES, tags="py3-none-linux_%s" % os.uname()[4])], "app:main")
        _, output, errors = self.inside(script, native, native)
        self.assertEqual(output, "here\n= 0\n" * 2, errors)
        self.assertRegex(errors, r"\Aapp.pyz: warning: .* can't be used: it is mounted noexec, .*; using .*\n\Z")

    def test_folder_that_vanishes(self):
        """The working folder, and that of the bundle, go while the application runs."""
        gone = self.path("gone")

        def vanish():
            os.chdir(gone)
            os.rmdir(gone)

        for command in [[self.app]] + self.ways(self.app):
            os.mkdir(gone)
            code, output, errors = self.run_it(*command, preexec_fn=vanish)
            self.assertEqual((code, output), (0, "here\n"), errors)
            self.assertNotIn("Traceback", errors)
        for command in [["../app.pyz"]] * 2 + self.ways("../app.pyz") + [[self.app]]:
            os.mkdir(gone)
            code, output, errors = self.run_it(*command, preexec_fn=vanish)
            rest = [line for line in errors.splitlines() if not line.startswith("sh: ")]  # which has a word to say
            self.assertEqual((code, output, rest), (0, "here\n", []), command)
        bundle = self.bundle({"app.py": "import os, shutil\ndef main():\n    shutil.rmtree(%r)\n    import late\n    print(late.name)\n" % gone,
                              "late.py": "name = 'late'\n"}, "app:main", name="temporary.pyz")
        for command in self.ways(os.path.join(gone, "temporary.pyz")) * 2:
            os.mkdir(gone)
            shutil.copy(bundle, gone)
            self.assertEqual(self.good(*command), "late\n")


@unittest.skipUnless(ABLE, "this needs root")
class TestOtherUsers(Case):
    """A shared temporary folder in which somebody else was first."""

    def setUp(self):
        Case.setUp(self)
        self.app = self.bundle({"app.py": "import sys\ndef main():\n    print(sys.prefix)\n"}, "app:main")
        os.chmod(self.path("temp"), 0o1777)
        for folder in (self.folder, self.path("home"), self.path("work"), self.path("bin")):
            os.chmod(folder, 0o755)
        self.environ["GOBUNDLE_CACHE_DIR"] = "/proc/none"
        self.place = self.path("temp", "gobundle-0")
        self.mine = False  # whether that place is good

    def refused(self, reason):
        for command in self.ways(self.app):
            code, output, errors = self.run_it(*command)
            self.assertNotIn("Traceback", errors)
            self.assertIn(reason, errors)
            if code == 0:
                self.assertFalse(output.startswith(self.environ["GOBUNDLE_CACHE_DIR"]), output)
                self.assertTrue(self.mine or not output.startswith(self.place), output)
                prefix = output.strip()
                subprocess.check_call(["rm", "-rf", os.path.dirname(prefix)])
            else:
                self.assertRegex(errors, TWO_LINES)

    def test_folder_of_another_user(self):
        os.mkdir(self.place)
        os.chown(self.place, 65534, 65534)
        self.refused("it belongs to another user")
        self.assertEqual(os.listdir(self.place), [])

    def test_folder_for_all(self):
        os.mkdir(self.place)
        os.chmod(self.place, 0o777)
        self.refused("other users can write to it")

    def test_link_of_another_user(self):
        mine = self.path("mine")
        os.mkdir(mine, 0o700)
        os.symlink(mine, self.place)
        os.lchown(self.place, 65534, 65534)
        self.refused("it belongs to another user")
        self.assertEqual(os.listdir(mine), [])

    def test_link_to_nowhere(self):
        os.symlink(self.path("target"), self.place)
        os.lchown(self.place, 65534, 65534)
        self.refused("")
        self.assertFalse(os.path.exists(self.path("target")))

    def test_environment_of_another_user(self):
        """A cache that is mine, in which an environment is not."""
        os.mkdir(self.cache, 0o700)
        self.environ["GOBUNDLE_CACHE_DIR"] = self.cache
        self.good(self.app)
        folder = self.environments()[0]
        with open(os.path.join(folder, "start.py"), "w") as file:
            file.write("print('evil')\n")
        os.chown(folder, 65534, 65534)
        for command in self.ways(self.app):
            self.assertEqual(self.good(*command), folder + "\n")
        self.assertEqual(os.stat(folder).st_uid, 0)

    def test_cache_of_another_user(self):
        """As root for another user, what that user's environment names is not taken."""
        self.mine = True
        victim = self.path("victim")
        os.mkdir(victim, 0o700)
        os.chown(victim, 65534, 65534)
        os.chmod(self.path("temp"), 0o1777)
        self.environ["GOBUNDLE_CACHE_DIR"] = victim
        self.refused("it belongs to another user")
        self.assertEqual(os.listdir(victim), [])

    def test_setuid(self):
        def other_rights():
            os.setresuid(65534, 0, 0)

        code, output, errors = self.run_it(*self.ways(self.app)[-1], preexec_fn=other_rights)
        self.assertEqual((code, output), (1, ""))
        self.assertRegex(errors, r"\A.*app.pyz: error: it is started with the rights of another user .*\n.*app.pyz: hint: .*\n\Z")
        self.good(self.app, environ={"GOBUNDLE_CACHE_DIR": self.cache})
        folder = self.environments()[0]
        code, output, errors = self.run_it(os.path.join(folder, "bin", "python"), os.path.join(folder, "start.py"), self.app, preexec_fn=other_rights)
        self.assertEqual((code, output), (1, ""))
        self.assertRegex(errors, r"\A.*: error: it is started with the rights of another user .*\n.*: hint: .*\n\Z")

    def test_modes(self):
        self.environ["GOBUNDLE_CACHE_DIR"] = self.cache

        def open_umask():
            os.umask(0)

        self.good(self.app, preexec_fn=open_umask)
        for root, folders, files in os.walk(self.cache):
            if root == self.cache:
                self.assertEqual(stat.S_IMODE(os.stat(root).st_mode), 0o700)
