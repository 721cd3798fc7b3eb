"""Colour for terminals, and none for anything else."""

import os
import re

__version__ = "1.0.3"

_STYLES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34}
_SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")


class Ink:
    """Styles text for one stream; every style is a method."""

    def __init__(self, stream, environ=os.environ):
        terminal = getattr(stream, "isatty", lambda: False)()
        self.enabled = bool(terminal) and not environ.get("NO_COLOR")

    def __getattr__(self, style):
        try:
            code = _STYLES[style]
        except KeyError:
            raise AttributeError("no style {!r}; there are {}".format(style, ", ".join(sorted(_STYLES))))
        return lambda text: "\x1b[{}m{}\x1b[0m".format(code, text) if self.enabled else str(text)


def plain(text):
    """Return text without its styles."""
    return _SEQUENCE.sub("", text)
