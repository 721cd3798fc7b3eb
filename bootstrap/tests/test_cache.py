"""The cache: made by many at once, killed in the middle, read-only, damaged, of somebody else."""
import os
import signal
import stat
import subprocess
import sys
import time

from . import bundles
from .sandbox import Case, base

APP = {"app.py": "import data\ndef main():\n    print(data.count())\n",
       "data/__init__.py": "import os\ndef count():\n    return len([n for n in os.listdir(os.path.dirname(__file__)) if n.endswith('.txt')])\n"}
APP.update(("data/%03d.txt" % n, "x" * 20000) for n in range(120))


class CacheCase(Case):
    def app(self, name="app.pyz", **more):
        """Makes a bundle which prints how many of its files are there."""
        return self.bundle(APP, "app:main", name=name, **more)

    def assert_works(self, path, want=None, **options):
        for command in ([path], [self.python, path], [path]):
            code, output, errors = self.run_it(*command, **options)
            self.assertEqual((code, errors), (0, ""), output)
            self.assertEqual(output, "120\n")


def but_waiting(errors):
    """What a process says but for that it waits, which is up to the machine."""
    return "".join(line for line in errors.splitlines(True) if ": waiting for another process, " not in line)


class TestConcurrency(CacheCase):
    def test_ten_first_starts_at_once(self):
        path = self.app()
        processes = [self.start(*command) for command in [[path], [self.python, path]] * 5]
        for process in processes:
            output, errors = process.communicate()
            self.assertEqual((process.returncode, output, but_waiting(errors)), (0, "120\n", ""))
        self.assertEqual(len(self.environments()), 1)
        self.assertEqual(self.leftovers(), [])

    def test_bundles_that_share_a_wheel(self):
        shared = bundles.wheel("data", "1.0", {name: text for name, text in APP.items() if name != "app.py"})
        paths = []
        for n in range(4):
            paths.append(self.path("app%d.pyz" % n))
            own = bundles.wheel("app", "1.%d" % n, {"app.py": APP["app.py"]})
            bundles.bundle(paths[-1], [shared, own], "app:main")
        processes = [self.start(path) for path in paths * 2]
        for process in processes:
            output, errors = process.communicate()
            self.assertEqual((process.returncode, output, but_waiting(errors)), (0, "120\n", ""))
        self.assertEqual(len(os.listdir(os.path.join(self.cache, "wheels"))), 5)
        self.assertEqual(len(self.environments()), 4)
        files = [os.path.join(folder, base_site(folder), "data", "000.txt") for folder in self.environments()]
        self.assertEqual(len(set(os.stat(file).st_ino for file in files)), 1)

    def test_waiting_is_said(self):
        path = self.app()
        folder = os.path.join(self.cache, "locks")
        os.makedirs(folder, 0o700)
        os.chmod(self.cache, 0o700)
        from gobundle_bootstrap.cache import Lock

        process = self.start(path, environ={"GOBUNDLE_TRACE": "1"})
        process.communicate()
        name = [name for name in os.listdir(folder) if name.startswith("env-")][0]
        for environment in self.environments():
            os.unlink(os.path.join(environment, "lease"))
        with Lock(self.cache, name, "held by a test", path) as lock:
            self.assertTrue(lock.held)
            process = self.start(path)
            line = process.stderr.readline()
            self.assertEqual(line, "app.pyz: waiting for another process, which is making the environment\n")
        output, errors = process.communicate()
        self.assertEqual((process.returncode, errors), (0, ""))


def base_site(folder):
    return os.path.relpath([root for root, folders, _ in os.walk(folder) if "data" in folders][0], folder)


