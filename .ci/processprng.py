#!/usr/bin/env python3
"""Writes a bcryptprimitives.dll for a wine that has none: Go programs want its ProcessPrng.

    processprng.py FILE

The library has no code. It says that ProcessPrng is another name of advapi32's
SystemFunction036, which takes the same arguments.
"""
import struct
import sys

FILE_ALIGNMENT, SECTION_ALIGNMENT, BASE = 0x200, 0x1000, 0x1000


def exports():
    """Returns the export directory, as it stands at BASE."""
    library, name, other = b"bcryptprimitives.dll\0", b"ProcessPrng\0", b"advapi32.SystemFunction036\0"
    tables = BASE + 40
    names = tables + 12
    at = [names, names + len(library), names + len(library) + len(name)]
    directory = struct.pack("<LLHHLLLLLLL", 0, 0, 0, 0, at[0], 1, 1, 1, tables, tables + 4, tables + 8)
    return directory + struct.pack("<LLHH", at[2], at[1], 0, 0) + library + name + other


def main(path):
    section = exports()
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<L", 0x40)
    directories = struct.pack("<LL", BASE, len(section)) + b"\0" * 8 * 15
    optional = struct.pack("<HBBLLLLLQLLHHHHHHLLLLHHQQQQLL", 0x20B, 1, 0, 0, FILE_ALIGNMENT, 0, 0, BASE,
                           0x180000000, SECTION_ALIGNMENT, FILE_ALIGNMENT, 6, 0, 0, 0, 6, 0, 0,
                           BASE + SECTION_ALIGNMENT, FILE_ALIGNMENT, 0, 3, 0x100,
                           1 << 20, 1 << 12, 1 << 20, 1 << 12, 0, 16) + directories
    coff = b"PE\0\0" + struct.pack("<HHLLLHH", 0x8664, 1, 0, 0, 0, len(optional), 0x2022)
    header = struct.pack("<8sLLLLLLHHL", b".edata", len(section), BASE, FILE_ALIGNMENT, FILE_ALIGNMENT, 0, 0, 0, 0, 0x40000040)
    with open(path, "wb") as file:
        file.write((dos + coff + optional + header).ljust(FILE_ALIGNMENT, b"\0"))
        file.write(section.ljust(FILE_ALIGNMENT, b"\0"))


main(sys.argv[1])
