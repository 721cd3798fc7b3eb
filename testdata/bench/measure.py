"""Runs commands in turn and says what they took.

The cases of a series are run one after the other, round by round, so that what else the
machine does falls on all of them alike. What counts are medians, and medians of differences within a round.
"""
import functools
import marshal
import math
import random
import statistics
import subprocess
import sys


class Run(object):
    """What one run took: wall and CPU time in milliseconds, the peak memory in bytes of the
    largest of its processes (not less than that of the program that starts it)."""

    def __init__(self, wall, cpu, memory):
        self.wall, self.cpu, self.memory = wall, cpu, memory


class Spread(object):
    """How numbers are spread: their median, the quartiles, and the least and most that the median
    may have been by chance, with a confidence of 95 %."""

    def __init__(self, numbers):
        numbers = sorted(numbers)
        self.median = statistics.median(numbers)
        quarter = len(numbers) // 4
        self.low, self.high = numbers[quarter], numbers[-1 - quarter]
        rank = max(0, math.floor(len(numbers) / 2 - 0.98 * math.sqrt(len(numbers))))
        self.least, self.most = numbers[rank], numbers[-1 - rank]


class Case(object):
    """A command, and what must be done before each of its runs, which isn't measured."""

    def __init__(self, name, command, before=None, environ=None):
        self.name, self.command, self.before, self.environ = name, command, before, environ or {}
        self.runs = []

    def median(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)

    def spread(self, what):
        return Spread(getattr(run, what) for run in self.runs)

    def least(self, what):
        return min(getattr(run, what) for run in self.runs)


class Series(object):
    """Cases that are run in turn. floor names those that together are what the machine itself
    needs for the same; the others are held against their sum."""

    def __init__(self, title, environ, floor=()):
        self.title, self.environ, self.floor = title, environ, tuple(floor)
        self.cases = []

    def add(self, name, command, before=None, environ=None):
        self.cases.append(Case(name, command, before, environ))

    def __getitem__(self, name):
        return next(case for case in self.cases if case.name == name)

    def __contains__(self, name):
        return any(case.name == name for case in self.cases)

    def base(self, what):
        """Returns the sum of the floor's medians, or None if a part of it couldn't be run."""
        if not self.floor or not all(name in self for name in self.floor):
            return None
        return sum(self[name].median(what) for name in self.floor)

    def more(self, name, than, what):
        """Returns the Spread of how much more a case took than another one in the same round."""
        return Spread(getattr(run, what) - getattr(other, what) for run, other in zip(self[name].runs, self[than].runs))

    def times(self, name, what):
        """Returns the Spread of how many times the floor of the same round a case took."""
        floors = zip(*(self[part].runs for part in self.floor))
        return Spread(getattr(run, what) / sum(getattr(part, what) for part in parts) for run, parts in zip(self[name].runs, floors))

    def run(self, rounds, by_chance=False):
        """Runs the cases in turn, from another one on in each round, or in another order by chance where
        none needs what the one before it leaves behind: each may leave the machine's
        caches to the next one, and a processor may change its speed in step with the rounds."""
        print("%s ..." % self.title, file=sys.stderr)
        chance = random.Random(self.title)
        for number in range(rounds):
            start = number % len(self.cases)
            order = self.cases[start:] + self.cases[:start]
            if by_chance:
                chance.shuffle(order)
            for case in order:
                if case.before:
                    case.before()
                case.runs.append(measure(case.command, dict(self.environ, **case.environ)))
        return self


# A small program that starts the commands: what is started has at least the memory of what
# starts it, and this one's own is a third of that of the program that keeps the results.
STARTER = """
import marshal, os, sys, time
null = os.open(os.devnull, os.O_RDWR)
while True:
    try:
        command, environ = marshal.load(sys.stdin.buffer)
    except EOFError:
        break
    begun = time.perf_counter()
    child = os.posix_spawn(command[0], command, environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)])
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begun
    marshal.dump((wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, status), sys.stdout.buffer)
    sys.stdout.buffer.flush()
"""


@functools.lru_cache(None)
def starter():
    """Returns the process that starts the commands. It ends with this one."""
    return subprocess.Popen([sys.executable, "-I", "-S", "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def measure(command, environ):
    """Runs a command without input and output."""
    process = starter()
    marshal.dump((list(command), environ), process.stdin)
    process.stdin.flush()
    wall, cpu, memory, status = marshal.load(process.stdout)
    if status != 0:
        raise SystemExit("%s ended with status %d" % (" ".join(command), status))
    return Run(wall * 1000, cpu * 1000, memory * (1 if sys.platform == "darwin" else 1024))
