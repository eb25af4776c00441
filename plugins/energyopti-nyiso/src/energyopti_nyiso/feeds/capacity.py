"""New York's installed capacity: the clearing prices of the auctions, from the monthly ICAP market report.

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
"""The localities with the names that their columns have had, the current one first."""

_DIGITS = 6  # polars divides by a constant and by a column otherwise in the last bit


@attrs.frozen(kw_only=True)
class CapacityLayout(ExcelLayout):
    """The table of clearing prices: a row a delivery month, a column a locality and auction.

    The price per MW and day is the published one per kW and month, times 1000, divided by the delivery month's
    own number of days: 31 in January, 29 in the February of a leap year. It is rounded to a millionth.
    """

    @property
    def fields(self) -> tuple[str, ...]:
        """The published fields and the price in the dataset's own unit."""
        return (*super().fields, "price")

    @property
    def written_fields(self) -> tuple[str, ...]:
        """All but what follows: the price per MW and day is not in the workbook."""
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
                f"the table has a row of {later[0]:%Y-%m-%d}; its dates are known as the first days of months",
                column="Date",
            )
        return attrs.evolve(reading, frame=frame)


def _columns() -> Iterator[WideColumn]:
    """A column a locality and auction, whichever of the two stands above the other."""
    for locality, names in LOCALITIES.items():
        for auction in AUCTIONS:
            above = [f"{name} {auction}" for name in names]
            below = [f"{auction} {name}" for name in names]
            yield WideColumn((*above, *below), words=(auction, locality))


CAPACITY_PRICES = Feed(
    name="icap_market_report",
    dataset=CAPACITY_DATASET,
    title="Clearing prices of the spot, monthly and strip capacity auctions by locality",
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
        "when a report comes out and until when it is revised",
        "a page in a revision's place is taken to mean that there is none",
        "workbooks before about 2019 lack the table and cannot be read",
        "a year's folder is known once the year has begun",
        "MW cleared is published by month over all auctions, so that cleared is null",
    ),
)
"""Prices of unforced capacity by delivery month; a month's running report is published within it."""

CAPACITY = (CAPACITY_PRICES,)
