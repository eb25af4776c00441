"""Why a span of a chunk that arrived is incomplete, in words; empty if it is complete."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta

import polars as pl

from energyopti.answer.taking import Taken
from energyopti.fetch.checks import covered_to
from energyopti.findings import FindingKind
from energyopti.neighbours import run_starts
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.timezones import DAY, iso_utc, local_date, midnight


def incompleteness(
    query: ResolvedQuery, taken: Taken, span: TimeRange, frame: pl.DataFrame, now: datetime
) -> str:
    """Why a span of a chunk is incomplete; empty if it is complete."""
    feed = taken.data.chunk.feed
    hole = gap_in(taken, span)
    as_there_is = feed.history.snapshot_only and (feed.publication.forecast_days or not feed.has_grid)
    if hole or as_there_is:
        return hole
    if feed.publication.by_publication:
        return "the rest is not published yet" if span.end > now + feed.publication.published_ahead else ""
    return (
        _unforecast(query, taken, span, frame, now)
        if feed.publication.forecast_days
        else outstanding(taken, span)
    )


def gap_in(taken: Taken, span: TimeRange) -> str:
    """The gap in the rows of a span, in words; empty if there is none."""
    holes = (each for each in taken.findings if each.kind is FindingKind.GAP)
    return next((each.message for each in holes if each.touches(span.start, span.end)), "")


def outstanding(taken: Taken, span: TimeRange) -> str:
    """The part of a span after its last row that was not due at the fetch, in words; empty if there is none."""
    data, feed = taken.data, taken.data.chunk.feed
    if data.due_to is None or span.end <= data.due_to:
        return ""
    covered, allowed = reach_of(taken), feed.step / 2 if feed.irregular else timedelta()
    if covered >= span.end - allowed:
        return ""
    return f"the rest from {iso_utc(covered)} on is not published yet"


def reach_of(taken: Taken) -> datetime:
    """The instant up to which a chunk's rows cover a span, as far as the rows show."""
    data = taken.data
    frame = data.frame if taken.frame is None else taken.frame
    chunk, feed = data.chunk, data.chunk.feed
    due_to = data.due_to or chunk.end
    if frame.is_empty():
        return due_to
    if feed.has_grid:
        return covered_to(frame, chunk)
    last = frame["interval_end"].max()
    assert isinstance(last, datetime)  # noqa: S101 - for the type checker: there are rows
    if feed.publication.due is not None and feed.publication.due.at is not None:  # days are published whole
        last = midnight(local_date(frame["interval_start"][-1], chunk.zone) + DAY, chunk.zone)
    return max(last, due_to)


def _unforecast(
    query: ResolvedQuery, taken: Taken, span: TimeRange, frame: pl.DataFrame, now: datetime
) -> str:
    """That no publication covers all of a span, or that more will come, in words; empty if neither."""
    if query.vintages == "all" and span.end > now:
        return "more will be published later"
    if query.filters or not query.feed.has_grid:
        return ""
    if not query.locations and taken.data.speaks_of(span):
        return ""
    covered = is_covered(frame, span.start, span.end, query.feed.step)
    return "" if covered else "no publication covers all of it"


def is_covered(frame: pl.DataFrame, start: datetime, end: datetime, step: timedelta) -> bool:
    """Whether rows cover all of a span, whatever the length of each interval: a day may have 25 hours.

    Rows are in time order.
    """
    there = beginning_in(frame, TimeRange(start, end))
    starts = there["interval_start"]
    if there.is_empty() or starts[0] - start >= step:
        return False
    each = run_starts([starts])
    covered = (there["interval_end"].gather(each) - starts.gather(each)).sum()
    return bool(covered >= end - starts[0])


def beginning_in(frame: pl.DataFrame, span: TimeRange) -> pl.DataFrame:
    """The rows that begin in a span; the frame is in time order."""
    first, last = (bisect_left(frame["interval_start"], each) for each in (span.start, span.end))
    return frame.slice(first, max(last - first, 0))
