"""How large a sheet of a workbook (xlsx) is, before its cells are read.

The reader of cells lays a sheet out as a rectangle up to its last filled cell, and copies a shared string into every
cell that names it: one cell far away, or a long string in many cells, is enough to end the process.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.layouts.formats.parsed import ParsedXml
from energyopti.tuning.reading import MAX_CELLS, MAX_SHEET_TEXT

_CELL = r"<(?:[^\s<>]*:)?c[\s/>]"
_ORDINARY = r'<c r="[A-Z]+\d+"'
_OF_STRINGS = r"""t\s*=\s*["']s["']"""
_ADDRESS = re.compile(r"([A-Za-z]+)(\d+)")
_DIGITS = 20


def check_sheet(sheet: bytes, name: str, longest: int) -> None:
    """Raise `SchemaDrift` for a sheet that spans too many cells or has too much text.

    ``longest`` is the length of the workbook's longest shared string. A quick pass is enough for sheets whose cells
    all say where they are, as programs write it; only others, and those that seem too large, are parsed as XML.
    """
    text = pl.Series([sheet.decode("latin-1")])
    if _claimed(text) > MAX_CELLS:
        _Extent(name).parse(sheet)
    if longest and text.str.count_matches(_OF_STRINGS).item() * longest > MAX_SHEET_TEXT:
        raise SchemaDrift(
            f"the sheet {name!r} has a string of {longest:,} characters and so many cells with strings that they "
            f"could take more than {MAX_SHEET_TEXT:,} bytes, more than any known document; it was not read"
        )


def _claimed(text: pl.Series) -> float:
    """How many cells are in the rectangle up to the last row and column of a sheet; no number if a cell is unusual."""
    places = text.str.extract_all(_ORDINARY).explode().drop_nulls()
    if len(places) != text.str.count_matches(_CELL).item():
        return float("inf")
    places = places.str.slice(len('<c r="'))
    columns = places.str.strip_chars_end(string.digits + '"').unique()
    rows = (
        places.str.strip_chars_start(string.ascii_uppercase)
        .unique()
        .str.strip_chars_end('"')
        .str.zfill(_DIGITS)
    )
    last = rows.max()
    return int(last if isinstance(last, str) else 0) * max(map(_number, columns), default=0)


def _number(letters: str) -> int:
    """A column's number: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def longest_string(strings: bytes) -> int:
    """The length in bytes of the longest of a workbook's shared strings; 0 if it has none."""
    return _Strings().parse(strings).longest if strings else 0


class _Extent(ParsedXml):
    """The last filled row and column of a sheet, where the reader of cells sees them."""

    def __init__(self, name: str) -> None:
        super().__init__("utf-8")
        self._name = name
        self._row, self._column = 1, 0
        self._rows = self._columns = 0
        self._cell = (1, 0)
        self._inside = False

    def begins(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row or a cell, which may say where it is; a cell with anything in it is filled."""
        if name == "c":
            address = attributes.get("r")
            self._cell = (self._row, self._column + 1) if address is None else _place(address)
            self._column = self._cell[1]
            self._inside = True
        elif name == "row":
            number = attributes.get("r")
            self._row = self._row if number is None else _place(f"A{number}")[0]
        elif self._inside:
            self._fill()

    def ends(self, name: str) -> None:
        """The next row begins in its first column."""
        if name == "row":
            self._row, self._column = self._row + 1, 0
        elif name == "c":
            self._inside = False

    def _fill(self) -> None:
        row, column = self._cell
        self._rows, self._columns = max(self._rows, row), max(self._columns, column)
        if self._rows * self._columns > MAX_CELLS:
            raise SchemaDrift(
                f"the sheet {self._name!r} spans more than {MAX_CELLS:,} cells, more than any known document; "
                "it was not read"
            )


def _place(address: str) -> tuple[int, int]:
    """The row and column of an address, such as B12; raises `SchemaDrift` for anything else."""
    found = _ADDRESS.fullmatch(address)
    if found is None or len(address) > 2 * _DIGITS:
        raise SchemaDrift(f"the workbook has a cell at {address[:40]!r}, which is no place on a sheet")
    return int(found[2]), _number(found[1])


class _Strings(ParsedXml):
    """The length of the longest shared string."""

    def __init__(self) -> None:
        super().__init__("utf-8")
        self.longest = self._length = 0
        self._parser.CharacterDataHandler = self._add

    def begins(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002
        """A string begins."""
        if name == "si":
            self._length = 0

    def ends(self, name: str) -> None:
        """And ends."""
        if name == "si":
            self.longest = max(self.longest, self._length)

    def _add(self, text: str) -> None:
        self._length += len(text.encode())
