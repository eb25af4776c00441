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
    """What is compared.

    One row a market, in the order asked for.
    """

    market: str = field("the market's id", key=True)
    zone: str = field("the time zone of the market's clock")
    location: str = field(
        "the location whose prices these are: the reference hub unless another was asked for"
    )
    location_name: str | None = field("the market's name for it")
    run: Run = field("the run of the prices")
    feed: str = field("the feed of the prices")
    day_ahead_feed: str | None = field("the day-ahead feed of the table `dart`")
    real_time_run: Run | None = field("the real-time run of the table `dart`")
    real_time_feed: str | None = field("the real-time feed of the table `dart`")


@record
class HourRow:
    """Hourly prices.

    Every hour of the range for every market; null where the hour's intervals did not all come.
    """

    market: str = field("the market's id", key=True)
    interval_start: datetime = field("start of the hour, included", unit="UTC", key=True)
    interval_end: datetime = field("end of the hour, excluded", unit="UTC")
    day: date = field("the day of the hour on the market's own clock")
    peak: Peak = field("whether the hour is on-peak in its market")
    price: float | None = field("the price, shorter intervals averaged by their seconds", unit=_PRICE)
    congestion: float | None = field("the congestion in it; null where it is not published", unit=_PRICE)
    loss: float | None = field("the losses in it; null where they are not published", unit=_PRICE)


@record
class StatisticsRow:
    """Each market's prices in figures.

    Over the hours whose price is known; `hours` and `missing_hours` count them and the others.
    """

    market: str = field("the market's id", key=True)
    hours: int = field("hours with a price")
    missing_hours: int = field("hours of the range without one")
    mean: float | None = field("arithmetic mean, each hour alike", unit=_PRICE)
    median: float | None = field("median", unit=_PRICE)
    standard_deviation: float | None = field("sample standard deviation of the price", unit=_PRICE)
    volatility: float | None = field(
        "sample standard deviation of the change from one hour to the next; not annualised", unit=_PRICE
    )
    minimum: float | None = field("lowest price", unit=_PRICE)
    minimum_at: datetime | None = field("start of its hour, the first of several", unit="UTC")
    maximum: float | None = field("highest price", unit=_PRICE)
    maximum_at: datetime | None = field("start of its hour, the first of several", unit="UTC")
    negative_hours: int = field("hours with a price below zero")
    onpeak_hours: int = field("on-peak hours with a price")
    onpeak_mean: float | None = field("mean over the on-peak hours", unit=_PRICE)
    offpeak_mean: float | None = field("mean over all other hours", unit=_PRICE)
    congestion_mean: float | None = field("mean congestion; null where it is not published", unit=_PRICE)
    congestion_share: float | None = field(
        "sum of the congestion over the sum of the price, where both are known and the latter is above zero"
    )
    loss_mean: float | None = field("mean losses; null where they are not published", unit=_PRICE)
    loss_share: float | None = field(
        "sum of the losses over the sum of the price, where both are known and the latter is above zero"
    )


@record
class PairRow:
    """Spreads and correlations between each two markets.

    Over the hours in which both have a price. A spread is the first market's price less the second's.
    """

    market: str = field("the first market's id", key=True)
    other: str = field("the second market's id", key=True)
    hours: int = field("hours with both prices")
    mean_spread: float | None = field("mean of the spread", unit=_PRICE)
    standard_deviation: float | None = field("sample standard deviation of the spread", unit=_PRICE)
    minimum: float | None = field("lowest spread", unit=_PRICE)
    minimum_at: datetime | None = field("start of its hour, the first of several", unit="UTC")
    maximum: float | None = field("highest spread", unit=_PRICE)
    maximum_at: datetime | None = field("start of its hour, the first of several", unit="UTC")
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
    dart: float | None = field("day-ahead minus real-time: positive where day-ahead was dearer", unit=_PRICE)


@record
class DartRow:
    """Day-ahead against real-time, in figures.

    DART is day-ahead minus real-time, over the hours in which both are known.
    """

    market: str = field("the market's id", key=True)
    real_time_run: Run = field("the real-time run that day-ahead is compared with")
    hours: int = field("hours with both prices")
    missing_hours: int = field("hours of the range without one of them")
    mean: float | None = field("mean DART", unit=_PRICE)
    standard_deviation: float | None = field("sample standard deviation of DART", unit=_PRICE)
    minimum: float | None = field("lowest DART", unit=_PRICE)
    maximum: float | None = field("highest DART", unit=_PRICE)
    positive_hours: int = field("hours in which day-ahead was dearer")


@record
class StorageDayRow:
    """What prices leave a battery, day by day.

    A top-bottom spread is the mean of a day's n dearest hours less the mean of its n cheapest, on the market's
    own day, in whatever order they came. Losses of a round trip are not counted. Days with a missing hour are null.
    """

    market: str = field("the market's id", key=True)
    day: date = field("the day on the market's own clock", key=True)
    hours: int = field("hours of the day with a price")
    day_hours: int = field("hours that the day has: 23, 24 or 25")
    spread_1h: float | None = field("top-bottom spread of one hour", unit=_PRICE)
    spread_2h: float | None = field("top-bottom spread of two hours", unit=_PRICE)
    spread_4h: float | None = field("top-bottom spread of four hours", unit=_PRICE)


@record
class StorageRow:
    """What prices leave a battery, in the mean over whole days.

    Losses of a round trip are not counted.
    """

    market: str = field("the market's id", key=True)
    days: int = field("days on the market's clock of which every hour has a price")
    incomplete_days: int = field("days of the range that lack an hour; not counted")
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
