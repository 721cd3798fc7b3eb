"""Print which ships lie in the harbour, and for how long.

The demonstration that gobundle bundles: one module beside its
requirements.txt, as many real programs are.
"""

import argparse
import datetime
import sys

import harbour_ink
import harbour_log
import harbour_settings
import harbour_table

try:
    parse_date = datetime.date.fromisoformat
except AttributeError:  # Python 3.6
    from harbour_dates import parse_date


def rows(arrivals, today, longest):
    """Yield a row per ship, the longest stay first."""
    stays = [((today - parse_date(ship["arrived"])).days, ship) for ship in arrivals]
    for days, ship in sorted(stays, key=lambda stay: (-stay[0], stay[1]["name"])):
        note = "overdue" if days > longest else ""
        yield ship["berth"], ship["name"], ship["cargo"], ship["tonnes"], days, note


def main(argv=None):
    parser = argparse.ArgumentParser(prog="harbour", description=__doc__.splitlines()[0])
    parser.add_argument("--on", metavar="DATE", type=parse_date, help="the day of the report, as in 2024-05-31")
    parser.add_argument("--settings", metavar="FILE", help="a TOML or INI file that overrides the settings")
    options = parser.parse_args(argv)

    settings = harbour_settings.loads(harbour_log.default_settings(), "toml")
    if options.settings:
        settings.update(harbour_settings.load(options.settings))

    ink = harbour_ink.Ink(sys.stdout)
    today = options.on or parse_date(settings["report.date"])
    longest = settings["report.longest_stay"]
    table = harbour_table.Table(["Berth", "Ship", "Cargo", "Tonnes", "Days", "Note"], align="lllrrl")
    total = 0
    for row in rows(harbour_log.arrivals(), today, longest):
        total += row[3]
        table.add(*row[:-1], ink.red(row[-1]) if row[-1] else "")

    print(ink.bold("{} on {}".format(settings["harbour.name"], today.isoformat())))
    print(table.render())
    print("{} ships, {} tonnes".format(len(table), total))
    return 0


if __name__ == "__main__":
    sys.exit(main())
