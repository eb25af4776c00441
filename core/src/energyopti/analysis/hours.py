"""Prices of any interval converted to whole hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.analysis.calendar import Calendar
from energyopti.errors import InvalidTimeRange
from energyopti.findings import Finding, FindingKind
from energyopti.market import Feed
from energyopti.query import (
    Bound,
    Instant,
    Spoken,
    TimeRange,
    of_period,
    said_bound,
    spoken_bounds,
    validate_time_range,
)
from energyopti.timezones import HOUR, INSTANT, iso_utc, zone

VALUES = ("lmp", "congestion", "loss")
"""The columns that are averaged."""

_FROM, _TO, _HOUR = "\0from", "\0to", "\0hour"
_FULL = HOUR // INSTANT


def hours_range(start: Instant, end: Instant, *, tz: str) -> TimeRange:
    """The range between two bounds, which must be full UTC hours; naive bounds are read on the clock of ``tz``."""
    zone(tz)  # aware bounds do not need it, but days and charts do
    span = validate_time_range(start, end, zone=tz)
    for bound in (span.start, span.end):
        if bound.minute or bound.second or bound.microsecond:
            raise InvalidTimeRange(
                f"markets are compared by full UTC hours, and {iso_utc(bound)} is not one",
                do="move the bound to a full hour",
            )
    return span


@attrs.frozen
class HoursAsked:
    """The bounds of a comparison as asked for, and when."""

    start: datetime | Spoken | None
    end: datetime | Spoken | None
    now: datetime

    @classmethod
    def of(cls, start: Bound | None, end: Bound | None, period: str | None, *, now: datetime) -> HoursAsked:
        """The bounds, or the period that is given in their place."""
        if period is not None:
            start, end = of_period(period, start, end)
        return cls(said_bound("start", start), said_bound("end", end), now)

    def on(self, zone: str) -> TimeRange:
        """The full hours that they mean on a clock; words, which may mean now, mean hours that are over."""
        start, end = spoken_bounds(self.start, self.end, self.now, zone)
        if start is None or end is None:
            raise InvalidTimeRange(
                "a comparison needs a start and an end", do="give both, or a period, such as 2024-07"
            )
        if isinstance(self.start, Spoken):
            start = start.replace(minute=0, second=0, microsecond=0)
        if isinstance(self.end, Spoken) or self.end is None:
            end = end.replace(minute=0, second=0, microsecond=0)
        return hours_range(start, end, tz=zone)


def hourly(frame: pl.DataFrame, span: TimeRange, *, slack: timedelta = timedelta()) -> pl.DataFrame:
    """Rows of `lmp` at one location as one row per hour of the span, in order.

    A value is the mean of the intervals in the hour, weighted by their seconds in it; an interval that straddles two
    hours counts in both. It is null if an interval's value is null, or if the intervals leave a hole in the hour or
    overlap by more than ``slack``. The columns ``hole`` and ``overlap`` are durations.
    """
    grid = pl.datetime_range(span.start, span.end, "1h", closed="left", time_unit="us", eager=True)
    averaged = _pieces(frame).group_by("interval_start").agg(_hole(), _overlap(), *map(_mean, VALUES))
    whole = (pl.col("hole") <= slack) & (pl.col("overlap") <= slack)
    return (
        grid.alias("interval_start")
        .to_frame()
        .join(averaged, on="interval_start", how="left", maintain_order="left")
        .with_columns(pl.col("hole").fill_null(HOUR), pl.col("overlap").fill_null(timedelta()))
        .with_columns(pl.when(whole).then(pl.col(name)).alias(name) for name in VALUES)
    )


def _pieces(frame: pl.DataFrame) -> pl.DataFrame:
    """The intervals cut at full hours, in order: which part of which hour each piece covers."""
    start, end = pl.col("interval_start"), pl.col("interval_end")
    hours = pl.datetime_ranges(start.dt.truncate("1h"), end, "1h", closed="left")
    return (
        frame.filter(start < end)
        .select(start.alias(_FROM), end.alias(_TO), hours.alias(_HOUR), *VALUES)
        .explode(_HOUR)
        .with_columns(
            pl.max_horizontal(_FROM, _HOUR).alias(_FROM),
            pl.min_horizontal(_TO, pl.col(_HOUR) + HOUR).alias(_TO),
        )
        .sort(_HOUR, _FROM)
        .rename({_HOUR: "interval_start"})
    )


def _seconds() -> pl.Expr:
    return (pl.col(_TO) - pl.col(_FROM)).dt.total_microseconds()


def _doubled() -> pl.Expr:
    """How much of each piece an earlier piece of its hour already covers."""
    reach = pl.col(_TO).cum_max().shift(1).fill_null(pl.col(_FROM))
    return (pl.min_horizontal(reach, _TO) - pl.col(_FROM)).dt.total_microseconds().clip(0).sum()


def _overlap() -> pl.Expr:
    return _doubled().cast(pl.Duration("us")).alias("overlap")


def _hole() -> pl.Expr:
    return (_FULL - _seconds().sum() + _doubled()).cast(pl.Duration("us")).alias("hole")


def _mean(name: str) -> pl.Expr:
    """A weighted mean that is exact if all values are equal, and null if one is null."""
    value, weight = pl.col(name), _seconds()
    mean = value.first() + ((value - value.first()) * weight).sum() / weight.sum()
    return pl.when(value.null_count() == 0).then(mean).alias(name)


def slack(feed: Feed) -> timedelta:
    """How far a feed's intervals may miss the full hour: naturally irregular stamps miss it by seconds.

    It is the half step below which nothing counts as a gap.
    """
    return feed.step / 2 if feed.irregular else timedelta()


def incomplete(hours: pl.DataFrame, feed: Feed, market: str) -> tuple[Finding, ...]:
    """A finding that counts the hours without a price, and says why."""
    without = hours.filter(pl.col("lmp").is_null())
    if without.is_empty():
        return ()
    reason = (
        pl.when(pl.col("hole") >= HOUR)
        .then(pl.lit("without any price"))
        .when(pl.col("overlap") > slack(feed))
        .then(pl.lit("with a part twice"))
        .when(pl.col("hole") > slack(feed))
        .then(pl.lit("with a part missing"))
        .otherwise(pl.lit("with a part whose price is null"))
    )
    counts = without.group_by(reason.alias("reason"), maintain_order=True).len()
    said = ", ".join(f"{count} {why}" for why, count in counts.iter_rows())
    return (
        Finding(
            kind=FindingKind.INCOMPLETE_HOUR,
            message=f"{market}/{feed.name}: {without.height} of {hours.height} hours null, first "
            f"{iso_utc(without['interval_start'][0])}: {said}",
            rows=without.height,
        ),
    )


def on_the_clock(hours: pl.DataFrame, *, market: str, calendar: Calendar) -> pl.DataFrame:
    """Hours with their market, and with their day, peak and block in its calendar."""
    # lazily, so that what the blocks have in common is computed once
    dated = hours.lazy().select(
        pl.lit(market).alias("market"),
        "interval_start",
        (pl.col("interval_start") + HOUR).alias("interval_end"),
        pl.col("interval_start").dt.convert_time_zone(calendar.zone).dt.date().alias("day"),
        calendar.peak().alias("peak"),
        calendar.block().alias("block"),
        pl.col("lmp").alias("price"),
        "congestion",
        "loss",
    )
    return dated.collect()
