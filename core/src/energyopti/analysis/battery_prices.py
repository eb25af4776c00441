"""The prices that a battery trades at: day-ahead, real-time or both, in stretches without a gap."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import attrs
import polars as pl

from energyopti.analysis.desk import Rows
from energyopti.analysis.series import BOUNDS, END, START, Series, check_same, one_series, onto, pieces
from energyopti.errors import UnsupportedQuery
from energyopti.timezones import iso_utc
from energyopti.vocabulary import Run

_PRICE = pl.col("price")


class Gaps(StrEnum):
    """What to do where prices have a gap: refuse, or begin anew after it with the initial state of charge."""

    REFUSE = "refuse"
    SPLIT = "split"


@attrs.frozen(kw_only=True, eq=False)
class Traded:
    """What is traded: one run of prices, or the day-ahead schedule's and then that of what is run.

    The price of the former is day-ahead less real-time: what each MW of it adds. ``lacking`` are rows that have no price, or
    no other beside it; ``first`` is when the first of them starts.
    """

    rows: Rows
    settlement: str
    runs: tuple[pl.DataFrame, ...]
    slack: timedelta
    lacking: pl.Series

    @property
    def first(self) -> str:
        """The start of the first row that lacks a price."""
        return iso_utc(self.lacking.min())  # type: ignore[arg-type]


def traded_prices(day_ahead: Rows | None, real_time: Rows | None) -> Traded:
    """What a battery trades at these prices; raises `UnsupportedQuery` if none are given, or they are not one series."""
    one = day_ahead if day_ahead is not None else real_time
    if one is None:
        raise UnsupportedQuery("a battery needs prices", do="give day_ahead, real_time or both")
    if day_ahead is not None and real_time is not None:
        return _both(day_ahead, real_time)
    series = _prices(one, "day-ahead prices" if one is day_ahead else "real-time prices")
    known = series.frame.drop_nulls("price")
    return Traded(
        rows=one,
        settlement="real_time" if day_ahead is None else "day_ahead",
        runs=(known,),
        slack=series.slack,
        lacking=series.frame.filter(_PRICE.is_null())["interval_start"],
    )


def _both(day_ahead: Rows, real_time: Rows) -> Traded:
    """Day-ahead hours with real-time prices throughout; real-time intervals are cut at their edges."""
    ahead, actual = _prices(day_ahead, "day-ahead prices"), _prices(real_time, "real-time prices")
    frames = [each if isinstance(each, pl.DataFrame) else each.frame for each in (day_ahead, real_time)]
    for name in ("market", "location", "location_type"):
        check_same(name, *frames, what="a battery is")
    if ahead.step < actual.step:
        raise UnsupportedQuery("real-time prices have longer intervals than day-ahead prices")
    mean = onto(ahead.frame.select(BOUNDS), actual)["price"].alias("real_time")
    beside = ahead.frame.with_columns(mean)
    known = beside.drop_nulls().with_columns(
        _PRICE.alias("day_ahead_price"), (_PRICE - pl.col("real_time")).alias("price")
    )
    cut = (
        pieces(known.select(BOUNDS), actual.frame.with_columns(pl.col("interval_start").alias("row")))
        .rename({"interval_start": "hour", "interval_end": "hour_end"})
        .rename({START: "interval_start", END: "interval_end"})
        .drop_nulls(["hour", "price"])
        .select(*BOUNDS, "price", "hour", "row")
    )
    alone = (
        beside.join(known, on="interval_start", how="anti")["interval_start"],
        actual.frame.filter(~pl.col("interval_start").is_in(cut["row"].unique().implode()))["interval_start"],
    )
    return Traded(
        rows=day_ahead,
        settlement="both",
        runs=(known, cut),
        slack=actual.slack,
        lacking=pl.concat(alone),
    )


def _prices(rows: Rows, what: str) -> Series:
    frame = rows if isinstance(rows, pl.DataFrame) else rows.frame
    runs = frame["run"].drop_nulls().unique().to_list() if "run" in frame.columns else []
    if any((run == Run.DAY_AHEAD) != what.startswith("day") for run in runs):
        raise UnsupportedQuery(
            f"the {what} are of run {runs[0]}", do="give day_ahead and real_time their own"
        )
    series = one_series(rows, "lmp", what=what)
    return attrs.evolve(series, frame=series.frame.rename({"lmp": "price"}))


def stretches(run: pl.DataFrame, traded: Traded, gaps: str) -> pl.DataFrame:
    """A run with the number of the stretch of each interval: a gap begins a new one.

    Raises `UnsupportedQuery` for a run without prices, and for a gap or a row without a price if ``gaps`` says so.
    """
    if run.is_empty():
        raise UnsupportedQuery("there are no prices for a battery", do="ask for another range")
    gap = (pl.col("interval_start") - pl.col("interval_end").shift(1) > traded.slack).fill_null(value=False)
    numbered = run.with_columns((gap.cum_sum() + 1).cast(pl.Int64).alias("stretch"))
    if gaps == Gaps.REFUSE:
        split = "or split the range with gaps='split'"
        if len(traded.lacking):
            raise UnsupportedQuery(
                f"{len(traded.lacking)} rows have no price, or no other beside it, the first at {traded.first}",
                do=f"fetch them, {split}",
            )
        later = numbered.filter(pl.col("stretch") > 1)
        if later.height:
            raise UnsupportedQuery(
                f"the prices have a gap before {iso_utc(later['interval_start'][0])}", do=f"fill it, {split}"
            )
    return numbered
