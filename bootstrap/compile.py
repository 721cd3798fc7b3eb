# Compiles modules: reads them from the standard input and writes their byte-code files
# (PEP 552, unchecked hashes) to the standard output. Each is a size of eight bytes and what
# has that size: first the name and then the source, and what is written has no name. What
# can't be compiled becomes nothing. Nothing is imported but what every interpreter has built in.
import _imp
import marshal
import sys
from _frozen_importlib_external import _RAW_MAGIC_NUMBER, MAGIC_NUMBER

read, write = sys.stdin.buffer.read, sys.stdout.buffer.write
sys.stdout = sys.stderr


def sized():
    head = read(8)
    return read(int.from_bytes(head, "little")) if len(head) == 8 else None


def stable(code):
    """Reports whether marshal writes a code object the same way each time. Before 3.11 the order
    of a set is that of its hashes, which may be addresses of memory."""
    for constant in code.co_consts:
        if isinstance(constant, frozenset) and not all(isinstance(item, (str, bytes, int)) for item in constant):
            return False
        if hasattr(constant, "co_consts") and not stable(constant):
            return False
    return True


def compiled(name, source):
    code = compile(source, name, "exec", 0, True, 0)
    if sys.version_info < (3, 11) and not stable(code):
        return b""
    return (MAGIC_NUMBER + (1).to_bytes(4, "little") + _imp.source_hash(_RAW_MAGIC_NUMBER, source)
            + marshal.dumps(code))


while True:
    name = sized()
    if name is None:
        break
    source = sized()
    try:
        data = compiled(name.decode("utf-8"), source)
    except (MemoryError, OverflowError, RecursionError, SyntaxError, ValueError):
        data = b""
    write(len(data).to_bytes(8, "little") + data)
