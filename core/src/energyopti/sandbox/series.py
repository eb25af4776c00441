"""Made-up time series for the sandboxes of plugins: columnar, and functions of time and place only.

A value depends on its instant, its place and a salt, so any part of any series can be made at any time and
is always the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from energyopti.timezones import INSTANT

_UTC = pl.Datetime("us", "UTC")


def intervals(first: datetime, last: datetime, step: timedelta) -> pl.DataFrame:
    """The intervals of a grid that start from ``first`` to ``last``, both included; the grid is in UTC."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    start = epoch + -((epoch - first) // step) * step
    count = max(0, (last - start) // step + 1)
    after, length = (round(span / INSTANT) for span in (start - epoch, step))
    starts = pl.Series(range(after, after + (count + 1) * length, length), dtype=pl.Int64).cast(_UTC)
    return pl.DataFrame({"interval_start": starts[:-1], "interval_end": starts[1:]})


def at_places(times: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Every interval at every place, in time order; ``places`` has one row per place."""
    return times.join(places, how="cross", maintain_order="left_right")


def local(zone: str) -> pl.Expr:
    """The wall clock of a time zone at the interval's start."""
    return pl.col("interval_start").dt.convert_time_zone(zone)


def hour(zone: str) -> pl.Expr:
    """The local hour of the day, as a fraction."""
    return local(zone).dt.hour() + local(zone).dt.minute() / 60


def demand(zone: str, size: float) -> pl.Expr:
    """Load in MW around a size: by hour, weekday and season, plus some noise."""
    daily = ((hour(zone) - 9) / 24 * 6.28319).sin() * 0.6 + ((hour(zone) - 6) / 12 * 6.28319).sin() * 0.25
    weekend = pl.when(local(zone).dt.weekday() >= 6).then(-0.06).otherwise(0.0)
    season = (local(zone).dt.ordinal_day() / 365.25 * 12.56637 + 0.3).cos() * 0.09
    return size * (1 + 0.2 * daily + weekend + season + 0.02 * noise(8, day_of=zone) + 0.002 * noise(9))


def noise(salt: int, *, day_of: str | None = None) -> pl.Expr:
    """A number between -1 and 1 that depends on the salt and on the instant, or its day on a zone's clock."""
    if day_of is None:
        when = pl.col("interval_start").dt.epoch("s") // 10
    else:
        when = local(day_of).dt.date().cast(pl.Int32).cast(pl.Int64)
    wave = ((when % 1_000_003).cast(pl.Float64) * 12.9898 + salt * 78.233).sin() * 43_758.5453
    return (wave - wave.floor()) * 2 - 1


__all__ = ["at_places", "demand", "hour", "intervals", "local", "noise"]
