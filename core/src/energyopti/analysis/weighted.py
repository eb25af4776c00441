"""Prices weighted by megawatts: what output captures, and what load pays."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from energyopti.analysis.desk import DeskAnalysis, Rows, result
from energyopti.analysis.desk_tables import (
    CAPTURE,
    CAPTURE_INTERVALS,
    LOAD_WEIGHTED,
    LOAD_WEIGHTED_INTERVALS,
)
from energyopti.analysis.series import beside, hours_where, mean_where, one_series, total_where
from energyopti.answer.result import MarketData
from energyopti.findings import Finding, FindingKind

_PRICE = pl.col("price")


def capture(
    prices: Rows, generation: Rows, *, where: Mapping[str, str] | None = None, value: str = "generation"
) -> DeskAnalysis:
    """Capture price in USD/MWh, and capture rate: what output earns beside what all hours are worth.

        capture price = sum of p(t) g(t) h(t) / sum of g(t) h(t)
        capture rate  = capture price / (sum of p(t) h(t) / sum of h(t))

    over the intervals *t* of *h(t)* hours that have a price *p* in USD/MWh and an output *g* in MW. ``prices`` are rows of
    dataset `lmp` at one location; ``generation`` is any one series in MW, in column ``value``, such as rows of
    `renewables` or `fuel_mix`; ``where`` chooses it by words, as ``{"fuel": "wind", "location": "SYSTEM"}``. Of different
    steps, the finer is averaged by seconds to the coarser, and null unless whole.

    With a column ``curtailed`` the same is said of potential: output plus curtailed, over the intervals where both are
    known. Output counts as published, small negatives too. Tables `capture` and `capture_intervals`; hours that are left
    out are in the former.

    Raises `UnsupportedQuery` if either is not one series.
    """
    frame = generation.frame if isinstance(generation, MarketData) else generation
    more = ("curtailed",) if "curtailed" in frame.columns else ()
    both, outside = beside(
        one_series(prices, "lmp", what="prices"),
        one_series(generation, value, *more, what="rows of generation", where=where),
    )
    both = both.rename({"lmp": "price", value: "generation"})
    if not more:
        both = both.with_columns(pl.lit(None, dtype=pl.Float64).alias("curtailed"))
    power, spilled = pl.col("generation"), pl.col("curtailed")
    known = _PRICE.is_not_null() & power.is_not_null()
    adjusted = known & spilled.is_not_null()
    figures = both.select(
        hours_where(known).alias("hours"),
        (hours_where(~known) + outside).alias("left_out_hours"),
        total_where(power, known).alias("energy"),
        total_where(_PRICE * power, known).alias("revenue"),
        mean_where(_PRICE, known).alias("mean_price"),
        _weighted(power, known).alias("capture_price"),
        _rate(power, known).alias("capture_rate"),
        hours_where(adjusted).alias("potential_hours"),
        pl.when(adjusted.any()).then(total_where(spilled, adjusted)).alias("curtailed"),
        mean_where(_PRICE, adjusted).alias("potential_mean_price"),
        _weighted(power + spilled, adjusted).alias("potential_capture_price"),
        _rate(power + spilled, adjusted).alias("potential_capture_rate"),
    )
    return result(
        {CAPTURE: figures, CAPTURE_INTERVALS: both}, (prices, generation), _left_out(figures, "an output")
    )


def load_weighted(
    prices: Rows, load: Rows, *, where: Mapping[str, str] | None = None, value: str = "load"
) -> DeskAnalysis:
    """Load-weighted price in USD/MWh: what load pays on average.

        load-weighted price = sum of p(t) l(t) h(t) / sum of l(t) h(t)

    over the intervals *t* of *h(t)* hours that have a price *p* in USD/MWh and a load *l* in MW. ``prices`` are rows of
    dataset `lmp` at one location; ``load`` is any one series in MW, in column ``value``, chosen by ``where`` as in
    `capture`, and steps are made equal as there. Tables `load_weighted` and `load_weighted_intervals`; hours that are
    left out are in the former.

    Raises `UnsupportedQuery` if either is not one series.
    """
    both, outside = beside(
        one_series(prices, "lmp", what="prices"), one_series(load, value, what="loads", where=where)
    )
    both = both.rename({"lmp": "price", value: "load"})
    power = pl.col("load")
    known = _PRICE.is_not_null() & power.is_not_null()
    figures = both.select(
        hours_where(known).alias("hours"),
        (hours_where(~known) + outside).alias("left_out_hours"),
        total_where(power, known).alias("energy"),
        total_where(_PRICE * power, known).alias("cost"),
        mean_where(_PRICE, known).alias("mean_price"),
        _weighted(power, known).alias("load_weighted_price"),
    )
    return result(
        {LOAD_WEIGHTED: figures, LOAD_WEIGHTED_INTERVALS: both}, (prices, load), _left_out(figures, "a load")
    )


def _weighted(power: pl.Expr, known: pl.Expr) -> pl.Expr:
    """The price weighted by power; null unless there is energy."""
    energy = total_where(power, known)
    return pl.when(energy > 0).then(total_where(_PRICE * power, known) / energy)


def _rate(power: pl.Expr, known: pl.Expr) -> pl.Expr:
    """The weighted price over the mean price; null unless the latter is above zero."""
    return pl.when(mean_where(_PRICE, known) > 0).then(_weighted(power, known) / mean_where(_PRICE, known))


def _left_out(figures: pl.DataFrame, other: str) -> Finding | None:
    """A finding of the hours without both, if there are any."""
    lacking = figures["left_out_hours"].item()
    if not lacking:
        return None
    message = f"{lacking:g} hours are left out: they do not have both a price and {other}, whole"
    return Finding(kind=FindingKind.LEFT_OUT, message=message)
