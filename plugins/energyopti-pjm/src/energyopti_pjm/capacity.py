"""PJM's capacity market (RPM): what each delivery area's capacity clears at in a base residual auction.

The result of an auction is a workbook with several tables in one sheet. Two of them are read: the clearing
prices, and the unforced capacity that cleared. Delivery years begin on 1 June.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, ChunkSize, Example, Feed, FeedSource, Finding, FindingKind, NoData, SchemaDrift
from energyopti.datasets import CAPACITY
from energyopti.layouts import Copy, ExcelLayout, Number, Reading, Text, Undated
from energyopti.source import Expect, Request
from energyopti.timezones import local_date, midnight
from energyopti.vocabulary import CapacityBasis
from energyopti_pjm import timing
from energyopti_pjm.examples import capacity as examples
from energyopti_pjm.layouts import ZONE

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Payload, Source

HOST = "files"
SHEET = "BRA Resource Clearing Results"
NATIVE_UNIT = "USD/MW-day"
AUCTION = "Base Residual Auction"
FOLDER = "-/media/DotCom/markets-ops/rpm/rpm-auction-info"

_NAMES = ("bra-results.xlsx", "base-residual-auction-results.xlsx", "base-residual-auction-results-xls.xls")
_NAMED_SHORTLY = 2026
_NAMED_XLSX = 2015
_TITLE = re.compile(r"\b(20\d\d)\s*/\s*(20\d\d)\b")
_STAR = r"\s*\*+$"
_NUMBER, _LEFT, _RIGHT = "\0number", "\0left", "\0right"


@attrs.frozen(kw_only=True)
class AuctionLayout(ExcelLayout):
    """The tables of prices and of megawatts, joined by their areas; ``megawatts`` is the second one.

    The title above them names the delivery year: it is the interval. Where it does not, whoever collects the
    workbook says which it is. An area in one table alone is kept, and the other table's value is null. Areas
    nest (RTO holds MAAC, MAAC holds EMAAC), so that their megawatts do not add up.
    """

    megawatts: ExcelLayout

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of both tables; the name of the auction follows from the title."""
        return (*super().fields, "cleared")

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a workbook; raises `SchemaDrift` where one of the tables is missing."""
        prices = super().read_this(payload)
        reading = _joined(prices, self.megawatts.read(payload))
        from energyopti.layouts.formats.sheets import sheet_cells
        from energyopti.layouts.formats.xlsx import table_row

        cells = sheet_cells(payload, self.sheets)
        return of_delivery_year(reading, _titled(cells.head(table_row(cells, self))))

    def write(self, frame: pl.DataFrame) -> bytes:
        """Both tables in one sheet, as they are published."""
        from energyopti_pjm.workbooks import auction_workbook

        return auction_workbook(frame, self)


MEGAWATTS = ExcelLayout(
    dataset=CAPACITY,
    zone=ZONE,
    sheets=(SHEET,),
    begins=("LDA", "LDA*"),
    number=1,
    time=Undated(),
    columns=(
        Text(("LDA*", "LDA"), to="location"),
        Number("Total Annual Equivalent Resources Cleared\n [MW]", to="cleared"),
    ),
    ignored=(
        "Annual Resources [MW]",
        "Summer Period Resources [MW]",
        "Winter Period Resources [MW]",
        "Seasonal Resources Matched to be Annual [MW]",
        "Annual Resources Make-whole [MW]",
    ),
)
"""Unforced capacity that cleared, in annual equivalents: winter and summer resources matched with each other."""

LAYOUT = AuctionLayout(
    dataset=CAPACITY,
    zone=ZONE,
    sheets=(SHEET,),
    begins=("LDA",),
    time=Undated(),
    columns=(
        Text("LDA", to="location"),
        Number("System Marginal Price*\n [$/MW-day]", required=False),
        Number("Locational Price Adder **\n [$/MW-day]", required=False),
        Number("Resource Clearing Price\n [$/MW-day]", to="price"),
    ),
    derived=(Copy(to="price_native", of="price"),),
    constants={"price_native_unit": NATIVE_UNIT, "basis": CapacityBasis.UCAP.value},
    megawatts=MEGAWATTS,
)
"""The clearing price is the published one: the adder is against the next larger area, not against the RTO."""


def _joined(prices: Reading, megawatts: Reading) -> Reading:
    """The rows of both tables, one an area; an area that stands twice in a table is kept twice."""
    import polars as pl

    left = _by_area(prices).with_row_index(_LEFT)
    right = _by_area(megawatts).select("location", _NUMBER, "cleared").with_row_index(_RIGHT)
    frame = left.join(
        right, on=["location", _NUMBER], how="full", coalesce=True, maintain_order="left_right"
    ).with_columns(pl.lit(value).alias(name) for name, value in LAYOUT.constants.items())
    alone = frame.height - left.height
    return Reading(
        frame=frame.drop(_NUMBER, _LEFT, _RIGHT),
        raw=_raw(frame, prices, megawatts),
        origin=pl.int_range(frame.height, dtype=pl.UInt32, eager=True),
        payload_rows=prices.payload_rows + alone,
        findings=(
            *prices.findings,
            *(attrs.evolve(each, accounts=False) for each in megawatts.findings),
            *_alone(frame, _RIGHT, "cleared"),
            *_alone(frame, _LEFT, "price"),
        ),
    )


def _by_area(reading: Reading) -> pl.DataFrame:
    """A table's rows, their areas without the stars of footnotes, equal areas numbered."""
    import polars as pl

    area = pl.col("location").str.replace(_STAR, "")
    number = pl.int_range(pl.len()).over(area)
    return reading.frame.with_columns(area.alias("location"), number.alias(_NUMBER))