class TestKilled(CacheCase):
    def test_kill_at_any_time(self):
        path = self.app()
        died = 0
        for step in range(8):
            process = self.start(path, start_new_session=True)
            # How far it is, the cache shows: how long it takes is up to the machine.
            while process.poll() is None and self.entries() < (1, 40, 90, 130, 150, 200, 250, 265)[step]:
                time.sleep(0.001)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            died += process.returncode == -signal.SIGKILL
            if step % 4 == 3:
                self.assert_works(path)
                self.assertEqual(self.leftovers(), [])
            subprocess.check_call(["rm", "-rf", self.cache])
        self.assertGreater(died, 0)
        self.assert_works(path)

    def entries(self):
        """How many folders and files are in the cache."""
        return sum(len(folders) + len(files) for _, folders, files in os.walk(self.cache))

    def test_leftovers_do_not_mislead(self):
        path = self.app()
        self.good(path)
        folder = self.environments()[0]
        beside = os.path.join(os.path.dirname(folder), "." + os.path.basename(folder) + ".0123.tmp")
        os.rename(folder, beside)
        wheel = os.listdir(os.path.join(self.cache, "wheels"))[0]
        os.rename(os.path.join(self.cache, "wheels", wheel), os.path.join(self.cache, "wheels", "." + wheel + ".0123.tmp"))
        self.assert_works(path)
        self.assertEqual(self.leftovers(), [])


class TestDamaged(CacheCase):
    def test_missing_files_of_the_environment(self):
        path = self.app()
        self.good(path)
        names = ("start.py", "start.bin", "entry.bin", "inside.bin", "bytecode.bin", "lease", "pyvenv.cfg", "bin/python", "bin", ".")
        for number, name in enumerate(names):
            for command in (([path], [self.python, path]) if number < 4 else ([path],)):
                environ = {"PYTHONDONTWRITEBYTECODE": "1", "GOBUNDLE_ENTRY_POINT": "app:main"}
                target = os.path.join(self.environments()[0], name)
                subprocess.check_call(["rm", "-rf", os.path.normpath(target)])
                code, output, errors = self.run_it(*command, environ=environ)
                self.assertEqual((code, output, errors), (0, "120\n", ""), (name, command))
                self.assertEqual(self.leftovers(), [])

    def test_missing_files_of_the_application(self):
        path = self.app()
        self.good(path)
        self.site = base_site(self.environments()[0])
        for name in ("lib", "app.py", "data/__init__.py"):
            for command, environ in (([path], {}), ([self.python, path], {}), ([path], {"GOBUNDLE_MODULE": "app"})):
                target = self.environments()[0]
                subprocess.check_call(["rm", "-rf", os.path.join(target, name if name == "lib" else os.path.join(self.site, name))])
                code, output, errors = self.run_it(*command, environ=environ)
                if code == 0:  # __main__.py found that it was not there at all
                    continue
                self.assertRegex(errors, r"\Aapp.pyz: error: files of the application are missing: \d+ in .*\n"
                                         r"app.pyz: hint: start it again, and they will be put back\n\Z")
                self.assertEqual(self.good(*command), "120\n")
                self.assertEqual(self.leftovers(), [])

    def test_damage_that_nobody_sees(self):
        """What goes on going wrong ends, with two lines."""
        path = self.app()
        self.good(path)
        with open(os.path.join(self.environments()[0], "entry.bin"), "w") as file:
            file.write("damaged")
        for command in self.ways(path):
            code, output, errors = self.run_it(*command, environ={"GOBUNDLE_MODULE": "app"})
            self.assertEqual((code, output), (1, ""))
            self.assertRegex(errors, r"\Agobundle: error: the environment in .* can't be used\ngobundle: hint: remove it, .*\n\Z")

    def test_empty_files_after_a_power_cut(self):
        """What was renamed may be on the disk before its content is. Files of the environment are
        those of the wheel's folder, so that both are empty then."""
        path = self.app()
        self.good(path)
        self.site = base_site(self.environments()[0])
        names = [os.path.join(self.site, name) for name in ("app.py", "data/__init__.py")]
        for number, name in enumerate(["start.py", "start.bin", "pyvenv.cfg", "files.txt"] + names):
            for command in self.ways(path)[number % 2:][:1] or [[path]]:
                for root, _, files in os.walk(self.environments()[0]):
                    for file in files:
                        if file.endswith(".pyc"):
                            os.unlink(os.path.join(root, file))
                with open(os.path.join(self.environments()[0], name), "w"):
                    pass
                code, output, errors = self.run_it(*command)
                if code != 0:
                    self.assertRegex(errors, r"\A\S*app.pyz: error: .*\n\S*app.pyz: hint: .*\n\Z", name)
                    code, output, errors = self.run_it(*command)
                self.assertEqual((code, output, errors), (0, "120\n", ""), (name, command))
                self.assertEqual(self.leftovers(), [])

    def test_missing_wheel_files(self):
        path = self.app()
        self.good(path)
        wheels = os.path.join(self.cache, "wheels")
        folder = os.path.join(wheels, os.listdir(wheels)[0])
        for damage in (["rm", "-rf", os.path.join(folder, "data")], ["rm", os.path.join(folder, "data", "007.txt")],
                       ["truncate", "-s", "0", os.path.join(folder, "data", "008.txt")]):
            subprocess.check_call(damage)
            subprocess.check_call(["rm", "-rf", os.path.join(self.cache, "envs")])
            self.assert_works(path)
            self.assertEqual(self.leftovers(), [])

    def test_cache_removed_while_running(self):
        path = self.bundle({"app.py": (
            "import shutil, sys\ndef main():\n    shutil.rmtree(sys.argv[1])\n    print('still here')\n")}, "app:main")
        for _ in range(2):
            self.assertEqual(self.good(path, self.cache), "still here\n")

    def test_damaged_bundle(self):
        path = self.app()
        with open(path, "rb") as file:
            data = file.read()
        wheel = data.index(b"data/050.txt")
        changed = [data[:wheel + 40] + b"???" + data[wheel + 43:], data[:len(data) - 3000]]
        at = data.index(b"x" * 0 + b"PK\3\4", wheel)
        changed.append(data[:at] + b"PK\3\5" + data[at + 4:])
        for bad in changed:
            with open(path, "wb") as file:
                file.write(bad)
            code, output, errors = self.run_it(path)
            self.assertEqual((code, output), (1, ""))
            if bad is not changed[1]:  # Python itself refuses what has no zip directory
                self.assertRegex(errors, r"\Aapp.pyz: error: .* is damaged: .*\napp.pyz: hint: .*\n\Z")
            self.assertEqual(self.environments(), [])
            self.assertEqual(self.leftovers(), [])
        with open(path, "wb") as file:
            file.write(data)
        self.assert_works(path)


