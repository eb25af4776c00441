"""Whole columns of wall-clock readings as UTC, by the rules of `energyopti.timezones`.

On the 25-hour day nothing is lost or doubled, on the 23-hour day nothing is invented: a reading that no clock showed is
null.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from datetime import time as clock_time

import polars as pl

from energyopti.layouts.stamps import word
from energyopti.timezones import DAY, zone

LONG = timedelta(days=400)
"""A longer time is not looked at day by day."""


def localize(wall: pl.Series, second: pl.Series | None, zone: str) -> pl.Series:
    """Wall-clock readings as UTC; null for one that the clocks skipped.

    ``second`` says which readings of a repeated hour are its second pass; without it all mean the first.
    """
    which: str | pl.Expr = "earliest"
    if second is not None and len(wall):
        table = pl.DataFrame({"wall": wall, "second": second.fill_null(value=False)})
        which = pl.when("second").then(pl.lit("latest")).otherwise(pl.lit("earliest"))
        return table.select(pl.col("wall").dt.replace_time_zone(zone, ambiguous=which, non_existent="null"))[
            "wall"
        ].dt.convert_time_zone("UTC")
    there = pl.col("wall").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return wall.to_frame("wall").select(there.dt.convert_time_zone("UTC")).to_series()


def ambiguous(wall: pl.Series, zone: str) -> pl.Series:
    """Which wall-clock readings lie in a repeated hour."""
    first, last = (
        pl.col("wall").dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
        for which in ("earliest", "latest")
    )
    return pl.DataFrame({"wall": wall}).select((first != last).fill_null(value=False).alias("same"))["same"]


def may_repeat(wall: pl.Series, zone_name: str) -> bool:
    """Whether the clocks fall back on any of the days that readings lie in, told by their offsets at noon."""
    first, last = wall.min(), wall.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return False
    if last - first > LONG:
        return True
    noon, days = datetime.combine(first, clock_time(12), zone(zone_name)), (last.date() - first.date()).days
    offsets = [(noon + number * DAY).utcoffset() or timedelta() for number in range(-1, days + 2)]
    return any(after < before for before, after in itertools.pairwise(offsets))


def second_pass(wall: pl.Series, zone: str, who: Sequence[pl.Series]) -> pl.Series:
    """Which rows of a repeated hour are its second pass, told by the order of each series' rows.

    Within one series the wall clock only falls back, or stands still, where the second pass begins.
    """
    rows = pl.DataFrame(
        [
            wall.alias("wall"),
            *(word(each).alias(f"who{number}") for number, each in enumerate(who)),
        ]
    ).with_row_index("row")
    rows = rows.filter(ambiguous(wall, zone))
    step = wall.drop_nulls().diff().drop_nulls()
    if (step < timedelta()).sum() > (step > timedelta()).sum():  # a payload that lists the newest first
        rows = rows.reverse()
    series = [*rows.columns[2:], pl.col("wall").dt.date()]
    falls = (pl.col("wall") <= pl.col("wall").shift(1)).fill_null(value=False)
    rows = rows.with_columns(falls.over(series).alias("falls"))
    rows = rows.filter(pl.col("falls").cast(pl.UInt8).cum_max().over(series) == 1)
    seconds = pl.Series([False]).extend_constant(False, len(wall) - 1)
    return seconds.scatter(rows["row"], True)
