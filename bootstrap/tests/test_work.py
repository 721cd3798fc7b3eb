"""Work that two processes share."""
import os
import shutil
import signal
import sys
import tempfile
import unittest

from gobundle_bootstrap import work
from gobundle_bootstrap.talk import Failure


class TestShare(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(setattr, work, "processors", work.processors)
        work.processors = lambda: 2

    def tasks(self, count, cost=work.WORTH):
        return [(cost, n) for n in range(count)]

    def do(self, n):
        with open(os.path.join(self.folder, str(n)), "a") as file:
            file.write("%d\n" % os.getpid())

    def done(self):
        pids = {}
        for name in os.listdir(self.folder):
            with open(os.path.join(self.folder, name)) as file:
                pids[int(name)] = [int(line) for line in file]
        return pids

    def test_every_task_once(self):
        for count in (0, 1, 2, 7, 100):
            for name in os.listdir(self.folder):
                os.unlink(os.path.join(self.folder, name))
            work.share(self.tasks(count), self.do)
            done = self.done()
            self.assertEqual(sorted(done), list(range(count)))
            self.assertEqual(set(len(pids) for pids in done.values()), set([1] if count else []))
            if count > 1:
                self.assertEqual(len(set(pids[0] for pids in done.values())), 2)

    def test_little_work_is_not_shared(self):
        work.share(self.tasks(10, 1), self.do)
        self.assertEqual(self.done(), dict((n, [os.getpid()]) for n in range(10)))

    def test_errors_of_either_process(self):
        for bad in (0, 9):
            for error in (Failure("so", "do that"), OSError(28, "No space left on device"), ValueError("x")):
                def do(n):
                    if n == bad:
                        raise error

                with self.assertRaises(Exception) as caught:
                    work.share(self.tasks(10), do)
                if isinstance(error, OSError):
                    self.assertEqual(caught.exception.errno, 28)
                elif isinstance(error, Failure):
                    self.assertEqual((str(caught.exception), caught.exception.hint), ("so", "do that"))
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)

    def test_killed_process_is_made_up_for(self):
        me = os.getpid()

        def do(n):
            if os.getpid() != me:
                os.kill(os.getpid(), signal.SIGKILL)
            self.do(n)

        work.share(self.tasks(10), do)
        self.assertEqual(self.done(), dict((n, [me]) for n in range(10)))

    def test_interrupted(self):
        def do(n):
            if n == 0:
                raise KeyboardInterrupt
            import time

            time.sleep(1)

        with self.assertRaises(KeyboardInterrupt):
            work.share(self.tasks(100), do)
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


if sys.platform == "win32":
    del TestShare
