"""Prices and DART by block and by month."""

from __future__ import annotations

import polars as pl

from energyopti.analysis.calendar import Calendar
from energyopti.analysis.statistics import hit_rate, percentile
from energyopti.analysis.tables import BLOCKS, DART_BLOCKS, MONTHS, as_table

_PRICE, _DART = pl.col("price"), pl.col("dart")


def blocks(hours: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """The table `blocks`, from one market's table `hours`."""
    found = _by_block(hours, calendar).group_by("market", "block", maintain_order=True)
    return as_table(
        found.agg(
            *_figures(_PRICE, 5, 50, 95),
            (_PRICE < 0).sum().alias("negative_hours"),
        ),
        BLOCKS,
    )


def dart_blocks(hours: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """The table `dart_blocks`, from one market's table `dart_hours`."""
    found = _by_block(hours, calendar).group_by("market", "block", maintain_order=True)
    return as_table(
        found.agg(
            *_figures(_DART, 5, 95),
            hit_rate(_DART),
        ),
        DART_BLOCKS,
    )


def months(hours: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """The table `months`, from one market's table `hours`."""
    month = pl.col("interval_start").dt.convert_time_zone(calendar.zone).dt.truncate("1mo")
    begins, ends = (each.dt.convert_time_zone("UTC") for each in (month, month.dt.offset_by("1mo")))
    every = hours.select(
        pl.datetime_range(begins.min(), ends.max(), "1h", closed="left").alias("interval_start")
    )
    known = every.join(hours.select("market", "interval_start", "price"), on="interval_start", how="left")
    whole = pl.col("hours") == pl.col("block_hours")
    found = (
        _by_block(known.with_columns(pl.lit(hours["market"][0]).alias("market")), calendar)
        .group_by("market", month.dt.date().alias("month"), "block", maintain_order=True)
        .agg(_PRICE.count().alias("hours"), pl.len().alias("block_hours"), _PRICE.mean().alias("mean"))
        .with_columns(pl.when(whole).then("mean"))
        .sort("month", maintain_order=True)
    )
    return as_table(found, MONTHS)


def _figures(value: pl.Expr, *percents: int) -> list[pl.Expr]:
    """How many hours have a value and how many lack it, its mean, and some percentiles."""
    return [
        value.count().alias("hours"),
        value.null_count().alias("missing_hours"),
        value.mean().alias("mean"),
        *(percentile(value, percent) for percent in percents),
    ]


def _by_block(hours: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """The hours of each block, block by block: an hour is in several."""
    members = calendar.members()
    # lazily, so that what the blocks have in common is computed once
    inside = hours.lazy().select(yes.alias(name) for name, yes in members.items()).collect()
    return pl.concat(hours.filter(inside[name]).with_columns(pl.lit(name).alias("block")) for name in members)