class TestUnwritable(CacheCase):
    def test_cache_in_a_file(self):
        path = self.app()
        with open(self.path("file"), "w"):
            pass
        environ = {"GOBUNDLE_CACHE_DIR": self.path("file", "cache")}
        code, output, errors = self.run_it(path, environ=environ)
        self.assertEqual((code, output), (0, "120\n"))
        self.assertRegex(errors, r"\Aapp.pyz: warning: .*file(/cache)? can't be used: Not a directory; using .*/temp/gobundle-\d+\n\Z")
        folder = os.path.join(self.path("temp"), "gobundle-%d" % os.geteuid())
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        for command in ([path], [self.python, path]):
            self.assertEqual(self.good(*command, environ=environ), "120\n")

    def test_no_home(self):
        path = self.app()
        missing = self.path("no", "home")
        environ = {"GOBUNDLE_CACHE_DIR": None, "HOME": missing}
        code, output, errors = self.run_it(path, environ=environ)
        self.assertEqual((code, output), (0, "120\n"))
        self.assertRegex(errors, r"\Aapp.pyz: warning: .*no/home can't be used: there is no such home directory; using .*\n\Z")
        self.assertFalse(os.path.exists(missing))
        for command in ([path], [self.python, path]):
            self.assertEqual(self.good(*command, environ=environ), "120\n")

    def test_nowhere_to_write(self):
        path = self.app()
        with open(self.path("file"), "w"):
            pass
        environ = {"GOBUNDLE_CACHE_DIR": self.path("file", "cache"), "TMPDIR": self.path("file")}
        code = ("import sys\nsys.path[:0] = [%r]\nfrom gobundle_bootstrap import cache, talk\n"
                "cache.temporary = lambda: [%r]\ntry:\n    list(cache.places([]))\n"
                "except talk.Failure as failure:\n    sys.exit(talk.report('app.pyz', failure))\n"
                % (bundles.HERE, self.path("file", "x")))
        code, output, errors = self.run_it(base(), "-B", "-c", code, environ=environ)
        self.assertEqual((code, output), (1, ""))
        self.assertRegex(errors, r"\Aapp.pyz: error: no folder can be written .*\napp.pyz: hint: set GOBUNDLE_CACHE_DIR .*\n\Z")

    def test_folder_that_others_can_write(self):
        path = self.app()
        os.mkdir(self.cache)
        os.chmod(self.cache, 0o777)
        code, output, errors = self.run_it(path)
        self.assertEqual((code, output), (0, "120\n"))
        self.assertIn("other users can write to it; using", errors)

    def test_environment_that_others_can_write(self):
        path = self.app()
        self.good(path)
        folder = self.environments()[0]
        os.chmod(folder, 0o777)
        self.assertEqual(self.good(self.python, path), "120\n")
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode) & 0o022, 0)

    def test_read_only_cache_as_another_user(self):
        if os.geteuid() != 0:
            return
        path = self.app()
        os.chmod(self.folder, 0o755)
        for folder in ("home", "work", "bin"):
            os.chmod(self.path(folder), 0o755)
        os.chmod(self.path("temp"), 0o1777)
        if subprocess.call(["test", "-x", base()], preexec_fn=become_nobody) != 0:
            return  # the interpreter is in a folder of root's
        os.mkdir(self.cache, 0o700)
        os.chown(self.cache, 65534, 65534)
        self.assertEqual(self.good(path, preexec_fn=become_nobody), "120\n")
        for root, folders, files in os.walk(self.cache):
            os.chmod(root, 0o500)
        for command in ([path], [self.python, path]):
            self.assertEqual(self.good(*command, preexec_fn=become_nobody), "120\n")
        other = self.app("other.pyz", options={"note": "another bundle"})
        code, output, errors = self.run_it(other, preexec_fn=become_nobody)
        self.assertEqual((code, output), (0, "120\n"))
        self.assertIn("can't be used: Permission denied; using", errors)
        # And what belongs to somebody else is not used at all.
        code, output, errors = self.run_it(path)
        self.assertEqual(code, 0)
        self.assertIn("belongs to another user; using", errors)


