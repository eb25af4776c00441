"""Workbooks: from a sheet's cells to columns, and back."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.columns import Number, fold
from energyopti.layouts.decode.raw import RawTable, match_headers, numbers, unique_headers
from energyopti.layouts.formats.sheets import check_workbook, whole_figures
from energyopti.layouts.tables import ExcelLayout

if TYPE_CHECKING:
    import fastexcel

_FOOTNOTE = "*"


def parse_excel(payload: bytes, layout: ExcelLayout) -> RawTable:
    """The rows of one table of a workbook under its own headers.

    Raises `SchemaDrift` for bytes that are no workbook, and for one that lacks the sheet, the table or a column.
    """
    tables = [_sheet_table(cells, layout) for cells in _table_cells(payload, layout)]
    body = pl.concat([table for table, _ in tables], how="diagonal")
    lost = tuple(finding for _, findings in tables for finding in findings)
    headers, findings = match_headers(body.columns, layout)
    table, unread = numbers(body, layout.wire_columns, headers)
    rows = table.height + sum(finding.rows for finding in lost)
    return RawTable(raw=table, headers=headers, payload_rows=rows, findings=(*findings, *lost, *unread))


def _table_cells(payload: bytes, layout: ExcelLayout) -> list[pl.DataFrame]:
    """The cells of the table's sheets; of several, those that are empty are left out."""
    if not layout.gather:
        return [sheet_cells(payload, layout.sheets)]
    beginnings = tuple(fold(name) for name in layout.sheets)
    names = [name for name in sheet_names(payload) if fold(name).startswith(beginnings)]
    every = [sheet_cells(payload, [name]) for name in names]
    filled = [cells for cells in every if cells.height]
    if not filled:
        raise SchemaDrift(f"the workbook has no sheet with cells whose name begins with {layout.sheets[0]!r}")
    return filled


def _sheet_table(cells: pl.DataFrame, layout: ExcelLayout) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The table of one sheet under its own headers, and a finding for rows that were cut off."""
    top = table_row(cells, layout)
    names = table_headers(cells, top, layout.header_rows)
    below = _above_next(cells.slice(top + 1), layout)
    body = _body(below, to_end=layout.to_end)
    lost = () if layout.to_end else _cut_off(below.slice(body.height), names)
    kept = [n for n, name in enumerate(names) if name or body[cells.columns[n]].null_count() < body.height]
    body = body.select(cells.columns[number] for number in kept)
    body.columns = unique_headers(names[number] for number in kept)
    return body, lost


def _begins(column: pl.Series, layout: ExcelLayout) -> list[int]:
    """The rows in which a table's header begins."""
    wanted = {fold(name) for name in layout.begins}
    cells = [cell for cell in column.unique().drop_nulls() if fold(cell) in wanted]
    return column.is_in(cells).arg_true().to_list()


def _above_next(below: pl.DataFrame, layout: ExcelLayout) -> pl.DataFrame:
    """The rows below a table's header that stand above the next header of its kind."""
    following = _begins(below[below.columns[0]], layout)
    return below.head(max(0, following[0] - layout.header_rows + 1)) if following else below


def _body(below: pl.DataFrame, *, to_end: bool) -> pl.DataFrame:
    """The rows of a table out of those below its header."""
    first = pl.col(below.columns[0])
    footnote = first.str.starts_with(_FOOTNOTE).fill_null(value=False)
    if to_end:
        return below.filter(~footnote & pl.any_horizontal(pl.all().is_not_null()))
    over = below.select(first.is_null() | footnote).to_series().arg_true()
    return below.head(over[0]) if len(over) else below


def _cut_off(rest: pl.DataFrame, names: Sequence[str]) -> tuple[Finding, ...]:
    """A finding for rows right below a table's end that are filled all the same, but lack their first cell."""
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
    """A workbook that fits in memory, opened."""
    import fastexcel

    check_workbook(payload)
    with _as_drift():
        return fastexcel.read_excel(payload)


@contextlib.contextmanager
def _as_drift() -> Iterator[None]:
    """What the reader of workbooks raises for damaged ones, as `SchemaDrift`."""
    import fastexcel

    try:
        yield
    except (fastexcel.FastExcelError, ValueError, OSError) as error:
        raise SchemaDrift(f"the payload is not the workbook that was due: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the reader's own mistakes arrive
            raise
        raise SchemaDrift(f"the payload cannot be read as a workbook: {error}") from error


def table_row(cells: pl.DataFrame, layout: ExcelLayout) -> int:
    """The row of a table's (last) header."""
    tops = _begins(cells[cells.columns[0]], layout) if cells.width else []
    if len(tops) <= layout.number:
        raise SchemaDrift(
            f"the sheet has no table {layout.number + 1} that begins with a column {layout.begins[0]!r}",
            column=layout.begins[0],
        )
    return tops[layout.number]


def table_headers(cells: pl.DataFrame, top: int, count: int) -> list[str]:
    """A table's headers: the words of its header rows joined, merged cells spread to the right."""
    rows = [[cell or "" for cell in cells.row(number)] for number in range(max(0, top - count + 1), top + 1)]
    for upper in rows[:-1]:
        for column in range(1, len(upper)):
            upper[column] = upper[column] or upper[column - 1]
    return [
        " ".join(word for word in words if word) if words[-1] else "" for words in zip(*rows, strict=True)
    ]


def format_excel(wire: pl.DataFrame, layout: ExcelLayout) -> bytes:
    """A table of wire columns as a workbook with that one sheet, in the published form.

    Where the table is not the sheet's first, empty ones stand above it.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    numeric = {column.name for column in layout.wire_columns if isinstance(column, Number)}
    begins = {fold(name) for name in layout.begins}
    first = [name for name in wire.columns if fold(_split(name, layout.header_rows)[-1]) in begins][:1]
    wire = wire.select(*first, *(name for name in wire.columns if name not in first))
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(layout.sheets[0])
        row = 1
        for _ in range(layout.number):
            sheet.write_string(row, 0, layout.begins[0])
            row += 3
        for column, header in enumerate(wire.columns):
            words = _split(header, layout.header_rows)
            for line, word in enumerate(words):
                sheet.write_string(row + line, column, word)
        row += layout.header_rows
        for column, header in enumerate(wire.columns):
            write = sheet.write_number if header in numeric else sheet.write_string
            for line, cell in enumerate(wire[header]):
                if cell is not None:
                    write(row + line, column, cell if header in numeric else str(cell))
        sheet.write_string(row + wire.height + 1, 0, "* generated")
    return buffer.getvalue()


def _split(header: str, count: int) -> list[str]:
    """A header over several rows: the first words one a row, the rest in the last."""
    if count == 1:
        return [header]
    words = header.split(" ", count - 1)
    return [""] * (count - len(words)) + words
