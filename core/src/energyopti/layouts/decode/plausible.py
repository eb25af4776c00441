"""How large a document may plausibly be: what is past it is refused before it is read.

A format may take a hundred times the memory of the bytes that it is written in: a comma is a cell, a record with a key
of its own is a column in all others. Limits have room for the largest documents known: a day of all CAISO nodes (34
million cells in 310 MB), a day of ERCOT's offers (342 MB), a page of 50,000 of PJM's rows (600,000 values in 17 MB).
"""

from __future__ import annotations

import attrs

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.plain import what_it_is


class Implausible(SchemaDrift):
    """A document that is larger than any known one: it is read in no form at all."""


@attrs.frozen(kw_only=True)
class Plausible:
    """The largest document of a layout.

    ``most_bytes`` after unpacking; ``columns`` of a table, or different keys of records; ``line`` in bytes, which a
    header and a cell do not exceed either; ``cells`` of a table, counting empty ones; ``values`` of JSON, nested ones too;
    ``around`` is how many lines there are above and below a table, or in one that has other lines between its rows.
    """

    most_bytes: int = 512 << 20
    columns: int = 2_000
    line: int = 256 << 10
    cells: int = 64_000_000
    values: int = 6_000_000
    around: int = 2_000_000

    def check_bytes(self, payload: bytes, due: str) -> None:
        """Refuse a payload with too many bytes; one that is of another form may still be read in that."""
        if len(payload) > self.most_bytes:
            of_this_form = (what_it_is(payload) or "text") == due
            raise (Implausible if of_this_form else SchemaDrift)(_too_much(self.most_bytes, "bytes"))

    def check_lines(self, text: bytes) -> None:
        """Refuse a text with a longer line; each step looks back from the farthest place where a line may end."""
        start, end = 0, len(text)
        while end - start > self.line:
            found = text.rfind(b"\n", start, start + self.line)
            found = text.rfind(b"\r", start, start + self.line) if found < 0 else found
            if found < 0:
                raise Implausible(_too_much(self.line, "bytes in a line"))
            start = found + 1

    def check_columns(self, count: int) -> None:
        """Refuse a table with more columns."""
        if count > self.columns:
            raise Implausible(_too_much(self.columns, "columns"))

    def check_cells(self, rows: int, columns: int) -> None:
        """Refuse a table with more cells."""
        if rows * columns > self.cells:
            raise Implausible(_too_much(self.cells, "cells"))

    def check_around(self, count: int) -> None:
        """Refuse a text with more lines around its table."""
        if count > self.around:
            raise Implausible(_too_much(self.around, "lines around its table"))

    def check_values(self, count: int) -> None:
        """Refuse JSON with more values."""
        if count > self.values:
            raise Implausible(_too_much(self.values, "values"))


OF_TEXT = Plausible()
OF_JSON = Plausible(most_bytes=128 << 20)
OF_XML = Plausible(most_bytes=64 << 20, cells=16_000_000)


def _too_much(most: int, what: str) -> str:
    return f"the payload has more than {most:,} {what}, more than any known document of its kind; it was not read"
