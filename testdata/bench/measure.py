"""Runs commands in turn and says what they took.

The cases of a series are run one after the other, round by round, so that what else the
machine does falls on all of them alike. What counts are medians, and medians of differences within a round.
"""
import os
import statistics
import sys
import time


class Run(object):
    """What one run took: wall and CPU time in milliseconds, the peak memory in bytes of the
    largest of its processes (not less than this program's own, which it is forked from)."""

    def __init__(self, wall, cpu, memory):
        self.wall, self.cpu, self.memory = wall, cpu, memory


class Case(object):
    """A command, and what must be done before each of its runs, which isn't measured."""

    def __init__(self, name, command, before=None, environ=None):
        self.name, self.command, self.before, self.environ = name, command, before, environ or {}
        self.runs = []

    def median(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)

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
        """Returns the median of how much more a case took than another one in the same round."""
        return statistics.median(getattr(run, what) - getattr(other, what)
                                 for run, other in zip(self[name].runs, self[than].runs))

    def run(self, rounds):
        print("%s ..." % self.title, file=sys.stderr)
        for number in range(rounds):
            # Who comes first changes: each may leave the machine's caches to the next one.
            start = number % len(self.cases)
            for case in self.cases[start:] + self.cases[:start]:
                if case.before:
                    case.before()
                case.runs.append(measure(case.command, dict(self.environ, **case.environ)))
        return self


def measure(command, environ):
    """Runs a command without input and output."""
    null = os.open(os.devnull, os.O_RDWR)
    try:
        begun = time.perf_counter()
        child = os.posix_spawn(command[0], command, environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)])
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - begun
    finally:
        os.close(null)
    if status != 0:
        raise SystemExit("%s ended with status %d" % (" ".join(command), status))
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss * unit)
