"""Work that several processes share."""
import os
import shutil
import signal
import sys
import tempfile
import time
import unittest

from gobundle_bootstrap import work
from gobundle_bootstrap.talk import Failure


class TestShare(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.processors = work.processors
        self.addCleanup(setattr, work, "processors", work.processors)
        work.processors = lambda: 2

    def test_limit_of_a_container(self):
        self.addCleanup(setattr, work, "LIMIT", work.LIMIT)
        work.LIMIT = self.folder + "/cpu.max"
        every = self.processors()
        for text, want in (("max 100000\n", every), ("100000 100000\n", 1), ("20000 100000\n", 1), ("150000 100000\n", min(2, every)),
                           ("100000000 100000\n", every), ("", every), ("1 0\n", every), ("x y z\n", every)):
            with open(work.LIMIT, "w") as file:
                file.write(text)
            self.assertEqual(self.processors(), want, text)

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
            work.share(self.tasks(count), self.do, lambda: self.wait_for(1) if count > 1 else None)
            done = self.done()
            self.assertEqual(sorted(done), list(range(count)))
            self.assertEqual(set(len(pids) for pids in done.values()), set([1] if count else []))

    def wait_for(self, processes):
        """Waits until so many others have done something."""
        while len(set(pids[0] for pids in self.done().values() if pids)) < processes:
            time.sleep(0.001)

    def test_by_several_processes(self):
        """More than two as well. Each waits for the others, so that none is through before one has begun."""
        me = os.getpid()

        def do(n):
            self.do(n)
            if os.getpid() != me:
                self.wait_for(work.MOST - 1)

        work.processors = lambda: 64
        work.share(self.tasks(100), do, lambda: self.wait_for(work.MOST - 1))
        self.assertEqual(sorted(self.done()), list(range(100)))

    def test_what_is_done_meanwhile(self):
        for count in (0, 1, 50):
            seen = []
            work.share(self.tasks(count), self.do, lambda: seen.append(os.getpid()))
            self.assertEqual(seen, [os.getpid()])
        with self.assertRaises(ZeroDivisionError):
            work.share(self.tasks(50), self.do, lambda: 1 // 0)
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)

    def test_pieces(self):
        for costs in ([1] * 5000, [5] * 3, list(range(3000)), [10**9] + [1] * 4000, [1] * 4000 + [10**9]):
            tasks = [(cost, n) for n, cost in enumerate(costs)]
            made = work.pieces(tasks, sum(costs))
            self.assertEqual([n for piece in made for n in piece], list(range(len(costs))))
            self.assertLessEqual(len(made), work.PIECES + 1)
            for count in (2, 3, 4):
                self.assertEqual(sorted(work.order(len(made), count)), list(range(len(made))))
        self.assertEqual(work.order(7, 2), [0, 4, 1, 5, 2, 6, 3])

    def test_nothing_stays_open(self):
        before = os.listdir("/proc/self/fd")
        work.share(self.tasks(10), self.do)
        for bad in (0, 9):
            with self.assertRaises((Failure, ZeroDivisionError)):
                work.share(self.tasks(10), lambda n: 1 // (n != bad))
        self.assertEqual(os.listdir("/proc/self/fd"), before)

    def test_little_work_is_not_shared(self):
        work.share(self.tasks(10, 1), self.do)
        self.assertEqual(self.done(), dict((n, [os.getpid()]) for n in range(10)))

    def test_errors_of_either_process(self):
        me = os.getpid()
        for here in (True, False):
            for error in (Failure("so", "do that"), OSError(28, "No space left on device"), ValueError("x")):
                def do(n):
                    self.do(n)
                    if (os.getpid() == me) == here:
                        raise error
                    if here:
                        time.sleep(60)  # so that something is left for this process, which ends the other one

                shutil.rmtree(self.folder)
                os.mkdir(self.folder)
                with self.assertRaises((Failure, OSError, ValueError)) as caught:
                    work.share(self.tasks(10), do, None if here else lambda: self.wait_for(1))
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
        me = os.getpid()

        def do(n):
            if os.getpid() == me:
                raise KeyboardInterrupt
            time.sleep(1)

        with self.assertRaises(KeyboardInterrupt):
            work.share(self.tasks(100), do)
        with self.assertRaises(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)


if sys.platform == "win32":
    del TestShare
