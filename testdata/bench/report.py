"""Results as a Markdown page and as JSON."""
import json
import os
import platform
import sys
import time

from goals import goals


def machine(scratch):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    version = scratch.check(scratch.real, "-I", "-c", "import platform; print(platform.python_implementation(), platform.python_version())")
    return "%s, %s, %d processors, %.0f GB of memory; %s; files in %s; %.1f other processes wanted to run at the start" % (
        platform.system(), platform.machine(), os.cpu_count(), memory / 1e9, version.strip(),
        "memory" if scratch.in_memory else "a folder on disk", os.getloadavg()[0])


def markdown(found, about, notes=()):
    lines = ["Measured %s. %s." % (time.strftime("%Y-%m-%d"), " ".join([about + "."] + [note + "." for note in notes])[:-1]), ""]
    reached = goals(found)
    if reached:
        lines += table(["goal", "", "measured", "half of the rounds", "in CPU time", "half of them", "reached"], [goal.row() for goal in reached])
    for series in found:
        lines += ["", "**%s**, %d round%s%s" % (series.title, len(series.cases[0].runs), "s" * (len(series.cases[0].runs) > 1), size(series)), ""]
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
        {"text": goal.text, "limit": goal.limit, "unit": goal.unit, "measured": goal.number("wall"), "cpu": goal.number("cpu"),
         "half": goal.half("wall"), "half_cpu": goal.half("cpu"), "reached": goal.verdict()} for goal in goals(found)],
        "series": [{"title": series.title, "floor": list(series.floor), "cases": [
            {"name": case.name, "wall_ms": [run.wall for run in case.runs], "cpu_ms": [run.cpu for run in case.runs],
             "memory": [run.memory for run in case.runs]} for case in series.cases]} for series in found]}
    with (sys.stdout if path == "-" else open(path, "w")) as file:
        json.dump(data, file, indent=1)
        file.write("\n")
