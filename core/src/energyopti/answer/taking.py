"""The part of a chunk that a query takes: its span, its rows and their findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs
import polars as pl

from energyopti.fetch.checks import check_frame, series_columns
from energyopti.findings import Finding, FindingKind
from energyopti.layouts.reading import first_of
from energyopti.query import Chunk, ResolvedQuery, TimeRange
from energyopti.store import ChunkData


@attrs.frozen(kw_only=True)
class Taken:
    """The part of a chunk that a query takes: its span, the number of its rows, and their findings.

    ``frame`` are the rows before any column filter, if they do not depend on other chunks.
    """

    data: ChunkData
    span: TimeRange
    height: int
    findings: tuple[Finding, ...] = ()
    frame: pl.DataFrame | None = None


def within(query: ResolvedQuery, chunk: Chunk) -> TimeRange:
    """The part of a query's range that lies in a chunk; if it ends before it begins, there is none."""
    return TimeRange(max(chunk.start, query.time.start), min(chunk.end, query.time.end))


def found_in(
    query: ResolvedQuery, data: ChunkData, span: TimeRange, frame: pl.DataFrame | None
) -> tuple[Finding, ...]:
    """The findings in the rows that a query takes of a chunk: only those of its range and locations.

    ``frame`` are these rows before any column filter, if they do not depend on other chunks.
    """
    complete = data.whole and (data.due_to is None or span.end <= data.due_to)
    if complete and not data.findings:
        return ()
    if span.start == data.chunk.start and span.end == data.chunk.end and not query.locations:
        return data.findings
    of_payload = (each for each in data.findings if each not in data.checked)
    near = tuple(each for each in of_payload if each.touches(span.start, span.end))
    if frame is None or frame.is_empty():  # without rows, the chunk's findings are all there is
        return (*near, *(each for each in data.checked if each.touches(span.start, span.end)))
    asked = (span, query.locations, query.vintages)
    return data.found.get(
        asked,
        lambda: (*_counted(near, frame), *_found_again(query, data, frame, span, complete=complete)),
    )


def _counted(findings: Iterable[Finding], frame: pl.DataFrame) -> Iterator[Finding]:
    """Findings of a payload; those about missing values count only the rows of ``frame``, and are gone without any."""
    for each in findings:
        if each.kind is not FindingKind.MISSING_VALUE or each.column not in frame.columns:
            yield each
            continue
        missing = frame.filter(pl.col(each.column).is_null())
        if missing.height >= each.rows:  # a value may be missing from rows that the finding is not about
            yield each
        elif missing.height:
            yield attrs.evolve(each, rows=missing.height, first=each.first and first_of(missing))


def _found_again(
    query: ResolvedQuery, data: ChunkData, frame: pl.DataFrame, span: TimeRange, *, complete: bool
) -> tuple[Finding, ...]:
    """What the checks find in part of a chunk, whose rows are checked again."""
    again: tuple[Finding, ...] = ()
    if data.checked:
        until = data.due_to or data.chunk.end
        kept_since = data.chunk.feed.history.kept_since(data.provenance.fetched_at)
        again = check_frame(
            frame, data.chunk, until=until, part=span, locations=query.locations, kept_since=kept_since
        )
    found = again if complete else (*again, *_lacking_series(query, data, frame, span))
    return tuple(attrs.evolve(each, chunk=data.chunk.key) for each in found)


def _lacking_series(
    query: ResolvedQuery, data: ChunkData, frame: pl.DataFrame, span: TimeRange
) -> Iterator[Finding]:
    """A gap if some series of a chunk have no row in a part of it while others do."""
    chunk = data.chunk
    if not chunk.feed.has_grid or chunk.feed.reaches_past or span == chunk.time:
        return
    series = series_columns(chunk)
    there = data.index.series(query.locations, series)
    starts = frame["interval_start"]
    if int((starts == starts[0]).sum()) == there.height:
        return  # each series has a row at the first instant
    lacking = there.join(frame.select(series).unique(), on=series, how="anti", nulls_equal=True)
    if lacking.height:
        names = ", ".join(str(each) for each in lacking.sort(series).row(0) if each is not None)
        yield Finding(
            kind=FindingKind.GAP,
            message=f"{lacking.height} of {there.height} series have no rows there, first {names}",
            rows=lacking.height * starts.n_unique(),
            spans=((span.start, span.end),),
        )
