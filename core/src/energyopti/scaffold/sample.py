"""A market's own file, taken apart: its header, and its rows as text."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import attrs

from energyopti.errors import SchemaDrift, SourceUnavailable
from energyopti.layouts import RowLetters, fold
from energyopti.layouts.decode.plain import in_utf_8, plain_text, western
from energyopti.local_files import read_bounded
from energyopti.tuning.reading import LARGEST_FILE, SAMPLE_LINES

_NUMBER = re.compile(r"[-+$(]*[\d,]*\.?\d+(?:[eE][-+]?\d+)?\)?%?")
_COUNT = re.compile(r"\d[\d,]*")
MOSTLY = 0.8
"""What part of a column's cells says of what kind it is: a file may have a line of units, or end with other lines."""

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


@attrs.frozen(kw_only=True)
class Column:
    """One column of a file: its header, and its cells without outer blanks."""

    name: str
    cells: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        """The words of its header, in lower case: ``GMTIntervalEnd`` has gmt, interval and end."""
        return frozenset(word.lower() for word in _WORDS.findall(self.name))

    @property
    def filled(self) -> tuple[str, ...]:
        """The cells that hold anything."""
        return tuple(cell for cell in self.cells if cell)

    @property
    def is_numeric(self) -> bool:
        """Whether its cells are numbers, but for a few."""
        numbers = sum(_NUMBER.fullmatch(cell) is not None for cell in self.filled)
        return bool(numbers) and numbers >= MOSTLY * len(self.filled)

    @property
    def numbers(self) -> tuple[float | None, ...]:
        """Its cells as numbers; None for any other."""
        return tuple(_number(cell) for cell in self.cells)


@attrs.frozen(kw_only=True)
class Sample:
    """A file's table: the lines above it and its header, its lines of data, and the columns that these make.

    ``begins`` is the header of the first column if lines come before the header. ``letters`` lead the rows, if any do:
    ``lines`` are then those of data, and ``units`` what is in a second header. ``cut`` says that the file has more lines than are looked at.
    """

    name: str
    head: tuple[bytes, ...]
    lines: tuple[bytes, ...]
    columns: tuple[Column, ...]
    begins: str | None
    quoted: bool
    letters: RowLetters | None = None
    units: tuple[str, ...] = ()
    cut: bool = False

    @property
    def title(self) -> str:
        """The words above its header."""
        return b" ".join(self.head[:-1]).decode("utf-8-sig")

    def payload(self, rows: int | None = None) -> bytes:
        """The file's text with its first rows, or with all that were looked at."""
        lines = self.lines[:rows]
        return b"".join((*self.head, *lines, *self._end(len(lines))))

    def _end(self, rows: int) -> tuple[bytes, ...]:
        """The line that says how many rows of data there are."""
        if self.letters is None or self.letters.counts is None:
            return ()
        return (f'"{self.letters.trailer}","{self.letters.counts.format(rows)}"\n'.encode(),)


def read_sample(path: Path) -> Sample:
    """A file's table; raises `SourceUnavailable` for one that cannot be opened, and what `sample_of` raises."""
    try:
        content = read_bounded(path, cap=LARGEST_FILE)
    except OSError as error:
        raise SourceUnavailable(f"{path} cannot be read: {error.strerror or error}") from error
    return sample_of(path.name.encode("utf-8", "replace").decode(), content)