def become_nobody():
    os.setgid(65534)
    os.setuid(65534)


class TestLease(CacheCase):
    HOLD = {"app.py": "import sys\ndef main():\n    print('ready', flush=True)\n    sys.stdin.read()\n"}

    def test_lease_is_held_and_use_is_stamped(self):
        import fcntl

        path = self.bundle(self.HOLD, "app:main")
        self.start(path).communicate()
        lease = os.path.join(self.environments()[0], "lease")
        for command in ([path], [self.python, path]):
            os.utime(lease, (1, 1))
            process = self.start(*command, stdin=subprocess.PIPE)
            process.stdout.readline()
            self.assertGreater(os.stat(lease).st_mtime, time.time() - 100)
            with open(lease) as file:
                with self.assertRaises(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                fcntl.flock(file, fcntl.LOCK_UN)
                process.communicate("")
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_environment_that_is_being_removed(self):
        import fcntl

        path = self.app()
        self.good(path)
        lease = os.path.join(self.environments()[0], "lease")
        with open(lease) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            os.unlink(lease)
            self.assertEqual(self.good(path), "120\n")

    def test_children_do_not_keep_the_lease_open(self):
        path = self.bundle({"app.py": (
            "import os, subprocess, sys\ndef main():\n    names = subprocess.check_output(['ls', '-l', '/proc/self/fd'],"
            " close_fds=False, env={'PATH': '/bin:/usr/bin'}, universal_newlines=True)\n    print('lease' in names)\n")}, "app:main")
        if sys.platform == "linux":
            for _ in range(2):
                self.assertEqual(self.good(path), "False\n")
