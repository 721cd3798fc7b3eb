"""The arrivals of a harbour that does not exist."""

import json
import pkgutil

__version__ = "2024.5.31"


def arrivals():
    """Return a list of dicts, one per ship."""
    return json.loads(_data("arrivals.json"))


def default_settings():
    """Return the text of a TOML file."""
    return _data("settings.toml")


def _data(name):
    return pkgutil.get_data(__name__, "data/" + name).decode("utf-8")
