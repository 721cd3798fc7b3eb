"""Chooses among a bundle's targets: the wheel set that is right for an interpreter.

A set is right if every condition that was consulted when it was solved comes out as
recorded, and every wheel's tags fit. No version is compared that the manifest doesn't
hold as plain data.
"""
from .conditions import holds
from .tags import Fit


def choose(manifest, facts):
    """Returns the best target for an interpreter, or None, and for each target before it
    why it is not right."""
    fit = Fit(facts)
    reasons = []
    for target in preferred(manifest["targets"], facts):
        reason = misfit(manifest, target, facts, fit)
        if not reason:
            return target, reasons
        reasons.append((target["name"], reason))
    return None, reasons


def preferred(targets, facts):
    """Those for this very Python first; else the order of the manifest."""
    return sorted(targets, key=lambda target: not same_python(target, facts))


def same_python(target, facts):
    return (target["implementation"] == facts["implementation"]
            and target["python"].split(".")[:2] == facts["version"].split(".")[:2])


def misfit(manifest, target, facts, fit):
    """Returns why a target is not right for an interpreter, or ""."""
    environment = facts["environment"]
    options = manifest["options"]
    test = options.get("requires_python_test")
    if test is not None and not holds({"test": test, "truth": True}, environment):
        return "the bundle needs Python %s, this is %s %s" % (
            options["requires_python"], environment["platform_python_implementation"], environment["python_full_version"])
    # What a wheel needs says more than a marker does, so it is looked at first.
    for index in target["wheels"]:
        wheel = manifest["wheels"][index]
        reason = fit.misfit(wheel["tags"])
        if reason:
            return "%s %s %s" % (wheel["name"], wheel["version"], reason)
    for condition in target["conditions"]:
        if not holds(condition, environment):
            return failed(condition, facts)
    return ""


def failed(condition, facts):
    """Says which condition doesn't come out as recorded."""
    text, begin = condition["text"], "Requires-Python "
    if condition["truth"] and text.startswith(begin):
        return "%s needs Python %s, this is %s" % (condition["by"], text[len(begin):], facts["version"])
    truth = "true" if condition["truth"] else "false"
    return "%s: %s is %s in the bundle, and not here" % (condition["by"], text, truth)
