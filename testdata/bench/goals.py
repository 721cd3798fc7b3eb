"""What is to be reached, and whether it is."""
from builds import CHANGED, COMPILED, LARGE, RECOMPRESSED, SMALL
from starts import BYTECODE, CARRIED, FIRST, HELLO, HELLO_PROGRAM, PLAIN, PROGRAM, SCRIPT, VENV


class Goal(object):
    """A line of what is to be reached: what must not be exceeded, and a Spread of what was measured, or
    one number. What is judged is the wall time."""

    def __init__(self, text, got, limit, unit, cpu=None):
        self.text, self.limit, self.unit = text, limit, unit
        self.spreads = {"wall": got, "cpu": cpu}

    def number(self, what):
        """Returns the median, or None if it wasn't measured."""
        return getattr(self.spreads[what], "median", self.spreads[what])

    def verdict(self):
        """Says whether the goal is reached. Of a difference that may be by chance on the other side of
        the limit nothing is said."""
        spread = self.spreads["wall"]
        if self.unit == "ms more" and spread.least <= self.limit < spread.most:
            return "can't be told"
        return "yes" if self.number("wall") <= self.limit else "no"

    def row(self):
        return [self.text, "at most " + self.shown(self.limit), self.shown(self.number("wall")), self.half("wall"),
                self.shown(self.number("cpu")), self.half("cpu"), self.verdict()]

    def half(self, what):
        """Says where half of the rounds lie."""
        spread = self.spreads[what]
        if not hasattr(spread, "low"):
            return ""
        return "%s to %s" % (self.shown(spread.low).split()[0], self.shown(spread.high).split()[0])

    def shown(self, number):
        if number is None:
            return ""
        return ("%.0f %s" if self.unit in ("ms", "MB") else "%.2f %s" if self.unit == "x" else "%.1f %s") % (number, self.unit)


def goals(found):
    """Returns the goals that the series can tell something about."""
    by_title = dict((series.title, series) for series in found)
    return list(warm(by_title)) + list(building(by_title)) + list(first(by_title)) + list(memory(found, by_title))


def warm(by_title):
    """Warm starts, by how much they take more than the environment's own."""
    for setting in BYTECODE:
        for title, case, floor, limit in (
                ("hello, warm", SCRIPT, PLAIN, 2), ("hello, warm", "./hello.pyz", HELLO, 2),
                ("hello, warm", HELLO_PROGRAM, HELLO, 3),
                ("aws --version, warm", "./aws.pyz", VENV, 3), ("aws --version, warm", PROGRAM, VENV, 3),
                ("aws --version, warm", "python aws.pyz", VENV, 6)):
            series = by_title.get(title + setting)
            if series and case in series and floor in series:
                yield Goal("%s, warm%s, against %s" % (case, setting, floor), series.more(case, floor, "wall"), limit, "ms more",
                           series.more(case, floor, "cpu"))


def building(by_title):
    series = by_title.get("build of awscli")
    if series:
        case, least = series["warm store"], series["cat of the wheels"]
        yield Goal("build of aws.pyz, warm store", case.spread("wall"), 100, "ms", case.spread("cpu"))
        if "sha256 of the wheels" in series:
            floor = [least.median(what) + series["sha256 of the wheels"].median(what) for what in ("wall", "cpu")]
            yield Goal("the same against cat and sha256 of the wheels", case.median("wall") / floor[0], 3, "x", case.median("cpu") / floor[1])
    series = by_title.get("lock of all wheels at hand")
    if series:
        yield Goal("lock of all wheels at hand, again", series["again"].spread("wall"), 50, "ms", series["again"].spread("cpu"))


def first(by_title):
    """First starts, by how many times unzip and the first start of a new environment."""
    for place in ("", ", on disk"):
        series = by_title.get(FIRST + place)
        if not series or not series.base("wall"):
            continue
        for case, limit in (("./aws.pyz", 0.95), ("python aws.pyz", 0.95), (PROGRAM, 0.85), (PROGRAM + RECOMPRESSED, 0.85),
                            ("./aws.pyz" + COMPILED, 0.6), (PROGRAM + COMPILED, 0.45), (PROGRAM + COMPILED + RECOMPRESSED, 0.45)):
            if case in series:
                yield Goal("first start of %s%s, against unzip and an environment's" % (case, place), series.times(case, "wall"), limit,
                           "x", series.times(case, "cpu"))


def memory(found, by_title):
    """The most memory of any process of each kind of run."""
    def most(cases):
        return max(case.median("memory") for case in cases) / 1e6

    series = by_title.get(FIRST)
    if series:
        ours = [case for case in series.cases if "aws.pyz" in case.name or PROGRAM in case.name]
        for text, compiled in (("memory of a first start", False), ("memory of a first start, made with --compile", True)):
            cases = [case for case in ours if (COMPILED in case.name) == compiled and CARRIED not in case.name]
            if cases:
                yield Goal(text, most(cases), 100, "MB")
    builds = [series for series in found if series.title.startswith("build of ")]
    cases = [case for series in builds for case in series.cases if "store" in case.name]
    if cases:
        yield Goal("memory of any build", most(cases), 150, "MB")
    cases = [case for case in cases if "--compile" in case.name]
    if cases:
        yield Goal("memory of a build with --compile", most(cases), 150, "MB")
    small, large = by_title.get("build of " + SMALL), by_title.get("build of " + LARGE)
    if small and large:
        for case in ("cold store", CHANGED, "warm store"):
            yield Goal("memory of packing 1 GiB against 32 MB, %s" % case, large[case].median("memory") / small[case].median("memory"), 1.25, "x")
