"""What a query takes of a chunk: of what time, how many rows, and what was found in them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import polars as pl

from energyopti.fetch.checks import check_frame, series_columns
from energyopti.findings import Finding, FindingKind
from energyopti.query import Chunk, ResolvedQuery, TimeRange
from energyopti.store import ChunkData


@attrs.frozen(kw_only=True)
class Taken:
    """What a query takes of a chunk: of what time, how many rows, what was found in them, and its rows where they stand alone."""

    data: ChunkData
    span: TimeRange
    height: int
    findings: tuple[Finding, ...] = ()
    frame: pl.DataFrame | None = None


def within(query: ResolvedQuery, chunk: Chunk) -> TimeRange:
    """The part of a query's range that is a chunk's; one that ends before it begins is none."""
    return TimeRange(max(chunk.start, query.time.start), min(chunk.end, query.time.end))


def found_in(
    query: ResolvedQuery, data: ChunkData, span: TimeRange, frame: pl.DataFrame | None
) -> tuple[Finding, ...]:
    """What was found in the rows that a query takes of a chunk: of its own range and locations, not of all others.

    ``frame`` are these rows before any filter of columns, where they stand alone.
    """
    complete = data.whole and (data.due_to is None or span.end <= data.due_to)
    if complete and not data.findings:
        return ()
    if span.start == data.chunk.start and span.end == data.chunk.end and not query.locations:
        return data.findings
    of_payload = (each for each in data.findings if each not in data.checked)
    near = tuple(each for each in of_payload if each.touches(span.start, span.end))
    if frame is None or frame.is_empty():  # rows say more of where something lacks than none do
        return (*near, *(each for each in data.checked if each.touches(span.start, span.end)))
    asked = (span, query.locations, query.vintages)
    return (*near, *data.found.get(asked, lambda: _found_again(query, data, frame, span, complete=complete)))


def _found_again(
    query: ResolvedQuery, data: ChunkData, frame: pl.DataFrame, span: TimeRange, *, complete: bool
) -> tuple[Finding, ...]:
    """What the checks find in a part of a chunk, whose rows are looked at once more."""
    again: tuple[Finding, ...] = ()
    if data.checked:
        until = data.due_to or data.chunk.end
        again = check_frame(frame, data.chunk, until=until, part=span, locations=query.locations)
    found = again if complete else (*again, *_lacking_series(query, data, frame, span))
    return tuple(attrs.evolve(each, chunk=data.chunk.key) for each in found)


def _lacking_series(
    query: ResolvedQuery, data: ChunkData, frame: pl.DataFrame, span: TimeRange
) -> Iterator[Finding]:
    """A gap where series of a chunk have no row at all in a part of it, in which others have some."""
    chunk = data.chunk
    if not chunk.feed.has_grid or chunk.feed.reaches_past or span == chunk.time:
        return
    series = series_columns(chunk)
    there = data.index.series(query.locations, series)
    starts = frame["interval_start"]
    if int((starts == starts[0]).sum()) == there.height:
        return  # each has a row at the first instant
    lacking = there.join(frame.select(series).unique(), on=series, how="anti", nulls_equal=True)
    if lacking.height:
        names = ", ".join(str(each) for each in lacking.sort(series).row(0) if each is not None)
        yield Finding(
            kind=FindingKind.GAP,
            message=f"{lacking.height} of {there.height} series have no row there, first {names}",
            rows=lacking.height * starts.n_unique(),
            spans=((span.start, span.end),),
        )
