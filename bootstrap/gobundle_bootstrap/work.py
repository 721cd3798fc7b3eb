"""Shares work between this process and a second one, where there is a second processor.

Unpacking is inflating and system calls. Threads take turns in one interpreter for both, a
second process doesn't.
"""
import json
import os
import sys

from .talk import Failure

WORTH = 15000000  # how many nanoseconds of work make up for a second process


def processors():
    if not hasattr(os, "fork") or not sys.platform.startswith("linux"):
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share(tasks, do):
    """Calls do with each task. tasks are pairs of a cost in nanoseconds and what do gets. The
    first error of either process is raised; the rest is left undone then."""
    total = sum(cost for cost, _ in tasks)
    if total < WORTH or processors() < 2:
        for _, task in tasks:
            do(task)
        return
    half = 0
    place = 0
    while place < len(tasks) and half < total // 2:
        half += tasks[place][0]
        place += 1
    incoming, outgoing = os.pipe()
    flush()
    try:
        child = os.fork()
    except OSError:
        os.close(incoming)
        os.close(outgoing)
        for _, task in tasks:
            do(task)
        return
    if not child:
        run_child(tasks[place:], do, outgoing)
    os.close(outgoing)
    try:
        for _, task in tasks[:place]:
            do(task)
    except BaseException:
        import signal

        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        with open(incoming, "rb") as stream:
            answer = stream.read()
    status = os.waitpid(child, 0)[1]
    if answer:
        raise received(answer)
    if status:
        # It was killed, for want of memory perhaps: do its part here.
        for _, task in tasks[place:]:
            do(task)


def run_child(tasks, do, outgoing):
    """Does its share, sends an error if there is one, and never returns."""
    status = 1
    try:
        for _, task in tasks:
            do(task)
        status = 0
    except BaseException as error:
        os.write(outgoing, sent(error))
    finally:
        os._exit(status)


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
