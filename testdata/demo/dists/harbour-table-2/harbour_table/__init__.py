"""Tables of text."""

from harbour_ink import plain

__version__ = "2.0.1"


class Table:
    """Rows under a header; align has one of "l" and "r" per column."""

    def __init__(self, header, /, align=None):
        self.header = [str(cell) for cell in header]
        self.align = align or "l" * len(self.header)
        if len(self.align) != len(self.header):
            raise ValueError(f"{len(self.header)} columns, but {align=}")
        self.rows = []

    def __len__(self):
        return len(self.rows)

    def add(self, *cells):
        if len(cells) != len(self.header):
            raise ValueError(f"a row of {len(cells)} cells for {len(self.header)} columns")
        self.rows.append([str(cell) for cell in cells])

    def render(self):
        """Return the table without a line end after the last row."""
        columns = list(zip(self.header, *self.rows))
        widths = [max(len(plain(cell)) for cell in column) for column in columns]
        lines = [self._line(self.header, widths), "  ".join("-" * width for width in widths)]
        lines += [self._line(row, widths) for row in self.rows]
        return "\n".join(line.rstrip() for line in lines)

    def _line(self, row, widths):
        cells = []
        for cell, width, side in zip(row, widths, self.align):
            blank = " " * (width - len(plain(cell)))
            cells.append(blank + cell if side == "r" else cell + blank)
        return "  ".join(cells)
