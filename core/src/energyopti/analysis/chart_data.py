"""The data of charts: prices aggregated or sampled to what an eye can distinguish, with a note that says how.

Times are wall-clock readings without a zone; the charts name the zone.
"""

from __future__ import annotations

from typing import Protocol

import polars as pl

from energyopti.analysis.spreads import side_by_side
from energyopti.query import TimeRange

_HOURLY_DAYS, _DAILY_DAYS = 45, 1_500
_DATED_DAYS, _MONTHLY_DAYS = 62, 1_500
STEPS = 200
"""The number of steps of a duration curve."""

_WORDS = {
    "1h": "every hour",
    "1d": "daily means; days with a missing hour are left blank",
    "1mo": "monthly means; months with a missing hour are left blank",
}


class Charted(Protocol):
    """What charts are drawn from: a comparison of markets."""

    @property
    def names(self) -> tuple[str, ...]:
        """The markets by their names in the tables."""

    @property
    def markets(self) -> pl.DataFrame:
        """One row per market."""

    @property
    def hours(self) -> pl.DataFrame:
        """Hourly prices, one row per hour and market."""

    @property
    def time(self) -> TimeRange:
        """The compared time range."""

    @property
    def tz(self) -> str:
        """The clock of the charts."""


def _wall(tz: str) -> pl.Expr:
    return pl.col("interval_start").dt.convert_time_zone(tz).dt.replace_time_zone(None)


def lines(hours: pl.DataFrame, span: TimeRange, tz: str) -> tuple[pl.DataFrame, str]:
    """Prices over time (``market``, ``time``, ``price``), at most about 1,500 points per market, and a note.

    Either single hours, or means of whole days or months on the given clock.
    """
    days = (span.end - span.start).days
    step = "1h" if days <= _HOURLY_DAYS else "1d" if days <= _DAILY_DAYS else "1mo"
    if step == "1h":
        shown = hours.select("market", _wall(tz).alias("time"), "price")
    else:
        begins = pl.col("time").dt.replace_time_zone(tz)
        ends = pl.col("time").dt.offset_by(step).dt.replace_time_zone(tz)
        whole = pl.col("known") == (ends - begins).dt.total_hours()
        shown = (
            hours.group_by("market", _wall(tz).dt.truncate(step).alias("time"), maintain_order=True)
            .agg(pl.col("price").mean(), pl.col("price").count().alias("known"))
            .select("market", "time", pl.when(whole).then(pl.col("price")).alias("price"))
        )
    return shown.with_columns(pl.col("price").round(3)), _WORDS[step]


def spreads(hours: pl.DataFrame, span: TimeRange, tz: str) -> tuple[pl.DataFrame, str]:
    """Mean spread of each pair of markets (``pair``, ``time``, ``hour``, ``spread``, ``hours``), and its grouping.

    Grouped by hour of the day and by date, month or year on the given clock; ``hours`` counts the hours in each mean.
    """
    days = (span.end - span.start).days
    step, by = (
        ("1d", "date")
        if days <= _DATED_DAYS
        else ("1mo", "month")
        if days <= _MONTHLY_DAYS
        else ("1y", "year")
    )
    spread = pl.col("price") - pl.col("other_price")
    cells = (
        side_by_side(hours)
        .group_by(
            pl.format("{} less {}", "market", "other").alias("pair"),
            _wall(tz).dt.truncate(step).alias("time"),
            _wall(tz).dt.hour().alias("hour"),
            maintain_order=True,
        )
        .agg(spread.mean().round(3).alias("spread"), spread.count().alias("hours"))
    )
    return cells, by


def duration(hours: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Prices from highest to lowest (``market``, ``share``, ``price``), and a note on how many are drawn.

    ``share`` is the percentage of hours in which the price was at least this high.
    """
    known = hours.filter(pl.col("price").is_not_null()).select("market", "price")
    count, rank = pl.len().over("market"), pl.int_range(pl.len()).over("market")
    ordered = known.sort(pl.col("market").rle_id(), -pl.col("price")).with_columns(
        count.alias("count"), rank.alias("rank")
    )
    step = pl.col("rank") * STEPS // (pl.col("count") - 1).clip(1)
    drawn = step != step.shift(1).over("market")
    curve = ordered.filter(drawn.fill_null(value=True)).select(
        "market",
        ((pl.col("rank") + 1) / pl.col("count") * 100).round(3).alias("share"),
        pl.col("price").round(3),
    )
    most = known.group_by("market").len()["len"].max() or 0
    if not isinstance(most, int) or most <= STEPS + 1:
        return curve, "every hour"
    return curve, f"{STEPS + 1} of up to {most:,} hours per market, including the highest and lowest"
