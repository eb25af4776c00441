"""The lines of a text that are its table's, found independently of the layout's reader."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from energyopti.layouts import CsvLayout, Footer, Layout


def table_lines(lines: Sequence[str], layout: CsvLayout) -> list[str]:
    """The header and the rows of a text without blank lines; below a footer, lines as wide as the header are rows too."""
    header, *rows = lines[header_line(lines, layout) :]
    if layout.letters is not None:
        return [header, *(line for line in rows if _first_cell(line) == layout.letters.data)]
    rows = rows[1:] if layout.units else rows
    if isinstance(layout.ends, Footer):
        counting = (layout.ends.counts or "{}").partition("{}")[0]
        width = len(next(csv.reader([header])))
        rows = [line for line, cells in zip(rows, csv.reader(rows), strict=True) if len(cells) == width]
        return [header, *(line for line in rows if not counting or not line.strip('"').startswith(counting))]
    if layout.ends is not None:
        ends = (number for number, line in enumerate(rows) if line.strip('"').startswith(layout.ends))
        rows = rows[: next(ends, None)]
    return [header, *rows]


def header_line(lines: Sequence[str], layout: Layout) -> int:
    """Which line of a text is its header."""
    if isinstance(layout, CsvLayout) and layout.letters is not None:
        return [_first_cell(line) for line in lines].index(layout.letters.header)
    begins = layout.begins if isinstance(layout, CsvLayout) else None
    found = (number for number, line in enumerate(lines) if begins and line.strip('"').startswith(begins))
    return next(found, 0)


def _first_cell(line: str) -> str:
    return line.partition(",")[0].strip('" \r')
