"""Statistics of each market's prices."""

from __future__ import annotations

import polars as pl

from energyopti.analysis.tables import STATISTICS, Peak, as_table

_PRICE = pl.col("price")


def statistics(hours: pl.DataFrame) -> pl.DataFrame:
    """The table `statistics`, from a table `hours`."""
    change = _PRICE - _PRICE.shift(1)
    figures = hours.group_by("market", maintain_order=True).agg(
        _PRICE.count().alias("hours"),
        _PRICE.null_count().alias("missing_hours"),
        _PRICE.mean().alias("mean"),
        _PRICE.median().alias("median"),
        _PRICE.std().alias("standard_deviation"),
        change.std().alias("volatility"),
        *extremes(_PRICE),
        (_PRICE < 0).sum().alias("negative_hours"),
        _of(Peak.ONPEAK).count().alias("onpeak_hours"),
        _of(Peak.ONPEAK).mean().alias("onpeak_mean"),
        _of(Peak.OFFPEAK).mean().alias("offpeak_mean"),
        *_component("congestion"),
        *_component("loss"),
    )
    return as_table(figures, STATISTICS)


def _of(peak: Peak) -> pl.Expr:
    return _PRICE.filter(pl.col("peak") == peak.value)


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
