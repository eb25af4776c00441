"""The tables of a comparison, each defined once: columns, types, units, meanings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import polars as pl

from energyopti.frames import frame_schema
from energyopti.schema import Dataset, dataset, field, record
from energyopti.vocabulary import Run

_PRICE = "USD/MWh"


class Peak(StrEnum):
    """Whether an hour is on-peak: 5x16, on the market's own clock."""

    ONPEAK = "onpeak"
    OFFPEAK = "offpeak"


@record
class MarketRow:
    """The compared markets.

    One row per market, in the requested order.
    """

    market: str = field("the market's id", key=True)
    zone: str = field("the time zone of the market's clock")
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

    Every hour of the range for every market; null if some of the hour's intervals are missing.
    """

    market: str = field("the market's id", key=True)
    interval_start: datetime = field("start of the hour, included", unit="UTC", key=True)
    interval_end: datetime = field("end of the hour, excluded", unit="UTC")
    day: date = field("the day of the hour on the market's own clock")
    peak: Peak = field("whether the hour is on-peak in its market")
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
    standard_deviation: float | None = field("sample standard deviation of the price", unit=_PRICE)
    volatility: float | None = field(
        "sample standard deviation of the change from one hour to the next; not annualized", unit=_PRICE
    )
    minimum: float | None = field("lowest price", unit=_PRICE)
    minimum_at: datetime | None = field("start of its hour, the first if several", unit="UTC")
    maximum: float | None = field("highest price", unit=_PRICE)
    maximum_at: datetime | None = field("start of its hour, the first if several", unit="UTC")
    negative_hours: int = field("hours with a price below zero")
    onpeak_hours: int = field("on-peak hours with a price")
    onpeak_mean: float | None = field("mean over the on-peak hours", unit=_PRICE)
    offpeak_mean: float | None = field("mean over all other hours", unit=_PRICE)
    congestion_mean: float | None = field("mean congestion; null where not published", unit=_PRICE)
    congestion_share: float | None = field(
        "sum of congestion over sum of price, over hours where both are known; null unless the latter is above zero"
    )
    loss_mean: float | None = field("mean losses; null where not published", unit=_PRICE)
    loss_share: float | None = field(
        "sum of losses over sum of price, over hours where both are known; null unless the latter is above zero"
    )


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


@record
class StorageDayRow:
    """What a battery could earn from prices, day by day.

    A top-bottom spread is the mean of a day's n most expensive hours minus the mean of its n cheapest, on the market's
    own day, in any order. Round-trip losses are not counted. Days with a missing hour are null.
    """

    market: str = field("the market's id", key=True)
    day: date = field("the day on the market's own clock", key=True)
    hours: int = field("hours of the day with a price")
    day_hours: int = field("hours in the day: 23, 24 or 25")
    spread_1h: float | None = field("top-bottom spread of one hour", unit=_PRICE)
    spread_2h: float | None = field("top-bottom spread of two hours", unit=_PRICE)
    spread_4h: float | None = field("top-bottom spread of four hours", unit=_PRICE)


@record
class StorageRow:
    """What a battery could earn from prices, averaged over whole days.

    Round-trip losses are not counted.
    """

    market: str = field("the market's id", key=True)
    days: int = field("days on the market's clock with a price for every hour")
    incomplete_days: int = field("days of the range that lack an hour; not in the means")
    spread_1h: float | None = field("mean top-bottom spread of one hour", unit=_PRICE)
    spread_2h: float | None = field("mean top-bottom spread of two hours", unit=_PRICE)
    spread_4h: float | None = field("mean top-bottom spread of four hours", unit=_PRICE)


MARKETS = dataset("markets", MarketRow)
HOURS = dataset("hours", HourRow)
STATISTICS = dataset("statistics", StatisticsRow)
PAIRS = dataset("pairs", PairRow)
DART_HOURS = dataset("dart_hours", DartHourRow)
DART = dataset("dart", DartRow)
STORAGE_DAYS = dataset("storage_days", StorageDayRow)
STORAGE = dataset("storage", StorageRow)

TABLES = {
    each.name: each for each in (MARKETS, HOURS, STATISTICS, PAIRS, DART, DART_HOURS, STORAGE, STORAGE_DAYS)
}
"""The tables of a comparison by name."""


def as_table(frame: pl.DataFrame, table: Dataset) -> pl.DataFrame:
    """A frame's columns in the table's order and types."""
    return frame.select(pl.col(name).cast(dtype) for name, dtype in frame_schema(table).items())
