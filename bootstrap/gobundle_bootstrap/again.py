"""Starts a bundle the slow way, from an environment that can't be used any more: the
interpreter has changed, or files are missing, or the environment is being removed."""
# ruff: noqa: F821
import os
import sys


def prepare():
    folder = os.path.dirname(os.path.abspath(file))
    if os.environ.get("__GOBUNDLE_STARTING", "") == "3":
        # It has been made for this start again and again, so once more is no help.
        del os.environ["__GOBUNDLE_STARTING"]
        sys.stderr.write("gobundle: error: the environment in %s can't be used\n"
                         "gobundle: hint: remove it, or set GOBUNDLE_CACHE_DIR to another folder\n" % folder)
        return lambda: 1
    if "__GOBUNDLE_STARTING" not in os.environ:
        os.environ["__GOBUNDLE_STARTING"] = "1"  # so that __main__.py does not come here by the short way
    python = os.path.realpath(sys.executable)
    arguments = [python] + sys.argv[1:]
    if os.name == "nt":
        import signal
        import subprocess

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the child, too, which heeds it
        code = subprocess.call(arguments)
        return lambda: code - (code >> 31 << 32)  # sys.exit takes no larger ones
    os.execv(python, arguments)


if __name__ == "__main__":
    sys.exit(prepare()())
