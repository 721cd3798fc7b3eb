"""Tables of text."""

from harbour_ink import plain

__version__ = "1.4.0"


class Table:
    """Rows under a header; align has one of "l" and "r" per column."""

    def __init__(self, header, align=None):
        self.header = [str(cell) for cell in header]
        self.align = align or "l" * len(self.header)
        if len(self.align) != len(self.header):
            raise ValueError("{} columns, but align is {!r}".format(len(self.header), self.align))
        self.rows = []

    def __len__(self):
        return len(self.rows)

    def add(self, *cells):
        if len(cells) != len(self.header):
            raise ValueError("a row of {} cells for {} columns".format(len(cells), len(self.header)))
        self.rows.append([str(cell) for cell in cells])

    def render(self):
        """Return the table without a line end after the last row."""
        widths = [max(len(plain(row[i])) for row in [self.header] + self.rows) for i in range(len(self.header))]
        lines = [self._line(self.header, widths), "  ".join("-" * width for width in widths)]
        lines += [self._line(row, widths) for row in self.rows]
        return "\n".join(line.rstrip() for line in lines)

    def _line(self, row, widths):
        cells = []
        for cell, width, side in zip(row, widths, self.align):
            blank = " " * (width - len(plain(cell)))
            cells.append(blank + cell if side == "r" else cell + blank)
        return "  ".join(cells)
