"""How the boot talks: one line that says what is wrong, one that says what to do."""
import os
import sys
import time


class Failure(Exception):
    """Ends the boot with a message. what may have several lines."""

    def __init__(self, what, hint="", code=1):
        Exception.__init__(self, what)
        self.hint = hint
        self.code = code


def tell(bundle, *lines):
    """Writes lines to standard error, each with the bundle's name in front. Nothing that
    could be in the way of that (no stream, an odd encoding) is an error."""
    name = os.path.basename(bundle)
    text = "".join("%s: %s\n" % (name, line) for line in lines)
    stream = sys.stderr
    if stream is None:
        return
    try:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except (OSError, ValueError):
        pass


def report(bundle, failure):
    """Tells about a failure and returns the exit code."""
    lines = ("error: %s" % failure).split("\n")
    if failure.hint:
        lines.append("hint: %s" % failure.hint)
    tell(bundle, *lines)
    return failure.code


class Trace(object):
    """The phases of a boot with their milliseconds, on standard error, if asked for."""

    def __init__(self, bundle):
        self.bundle = bundle
        self.wanted = os.environ.get("GOBUNDLE_TRACE", "0") not in ("", "0")
        self.begun = self.last = time.time()

    def __call__(self, phase):
        """Says that a phase has ended here."""
        if not self.wanted:
            return
        now = time.time()
        tell(self.bundle, "trace: %8.2f ms  %s" % ((now - self.last) * 1000, phase))
        self.last = now

    def total(self, what):
        if self.wanted:
            tell(self.bundle, "trace: %8.2f ms  %s" % ((time.time() - self.begun) * 1000, what))
