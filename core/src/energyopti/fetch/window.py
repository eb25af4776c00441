"""Sources that keep rows only for a while: which time of a chunk they no longer had when it was fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.query import Chunk, TimeRange
from energyopti.timezones import iso_utc

Hole = tuple[dict[str, Any], datetime, datetime]
"""A series by its key, and the time in which it has no rows."""


def rolls(chunk: Chunk) -> bool:
    """Whether rows leave a chunk's source one by one; not so for publications and for current data."""
    feed = chunk.feed
    return feed.history.retention is not None and not (feed.history.snapshot_only or feed.reaches_past)


def split(holes: Sequence[Hole], kept_since: datetime, step: timedelta) -> tuple[list[Hole], list[Hole]]:
    """Holes in two: intervals that begin before an instant, and the others."""
    before: list[Hole] = []
    after: list[Hole] = []
    for row, low, high in holes:
        intervals = -((low - kept_since) // step) if low < kept_since else 0
        edge = min(low + intervals * step, high)
        before += [(row, low, edge)] if edge > low else []
        after += [(row, edge, high)] if high - edge > step / 2 else []
    return before, after


def unkept(
    frame: pl.DataFrame, chunk: Chunk, kept_since: datetime | None, *, part: TimeRange | None = None
) -> Iterable[Finding]:
    """Time before the first row that the source kept no longer, of a feed without a grid: nobody knows what was then."""
    if kept_since is None or not chunk.feed.sparse or not rolls(chunk):
        return
    span = part or chunk.time
    end = _first_known(frame, span, kept_since, chunk.feed.step)
    if end > span.start:
        yield Finding(
            kind=FindingKind.GAP,
            message=f"the source no longer keeps {iso_utc(span.start)} to {iso_utc(end)}",
            spans=((span.start, end),),
        )


def kept_from(frame: pl.DataFrame, chunk: Chunk, span: TimeRange, fetched_at: datetime) -> datetime:
    """The instant before which the source kept nothing of a span when it was fetched; the span's start if it kept all.

    ``frame`` are the span's rows, in time order: those of an earlier fetch show what it kept then. The chunk `rolls`.
    """
    since = chunk.feed.history.kept_since(fetched_at)
    if since is None:
        return span.start
    return _first_known(frame, span, since, chunk.feed.step)


def _first_known(frame: pl.DataFrame, span: TimeRange, since: datetime, step: timedelta) -> datetime:
    """Where the known part of a span begins: with its first row, or where the source began to keep rows."""
    first = frame["interval_start"].min() if frame.height else None
    if not isinstance(first, datetime):
        edge = min(since, span.end)
    else:
        edge = first if first < since + step else since
    return edge if edge - span.start >= step else span.start
