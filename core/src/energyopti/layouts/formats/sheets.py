"""The sheets of a workbook: opened if they fit in memory, their cells as text with full figures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import fold
from energyopti.layouts.formats.oldform import OLD_FORM, check_old_workbook
from energyopti.layouts.formats.parts import Workbook, workbook
from energyopti.lazy import extra

if TYPE_CHECKING:
    import fastexcel

_FOOTNOTE = "*"


def sheet_names(payload: bytes) -> list[str]:
    """The names of a workbook's sheets, in its order."""
    book = _checked(payload)
    return list(book.sheets if book else _opened(payload).sheet_names)


def sheet_cells(payload: bytes, sheets: Sequence[str]) -> pl.DataFrame:
    """A sheet's cells as text, empty ones null; dates in ISO form.

    Raises `SchemaDrift` for bytes that are not a workbook, and for a sheet that is larger than any known one.
    """
    book = _checked(payload)
    names = list(book.sheets if book else _opened(payload).sheet_names)
    by_name = {fold(name): name for name in names}
    name = next((by_name[fold(sheet)] for sheet in sheets if fold(sheet) in by_name), None)
    if name is None:
        raise SchemaDrift(f"the workbook has no sheet {sheets[0]!r}; it has {', '.join(map(repr, names))}")
    with _as_drift():
        opened = _opened(book.one_sheet(name) if book else payload)
        text, figures = (
            opened.load_sheet(name, header_row=None, dtypes=kind).to_polars() for kind in ("string", "float")
        )
    return whole_figures(text, figures).select(pl.all().str.strip_chars().replace("", None))


def _checked(payload: bytes) -> Workbook | None:
    """A workbook whose sheets are yet to be checked; None for one of the old form (xls), which is checked whole.

    Raises `SchemaDrift` for other bytes.
    """
    if payload.startswith(OLD_FORM):
        check_old_workbook(payload)
        return None
    if not payload.startswith(b"PK"):
        raise SchemaDrift(f"the payload is not the workbook that was due: it starts with {payload[:40]!r}")
    with _as_drift():
        return workbook(payload)


def _opened(payload: bytes) -> fastexcel.ExcelReader:
    """A workbook that was checked, opened."""
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
    except (fastexcel.FastExcelError, ExpatError, ValueError, OSError) as error:
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
