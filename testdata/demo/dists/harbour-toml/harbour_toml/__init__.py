"""The part of TOML that settings need: tables of strings, numbers, booleans."""

import json
import re

__version__ = "0.3.2"

_TABLE = re.compile(r"\[([A-Za-z0-9_-]+)\]\s*(#.*)?")
_PAIR = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[+-]?[0-9_]+|true|false)\s*(#.*)?')


def loads(text):
    """Return a dict of dicts."""
    tables = {}
    current = None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        table = _TABLE.fullmatch(line)
        pair = _PAIR.fullmatch(line)
        if table:
            current = tables.setdefault(table.group(1), {})
        elif pair and current is not None:
            current[pair.group(1)] = _value(pair.group(2))
        else:
            raise ValueError("line {} is not understood: {}".format(number, line))
    return tables


def _value(text):
    if text[0] == '"' or text in ("true", "false"):
        return json.loads(text)
    return int(text.replace("_", ""))
