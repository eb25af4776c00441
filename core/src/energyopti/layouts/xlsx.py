"""Workbooks: from a sheet's cells to columns, and back."""

from __future__ import annotations

import collections
import io
from collections.abc import Sequence

import polars as pl

from energyopti.errors import SchemaDrift
from energyopti.layouts.archive import members
from energyopti.layouts.columns import Number, fold
from energyopti.layouts.tables import ExcelLayout
from energyopti.layouts.wire import Wire, match_headers, numbers, unique_headers

_FOOTNOTE = "*"
_LARGEST = 512 << 20


def parse_excel(payload: bytes, layout: ExcelLayout) -> Wire:
    """The rows of one table of a workbook under its own headers.

    Raises `SchemaDrift` for bytes that are no workbook, and for one that lacks the sheet, the table or a column.
    """
    cells = sheet_cells(payload, layout.sheets)
    top = table_row(cells, layout)
    names = table_headers(cells, top, layout.header_rows)
    first = cells.columns[0]
    body = cells.slice(top + 1)
    over = (body[first].is_null() | body[first].str.starts_with(_FOOTNOTE)).arg_true()
    body = body.head(over[0]) if len(over) else body
    kept = [number for number, name in enumerate(names) if name]
    body = body.select(cells.columns[number] for number in kept)
    body.columns = unique_headers(names[number] for number in kept)
    headers, findings = match_headers(body.columns, layout)
    table, unread = numbers(body, layout.wire_columns, headers)
    return Wire(raw=table, headers=headers, payload_rows=table.height, findings=(*findings, *unread))


def sheet_cells(payload: bytes, sheets: Sequence[str]) -> pl.DataFrame:
    """A sheet's cells as text, empty ones null; dates in ISO form."""
    import fastexcel

    if payload.startswith(b"PK"):  # a workbook is a zip archive: what it unzips to is capped
        collections.deque(members(payload, max_bytes=_LARGEST), maxlen=0)
    try:
        workbook = fastexcel.read_excel(payload)
        by_name = {fold(name): name for name in workbook.sheet_names}
        name = next((by_name[fold(sheet)] for sheet in sheets if fold(sheet) in by_name), None)
        if name is not None:
            cells = workbook.load_sheet(name, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, ValueError, OSError) as error:
        raise SchemaDrift(f"the payload is not the workbook that was due: {error}") from error
    if name is None:
        raise SchemaDrift(
            f"the workbook has no sheet {sheets[0]!r}; it has {', '.join(map(repr, workbook.sheet_names))}"
        )
    return cells.select(pl.all().str.strip_chars().replace("", None))


def table_row(cells: pl.DataFrame, layout: ExcelLayout) -> int:
    """The row of a table's (last) header."""
    wanted = {fold(name) for name in layout.begins}
    folded = [fold(cell or "") for cell in cells[cells.columns[0]]] if cells.width else []
    tops = [row for row, cell in enumerate(folded) if cell in wanted]
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
