"""Workbooks of one sheet, and the result of a capacity auction as one, with its tables below each other."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from energyopti_pjm.protocol.rows import ZONE
from energyopti_pjm.protocol.rpm_summary import AUCTIONS, PRODUCT, PRODUCTS

if TYPE_CHECKING:
    import polars as pl

    from energyopti.layouts import ExcelLayout
    from energyopti_pjm.protocol.rpm_summary import ClearingPrices
    from energyopti_pjm.protocol.rpm_workbooks import AuctionLayout

Row = Sequence[str | float | None]

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="{}" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_FOOTNOTES = (
    ("*System Marginal Price is the clearing price in the unconstrained area of RTO.",),
    ("** Locational Price Adder is with respect to the immediate higher level LDA.",),
)
_CLEARED_FOOTNOTE = ("* RTO resources include resources from External Source Zones.",)


def workbook(sheet: str, rows: Sequence[Row]) -> bytes:
    """A minimal workbook: one sheet of words and numbers, columns A to Z; always the same bytes."""
    lines = "".join(
        f"<row>{''.join(_cell(cell, column, number) for column, cell in enumerate(row))}</row>"
        for number, row in enumerate(rows, start=1)
    )
    parts = {
        **_PARTS,
        "xl/workbook.xml": _BOOK.format(escape(sheet)),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def _cell(value: str | float | None, column: int, row: int) -> str:
    if value is None:
        return ""
    place = f"{chr(ord('A') + column)}{row}"
    if isinstance(value, str):
        words = f'<t xml:space="preserve">{escape(value)}</t>'
        return f'<c r="{place}" t="inlineStr"><is>{words}</is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def auction_workbook(frame: pl.DataFrame, layout: AuctionLayout) -> bytes:
    """A frame of one delivery year as a workbook; the title names the year in which its rows begin."""
    rows = (
        (f"{_years(frame)}BRA Resource Clearing Results",),
        (),
        ("Resource Clearing Prices",),
        *_table(frame, layout),
        *_FOOTNOTES,
        (),
        ("Cleared & Make-Whole MWs",),
        *_table(frame, layout.megawatts),
        _CLEARED_FOOTNOTE,
    )
    return workbook(layout.sheets[0], rows)


def _years(frame: pl.DataFrame) -> str:
    """The delivery year in words, if the frame has rows."""
    if frame.is_empty():
        return ""
    year = frame["interval_start"].dt.convert_time_zone(ZONE).dt.year()[0]
    return f"{year}/{year + 1} "


def _table(frame: pl.DataFrame, layout: ExcelLayout) -> list[Row]:
    """A table's header and rows."""
    from energyopti.layouts import wire_frame

    table = wire_frame(frame, layout)
    return [table.columns, *table.rows()]


def summary_workbook(
    frame: pl.DataFrame,
    layout: ClearingPrices,
    notices: Mapping[tuple[int, str], str] | None = None,
    *,
    absent: str | None = None,
) -> bytes:
    """Prices of any delivery years as a workbook with a block of rows for each, newest last.

    ``notices`` are words in place of the prices of an auction, by the year in which its delivery year begins and PJM's
    short name of it. Where an area has no price in an auction, the cell is ``absent``: two asterisks mean that it was
    not modeled.
    """
    notices = notices or {}
    areas = tuple(dict.fromkeys(frame["location"]))
    blocks = _blocks(frame, layout)
    rows: list[Row] = [("Resource Clearing Prices for RPM Auctions",), (None, f"{PRODUCT} *", *areas)]
    for year in sorted({*(year for year, _, _ in blocks), *(year for year, _ in notices)}):
        rows.append((f"DY {year % 100:02d}/{(year + 1) % 100:02d}",))
        for auction in AUCTIONS:
            if (year, auction) in notices:
                rows.append((auction, notices[year, auction]))
            rows += [
                (auction, product, *(prices.get(area, absent) for area in areas))
                for (its_year, its_auction, product), prices in blocks.items()
                if (its_year, its_auction) == (year, auction)
            ]
    return workbook(layout.sheets[0], [*rows, (), ("** LDA was not modeled.",)])


def _blocks(
    frame: pl.DataFrame, layout: ClearingPrices
) -> dict[tuple[int, str, str], dict[str, float | None]]:
    """The prices by area, for each delivery year, auction and product in PJM's words."""
    short = {name: word for word, name in AUCTIONS.items()}
    native = {product: word for word, product in PRODUCTS.items()}
    blocks: dict[tuple[int, str, str], dict[str, float | None]] = {}
    for row in frame.iter_rows(named=True):
        year = row["interval_start"].astimezone(ZoneInfo(ZONE)).year
        named = row.get("auction")
        auction = layout.auctions[0] if named is None else short[named.partition(" ")[2]]
        key = year, auction, "*" if row["product"] is None else native[row["product"]]
        blocks.setdefault(key, {})[row["location"]] = row["price"]
    return blocks
