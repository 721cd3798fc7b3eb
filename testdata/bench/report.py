"""Results as a Markdown page and as JSON, and the goals they are held against."""
import json
import os
import platform
import sys
import time

from starts import FRESH, HELLO, PROGRAM, UNZIP, VENV


class Goal(object):
    """A line of what is to be reached: what was measured, and what must not be exceeded."""

    def __init__(self, text, got, limit, unit, cpu=None):
        self.text, self.got, self.limit, self.unit, self.cpu = text, got, limit, unit, cpu

    def row(self):
        return [self.text, "at most " + self.shown(self.limit), self.shown(self.got), self.shown(self.cpu),
                "yes" if self.got <= self.limit else "no"]

    def shown(self, number):
        if number is None:
            return ""
        return ("%.0f %s" if self.unit in ("ms", "MB") else "%.2f %s" if self.unit == "x" else "%.1f %s") % (number, self.unit)


def goals(found):
    """Returns the goals that the series can tell something about."""
    by_title = dict((series.title, series) for series in found)
    for setting in ("", ", PYTHONDONTWRITEBYTECODE"):
        for title, case, floor, limit in (("hello, warm", "./hello.pyz", HELLO, 2), ("aws --version, warm", "./aws.pyz", VENV, 3),
                                          ("aws --version, warm", PROGRAM, VENV, 3), ("aws --version, warm", "python aws.pyz", VENV, 6)):
            series = by_title.get(title + setting)
            if series and case in series and floor in series:
                yield Goal("%s, warm%s, against the environment" % (case, setting), series.more(case, floor, "wall"), limit,
                           "ms more", series.more(case, floor, "cpu"))
    series = by_title.get("build of awscli")
    if series:
        warm, least = series["warm store"], series["cat of the wheels"]
        yield Goal("build of aws.pyz, warm store", warm.median("wall"), 100, "ms", warm.median("cpu"))
        if "sha256 of the wheels" in series:
            floor = [least.median(what) + series["sha256 of the wheels"].median(what) for what in ("wall", "cpu")]
            yield Goal("the same against cat and sha256 of the wheels", warm.median("wall") / floor[0], 3, "x", warm.median("cpu") / floor[1])
    series = by_title.get("lock of all wheels at hand")
    if series:
        yield Goal("lock of all wheels at hand, again", series["again"].median("wall"), 50, "ms", series["again"].median("cpu"))
    series = by_title.get("aws --version, first start")
    if series and series.base("wall"):
        for case, limit in (("./aws.pyz", 0.95), ("python aws.pyz", 0.95), (PROGRAM, 0.85), ("./aws.pyz made with --compile", 0.6),
                            (PROGRAM + " made with --compile", 0.45)):
            if case in series:
                yield Goal("first start of %s against unzip and an environment's" % case, series[case].median("wall") / series.base("wall"),
                           limit, "x", series[case].median("cpu") / series.base("cpu"))
        yield Goal("memory of a first start", series["./aws.pyz"].median("memory") / 1e6, 100, "MB")
    builds = [series for series in found if series.title.startswith("build of ")]
    if builds:
        yield Goal("memory of any build", max(case.median("memory") for series in builds for case in series.cases
                                              if "store" in case.name) / 1e6, 150, "MB")


def machine(scratch):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    version = scratch.check(scratch.real, "-I", "-c", "import platform; print(platform.python_implementation(), platform.python_version())")
    return "%s, %s, %d processors, %.0f GB of memory; %s; files in %s; %.1f other processes wanted to run at the start" % (
        platform.system(), platform.machine(), os.cpu_count(), memory / 1e9, version.strip(),
        "memory" if scratch.in_memory else "a folder on disk", os.getloadavg()[0])


def markdown(found, about):
    lines = ["Measured %s. %s." % (time.strftime("%Y-%m-%d"), about), ""]
    reached = list(goals(found))
    if reached:
        lines += table(["goal", "", "measured", "in CPU time", "reached"], [goal.row() for goal in reached])
    for series in found:
        lines += ["", "**%s**, %d rounds%s" % (series.title, len(series.cases[0].runs), size(series)), ""]
        base = {what: series.base(what) for what in ("wall", "cpu")}
        rows = []
        for case in series.cases:
            row = [case.name, "%.1f" % case.median("wall"), "%.1f" % case.least("wall"), "%.1f" % case.median("cpu"),
                   "%.0f" % (case.median("memory") / 1e6)]
            for what in ("wall", "cpu"):
                row.append("" if not base[what] else "%.2f" % (case.median(what) / base[what]))
            rows.append(row)
        lines += table(["", "ms", "least", "CPU ms", "MB", "x floor", "x floor, CPU"], rows)
    return "\n".join(lines) + "\n"


MARKS = "<!-- measured -->\n", "<!-- end of measured -->\n"


def write_markdown(text, path):
    """Writes the tables to a file. Of one that has the marks only what is between them changes."""
    if os.path.exists(path):
        with open(path) as file:
            before, mark, rest = file.read().partition(MARKS[0])
        if mark:
            text = before + mark + "\n" + text + "\n" + MARKS[1] + rest.partition(MARKS[1])[2]
    with open(path, "w") as file:
        file.write(text)


def size(series):
    """Says what was built."""
    if not getattr(series, "wheels", 0):
        return ""
    return "; %d wheel%s, %.1f MB" % (series.wheels, "s" * (series.wheels > 1), series.bytes / 1e6)


def table(head, rows):
    lines = ["| %s |" % " | ".join(head), "|%s" % ("---|" * len(head))]
    return lines + ["| %s |" % " | ".join(row) for row in rows]


def write_json(found, about, path):
    data = {"date": time.strftime("%Y-%m-%d"), "machine": about, "goals": [
        {"text": goal.text, "limit": goal.limit, "unit": goal.unit, "measured": goal.got, "cpu": goal.cpu} for goal in goals(found)],
        "series": [{"title": series.title, "floor": list(series.floor), "cases": [
            {"name": case.name, "wall_ms": [run.wall for run in case.runs], "cpu_ms": [run.cpu for run in case.runs],
             "memory": [run.memory for run in case.runs]} for case in series.cases]} for series in found]}
    with (sys.stdout if path == "-" else open(path, "w")) as file:
        json.dump(data, file, indent=1)
        file.write("\n")
