"""A piece of start.py: byte-code of the environment is kept, whatever the setting.

Without it, with PYTHONDONTWRITEBYTECODE set, every start would compile all that it imports.
The application's own view of the setting stays, and so does what other folders get.
"""
import os
import sys


def keep(loader, code, path):
    """Writes the byte-code of a source where there is none that is up to date."""
    import _frozen_importlib_external as machinery

    try:
        loader._cache_bytecode(path, machinery.cache_from_source(path), timestamped(code, os.stat(path)))
    except (OSError, NotImplementedError, ValueError):
        pass


def timestamped(code, status):
    """Returns the byte-code file that Python writes for a source with this status."""
    import marshal

    from _frozen_importlib_external import MAGIC_NUMBER

    numbers = [0, int(status.st_mtime), status.st_size]
    if sys.version_info < (3, 7):
        del numbers[0]
    data = bytearray(MAGIC_NUMBER)
    for number in numbers:
        data += (number & 0xFFFFFFFF).to_bytes(4, "little")
    return data + marshal.dumps(code)