def sample_of(name: str, content: bytes) -> Sample:
    """A file's table; raises `SchemaDrift` for anything but delimited text with one header."""
    try:
        text = plain_text(content)
        text.decode()
    except UnicodeDecodeError:
        text = plain_text(western(in_utf_8(content))[0])
    whole = text.splitlines(keepends=True)
    lines = [line for line in whole[:SAMPLE_LINES] if line.strip(b" ,\r\n")]
    table = _rows(lines)
    if _is_lettered(table):
        return _lettered(name, lines, whole, cut=len(whole) > SAMPLE_LINES)
    width = _width(table)
    top = next((number for number, row in enumerate(table) if _is_header(row, width)), None)
    if top is None:
        raise SchemaDrift(
            "the file has no line that could be its header",
            do="it has to be a CSV whose columns have names",
        )
    header = table[top]
    columns = _columns(header, table[top + 1 :])
    if top and not header[0]:
        raise SchemaDrift(
            "the file has lines above a header whose first column has no name", do="remove them"
        )
    return Sample(
        name=name,
        head=tuple(lines[: top + 1]),
        lines=tuple(lines[top + 1 :]),
        columns=columns,
        begins=header[0] if top else None,
        quoted=lines[top].lstrip().startswith(b'"'),
        cut=len(whole) > SAMPLE_LINES,
    )


def _columns(header: list[str], table: list[list[str]]) -> tuple[Column, ...]:
    """The columns of rows as wide as their header; raises `SchemaDrift` if there is none, or two have one name."""
    named = Counter(fold(cell) for cell in header if cell)
    twice = next((cell for cell in header if named[fold(cell)] > 1), None)
    if twice is not None:
        raise SchemaDrift(f"two columns of the file are called {twice!r}", do="rename one of them in a copy")
    rows = [row for row in table if len(row) == len(header)]
    if not rows:
        raise SchemaDrift("the file has no row below its header", do="use a file with data")
    return tuple(
        Column(name=cell, cells=tuple(row[place] for row in rows))
        for place, cell in enumerate(header)
        if cell
    )


def _is_lettered(table: list[list[str]]) -> bool:
    """Whether each line says by its first cell what it is, as ISO New England's do."""
    letters, led = RowLetters(), [row[0] for row in table]
    known = {letters.comment, letters.header, letters.data, letters.trailer}
    if not {letters.header, letters.data} <= set(led) <= known:
        return False
    return led.index(letters.header) < led.index(letters.data)


def _lettered(name: str, lines: list[bytes], whole: list[bytes], *, cut: bool) -> Sample:
    """A table whose rows are led by letters; the last line of the file may say how many rows it has."""
    letters, table = RowLetters(), _rows(lines)
    first = [row[0] for row in table].index(letters.data)
    header, *units = (row[1:] for row in table[:first] if row[0] == letters.header)
    last = _rows([line for line in whole[-2:] if line.strip()][-1:])[0]
    said = _COUNT.sub("{}", last[1], count=1) if last[0] == letters.trailer and len(last) > 1 else ""
    data = [(line, row) for line, row in zip(lines, table, strict=True) if row[0] == letters.data]
    return Sample(
        name=name,
        head=tuple(lines[:first]),
        lines=tuple(line for line, _ in data),
        columns=_columns(header, [row[1:] for _, row in data]),
        begins=None,
        quoted=lines[first].lstrip().startswith(b'"'),
        letters=RowLetters(counts=said if "{}" in said else None),
        units=tuple(units[0]) if units else (),
        cut=cut,
    )


def _rows(lines: list[bytes]) -> list[list[str]]:
    """The cells of each line."""
    try:
        return [
            [cell.strip() for cell in row] for line in lines for row in csv.reader([line.decode("utf-8-sig")])
        ]
    except csv.Error as error:
        raise SchemaDrift(f"the file is not CSV: {error}") from error


def _width(table: list[list[str]]) -> int:
    """How many cells most lines have."""
    widths = Counter(len(row) for row in table)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _is_header(row: list[str], width: int) -> bool:
    """Whether a line has as many cells as most, with names and no numbers."""
    named = [cell for cell in row if cell]
    return len(row) == width and len(named) > 1 and not any(_NUMBER.fullmatch(cell) for cell in named)


def _number(cell: str) -> float | None:
    bare = cell.replace(",", "").replace("$", "").rstrip("%")
    negative = bare.startswith("(") and bare.endswith(")")
    try:
        number = float(bare.strip("()"))
    except ValueError:
        return None
    return -number if negative else number
