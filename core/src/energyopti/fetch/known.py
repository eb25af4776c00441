"""Chunks as they were known at an earlier time. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
import polars as pl

from energyopti.fetch.checks import check_frame
from energyopti.fetch.outcome import Outcome, no_data
from energyopti.findings import Finding, FindingKind
from energyopti.query import AsOf, Chunk, TimeRange
from energyopti.store import ChunkData, ChunkIndex, RawRows
from energyopti.timezones import DAY, INSTANT, local_date, midnight


def known_by(outcome: Outcome, as_of: AsOf) -> Outcome:
    """The outcome of a forecast's chunk with only what had been published by then.

    A row that does not say when it was published is not known to have been; a finding counts those rows.
    """
    data = outcome.data
    if data is None:
        return outcome
    published = data.frame["publish_time"]
    kept = (published <= _gates(data, as_of)).fill_null(value=False)
    unknown = int(published.null_count())
    findings = data.findings
    if unknown:
        message = (
            f"{unknown} rows do not say when they were published: whether they were known then is not known"
        )
        findings = (
            *findings,
            Finding(kind=FindingKind.UNPROVEN, message=message, rows=unknown, accounts=True),
        )
    if kept.all() and not unknown:
        return outcome
    frame = data.frame.filter(kept)
    if frame.is_empty():
        error = no_data(outcome.chunk, f"none of it had been published as of {as_of}")
        return Outcome(chunk=outcome.chunk, error=error)
    known = attrs.evolve(
        data,
        frame=frame,
        index=ChunkIndex(frame),
        raw_rows=data.raw_rows.of(kept.arg_true()),
        findings=findings,
    )
    return attrs.evolve(outcome, data=known)


def _gates(data: ChunkData, as_of: AsOf) -> pl.Series | datetime:
    """The instant for each row: that of the local day in which its interval begins."""
    zone = data.chunk.zone
    if not as_of.by_day:
        return as_of.instant(data.chunk.day, zone)
    days = data.frame["interval_start"].dt.convert_time_zone(zone).dt.date()
    each = days.unique()
    gates = pl.Series([as_of.instant(day, zone) for day in each], dtype=pl.Datetime("us", "UTC"))
    return days.replace_strict(each, gates, return_dtype=pl.Datetime("us", "UTC"))


def instants_of(chunk: Chunk, as_of: AsOf) -> list[tuple[TimeRange, datetime]]:
    """The spans of a chunk, each with the instant as of which it is asked for: its days, or all of it."""
    if not as_of.by_day:
        return [(chunk.time, as_of.instant(chunk.day, chunk.zone))]
    spans = []
    day, last = chunk.day, local_date(chunk.end - INSTANT, chunk.zone)
    while day <= last:
        start, end = midnight(day, chunk.zone), midnight(day + DAY, chunk.zone)
        span = TimeRange(max(start, chunk.start), chunk.end if day == last else min(end, chunk.end))
        spans.append((span, as_of.instant(day, chunk.zone)))
        day += DAY
    return spans


def joined_days(chunk: Chunk, parts: Sequence[tuple[TimeRange, ChunkData]]) -> ChunkData:
    """A chunk's data with each span out of the data of its own instant; what was found is found again."""
    if len(parts) == 1 and parts[0][1].findings:
        return parts[0][1]
    frames = [data.index.select((), (span.start, span.end)).frame for span, data in parts]
    frame = parts[0][1].frame if len(parts) == 1 else pl.concat(frames)
    first = min((data for _, data in parts), key=lambda data: data.provenance.fetched_at)
    found = tuple(
        attrs.evolve(each, chunk=chunk.key)
        for each in check_frame(frame, chunk, until=chunk.due_to(first.provenance.fetched_at))
    )
    raw = first.raw_rows if len(parts) == 1 else RawRows.none()
    return attrs.evolve(
        first,
        frame=frame,
        index=ChunkIndex(frame),
        raw_rows=raw,
        findings=found,
        checked=found,
        fingerprint=None,
    )
