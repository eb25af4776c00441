"""The content of each OASIS report in the sandbox: one table per run of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti import Feed
from energyopti.layouts import Layout
from energyopti.sandbox.series import at_places, intervals
from energyopti.timezones import INSTANT
from energyopti_caiso.protocol.layouts import ZONE

Rows = Callable[[datetime, datetime, datetime], pl.DataFrame]
"""The rows of the intervals that begin between two instants, the second excluded, as known at a third."""


@attrs.frozen(kw_only=True)
class Table:
    """One run of a report.

    ``write`` makes a document of rows. ``version`` is the served one, ``split`` whether each figure has a file of its own, ``longest`` how long a request
    for everything may be (None: any length). Longer requests are refused, or with ``cut`` silently answered with only
    the beginning.
    """

    layout: Layout
    rows: Rows
    version: int = 1
    split: bool = False
    longest: timedelta | None = None
    cut: bool = False
    write: Callable[[Layout, pl.DataFrame], bytes] = lambda layout, frame: layout.write(frame)


def table(feed: Feed, rows: Rows, version: int = 1, **more: object) -> Table:
    """The table of a feed."""
    return Table(layout=feed.layout, rows=rows, version=version, **more)  # type: ignore[arg-type]


def series(
    step: timedelta,
    places: pl.DataFrame,
    values: Mapping[str, pl.Expr],
    *,
    published_ahead: timedelta = timedelta(),
) -> Rows:
    """Values at places, one row per interval: those that have ended, or end within some time from now.

    ``places`` has one row per place, with a number ``n`` that values may depend on.
    """

    def rows(start: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        last = min(end - INSTANT, now + published_ahead - step)
        times = intervals(start, last, step)
        return at_places(times, places).with_columns(**values)

    return rows


def days(
    places: pl.DataFrame, values: Mapping[str, pl.Expr], *, published_ahead: timedelta = timedelta(days=1)
) -> Rows:
    """Values at places, one row per local day."""

    def rows(start: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        last = min(end - INSTANT, now + published_ahead)
        hours = intervals(start, last, timedelta(hours=1))
        local = pl.col("interval_start").dt.convert_time_zone(ZONE)
        midnights = hours.filter(local == local.dt.truncate("1d")).with_columns(
            interval_end=local.dt.offset_by("1d").dt.convert_time_zone("UTC")
        )
        return at_places(midnights, places).with_columns(**values)

    return rows


def named(**columns: list[str]) -> pl.DataFrame:
    """Places by some columns of words, numbered."""
    return pl.DataFrame(columns).with_row_index("n").with_columns(pl.col("n").cast(pl.Int64))


def labelled(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with OASIS's extra columns: the local day, hour and interval; hour 25 repeats hour 2."""
    if "interval_start" not in frame.columns:
        return frame
    local = pl.col("interval_start").dt.convert_time_zone(ZONE)
    first = local.dt.replace_time_zone(None).dt.replace_time_zone(ZONE, ambiguous="earliest")
    hour = pl.when(first != local).then(25).otherwise(local.dt.hour().cast(pl.Int64) + 1)
    return frame.with_columns(
        OPR_DT=local.dt.strftime("%Y-%m-%d"),
        OPR_HR=hour.cast(pl.String),
        OPR_INTERVAL=(local.dt.minute() // 5 + 1).cast(pl.String),
        GROUP=pl.lit("1"),
    )
