"""Evaluates the conditions that a manifest records; runtime/manifest has the twin.

A condition is a marker or a Requires-Python that was consulted when the wheels were
chosen, as plain data: no specifier is parsed here.
"""
import re

VERSION = re.compile(
    r"([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?"
    r"(?:(\.dev|\.post|a|b|rc)([0-9]{1,9}))?(?:\+(?:[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)?)?\Z").match
LEVELS = {".dev": 0, "a": 1, "b": 2, "rc": 3, None: 4, ".post": 5}


class Unknown(Exception):
    """The facts don't decide it."""


def key(version):
    """Returns the place of a version in the order of versions: major, minor, micro, level,
    serial. Raises Unknown for a text that has none."""
    found = VERSION(version)
    if found is None:
        raise Unknown(version)
    major, minor, micro, level, serial = found.groups()
    return [int(major), int(minor or 0), int(micro or 0), LEVELS[level], int(serial or 0)]


def holds(condition, environment):
    """Reports whether a condition comes out as recorded."""
    try:
        return evaluate(condition["test"], environment) == condition["truth"]
    except Unknown:
        return False


def evaluate(test, environment):
    """Returns the truth of an expression for the marker variables of an interpreter.
    Raises Unknown if they don't decide it."""
    operation = OPERATIONS.get(test[0])
    if operation is None:
        raise Unknown(test[0])
    return operation(test[1:], environment)


def every(tests, environment):
    # One operand that decides is enough, whatever is unknown beside it.
    return decide(tests, environment, False)


def some(tests, environment):
    return decide(tests, environment, True)


def decide(tests, environment, decisive):
    unknown = None
    for test in tests:
        try:
            if evaluate(test, environment) == decisive:
                return decisive
        except Unknown as error:
            unknown = error
    if unknown is not None:
        raise unknown
    return not decisive


def opposite(tests, environment):
    return not evaluate(tests[0], environment)


def value_of(variable, environment):
    try:
        return environment[variable]
    except KeyError:
        raise Unknown(variable)


def in_spans(arguments, environment):
    variable, spans = arguments
    place = key(value_of(variable, environment))
    for low, low_inclusive, high, high_inclusive in spans:
        if low is not None and (place < low or place == low and not low_inclusive):
            continue
        if high is not None and (place > high or place == high and not high_inclusive):
            continue
        return True
    return False


def text(arguments, environment):
    variable, comparison, value = arguments
    return COMPARISONS[comparison](value_of(variable, environment), value)


def same(arguments, environment):
    variable, value, truth = arguments
    if value_of(variable, environment) != value:
        raise Unknown(variable)
    return truth


COMPARISONS = {
    "==": lambda here, value: here == value,
    "!=": lambda here, value: here != value,
    "in": lambda here, value: here in value,
    "not-in": lambda here, value: here not in value,
    "contains": lambda here, value: value in here,
    "not-contains": lambda here, value: value not in here,
}

OPERATIONS = {
    "all": every, "any": some, "not": opposite,
    "true": lambda arguments, environment: True,
    "false": lambda arguments, environment: False,
    "version": in_spans, "text": text, "same": same,
}
