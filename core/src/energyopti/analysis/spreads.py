"""Price differences: between markets, between runs, between hours of a day."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from energyopti.analysis.statistics import extremes, hit_rate, percentile
from energyopti.analysis.tables import DART, DART_HOURS, PAIRS, STORAGE, STORAGE_DAYS, as_table

_BATTERIES = (1, 2, 4)


def side_by_side(hours: pl.DataFrame, against: str | None = None) -> pl.DataFrame:
    """The prices of each market next to those of every market after it in a table `hours`, hour by hour.

    With ``against``, next to those of that one only.

    Columns ``market`` and ``other``, ``price`` and ``other_price``; pair by pair, in time order.
    """
    rank = pl.col("market").rle_id().alias("rank")
    prices = hours.select("interval_start", rank, "market", "price")
    others = prices.rename({"rank": "other_rank", "market": "other", "price": "other_price"})
    apart = pl.col("rank") < pl.col("other_rank")
    if against is not None:
        others, apart = others.filter(pl.col("other") == against), pl.col("market") != against
    return (
        prices.join(others, on="interval_start", maintain_order="left_right")
        .filter(apart)
        .sort("rank", "other_rank", maintain_order=True)
        .drop("rank", "other_rank")
    )


def pairs(hours: pl.DataFrame, against: str | None = None) -> pl.DataFrame:
    """The table `pairs`, from a table `hours`: each with each, or each with one."""
    first, second = pl.col("price"), pl.col("other_price")
    spread, known = first - second, first.is_not_null() & second.is_not_null()
    change, other = (price - price.shift(1) for price in (first, second))
    changed = change.is_not_null() & other.is_not_null()
    figures = (
        side_by_side(hours, against)
        .group_by("market", "other", maintain_order=True)
        .agg(
            known.sum().alias("hours"),
            spread.mean().alias("mean_spread"),
            spread.std().alias("standard_deviation"),
            *extremes(spread),
            pl.corr(first.filter(known), second.filter(known)).fill_nan(None).alias("correlation"),
            pl.corr(change.filter(changed), other.filter(changed))
            .fill_nan(None)
            .alias("correlation_of_changes"),
        )
    )
    return as_table(figures, PAIRS)


def dart_hours(day_ahead: pl.DataFrame, real_time: pl.DataFrame) -> pl.DataFrame:
    """The table `dart_hours`, from two tables `hours` of one market."""
    both = day_ahead.join(
        real_time.select("interval_start", pl.col("price").alias("real_time")),
        on="interval_start",
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("price").alias("day_ahead"), (pl.col("price") - pl.col("real_time")).alias("dart"))
    return as_table(both, DART_HOURS)


def dart(hours: pl.DataFrame, markets: pl.DataFrame) -> pl.DataFrame:
    """The table `dart`, from a table `dart_hours`; the table `markets` gives the runs."""
    value = pl.col("dart")
    figures = (
        hours.group_by("market", maintain_order=True)
        .agg(
            value.count().alias("hours"),
            value.null_count().alias("missing_hours"),
            value.mean().alias("mean"),
            value.std().alias("standard_deviation"),
            value.min().alias("minimum"),
            value.max().alias("maximum"),
            (value > 0).sum().alias("positive_hours"),
            hit_rate(value),
            *(percentile(value, percent) for percent in (5, 95)),
        )
        .join(markets.select("market", "real_time_run"), on="market", how="left", maintain_order="left")
    )
    return as_table(figures, DART)


def storage_days(hours: pl.DataFrame, *, zone: str, round_trip_efficiency: float = 1.0) -> pl.DataFrame:
    """The table `storage_days`, from one market's table `hours` with days on a zone's clock."""
    price = pl.col("price")
    whole = pl.col("hours") == pl.col("day_hours")
    spreads = [
        (price.top_k(count).sum() * round_trip_efficiency - price.bottom_k(count).sum()).alias(_tb(count))
        for count in _BATTERIES
    ]
    days = (
        hours.group_by("market", "day", maintain_order=True)
        .agg(price.count().alias("hours"), *spreads)
        .with_columns(_day_hours(zone))
        .with_columns(pl.when(whole).then(pl.col(_tb(count))).alias(_tb(count)) for count in _BATTERIES)
    )
    return as_table(days, STORAGE_DAYS)


def _tb(count: int) -> str:
    return f"tb{count}_usd_per_mw_day"


def _day_hours(zone: str) -> pl.Expr:
    """How many hours a day has on a zone's clock."""
    midnight = pl.col("day").cast(pl.Datetime("us"))
    begins = midnight.dt.replace_time_zone(zone)
    ends = (midnight + timedelta(days=1)).dt.replace_time_zone(zone)
    return (ends - begins).dt.total_hours().alias("day_hours")


def storage(days: pl.DataFrame, *, round_trip_efficiency: float = 1.0) -> pl.DataFrame:
    """The table `storage`, from a table `storage_days`."""
    whole = pl.col("hours") == pl.col("day_hours")
    figures = days.group_by("market", maintain_order=True).agg(
        pl.lit(round_trip_efficiency).alias("round_trip_efficiency"),
        whole.sum().alias("days"),
        (~whole).sum().alias("incomplete_days"),
        *(pl.col(_tb(count)).mean() for count in _BATTERIES),
    )
    return as_table(figures, STORAGE)
