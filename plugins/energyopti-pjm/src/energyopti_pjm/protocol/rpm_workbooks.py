"""The result of a capacity auction: a workbook with several tables in one sheet, two of which are read and joined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from energyopti import Finding, FindingKind
from energyopti.layouts import ExcelLayout, Reading
from energyopti.timezones import midnight
from energyopti_pjm.protocol.rows import ZONE

if TYPE_CHECKING:
    import polars as pl

AUCTION = "Base Residual Auction"
_TITLE = re.compile(r"\b(20\d\d)\s*/\s*(20\d\d)\b")
_STAR = r"\s*\*+$"
_NUMBER, _LEFT, _RIGHT = "\0number", "\0left", "\0right"


@attrs.frozen(kw_only=True)
class AuctionLayout(ExcelLayout):
    """The tables of prices and of MW, joined by their areas; ``megawatts`` is the second one.

    The title above them names the delivery year, which is the interval. If it does not, the code that collects the
    workbook gives the year. An area in only one table is kept, with the other table's value null. Areas nest (RTO
    contains MAAC, MAAC contains EMAAC), so their MW do not add up.
    """

    megawatts: ExcelLayout

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of both tables; the auction's name comes from the title."""
        return (*super().fields, "cleared")

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a workbook; raises `SchemaDrift` if one of the tables is missing."""
        prices = super().read_this(payload)
        reading = _joined(prices, self.megawatts.read(payload), self.constants)
        from energyopti.layouts.formats import sheet_cells, table_row

        cells = sheet_cells(payload, self.sheets)
        return of_delivery_year(reading, _titled(cells.head(table_row(cells, self))))

    def write(self, frame: pl.DataFrame) -> bytes:
        """Both tables in one sheet, as published."""
        from energyopti_pjm.protocol.workbooks import auction_workbook

        return auction_workbook(frame, self)


def _joined(prices: Reading, megawatts: Reading, constants: Mapping[str, str]) -> Reading:
    """The rows of both tables, one per area; an area that appears twice in a table is kept twice."""
    import polars as pl

    left = _by_area(prices).with_row_index(_LEFT)
    right = _by_area(megawatts).select("location", _NUMBER, "cleared").with_row_index(_RIGHT)
    frame = left.join(
        right, on=["location", _NUMBER], how="full", coalesce=True, maintain_order="left_right"
    ).with_columns(pl.lit(value).alias(name) for name, value in constants.items())
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
    """A table's rows, their areas without footnote stars, equal areas numbered."""
    import polars as pl

    area = pl.col("location").str.replace(_STAR, "")
    number = pl.int_range(pl.len()).over(area)
    return reading.frame.with_columns(area.alias("location"), number.alias(_NUMBER))


def _raw(frame: pl.DataFrame, prices: Reading, megawatts: Reading) -> pl.DataFrame:
    """The published columns of both tables side by side, one row per joined row."""
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
    """A finding for areas missing from one of the tables."""
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
    """The starting year of the delivery year named in the lines above the tables, if they name one."""
    words = " ".join(cell for cell in above[above.columns[0]] if cell) if above.width else ""
    found = _TITLE.search(words)
    return int(found[1]) if found and int(found[2]) == int(found[1]) + 1 else None


def delivery_year(year: int) -> tuple[datetime, datetime]:
    """A delivery year: from June 1 to June 1 on the local clock."""
    return midnight(date(year, 6, 1), ZONE), midnight(date(year + 1, 6, 1), ZONE)


def of_delivery_year(reading: Reading, year: int | None) -> Reading:
    """A reading's rows as those of a delivery year's auction; without a year their time is unknown."""
    import polars as pl

    named = AUCTION if year is None else f"{year}/{year + 1} {AUCTION}"
    dated = reading if year is None else reading.spanning(*delivery_year(year))
    return attrs.evolve(dated, frame=dated.frame.with_columns(auction=pl.lit(named)))
