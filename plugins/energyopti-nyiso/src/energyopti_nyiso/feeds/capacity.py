"""New York's installed capacity (ICAP): auction clearing prices, from the monthly ICAP market report.

The report's sheet `MCP Table` has the prices of its own month and of earlier ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, FeedSource, History, Locations, SchemaDrift, Unconfirmed
from energyopti.datasets import CAPACITY as CAPACITY_DATASET
from energyopti.layouts import Dates, ExcelLayout, Reading, Wide, WideColumn
from energyopti.vocabulary import CapacityBasis
from energyopti_nyiso import examples, timing
from energyopti_nyiso.protocol.icap import HOST, SHEET, collect_report
from energyopti_nyiso.protocol.stamps import ZONE

AUCTIONS = ("Spot", "Monthly", "Strip")
LOCALITIES = {"NYCA": ("NYCA",), "G-J Locality": ("GHIJ", "G-J Locality"), "NYC": ("NYC",), "LI": ("LI",)}
"""The localities with the names that their columns have had, the current name first."""

_DIGITS = 6  # polars may differ in the last bit between division by a constant and by a column


@attrs.frozen(kw_only=True)
class CapacityLayout(ExcelLayout):
    """The table of clearing prices: a row per delivery month, a column per locality and auction.

    The price in USD/MW-day is the published price in USD/kW-month, times 1000, divided by the number of days in the
    delivery month: 31 in January, 29 in February of a leap year. It is rounded to six decimals.
    """

    @property
    def fields(self) -> tuple[str, ...]:
        """The published fields, and the price in the dataset's unit."""
        return (*super().fields, "price")

    @property
    def written_fields(self) -> tuple[str, ...]:
        """The published fields only: the price in USD/MW-day is not in the workbook."""
        return tuple(name for name in super().written_fields if name != "price")

    def read_this(self, payload: bytes) -> Reading:
        """The rows of a workbook; raises `SchemaDrift` for a row that does not begin with its month."""
        import polars as pl

        reading = super().read_this(payload)
        first = pl.col("interval_start").dt.convert_time_zone(self.zone)
        frame = reading.frame.with_columns(
            (pl.col("price_native") * 1000 / first.dt.days_in_month()).round(_DIGITS).alias("price")
        )
        later = frame.select(local=first).filter(pl.col("local").dt.day() != 1)["local"]
        if len(later):
            raise SchemaDrift(
                f"the table has a row for {later[0]:%Y-%m-%d}; its dates should be the first days of months",
                column="Date",
            )
        return attrs.evolve(reading, frame=frame)


def _columns() -> Iterator[WideColumn]:
    """One column per locality and auction, whichever of the two is the upper header."""
    for locality, names in LOCALITIES.items():
        for auction in AUCTIONS:
            above = [f"{name} {auction}" for name in names]
            below = [f"{auction} {name}" for name in names]
            yield WideColumn((*above, *below), words=(auction, locality))


CAPACITY_PRICES = Feed(
    name="icap_market_report",
    dataset=CAPACITY_DATASET,
    title="Clearing prices of the ICAP spot, monthly and strip auctions by locality",
    documented_at="https://www.nyiso.com/installed-capacity-market",
    history=History(since=date(2014, 1, 1)),
    chunk=ChunkSize.MONTH,
    publication=attrs.evolve(
        timing.CAPACITY, published_ahead=timedelta(days=31), refresh_every=timedelta(hours=12)
    ),
    locations=Locations(closed=tuple(LOCALITIES)),
    derived=("price",),
    layout=CapacityLayout(
        dataset=CAPACITY_DATASET,
        zone=ZONE,
        sheets=(SHEET,),
        begins=("Date",),
        header_rows=2,
        to_end=True,
        time=Dates(names="Date", formats=("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%m/%d/%Y"), lasts="1mo"),
        wide=Wide(to=("auction", "location"), value="price_native", columns=_columns()),
        constants={"price_native_unit": "USD/kW-month", "basis": CapacityBasis.UCAP.value},
    ),
    example=examples.of("icap_market_report.xlsx"),
    sources=(FeedSource(name="market report", host=HOST, collect=collect_report),),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("whether locality or auction is the upper header", "both are read"),
        "when a report comes out, and until when it is revised",
        "that a web page in place of a revision means that there is none",
        "workbooks before about 2019 lack the table and cannot be read",
        "that a year's folder is known once the year has begun",
        "cleared is null, since cleared MW are published by month, summed over all auctions",
    ),
)
"""Prices of unforced capacity by delivery month; a month's report is published during the month."""

CAPACITY = (CAPACITY_PRICES,)
