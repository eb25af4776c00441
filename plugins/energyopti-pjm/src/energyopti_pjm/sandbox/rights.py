"""FTRs of the small PJM: bids, congestion from the credit calculator, zonal prices.

Bids are there as soon as their auction's month begins, not four months later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count, takewhile

import polars as pl

from energyopti.datasets import FTR
from energyopti.layouts import Dates, Number, Text
from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR, local_date, midnight
from energyopti_pjm.feeds import rights
from energyopti_pjm.protocol.auctions import month_of, monthly_name
from energyopti_pjm.protocol.rows import STAMPS, ZONE, rows
from energyopti_pjm.sandbox.places import PLACES
from energyopti_pjm.sandbox.tables import Table

_FIRST = 2023
_NAMES = (
    PLACES.filter(PLACES["location_type"].is_in(["hub", "zone", "node"]))["location_name"].unique().sort()
)
_CLASSES = list(rights.CLASSES.values())
_TIME = pl.Datetime("us", "UTC")

CONGESTION = rows(
    FTR,
    Dates(names="effective_day", formats=STAMPS, end="terminate_day"),
    Text("pnode_name", to="sink"),
    *(Number(name) for name in (*rights.CONGESTION_COLUMNS, *rights.SIMULATED)),
)
"""One row per node and month, as published."""


def _months(first: date, last: date) -> list[date]:
    """The first days of the months between two days, both included."""
    number = first.year * 12 + first.month - 1 + (first.day > 1)
    days = (date(each // 12, each % 12 + 1, 1) for each in count(number))
    return list(takewhile(lambda day: day <= last, days))


def monthly_bids(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """A few bids for every remaining month of each auction's planning period."""
    del first, last
    auctions = _months(date(_FIRST, 6, 1), local_date(now, ZONE))
    ends = [date(auction.year + (auction.month >= 6), 5, 1) for auction in auctions]
    return _bids(
        (monthly_name(auction), *month_of(month))
        for auction, end in zip(auctions, ends, strict=True)
        for month in _months(auction, end)
    )


def long_bids(rounds: int) -> Callable[[datetime, datetime, datetime], pl.DataFrame]:
    """A few bids for each round of a year's auctions, which have made-up names."""

    def bids(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        del first, last
        years = range(_FIRST, local_date(now, ZONE).year + 1)
        span = [(year, date(year, 6, 1), date(year + 1, 6, 1)) for year in years]
        return _bids(
            (f"{year}/{year + 1} Round {number}", midnight(start, ZONE), midnight(end, ZONE))
            for year, start, end in span
            for number in range(1, rounds + 1)
        )

    return bids


def _bids(auctions: Iterable[tuple[str, datetime, datetime]]) -> pl.DataFrame:
    """The same bids in every auction, of which the name, the start and the end of the period are given."""
    schema: dict[str, pl.DataType] = {"auction": pl.String(), "interval_start": _TIME, "interval_end": _TIME}
    periods = pl.DataFrame(list(auctions), schema=schema, orient="row")
    return periods.join(_of_an_auction(), how="cross", maintain_order="left_right")


@lru_cache(maxsize=1)
def _of_an_auction() -> pl.DataFrame:
    """Bids on paths between neighboring places, for every block of hours; the last bid is there twice."""
    paths_of = pl.DataFrame({"source": _NAMES[:-1], "sink": _NAMES[1:]})
    every = paths_of.join(pl.DataFrame({"block": _CLASSES}), how="cross", maintain_order="left_right")
    number = pl.int_range(pl.len())
    bids = every.with_columns(
        pl.when(number % 4 == 0).then(pl.lit("sell")).otherwise(pl.lit("buy")).alias("trade"),
        pl.when(number % 5 == 0).then(pl.lit("option")).otherwise(pl.lit("obligation")).alias("hedge"),
        (0.5 + number % 40).cast(pl.Float64).alias("quantity"),
        (number * 37.25 % 900 - 300).alias("price"),
    )
    return pl.concat([bids, bids.tail(1)])


def congestion(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Congestion at every place for the months that begin between two instants, including some years ahead."""
    until = date(local_date(now, ZONE).year + 4, 5, 1)
    low, high = (local_date(at, ZONE) for at in (max(first, datetime(2000, 1, 1, tzinfo=UTC)), last))
    months = [month_of(month) for month in _months(low, min(high, until))]
    times = pl.DataFrame(months, schema={"interval_start": _TIME, "interval_end": _TIME}, orient="row")
    frame = times.join(pl.DataFrame({"sink": _NAMES}), how="cross", maintain_order="left_right")
    place = pl.col("sink").rank("dense").cast(pl.Float64)
    names = [column.name for column in CONGESTION.wire_columns[3:]]
    return frame.with_columns(
        (4 * noise(number) + place / 8 - 1).round(3).alias(name) for number, name in enumerate(names)
    )


def zonal(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Day-ahead prices of the zones, by name, posted a day ahead."""
    zones = PLACES.filter(PLACES["location_type"] == "zone").select(location="location_name")
    times = intervals(first, min(last, midnight(local_date(now, ZONE), ZONE) + 48 * HOUR), HOUR)
    place = pl.col("location").rank("dense").cast(pl.Float64)
    price = 14 + (demand(ZONE, 90.0) - 62) * 0.7 + 3 * noise(6) + place / 4
    return at_places(times, zones).with_columns(lmp=price.round(2))


def _bid_table(made: Callable[[datetime, datetime, datetime], pl.DataFrame]) -> Table:
    return Table(layout=rights.BIDS, rows=made, when=None, fields={"market_name": "auction"})


RIGHTS_TABLES = {
    "ftr_bids_mnt": _bid_table(monthly_bids),
    "ftr_bids_annual": _bid_table(long_bids(4)),
    "ftr_bids_long_term": _bid_table(long_bids(5)),
    "ftr_cong_lmp": Table(layout=CONGESTION, rows=congestion, when="effective_day"),
    "mnt_ftr_zonal_lmps": Table(layout=rights.ZONAL, rows=zonal),
}
