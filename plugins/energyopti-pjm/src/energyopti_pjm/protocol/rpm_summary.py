"""The clearing prices of all capacity auctions held so far: one workbook, one block of rows per delivery year.

A block begins with a line such as ``DY 26/27``. Below it, each row is an auction and a product, with a column per
delivery area. A row that holds a notice in the place of the product is an auction that was cancelled.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs

from energyopti import Finding, FindingKind, SchemaDrift
from energyopti.layouts import ExcelLayout, RawTable, Reading
from energyopti_pjm.protocol.rpm_workbooks import AUCTION, delivery_year

if TYPE_CHECKING:
    import polars as pl

BASE_RESIDUAL = "BRA"
INCREMENTAL = ("1IA", "2IA", "3IA")
AUCTIONS = {
    BASE_RESIDUAL: AUCTION,
    "1IA": "First Incremental Auction",
    "2IA": "Second Incremental Auction",
    "3IA": "Third Incremental Auction",
}
"""PJM's short names of auctions, and the names that they have in the dataset after the delivery year."""

PRODUCTS = {
    "CP": "capacity_performance",
    "Annual": "annual",
    "Ext Summer": "extended_summer",
    "Limited": "limited",
    "Base Gen": "base_generation",
    "Base DR/EE": "base_demand_response_and_efficiency",
}
"""Products as published. Before delivery year 2014/2015 there was one, written as an asterisk, which is null."""

YEARS, WHICH, PRODUCT, AREA, PRICE = (
    "Delivery Year",
    "Auction",
    "Capacity Product Type",
    "LDA",
    "Resource Clearing Price",
)
"""The raw columns: one row per auction, product and delivery area."""

_CENTS = 2
_BLOCK = re.compile(r"DY\s*(?:20)?(\d\d)\s*/\s*(?:20)?(\d\d)", re.IGNORECASE)
_CANCELED = re.compile(r"cancel", re.IGNORECASE)
_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
_SHOWN = 60
_BY_FOLDED = {word.casefold(): word for word in PRODUCTS}


@attrs.frozen(kw_only=True)
class _Line:
    """A row of the sheet below a block's first line: its delivery year, if that is known, and its cells."""

    year: int | None
    auction: str
    product: str | None
    cells: tuple[tuple[str | None, str], ...]
    """The filled cells, each with its delivery area; None for a column without a header."""

    @property
    def named(self) -> str:
        """The auction and its delivery year in words."""
        return f"{self.auction[:_SHOWN]!r} of {_words(self.year)}"

    @property
    def is_known(self) -> bool:
        """Whether it is of a known auction and delivery year."""
        return self.year is not None and self.auction in AUCTIONS

    @property
    def has_price(self) -> bool:
        """Whether any of its cells is a price: a row of words alone, such as units or a note, is no data."""
        return any(_price(cell) is not None for _, cell in self.cells)

    @property
    def is_notice(self) -> bool:
        """Whether it only says something of the auction, such as that it was canceled."""
        return not self.cells or (self.product is not None and _CANCELED.search(self.product) is not None)


@attrs.frozen(kw_only=True)
class ClearingPrices(ExcelLayout):
    """Clearing prices in USD/MW-day of unforced capacity, by delivery year, auction, product and delivery area.

    The table is found by the header ``Capacity Product Type`` in its second column: what the first one is headed is
    not known. Prices are rounded to cents, which removes the dust of their binary form. ``auctions`` are PJM's short
    names of those that are read; a finding counts rows of the others, which the feed ``elsewhere`` has. A cell ``**``
    is an area that was not modeled in that auction: no row, and counted. An empty cell says nothing. With ``year``
    only the block of the delivery year that begins in it is read. In raw columns the product has one spelling.
    """

    due: ClassVar[str] = "workbook"

    auctions: tuple[str, ...]
    elsewhere: str
    year: int | None = None

    def parse(self, payload: bytes) -> RawTable:
        """One row per price; raises `SchemaDrift` for a workbook without the sheet or the header."""
        import polars as pl

        from energyopti.layouts.formats import sheet_cells

        lines = [
            line
            for line in _lines(sheet_cells(payload, self.sheets))
            if self.year is None or line.year in {self.year, None}
        ]
        known = [each for each in lines if each.is_known]
        lost = [each for each in lines if not each.is_known and each.has_price]
        others = [each for each in known if each.auction not in self.auctions]
        own = [each for each in known if each.auction in self.auctions]
        priced = [each for each in own if not each.is_notice]
        prices = [
            (_words(each.year), each.auction, each.product, area, cell)
            for each in priced
            for area, cell in each.cells
            if area and not _is_no_price(cell)
        ]
        columns = dict.fromkeys((YEARS, WHICH, PRODUCT, AREA, PRICE), pl.String)
        text = pl.DataFrame(prices, schema=columns, orient="row")
        table = text.with_columns(pl.Series(PRICE, map(_price, text[PRICE]), dtype=pl.Float64))
        findings = (
            *_counted(lost, FindingKind.REJECTED_ROW, "of no known auction or delivery year"),
            *_counted(others, FindingKind.OTHER_RUN, f"of other auctions, which {self.elsewhere} has"),
            *_not_modeled(priced),
            *_without_header(priced),
            *(_notice(each) for each in own if each.is_notice),
        )
        return RawTable(
            raw=table,
            headers={name: name for name in table.columns},
            payload_rows=table.height + sum(each.rows for each in findings),
            findings=(*findings, *_unread(text, table)),
        )

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a workbook, each with its auction's name and the delivery year as its interval."""
        import polars as pl

        reading = super().read_this(payload)
        own = reading.raw[reading.origin]
        spans = {label: delivery_year(int(label[:4])) for label in own[YEARS].unique()}
        stamp = pl.Datetime("us", "UTC")
        starts, ends = ({label: span[n] for label, span in spans.items()} for n in (0, 1))
        return attrs.evolve(
            reading,
            frame=reading.frame.with_columns(
                own[YEARS].replace_strict(starts, return_dtype=stamp).alias("interval_start"),
                own[YEARS].replace_strict(ends, return_dtype=stamp).alias("interval_end"),
                (own[YEARS] + " " + own[WHICH].replace_strict(AUCTIONS, return_dtype=pl.String)).alias(
                    "auction"
                ),
                pl.col("price", "price_native").round(_CENTS),
            ),
        )

    def write(self, frame: pl.DataFrame) -> bytes:
        """The prices of a frame as a workbook; without a column ``auction``, as those of its first auction."""
        from energyopti_pjm.protocol.workbooks import summary_workbook

        return summary_workbook(frame, self)


