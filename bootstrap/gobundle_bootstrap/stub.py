# Starts the application of this environment: python start.py BUNDLE [ARGUMENT...]
# Made by gobundle. Each start compiles this file, so it is short; the rest is in start.bin.
import sys

if __name__ == "__main__":
    import marshal

    try:
        with open(__file__[:-2] + "bin", "rb") as file:
            head, _, code = file.read().partition(b"\0")
    except OSError:
        head = b""
    # What starts the slow way is a text here: that costs nothing until it is needed.
    scope = {"file": __file__, "again": "@AGAIN@"}
    try:
        scope["config"], code = marshal.loads(code) if head == sys.version.encode() else (None, "")
    except (EOFError, TypeError, ValueError):
        code = ""
    exec(code or scope["again"], scope)
    application = scope["prepare"]()
    del marshal, scope
    sys.exit(application())
