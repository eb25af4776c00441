"""Statistics of each market's prices."""

from __future__ import annotations

import polars as pl

from energyopti.analysis.tables import STATISTICS, Peak, as_table

_PRICE = pl.col("price")


def statistics(hours: pl.DataFrame, markets: pl.DataFrame) -> pl.DataFrame:
    """The table `statistics`, from a table `hours`; the table `markets` gives the on-peak blocks."""
    change = _PRICE - _PRICE.shift(1)
    figures = hours.group_by("market", maintain_order=True).agg(
        _PRICE.count().alias("hours"),
        _PRICE.null_count().alias("missing_hours"),
        _PRICE.mean().alias("mean"),
        _PRICE.median().alias("median"),
        *(percentile(_PRICE, percent) for percent in (5, 25, 50, 75, 95)),
        _PRICE.std().alias("standard_deviation"),
        change.std().alias("volatility"),
        *extremes(_PRICE),
        (_PRICE < 0).sum().alias("negative_hours"),
        _longest_streak(_PRICE < 0).alias("longest_negative_streak"),
        _of(Peak.ONPEAK).count().alias("onpeak_hours"),
        _of(Peak.ONPEAK).mean().alias("onpeak_mean"),
        _of(Peak.OFFPEAK).mean().alias("offpeak_mean"),
        *_component("congestion"),
        *_component("loss"),
    )
    named = figures.join(markets.select("market", "block"), on="market", how="left", maintain_order="left")
    return as_table(named, STATISTICS)


def _of(peak: Peak) -> pl.Expr:
    return _PRICE.filter(pl.col("peak") == peak.value)


def percentile(value: pl.Expr, percent: int) -> pl.Expr:
    """A percentile of the known values, interpolated between neighbors, named ``p5``."""
    return value.quantile(percent / 100, interpolation="linear").alias(f"p{percent}")


def hit_rate(dart: pl.Expr) -> pl.Expr:
    """The share of the known hours in which day-ahead was higher; null if there is none."""
    return (dart > 0).mean().alias("hit_rate")


def _longest_streak(holds: pl.Expr) -> pl.Expr:
    """The most rows in a row in which something holds; null ends a streak."""
    count = holds.fill_null(value=False).cum_sum()
    before = pl.when(holds.fill_null(value=False)).then(None).otherwise(count).forward_fill().fill_null(0)
    return (count - before).max()


def extremes(value: pl.Expr) -> tuple[pl.Expr, ...]:
    """The lowest and the highest value, each with the first hour that has it."""
    start = pl.col("interval_start")
    return (
        value.min().alias("minimum"),
        start.filter(value == value.min()).first().alias("minimum_at"),
        value.max().alias("maximum"),
        start.filter(value == value.max()).first().alias("maximum_at"),
    )


def _component(name: str) -> tuple[pl.Expr, pl.Expr]:
    """A component's mean, and its share of the price."""
    part = pl.col(name)
    known = part.is_not_null() & _PRICE.is_not_null()
    total = _PRICE.filter(known).sum()
    share = pl.when(total > 0).then(part.filter(known).sum() / total)
    return part.mean().alias(f"{name}_mean"), share.alias(f"{name}_share")
