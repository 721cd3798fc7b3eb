"""date.fromisoformat for Python 3.6."""

import datetime

__version__ = "1.1"


def parse_date(text):
    """Return the date that text names, as in 2024-05-31."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError("Invalid isoformat string: {!r}".format(text))
