"""Shares work between this process and others, where there are more processors.

Unpacking is inflating and system calls. Threads take turns in one interpreter for both, other
processes don't. Each takes a piece when it is through with the one before, so that one on a busy
processor does less.
"""
import json
import os
import sys

from .talk import Failure

WORTH = 15000000  # how many nanoseconds of work make up for another process
MOST = 4  # processes: each is some memory, and the disk is one
PIECES = 500  # at most: their numbers fit into every pipe
LIMIT = "/sys/fs/cgroup/cpu.max"  # a container's share of time: microseconds in so many
FAILED = b"\xff\xff"  # what comes instead of the number of a finished piece before an error


def processors():
    """Returns how many processors this process may use at once."""
    if not hasattr(os, "fork") or not sys.platform.startswith("linux"):
        return 1
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        with open(LIMIT, "rb") as file:
            quota, period = file.read(100).split()
        return min(count, max(1, -(-int(quota) // int(period))))
    except (OSError, ValueError, ZeroDivisionError):
        return count  # no container with a limit


def share(tasks, do, meanwhile=None):
    """Calls do with each task, in no certain order. tasks are pairs of a cost in nanoseconds and
    what do gets. meanwhile is called once by this process, before it takes tasks as well. The
    first error of any process is raised; the rest is left undone then."""
    total = sum(cost for cost, _ in tasks)
    count = min(MOST, 1 + total // WORTH)
    count = min(count, processors()) if count > 1 else 1
    crew = Crew(pieces(tasks, total), do, count) if count > 1 else None
    if crew is None or not crew.children:
        if meanwhile is not None:
            meanwhile()
        for _, task in tasks:
            do(task)
        return
    try:
        if meanwhile is not None:
            meanwhile()
        crew.work()
        crew.wait()
    finally:
        crew.close()


def pieces(tasks, total):
    """Divides tasks into pieces of about the same cost, in their order."""
    made, piece, cost = [], [], 0
    for each, task in tasks:
        piece.append(task)
        cost += each
        if cost * PIECES >= total:
            made.append(piece)
            piece, cost = [], 0
    if piece:
        made.append(piece)
    return made


def order(length, count):
    """Returns the numbers of pieces so that processes which take them in turn work at different
    places: they would wait for each other in the same folder."""
    step = (length + count - 1) // count
    return [number for place in range(step) for number in range(place, length, step)]


class Crew(object):
    """Processes that take their work from one pipe. children are pairs of a process and what it
    answers by: the numbers of pieces that are done, and perhaps an error."""

    def __init__(self, made, do, count):
        self.pieces = made
        self.do = do
        self.done = set()
        self.children = []
        self.parent = os.getpid()
        self.queue, incoming = os.pipe()
        os.write(incoming, b"".join(number.to_bytes(2, "little") for number in order(len(made), count)))
        os.close(incoming)  # so that who finds nothing more sees the end
        flush()
        for _ in range(count - 1):
            answers, outgoing = os.pipe()
            try:
                child = os.fork()
            except OSError:
                os.close(answers)
                os.close(outgoing)
                break
            if not child:
                self.run_child(outgoing)
            os.close(outgoing)
            self.children.append((child, answers))
        if not self.children:
            self.close()

    def taken(self):
        """Yields the numbers of the pieces that this process gets."""
        while True:
            number = os.read(self.queue, 2)
            if not number:
                return
            yield int.from_bytes(number, "little")

    def work(self):
        for number in self.taken():
            for task in self.pieces[number]:
                self.do(task)
            self.done.add(number)

    def run_child(self, outgoing):
        """Does its share, sends an error if there is one, and never returns."""
        status = 1
        try:
            for number in self.taken():
                for task in self.pieces[number]:
                    if os.getppid() != self.parent:
                        return  # nobody needs it any more
                    self.do(task)
                os.write(outgoing, number.to_bytes(2, "little"))
            status = 0
        except BaseException as error:
            os.read(self.queue, 2 * PIECES + 2)  # the others are to stop as well
            os.write(outgoing, FAILED + sent(error))
        finally:
            os._exit(status)

    def wait(self):
        """Waits for the others. What one did that was killed, for want of memory perhaps, is
        done here."""
        failed = b""
        while self.children:
            child, answers = self.children[-1]
            with open(answers, "rb", closefd=False) as stream:
                answer = stream.read()
            self.children.pop()
            os.waitpid(child, 0)
            os.close(answers)
            finished, error = parted(answer)
            self.done.update(finished)
            failed = failed or error
        if failed:
            raise received(failed)
        for number, piece in enumerate(self.pieces):
            if number not in self.done:
                for task in piece:
                    self.do(task)

    def close(self):
        """Ends what was not waited for: something went wrong here."""
        os.close(self.queue)
        for child, answers in self.children:
            import signal

            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(answers)


def parted(answer):
    """Returns the numbers in an answer, and the error if there is one."""
    numbers = []
    for place in range(0, len(answer) - 1, 2):
        pair = answer[place:place + 2]
        if pair == FAILED:
            return numbers, answer[place + 2:]
        numbers.append(int.from_bytes(pair, "little"))
    return numbers, b""


def sent(error):
    if isinstance(error, Failure):
        answer = ["Failure", str(error), error.hint]
    elif isinstance(error, OSError):
        answer = ["OSError", error.errno, error.strerror]
    else:
        answer = ["Failure", "%s: %s" % (type(error).__name__, error), ""]
    return json.dumps(answer).encode("utf-8")


def received(answer):
    kind, first, second = json.loads(answer.decode("utf-8"))[:3]
    return Failure(first, second) if kind == "Failure" else OSError(first, second)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass
