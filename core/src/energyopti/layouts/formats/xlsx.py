"""Workbooks: from a sheet's table to columns, and back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, ClassVar

import attrs

from energyopti.errors import SchemaDrift
from energyopti.layouts.columns import Number, fold
from energyopti.layouts.decode.layout import Layout
from energyopti.lazy import extra

if TYPE_CHECKING:
    import polars as pl

    from energyopti.findings import Finding
    from energyopti.layouts.decode.raw import RawTable


@attrs.frozen(kw_only=True, repr=False)
class ExcelLayout(Layout):
    """One table of a workbook.

    ``sheets`` are the names that its sheet has had. The table's first column has one of the headers ``begins``, and
    it is table ``number`` of those on the sheet, counted from 0. It ends before the first row whose first cell is
    empty or begins with an asterisk; with ``to_end`` it ends only with the sheet, and such rows are skipped. In any
    case it ends above the next header of its kind. Filled rows right below an end by an empty first cell are counted
    by a finding. The words of ``header_rows`` are joined; a merged cell counts for several columns. With ``gather``
    the table continues over several sheets, each with the header: all whose names begin with one of ``sheets``, in
    workbook order.
    """

    due: ClassVar[str] = "workbook"

    sheets: tuple[str, ...]
    begins: tuple[str, ...]
    number: int = 0
    to_end: bool = False
    header_rows: int = 1
    gather: bool = False

    def parse(self, payload: bytes) -> RawTable:
        """The rows of a workbook's table."""
        return parse_excel(payload, self)

    def write(self, frame: pl.DataFrame) -> bytes:
        """A frame as a workbook in the published form."""
        from energyopti.layouts.decode.writing import wire_frame

        return format_excel(wire_frame(frame, self), self)


def parse_excel(payload: bytes, layout: ExcelLayout) -> RawTable:
    """The rows of one table of a workbook under its own headers.

    Raises `SchemaDrift` for bytes that are not a workbook, and for one that lacks the sheet, the table or a column.
    """
    import polars as pl

    from energyopti.layouts.decode.raw import RawTable, match_headers, numbers

    tables = [_sheet_table(cells, layout) for cells in _table_cells(payload, layout)]
    body = pl.concat([table for table, _ in tables], how="diagonal")
    lost = tuple(finding for _, findings in tables for finding in findings)
    headers, findings = match_headers(body.columns, layout)
    table, unread = numbers(body, layout.wire_columns, headers)
    rows = table.height + sum(finding.rows for finding in lost)
    return RawTable(raw=table, headers=headers, payload_rows=rows, findings=(*findings, *lost, *unread))


def _table_cells(payload: bytes, layout: ExcelLayout) -> list[pl.DataFrame]:
    """The cells of the table's sheets; if there are several, empty ones are left out."""
    from energyopti.layouts.formats.sheets import sheet_cells, sheet_names

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
    """The table of one sheet under its own headers, with a finding for rows that were cut off."""
    from energyopti.layouts.decode.raw import unique_headers
    from energyopti.layouts.formats.sheets import cut_off, table_body, table_headers

    top = table_row(cells, layout)
    names = table_headers(cells, top, layout.header_rows)
    below = _above_next(cells.slice(top + 1), layout)
    body = table_body(below, to_end=layout.to_end)
    lost = () if layout.to_end else cut_off(below.slice(body.height), names)
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
    """The rows below a table's header and above the next header of its kind."""
    following = _begins(below[below.columns[0]], layout)
    return below.head(max(0, following[0] - layout.header_rows + 1)) if following else below


def table_row(cells: pl.DataFrame, layout: ExcelLayout) -> int:
    """The row of a table's (last) header."""
    tops = _begins(cells[cells.columns[0]], layout) if cells.width else []
    if len(tops) <= layout.number:
        raise SchemaDrift(
            f"the sheet has no table {layout.number + 1} that begins with a column {layout.begins[0]!r}",
            column=layout.begins[0],
        )
    return tops[layout.number]


def format_excel(wire: pl.DataFrame, layout: ExcelLayout) -> bytes:
    """A table of wire columns as a workbook with that one sheet, in the published form.

    If the table is not the sheet's first, empty ones are written above it.
    """
    with extra("sandbox", "writing a workbook"):
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
    """A header split over several rows: one word per row, the rest in the last."""
    if count == 1:
        return [header]
    words = header.split(" ", count - 1)
    return [""] * (count - len(words)) + words
