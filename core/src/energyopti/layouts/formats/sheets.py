"""What is asked of a workbook before and after it is opened: it fits in memory, its figures are whole."""

from __future__ import annotations

import hashlib
import string
from collections import deque

import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.layouts.formats.archive import members

_LARGEST = 512 << 20
_MOST_CELLS = 20_000_000
_OLD_FORM = b"\xd0\xcf\x11\xe0"
_PLACE = r"""\sr=["'][A-Z]+\d+"""
_FILLED = r"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r=["']([A-Z]+\d+)["'][^<>/]*>"""
_DIGITS = 20
_passed: deque[bytes] = deque(maxlen=64)
"""The hashes of workbooks that were looked at and found well."""

_OTHER_FORMS = frozenset({"workbook.bin", "content.xml"})


def check_workbook(payload: bytes) -> None:
    """Raise `SchemaDrift` for bytes that are no workbook, and for one that would not fit in memory.

    The reader of workbooks lays a sheet out as a rectangle up to its last filled cell: one cell far away is
    enough to end the process. A sheet of the old form is small by nature. One that has passed is known by its hash: a
    year's workbook is opened for each of its months.
    """
    if payload.startswith(_OLD_FORM):
        return
    if not payload.startswith(b"PK"):
        raise SchemaDrift(f"the payload is not the workbook that was due: it starts with {payload[:40]!r}")
    digest = hashlib.sha256(payload).digest()
    if digest not in _passed:
        _check_members(payload)
        _passed.append(digest)


def _check_members(payload: bytes) -> None:
    names = set()
    for member in members(payload, max_bytes=_LARGEST):
        names.add(member.name)
        if b"sheetData" in member.content and _rectangle(member.content) > _MOST_CELLS:
            raise SchemaDrift(
                f"a sheet of the workbook ({member.name}) spans more than {_MOST_CELLS:,} cells, which no "
                "known document does; it was not read"
            )
    if "workbook.xml" not in names or names & _OTHER_FORMS:
        raise SchemaDrift("the payload is not the workbook that was due: it is another kind of archive")


def _rectangle(sheet: bytes) -> int:
    """How many cells lie in the rectangle from a sheet's first cell to the last row and column that are filled.

    Whatever looks like a cell's place is taken for one first, which is quick; only where that is too much are the
    filled cells told apart.
    """
    text = pl.Series([sheet.decode("latin-1")])
    places = text.str.extract_all(_PLACE).explode().drop_nulls().str.slice(4)
    spanned = _spanned(places)
    if spanned <= _MOST_CELLS:
        return spanned
    filled = text.str.extract_all(_FILLED).explode().drop_nulls()
    return _spanned(filled.str.extract(_FILLED, 1))


def _spanned(places: pl.Series) -> int:
    """The cells from the first one to the last row and column of some places, such as B12."""
    columns = places.str.strip_chars_end(string.digits).unique()
    rows = places.str.strip_chars_start(string.ascii_uppercase).unique().str.zfill(_DIGITS)
    last = rows.max()
    return int(last if isinstance(last, str) else 0) * max(map(_number, columns), default=0)


def _number(letters: str) -> int:
    """A column's number: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def whole_figures(text: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The same text, with every figure in full where it stands rounded.

    As text the reader of workbooks gives nine decimals; ``figures`` are the same cells as numbers.
    """
    exact = (
        pl.when(pl.col(f"{name}\0") != pl.col(name).cast(pl.Float64, strict=False))
        .then(pl.col(f"{name}\0").cast(pl.String))
        .otherwise(pl.col(name))
        .alias(name)
        for name in text.columns
    )
    return pl.concat([text, figures.rename(lambda name: f"{name}\0")], how="horizontal").select(exact)
