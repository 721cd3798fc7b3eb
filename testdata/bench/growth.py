"""How build time and memory grow with the number of wheels, of files and of bytes, as a picture."""
import os

import inputs
from measure import Series

# Numbers of wheels, of files in each, and the bytes of each wheel's one large file.
SHAPES = {
    "wheels": [(number, 10, 0) for number in (25, 50, 100, 200, 400, 800)],
    "files": [(20, number // 20, 0) for number in (2500, 5000, 10000, 20000, 40000)],
    "megabytes": [(1, 0, number * 1000000) for number in (32, 64, 128, 256, 512, 1024)],
}
CASES = ("cold store", "warm store")


def measured(scratch, rounds):
    """Returns for each kind of growth its points: the amount, and for each case milliseconds and bytes
    of memory."""
    found = {}
    for kind, shapes in SHAPES.items():
        found[kind] = points = []
        for wheels, files, size in shapes:
            if size * 3 > scratch.room():
                continue
            place, names = inputs.large(scratch.folder, size) if size else inputs.many(scratch.folder, wheels, files)
            command = [scratch.gobundle] + names + ["-o", scratch.path("growth.pyz"), "--no-index", "-f", place]
            series = Series("growth with %s: %d" % (kind, amount(kind, wheels, files, size)), scratch.environ)
            series.add("cold store", command, scratch.remove("cache"))
            series.add("warm store", command)
            series.run(rounds)
            points.append((amount(kind, wheels, files, size), {
                case: (series[case].median("cpu"), series[case].median("memory")) for case in CASES}))
            for name in (place, scratch.path("growth.pyz"), scratch.path("cache")):
                scratch.remove(os.path.relpath(name, scratch.folder))()
    return found


def amount(kind, wheels, files, size):
    return {"wheels": wheels, "files": wheels * files, "megabytes": size // 1000000}[kind]


WIDTH, HEIGHT, GAP = 230, 170, 62
COLOURS = {"cold store": "#c2410c", "warm store": "#1d4ed8"}


def picture(found):
    """Returns an SVG with two rows of charts: CPU time and memory, each from zero, so that what grows
    linearly is a straight line."""
    kinds = [kind for kind in found if len(found[kind]) > 1]
    total = GAP + len(kinds) * (WIDTH + GAP), 2 * (HEIGHT + GAP) + 40
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">' % total,
             '<rect width="100%" height="100%" fill="white"/>']
    for row, (what, unit, scale) in enumerate((("CPU time", "ms", 1), ("memory", "MB", 1e6))):
        for column, kind in enumerate(kinds):
            left, top = GAP + column * (WIDTH + GAP), 24 + row * (HEIGHT + GAP)
            lines += chart(found[kind], row, scale, left, top, "%s in %s, by %s" % (what, unit, kind))
    for number, case in enumerate(CASES):
        lines.append('<text x="%d" y="%d" fill="%s">%s</text>' % (GAP + 90 * number, total[1] - 12, COLOURS[case], case))
    return "\n".join(lines + ["</svg>"]) + "\n"


def chart(points, which, scale, left, top, title):
    most = float(points[-1][0])
    highest = max(values[case][which] for _, values in points for case in CASES) / scale * 1.08
    lines = ['<text x="%d" y="%d" font-weight="bold">%s</text>' % (left, top - 8, title),
             '<path d="M%d %dv%dh%d" fill="none" stroke="#999"/>' % (left, top, HEIGHT, WIDTH)]
    for part in (0.5, 1):
        y = top + HEIGHT * (1 - part / 1.08)
        lines.append('<text x="%d" y="%.1f" text-anchor="end">%.0f</text>' % (left - 5, y + 4, highest / 1.08 * part))
        lines.append('<path d="M%d %.1fh%d" stroke="#ddd"/>' % (left, y, WIDTH))
        lines.append('<text x="%.1f" y="%d" text-anchor="middle">%.0f</text>' % (left + WIDTH * part, top + HEIGHT + 15, most * part))
    for case in CASES:
        places = [(left + WIDTH * x / most, top + HEIGHT * (1 - values[case][which] / scale / highest)) for x, values in points]
        lines.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>' % (
            " ".join("%.1f,%.1f" % place for place in places), COLOURS[case]))
        lines += ['<circle cx="%.1f" cy="%.1f" r="2.5" fill="%s"/>' % (place + (COLOURS[case],)) for place in places]
    return lines