def _lines(cells: pl.DataFrame) -> Iterator[_Line]:
    """The rows of the sheet below its header that are neither empty nor the first line of a block."""
    rows = cells.rows()
    top, areas = _header(rows)
    year = None
    for row in rows[top + 1 :]:
        label, product = row[0] or "", row[1]
        if label[:2].casefold() == "dy":
            year = _year(label)
        filled = tuple((areas[n], cell) for n, cell in enumerate(row) if n > 1 and cell is not None)
        if filled or (label and product):
            yield _Line(year=year, auction=label.upper(), product=_product(product or "*"), cells=filled)


def _product(word: str) -> str | None:
    """A product in its one spelling, or a notice as it is; None for the asterisk of a single product."""
    return None if word == "*" else _BY_FOLDED.get(" ".join(word.split()).casefold(), word)


def _header(rows: Sequence[Sequence[str | None]]) -> tuple[int, tuple[str | None, ...]]:
    """The row with the header of products, and its cells, the names of delivery areas."""
    due = PRODUCT.casefold()
    for number, row in enumerate(rows):
        if len(row) > 1 and row[1] is not None and " ".join(row[1].split()).casefold().startswith(due):
            return number, tuple(row)
    raise SchemaDrift(f"the sheet has no header {PRODUCT!r} in its second column", column=PRODUCT)


def _year(label: str) -> int | None:
    """The year in which a block's delivery year begins; None if its line is written in another way."""
    found = _BLOCK.fullmatch(label)
    if found is None:
        return None
    first, last = (2000 + int(part) for part in found.groups())
    return first if last == first + 1 else None


def _words(year: int | None) -> str:
    """A delivery year in words."""
    return "no delivery year" if year is None else f"{year}/{year + 1}"


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _is_no_price(cell: str) -> bool:
    """Whether a cell only says that an area was not modeled."""
    return not cell.strip("*")


def _price(cell: str) -> float | None:
    """A cell as a number; commas may only separate thousands."""
    plain = cell.strip().removeprefix("$").replace("_", "?")  # which Python would take for a separator
    try:
        price = float(plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain)
    except ValueError:
        return None
    return price if math.isfinite(price) else None


def _unread(text: pl.DataFrame, table: pl.DataFrame) -> Iterator[Finding]:
    """A finding about cells that hold other words than prices; it names the first."""
    unread = table[PRICE].is_null().arg_true()
    if len(unread):
        years, which, _, area, cell = text.row(unread[0])
        message = f"{which} of {years}, {area}: {cell[:_SHOWN]!r} is not a price: the value is null"
        yield Finding(kind=FindingKind.UNREADABLE_VALUE, message=message, rows=len(unread), column=PRICE)


def _counted(lines: Sequence[_Line], kind: FindingKind, why: str) -> Iterator[Finding]:
    """A finding that accounts for the cells of rows that are left out; it names the first row."""
    filled = [line for line in lines if line.cells]
    count = sum(len(line.cells) for line in filled)
    if count:
        be = "is" if count == 1 else "are"
        message = f"{_cells(count)} {be} {why}, the first in a row {filled[0].named}: left out"
        yield Finding(kind=kind, message=message, rows=count, accounts=True, column=WHICH)


def _not_modeled(lines: Sequence[_Line]) -> Iterator[Finding]:
    """A finding that accounts for the areas that were not modeled."""
    count = sum(area is not None and _is_no_price(cell) for line in lines for area, cell in line.cells)
    if count:
        message = f"in {_cells(count)} a delivery area was not modeled in an auction: no rows"
        yield Finding(
            kind=FindingKind.PLACEHOLDER_ROW, message=message, rows=count, accounts=True, column=PRICE
        )


def _without_header(lines: Sequence[_Line]) -> Iterator[Finding]:
    """A finding that accounts for cells in columns without a header."""
    count = sum(area is None for line in lines for area, _ in line.cells)
    if count:
        message = f"{_cells(count)} stood in columns without a delivery area: left out"
        yield Finding(kind=FindingKind.REJECTED_ROW, message=message, rows=count, accounts=True, column=AREA)


def _notice(line: _Line) -> Finding:
    """A finding about an auction that has a notice in place of prices."""
    return Finding(
        kind=FindingKind.PLACEHOLDER_ROW,
        message=f"{line.auction} of {_words(line.year)} has no price; the workbook says {(line.product or '')[:_SHOWN]!r}",
        rows=max(1, len(line.cells)),
        accounts=True,
        column=PRODUCT,
        spans=() if line.year is None else (delivery_year(line.year),),
    )
