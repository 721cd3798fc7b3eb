"""Settings from INI files, and from TOML with the extra of that name."""

import configparser
import os

__version__ = "2.1.0"


class SettingsError(Exception):
    """A file that holds no settings."""


def load(path):
    """Return the settings of a file as a dict; its name tells the format."""
    with open(path, encoding="utf-8") as file:
        return loads(file.read(), os.path.splitext(path)[1].lstrip(".").lower())


def loads(text, kind):
    """Return the settings of a text, whose kind is "ini" or "toml"."""
    try:
        reader = {"ini": _ini, "cfg": _ini, "toml": _toml}[kind]
    except KeyError:
        raise SettingsError("settings of kind {!r} are unknown".format(kind))
    return reader(text)


def _ini(text):
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise SettingsError(str(error))
    return {
        "{}.{}".format(section, name): int(value) if value.isdigit() else value
        for section in parser.sections()
        for name, value in parser.items(section)
    }


def _toml(text):
    try:
        import harbour_toml
    except ImportError:
        raise SettingsError("TOML needs the extra: install harbour-settings[toml]")
    try:
        tables = harbour_toml.loads(text)
    except ValueError as error:
        raise SettingsError(str(error))
    return {
        "{}.{}".format(table, name): value
        for table, values in tables.items()
        for name, value in values.items()
    }