def _raw(frame: pl.DataFrame, prices: Reading, megawatts: Reading) -> pl.DataFrame:
    """The published columns of both tables beside each other, a row a joined one."""
    import polars as pl

    sides = []
    for reading, place, mark in ((prices, _LEFT, ""), (megawatts, _RIGHT, " (cleared)")):
        rows = reading.raw[reading.origin]
        rows.columns = [f"{name}{mark}" for name in rows.columns]
        indexed = rows.with_row_index(place).cast({place: pl.UInt32})
        sides.append(
            frame.select(place).join(indexed, on=place, how="left", maintain_order="left").drop(place)
        )
    return pl.concat(sides, how="horizontal")


def _alone(frame: pl.DataFrame, place: str, field: str) -> tuple[Finding, ...]:
    """A finding for areas that one of the tables does not have."""
    areas = frame.filter(frame[place].is_null())["location"].to_list()
    if not areas:
        return ()
    finding = Finding(
        kind=FindingKind.MISSING_VALUE,
        message=f"the workbook has no row of {field} for {', '.join(map(str, areas))}: {field} is null there",
        rows=len(areas),
        column=field,
    )
    return (finding,)


def _titled(above: pl.DataFrame) -> int | None:
    """The year in which the delivery year begins that the lines above the tables name, if they name one."""
    words = " ".join(cell for cell in above[above.columns[0]] if cell) if above.width else ""
    found = _TITLE.search(words)
    return int(found[1]) if found and int(found[2]) == int(found[1]) + 1 else None


def delivery_year(year: int) -> tuple[datetime, datetime]:
    """A delivery year: from 1 June to 1 June of the local clock."""
    return midnight(date(year, 6, 1), ZONE), midnight(date(year + 1, 6, 1), ZONE)


def of_delivery_year(reading: Reading, year: int | None) -> Reading:
    """A reading's rows as those of a delivery year's auction; without one they are of no known time."""
    import polars as pl

    named = AUCTION if year is None else f"{year}/{year + 1} {AUCTION}"
    dated = reading if year is None else reading.spanning(*delivery_year(year))
    return attrs.evolve(dated, frame=dated.frame.with_columns(auction=pl.lit(named)))


def result_paths(year: int) -> tuple[str, ...]:
    """Where the result for a delivery year can be, the name that is usual for it first."""
    usual = 0 if year >= _NAMED_SHORTLY else 1 if year >= _NAMED_XLSX else 2
    names = (_NAMES[usual], *(name for name in _NAMES if name != _NAMES[usual]))
    years = f"{year}-{year + 1}"
    return tuple(f"{FOLDER}/{years}/{years}-{name}" for name in names)


async def collect_result(chunk: Chunk, source: Source) -> Reading:
    """Read the result of the auction for the delivery year that begins in a calendar year."""
    year = chunk.day.year
    for path in result_paths(year):
        payload = await _workbook(path, source)
        if payload is not None:
            return await source.run(read_result, payload.content, year)
    raise NoData(
        f"{chunk}: there is no result of the auction for {year}/{year + 1} under any name that is known: "
        "not held yet, or published elsewhere"
    )


async def _workbook(path: str, source: Source) -> Payload | None:
    """A workbook, or None where there is none: the server answers a miss with a page and status 200."""
    request = Request(path=path, expect=Expect.WORKBOOK, html_means_missing=True)
    try:
        (payload,) = await source.get_all([request])
    except NoData:
        return None
    return payload


def read_result(content: bytes, year: int) -> Reading:
    """The rows of the workbook for a delivery year; raises `SchemaDrift` for one that is of another."""
    reading = LAYOUT.read(content)
    starts = reading.frame["interval_start"].drop_nulls()
    if len(starts) and starts[0] != delivery_year(year)[0]:
        said = local_date(starts[0], ZONE).year
        raise SchemaDrift(f"the workbook for {year}/{year + 1} says that it is of {said}/{said + 1}")
    return of_delivery_year(reading, year)


BASE_RESIDUAL_AUCTION = Feed(
    name="rpm_base_residual_auction",
    dataset=CAPACITY,
    title=(
        "Base residual auctions: clearing price and unforced capacity cleared by delivery area; the areas nest, "
        "so that their MW do not add up"
    ),
    documented_at="https://www.pjm.com/markets-and-operations/rpm",
    history_from=date(2007, 6, 1),
    step=timedelta(days=365),
    chunk=ChunkSize.YEAR,
    sparse=True,
    published_ahead=timedelta(days=1200),
    refresh_every=timedelta(days=1),
    **timing.CAPACITY,
    layout=LAYOUT,
    example=Example(payload=examples.AUCTION, rows=examples.AUCTION_ROWS),
    sources=(FeedSource(name="result workbook", host=HOST, collect=collect_result),),
    unconfirmed=(
        "workbooks for delivery years before 2022/2023, which may have other sheets or tables (an error then says "
        "which is missing); in which year each form of the file's name begins; when a result is posted, and until "
        "when it is replaced after rulings"
    ),
)
"""A calendar year holds the delivery year that begins on 1 June of it."""

CAPACITY_FEEDS = (BASE_RESIDUAL_AUCTION,)
