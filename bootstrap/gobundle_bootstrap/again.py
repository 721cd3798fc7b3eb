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
    python = os.path.realpath(sys.executable)
    arguments = [python] + sys.argv[1:]
    if os.name == "nt":
        import subprocess

        return lambda: subprocess.call(arguments)
    os.execv(python, arguments)
