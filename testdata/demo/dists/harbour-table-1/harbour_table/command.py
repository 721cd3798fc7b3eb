"""The harbour-table command."""

import csv
import sys

from . import Table


def main():
    rows = [row for row in csv.reader(sys.stdin) if row]
    if not rows:
        print("harbour-table: nothing to read on standard input", file=sys.stderr)
        return 1
    table = Table(rows[0])
    for row in rows[1:]:
        table.add(*row)
    print(table.render())
    return 0
