"""The sheets of a workbook: opened if they fit in memory, their cells as text with full figures."""

from __future__ import annotations

import contextlib
import hashlib
import string
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import fold
from energyopti.layouts.formats.archive import members
from energyopti.lazy import extra
from energyopti.tuning import MAX_CELLS, MAX_SHEET_BYTES

if TYPE_CHECKING:
    import fastexcel

_OLD_FORM = b"\xd0\xcf\x11\xe0"
_PLACE = r"""\sr=["'][A-Z]+\d+"""
_FILLED = r"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r=["']([A-Z]+\d+)["'][^<>/]*>"""
_DIGITS = 20
_passed: deque[bytes] = deque(maxlen=64)
"""The hashes of workbooks that were checked and are fine."""

_FOOTNOTE = "*"
_OTHER_FORMS = frozenset({"workbook.bin", "content.xml"})


def sheet_names(payload: bytes) -> list[str]:
    """The names of a workbook's sheets, in its order."""
    return list(_opened(payload).sheet_names)


def sheet_cells(payload: bytes, sheets: Sequence[str]) -> pl.DataFrame:
    """A sheet's cells as text, empty ones null; dates in ISO form."""
    workbook = _opened(payload)
    by_name = {fold(name): name for name in workbook.sheet_names}
    name = next((by_name[fold(sheet)] for sheet in sheets if fold(sheet) in by_name), None)
    if name is None:
        raise SchemaDrift(
            f"the workbook has no sheet {sheets[0]!r}; it has {', '.join(map(repr, workbook.sheet_names))}"
        )
    with _as_drift():
        text, figures = (
            workbook.load_sheet(name, header_row=None, dtypes=kind).to_polars()
            for kind in ("string", "float")
        )
    return whole_figures(text, figures).select(pl.all().str.strip_chars().replace("", None))


def _opened(payload: bytes) -> fastexcel.ExcelReader:
    """A workbook, opened after checking that it fits in memory."""
    check_workbook(payload)
    with extra("workbooks", "reading a workbook"):
        import fastexcel
    with _as_drift():
        return fastexcel.read_excel(payload)


@contextlib.contextmanager
def _as_drift() -> Iterator[None]:
    """Turns the workbook reader's errors for damaged files into `SchemaDrift`."""
    import fastexcel

    try:
        yield
    except (fastexcel.FastExcelError, ValueError, OSError) as error:
        raise SchemaDrift(f"the payload is not the workbook that was due: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the reader's own bugs arrive
            raise
        raise SchemaDrift(f"the payload cannot be read as a workbook: {error}") from error


def table_headers(cells: pl.DataFrame, top: int, count: int) -> list[str]:
    """A table's headers: the words of its header rows joined, merged cells spread to the right."""
    rows = [[cell or "" for cell in cells.row(number)] for number in range(max(0, top - count + 1), top + 1)]
    for upper in rows[:-1]:
        for column in range(1, len(upper)):
            upper[column] = upper[column] or upper[column - 1]
    return [
        " ".join(word for word in words if word) if words[-1] else "" for words in zip(*rows, strict=True)
    ]


def table_body(below: pl.DataFrame, *, to_end: bool) -> pl.DataFrame:
    """The rows of a table, from the rows below its header."""
    first = pl.col(below.columns[0])
    footnote = first.str.starts_with(_FOOTNOTE).fill_null(value=False)
    if to_end:
        return below.filter(~footnote & pl.any_horizontal(pl.all().is_not_null()))
    over = below.select(first.is_null() | footnote).to_series().arg_true()
    return below.head(over[0]) if len(over) else below


def cut_off(rest: pl.DataFrame, names: Sequence[str]) -> tuple[Finding, ...]:
    """A finding for filled rows right below a table's end that lack only their first cell."""
    columns = [pl.col(column) for column, name in zip(rest.columns, names, strict=True) if name]
    footnote = columns[0].str.starts_with(_FOOTNOTE).fill_null(value=False)
    filled = rest.select(pl.any_horizontal(each.is_not_null() for each in columns) & ~footnote).to_series()
    rows = (~filled).arg_true().head(1).to_list() or [rest.height]
    if not rows[0]:
        return ()
    finding = Finding(
        kind=FindingKind.REJECTED_ROW,
        message=f"{rows[0]} rows at the table's end are left out: the first one's first cell is empty",
        rows=rows[0],
        accounts=True,
    )
    return (finding,)


def check_workbook(payload: bytes) -> None:
    """Raise `SchemaDrift` for bytes that are not a workbook, and for one that would not fit in memory.

    The workbook reader lays a sheet out as a rectangle up to its last filled cell: one cell far away is enough to
    kill the process. Sheets of the old format are small by nature. A workbook that has passed is remembered by its
    hash: a year's workbook is opened for each of its months.
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
    for member in members(payload, max_bytes=MAX_SHEET_BYTES):
        names.add(member.name)
        if b"sheetData" in member.content and _rectangle(member.content) > MAX_CELLS:
            raise SchemaDrift(
                f"a sheet of the workbook ({member.name}) spans more than {MAX_CELLS:,} cells, more than any "
                "known document; it was not read"
            )
    if "workbook.xml" not in names or names & _OTHER_FORMS:
        raise SchemaDrift("the payload is not the workbook that was due: it is another kind of archive")


def _rectangle(sheet: bytes) -> int:
    """How many cells are in the rectangle from a sheet's first cell to its last filled row and column.

    A quick pass counts everything that looks like a cell's address; only if that is too much are the filled cells
    singled out.
    """
    text = pl.Series([sheet.decode("latin-1")])
    places = text.str.extract_all(_PLACE).explode().drop_nulls().str.slice(4)
    spanned = _spanned(places)
    if spanned <= MAX_CELLS:
        return spanned
    filled = text.str.extract_all(_FILLED).explode().drop_nulls()
    return _spanned(filled.str.extract(_FILLED, 1))


def _spanned(places: pl.Series) -> int:
    """The cells from the first one to the last row and column of some addresses, such as B12."""
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
    """The same text, with figures in full where the text is rounded.

    The workbook reader writes text with nine decimals; ``figures`` are the same cells as numbers.
    """
    exact = (
        pl.when(pl.col(f"{name}\0") != pl.col(name).cast(pl.Float64, strict=False))
        .then(pl.col(f"{name}\0").cast(pl.String))
        .otherwise(pl.col(name))
        .alias(name)
        for name in text.columns
    )
    return pl.concat([text, figures.rename(lambda name: f"{name}\0")], how="horizontal").select(exact)
