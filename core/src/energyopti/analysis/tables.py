"""The tables of a comparison, each defined once: columns, types, units, meanings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import polars as pl

from energyopti.frames import frame_schema
from energyopti.schema import Dataset, dataset, field, record
from energyopti.vocabulary import Run

_PRICE = "USD/MWh"
_DAY = "USD/MW-day"


class Peak(StrEnum):
    """Whether an hour is on-peak: in the on-peak block of its market, or in the common one."""

    ONPEAK = "onpeak"
    OFFPEAK = "offpeak"


@record
class MarketRow:
    """The compared markets.

    One row per market, in the requested order.
    """

    market: str = field(
        "the market's id; with the location, where several of the market are compared", key=True
    )
    zone: str = field("the time zone of the market's clock")
    start: datetime = field("start of its time range, included", unit="UTC")
    end: datetime = field("end of its time range, excluded", unit="UTC")
    block: str = field("the on-peak block: the market's own, or `common_5x16`")
    block_hours: str = field("the hours of that block, by hour ending, and their clock")
    location: str = field("the location of these prices: the reference hub unless another was requested")
    location_name: str | None = field("the market's name for it")
    run: Run = field("the run of the prices")
    feed: str = field("the feed of the prices")
    day_ahead_feed: str | None = field("the day-ahead feed of the table `dart`")
    real_time_run: Run | None = field("the real-time run of the table `dart`")
    real_time_feed: str | None = field("the real-time feed of the table `dart`")


@record
class HourRow:
    """Hourly prices.

    Every hour of the range of every market; null if some of the hour's intervals are missing.
    """

    market: str = field("the market's id", key=True)
    interval_start: datetime = field("start of the hour, included", unit="UTC", key=True)
    interval_end: datetime = field("end of the hour, excluded", unit="UTC")
    day: date = field("the day of the hour: on the market's own clock unless `tz` was given")
    peak: Peak = field("whether the hour is in the on-peak block")
    block: str | None = field(
        "the block of the hour: `5x16`, `2x16`, `7x8`, ...; common ones begin with `common_`"
    )
    price: float | None = field(
        "the price; shorter intervals averaged, weighted by their seconds", unit=_PRICE
    )
    congestion: float | None = field("its congestion component; null where not published", unit=_PRICE)
    loss: float | None = field("its loss component; null where not published", unit=_PRICE)


@record
class StatisticsRow:
    """Statistics of each market's prices.

    Over the hours with a known price; `hours` and `missing_hours` count those and the rest.
    """

    market: str = field("the market's id", key=True)
    hours: int = field("hours with a price")
    missing_hours: int = field("hours of the range without one")
    mean: float | None = field("arithmetic mean, hours weighted equally", unit=_PRICE)
    median: float | None = field("median", unit=_PRICE)
    p5: float | None = field("5th percentile, interpolated", unit=_PRICE)
    p25: float | None = field("25th percentile, interpolated", unit=_PRICE)
    p50: float | None = field("50th percentile: the median", unit=_PRICE)
    p75: float | None = field("75th percentile, interpolated", unit=_PRICE)
    p95: float | None = field("95th percentile, interpolated", unit=_PRICE)
    standard_deviation: float | None = field("sample standard deviation of the price", unit=_PRICE)
    volatility: float | None = field(
        "sample standard deviation of the change from one hour to the next; not annualized", unit=_PRICE
    )
    minimum: float | None = field("lowest price", unit=_PRICE)
    minimum_at: datetime | None = field("start of its hour, the first if several", unit="UTC")
    maximum: float | None = field("highest price", unit=_PRICE)
    maximum_at: datetime | None = field("start of its hour, the first if several", unit="UTC")
    negative_hours: int = field("hours with a price below zero")
    longest_negative_streak: int = field(
        "most hours in a row with a price below zero; a missing hour ends a streak", unit="hours"
    )
    block: str = field("the on-peak block: the market's own, or `common_5x16`")
    onpeak_hours: int = field("on-peak hours with a price")
    onpeak_mean: float | None = field("mean over the on-peak hours", unit=_PRICE)
    offpeak_mean: float | None = field("mean over all other hours", unit=_PRICE)
    congestion_mean: float | None = field("mean congestion; null where not published", unit=_PRICE)
    congestion_share: float | None = field(
        "sum of congestion over sum of price, over hours where both are known; null unless the latter is above zero. "
        "It depends on the market's own reference for energy: never compare it between markets"
    )
    loss_mean: float | None = field("mean losses; null where not published", unit=_PRICE)
    loss_share: float | None = field(
        "sum of losses over sum of price, over hours where both are known; null unless the latter is above zero. "
        "It depends on the market's own reference for energy: never compare it between markets"
    )


@record
class BlockRow:
    """Prices by block.

    One row per block with hours in the range; `offpeak` is all hours outside the on-peak block, `7x24` is all hours.
    """

    market: str = field("the market's id", key=True)
    block: str = field("the block: `5x16`, `2x16`, `7x8`, ...; common ones begin with `common_`", key=True)
    hours: int = field("hours of the block with a price")
    missing_hours: int = field("hours of the block in the range without one")
    mean: float | None = field("mean price", unit=_PRICE)
    p5: float | None = field("5th percentile of the price, interpolated", unit=_PRICE)
    p50: float | None = field("50th percentile of the price: the median", unit=_PRICE)
    p95: float | None = field("95th percentile of the price, interpolated", unit=_PRICE)
    negative_hours: int = field("hours of the block with a price below zero")


@record
class MonthRow:
    """Monthly means by block.

    A month is the market's own unless `tz` was given. `7x24` is the around-the-clock (ATC) mean. Months that lack an
    hour of the block are null.
    """

    market: str = field("the market's id", key=True)
    month: date = field("the first day of the month", key=True)
    block: str = field("the block, as in table `blocks`", key=True)
    hours: int = field("hours of the block with a price")
    block_hours: int = field("hours of the block in the month")
    mean: float | None = field("mean price", unit=_PRICE)


@record
class PairRow:
    """Spreads and correlations between each pair of markets.

    Over the hours in which both have a price. A spread is the first market's price minus the second's.
    """

    market: str = field("the first market's id", key=True)
    other: str = field("the second market's id", key=True)
    hours: int = field("hours with both prices")
    mean_spread: float | None = field("mean of the spread", unit=_PRICE)
    standard_deviation: float | None = field("sample standard deviation of the spread", unit=_PRICE)
    minimum: float | None = field("lowest spread", unit=_PRICE)
    minimum_at: datetime | None = field("start of its hour, the first if several", unit="UTC")
    maximum: float | None = field("highest spread", unit=_PRICE)
    maximum_at: datetime | None = field("start of its hour, the first if several", unit="UTC")
    correlation: float | None = field(
        "Pearson's correlation of the two prices; null where one of them never changes"
    )
    correlation_of_changes: float | None = field(
        "Pearson's correlation of their changes from one hour to the next; null where one is always the same"
    )


@record
class DartHourRow:
    """Day-ahead against real-time, hour by hour.

    For the markets that have both runs.
    """

    market: str = field("the market's id", key=True)
    interval_start: datetime = field("start of the hour, included", unit="UTC", key=True)
    interval_end: datetime = field("end of the hour, excluded", unit="UTC")
    day_ahead: float | None = field("the day-ahead price", unit=_PRICE)
    real_time: float | None = field("the real-time price", unit=_PRICE)
    dart: float | None = field("day-ahead minus real-time; positive where day-ahead was higher", unit=_PRICE)


@record
class DartRow:
    """Day-ahead against real-time: statistics.

    DART is day-ahead minus real-time, over the hours in which both are known.
    """

    market: str = field("the market's id", key=True)
    real_time_run: Run = field("the real-time run that day-ahead is compared with")
    hours: int = field("hours with both prices")
    missing_hours: int = field("hours of the range that lack at least one of them")
    mean: float | None = field("mean DART", unit=_PRICE)
    standard_deviation: float | None = field("sample standard deviation of DART", unit=_PRICE)
    minimum: float | None = field("lowest DART", unit=_PRICE)
    maximum: float | None = field("highest DART", unit=_PRICE)
    positive_hours: int = field("hours in which day-ahead was higher")
    hit_rate: float | None = field("share of the hours in which day-ahead was higher")
    p5: float | None = field("5th percentile of DART, interpolated", unit=_PRICE)
    p95: float | None = field("95th percentile of DART, interpolated", unit=_PRICE)


@record
class DartBlockRow:
    """Day-ahead against real-time, by block.

    DART is day-ahead minus real-time, over the hours of the block in which both are known.
    """

    market: str = field("the market's id", key=True)
    block: str = field("the block, as in table `blocks`", key=True)
    hours: int = field("hours of the block with both prices")
    missing_hours: int = field("hours of the block in the range that lack at least one of them")
    mean: float | None = field("mean DART", unit=_PRICE)
    hit_rate: float | None = field("share of the hours in which day-ahead was higher")
    p5: float | None = field("5th percentile of DART, interpolated", unit=_PRICE)
    p95: float | None = field("95th percentile of DART, interpolated", unit=_PRICE)


@record
class StorageDayRow:
    """Top-bottom spreads of a battery, day by day.

    TBn is the sum of a day's n most expensive hours, times the round-trip efficiency, minus the sum of its n cheapest,
    in any order. A day is the market's own unless `tz` was given. Days with a missing hour are null.
    """

    market: str = field("the market's id", key=True)
    day: date = field("the day", key=True)
    hours: int = field("hours of the day with a price")
    day_hours: int = field("hours in the day: 23, 24 or 25")
    tb1_usd_per_mw_day: float | None = field("top-bottom spread of one hour", unit=_DAY)
    tb2_usd_per_mw_day: float | None = field("top-bottom spread of two hours", unit=_DAY)
    tb4_usd_per_mw_day: float | None = field("top-bottom spread of four hours", unit=_DAY)


@record
class StorageRow:
    """Top-bottom spreads of a battery, averaged over whole days."""

    market: str = field("the market's id", key=True)
    round_trip_efficiency: float = field("energy sold for each unit bought; 1 counts no losses")
    days: int = field("days with a price for every hour")
    incomplete_days: int = field("days of the range that lack an hour; not in the means")
    tb1_usd_per_mw_day: float | None = field("mean top-bottom spread of one hour", unit=_DAY)
    tb2_usd_per_mw_day: float | None = field("mean top-bottom spread of two hours", unit=_DAY)
    tb4_usd_per_mw_day: float | None = field("mean top-bottom spread of four hours", unit=_DAY)


MARKETS = dataset("markets", MarketRow)
HOURS = dataset("hours", HourRow)
STATISTICS = dataset("statistics", StatisticsRow)
BLOCKS = dataset("blocks", BlockRow)
MONTHS = dataset("months", MonthRow)
PAIRS = dataset("pairs", PairRow)
DART_HOURS = dataset("dart_hours", DartHourRow)
DART = dataset("dart", DartRow)
DART_BLOCKS = dataset("dart_blocks", DartBlockRow)
STORAGE_DAYS = dataset("storage_days", StorageDayRow)
STORAGE = dataset("storage", StorageRow)

TABLES = {
    each.name: each
    for each in (
        MARKETS,
        HOURS,
        STATISTICS,
        BLOCKS,
        MONTHS,
        PAIRS,
        DART,
        DART_BLOCKS,
        DART_HOURS,
        STORAGE,
        STORAGE_DAYS,
    )
}
"""The tables of a comparison by name."""


def as_table(frame: pl.DataFrame, table: Dataset) -> pl.DataFrame:
    """A frame's columns in the table's order and types."""
    return frame.select(pl.col(name).cast(dtype) for name, dtype in frame_schema(table).items())
