"""The data of charts: prices aggregated or sampled to what an eye can distinguish, with a note that says how.

Times are wall-clock readings without a zone; the charts name the zone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import polars as pl

from energyopti.analysis.spreads import side_by_side
from energyopti.market import Terms
from energyopti.query import TimeRange

_HOURLY_DAYS, _DAILY_DAYS = 45, 1_500
_DATED_DAYS, _MONTHLY_DAYS = 62, 1_500
STEPS = 200
"""The number of steps of a duration curve."""

HOURLY = "every hour"
"""The note where nothing is averaged."""

_WORDS = {
    "1h": HOURLY,
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
    def tz(self) -> str | None:
        """The clock of the charts; None for each market's own days, and UTC hours."""

    @property
    def against(self) -> str | None:
        """The one that all others are compared with; None for each with each."""

    @property
    def dart_hours(self) -> pl.DataFrame:
        """Day-ahead against real-time, one row per hour and market."""

    @property
    def storage_days(self) -> pl.DataFrame:
        """What batteries earn, one row per day and market."""

    @property
    def terms(self) -> Mapping[str, Terms]:
        """Under which terms each market publishes."""


def clocks(analysis: Charted) -> dict[str, str]:
    """The clock of each market's days: its own unless one was given for all."""
    zones = analysis.markets.select("market", "zone").iter_rows()
    return {market: analysis.tz or zone for market, zone in zones}


def _wall(clock: str) -> pl.Expr:
    return pl.col("interval_start").dt.convert_time_zone(clock).dt.replace_time_zone(None)


def _by_market(clocks: Mapping[str, str], value: Callable[[str], pl.Expr]) -> pl.Expr:
    """A value that depends on the clock of the row's market."""
    return pl.coalesce(
        pl.when(pl.col("market") == market).then(value(clock)) for market, clock in clocks.items()
    )


def lines(
    hours: pl.DataFrame, span: TimeRange, clocks: Mapping[str, str], *, clock: str = "UTC"
) -> tuple[pl.DataFrame, str]:
    """Prices over time (``market``, ``time``, ``price``), at most about 1,500 points per market, and a note.

    Either single hours on one clock, or means of whole days or months on the clock of each market.
    """
    days = (span.end - span.start).days
    step = "1h" if days <= _HOURLY_DAYS else "1d" if days <= _DAILY_DAYS else "1mo"
    if step == "1h":
        shown = hours.select("market", _wall(clock).alias("time"), "price")
    else:
        whole = pl.col("known") == _by_market(clocks, lambda clock: _length(step, clock))
        wall = _by_market(clocks, _wall)
        shown = (
            hours.group_by("market", wall.dt.truncate(step).alias("time"), maintain_order=True)
            .agg(pl.col("price").mean(), pl.col("price").count().alias("known"))
            .select("market", "time", pl.when(whole).then(pl.col("price")).alias("price"))
        )
    return shown.with_columns(pl.col("price").round(3)), _WORDS[step]


def _length(step: str, clock: str) -> pl.Expr:
    """How many hours the day or month that begins at ``time`` has."""
    begins = pl.col("time").dt.replace_time_zone(clock)
    ends = pl.col("time").dt.offset_by(step).dt.replace_time_zone(clock)
    return (ends - begins).dt.total_hours()


def spreads(
    hours: pl.DataFrame, span: TimeRange, clocks: Mapping[str, str], against: str | None = None
) -> tuple[pl.DataFrame, str]:
    """Mean spread of each pair of markets (``pair``, ``time``, ``hour``, ``spread``, ``hours``), and its grouping.

    Grouped by hour of the day and by date, month or year on the clock of the pair's first market; ``hours`` counts the
    hours in each mean.
    """
    days = (span.end - span.start).days
    step, by = (
        ("1d", "date")
        if days <= _DATED_DAYS
        else ("1mo", "month")
        if days <= _MONTHLY_DAYS
        else ("1y", "year")
    )
    spread, wall = pl.col("price") - pl.col("other_price"), _by_market(clocks, _wall)
    cells = (
        side_by_side(hours, against)
        .group_by(
            pl.format("{} - {}", "market", "other").alias("pair"),
            wall.dt.truncate(step).alias("time"),
            wall.dt.hour().alias("hour"),
            maintain_order=True,
        )
        .agg(spread.mean().round(3).alias("spread"), spread.count().alias("hours"))
    )
    return cells, by


def widest(cells: pl.DataFrame, most: int) -> pl.DataFrame:
    """The cells of `spreads` of the pairs whose spread is largest on average, as many as can be looked at."""
    sizes = cells.group_by("pair", maintain_order=True).agg(pl.col("spread").abs().mean())
    kept = sizes.top_k(most, by="spread")["pair"] if sizes.height > most else sizes["pair"]
    return cells.filter(pl.col("pair").is_in(kept.implode()))


def dart(hours: pl.DataFrame, clocks: Mapping[str, str]) -> pl.DataFrame:
    """Mean of day-ahead minus real-time by hour of the day (``market``, ``hour``, ``price``, ``hours``), on each market's clock."""
    known = hours.filter(pl.col("dart").is_not_null())
    return (
        known.group_by("market", _by_market(clocks, _wall).dt.hour().alias("hour"), maintain_order=True)
        .agg(pl.col("dart").mean().round(3).alias("price"), pl.len().alias("hours"))
        .sort(pl.col("market").rle_id(), "hour", maintain_order=True)
    )


def storage(days: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """What a four-hour battery can earn (``market``, ``time``, ``price``) by day or by month, and a note."""
    value, day = pl.col("tb4_usd_per_mw_day"), pl.col("day").cast(pl.Datetime("us"))
    if days["day"].n_unique() <= _DATED_DAYS:
        shown = days.select("market", day.alias("time"), value.alias("price"))
        return shown.filter(pl.col("price").is_not_null()), "of each whole day"
    months = days.group_by("market", day.dt.truncate("1mo").alias("time"), maintain_order=True)
    means = months.agg(value.mean().alias("price"), value.count().alias("days"))
    return means.filter(pl.col("days") > 0).select(
        "market", "time", "price"
    ), "mean of the whole days of each month"


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
