"""The coverage of a range, part by part: what arrived, and why the rest did not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import attrs
import polars as pl

from energyopti.answer.incomplete import (
    beginning_in,
    gap_in,
    incompleteness,
    is_covered,
    outstanding,
    reach_of,
)
from energyopti.answer.result import CoveragePart, CoverageStatus
from energyopti.answer.taking import Taken, within
from energyopti.errors import EnergyOptiError, NoData, SourceUnavailable
from energyopti.fetch.outcome import Outcome, no_data
from energyopti.fetch.window import kept_from, rolls
from energyopti.findings import Finding, FindingKind
from energyopti.market import ChunkSize
from energyopti.query import Chunk, ResolvedQuery, TimeRange
from energyopti.store import unavailable
from energyopti.timezones import DAY, INSTANT, iso_utc, local_date, midnight

_SHOWN = 5


@attrs.frozen(kw_only=True)
class Part:
    """One part of the range; ``failure`` is the error to raise for it in a strict query."""

    coverage: CoveragePart
    failure: EnergyOptiError | None = None

    @property
    def lacking(self) -> bool:
        """Whether nothing of it arrived."""
        return self.coverage.status not in {CoverageStatus.COMPLETE, CoverageStatus.INCOMPLETE}


def parts_of(
    query: ResolvedQuery,
    outcomes: Sequence[Outcome],
    taken: dict[str, Taken],
    frame: pl.DataFrame,
    now: datetime,
) -> list[Part]:
    """The parts of the range in time order; ``frame`` is the whole answer."""
    found: list[Part] = []
    for outcome in outcomes:
        mine, error = taken.get(outcome.chunk.key), outcome.error
        span = within(query, outcome.chunk) if mine is None else mine.span
        if span.end <= span.start:  # an earlier publication that reaches into the range
            if error is not None:
                found.append(_earlier(query, error))
        elif mine is not None:
            found.extend(_arrived(query, mine, span, frame, now))
        elif error is not None:
            found.append(_lacking(query, outcome, error, span, frame, now))
    return found


def doubted(parts: Sequence[Part], taken: Mapping[str, Taken], compared: Sequence[Finding]) -> list[Part]:
    """The parts, with those of chunks that have a finding in ``compared`` marked incomplete."""
    doubts = [
        (taken[each.chunk].span, each) for each in compared if each.chunk is not None and each.chunk in taken
    ]
    return [_doubted(part, doubts) for part in parts] if doubts else list(parts)


def _doubted(part: Part, doubts: Sequence[tuple[TimeRange, Finding]]) -> Part:
    said = part.coverage
    for span, finding in doubts:
        if said.status is CoverageStatus.COMPLETE and span.start <= said.start and said.end <= span.end:
            coverage = attrs.evolve(said, status=CoverageStatus.INCOMPLETE, reason=finding.message)
            return attrs.evolve(part, coverage=coverage)
    return part


def missing(part: Part) -> Finding:
    """The finding that a part is missing."""
    return Finding(
        kind=FindingKind.MISSING_PART,
        message=f"{_span(part.coverage)} is missing: {part.coverage.reason}",
    )


def listed(names: Sequence[str]) -> str:
    """The first few names, quoted and separated by commas."""
    return f"{', '.join(map(repr, names[:_SHOWN]))}{', ...' if len(names) > _SHOWN else ''}"


def _earlier(query: ResolvedQuery, error: EnergyOptiError) -> Part:
    """A publication before the range that failed: its rows for the range are unknown."""
    return _failed(query.time, error)


def _failed(span: TimeRange, error: EnergyOptiError) -> Part:
    """A part that could not be had."""
    coverage = CoveragePart(start=span.start, end=span.end, status=CoverageStatus.FAILED, reason=error.line)
    return Part(coverage=coverage, failure=error)


def _lacking(
    query: ResolvedQuery,
    outcome: Outcome,
    error: EnergyOptiError,
    span: TimeRange,
    frame: pl.DataFrame,
    now: datetime,
) -> Part:
    """A part whose chunk did not arrive.

    Earlier publications of a forecast may cover all of it. A part shorter than one interval at the edge of the
    range, such as the reading at midnight that is in the previous day's file, is reported but does not fail the
    answer.
    """
    start, end = span.start, span.end
    if not isinstance(error, NoData):
        return _failed(span, error)
    if query.feed.publication.forecast_days and is_covered(frame, start, end, query.feed.step):
        return Part(coverage=CoveragePart(start=start, end=end, status=CoverageStatus.COMPLETE))
    part = _absent(outcome.chunk, error, span, now)
    if not outcome.kept:
        part = attrs.evolve(part, coverage=attrs.evolve(part.coverage, status=CoverageStatus.NOT_KEPT))
    sliver = end - start < query.feed.step and not frame.is_empty()
    return attrs.evolve(part, failure=None) if sliver else part


def _arrived(
    query: ResolvedQuery, taken: Taken, span: TimeRange, frame: pl.DataFrame, now: datetime
) -> Iterator[Part]:
    """A part whose chunk arrived, and within it what could not be had."""
    start = span.start
    for lost, finding in unavailable(taken.findings, span):
        if start < lost.start:
            yield from _of_rows(query, taken, TimeRange(start, lost.start), frame, now)
        chunk = taken.data.chunk
        error = SourceUnavailable(
            finding.message, market=chunk.market.id, feed=chunk.feed.name, chunk=chunk.key
        )
        yield _failed(lost, error)
        start = lost.end
    if start < span.end:
        yield from _of_rows(query, taken, TimeRange(start, span.end), frame, now)


def _of_rows(
    query: ResolvedQuery, taken: Taken, span: TimeRange, frame: pl.DataFrame, now: datetime
) -> Iterator[Part]:
    """A part whose chunk arrived: complete, with gaps, or without any of the requested locations.

    In a chunk of a month or a year, days without a row are parts of their own, as they are in chunks of a day.
    """
    data = taken.data
    rows = taken.height if span == taken.span else beginning_in(frame, span).height
    chunk, feed = data.chunk, data.chunk.feed
    edge = span.start
    if rolls(chunk):
        there = beginning_in(data.frame if taken.frame is None else taken.frame, span)
        edge = kept_from(there, chunk, span, data.provenance.fetched_at)
    if edge > span.start:
        yield _not_kept(chunk, TimeRange(span.start, edge))
        span = TimeRange(edge, span.end)
        if edge == span.end:
            return
    lacking = [name for name in query.locations if not data.index.names(name)] if feed.has_grid else []
    if lacking and len(lacking) == len(query.locations):
        if not feed.publication.forecast_days or beginning_in(frame, span).is_empty():
            yield _absent(chunk, no_data(chunk, f"no rows for {listed(lacking)}"), span, now)
            return
        lacking = []  # other publications cover them
    awaits_rows = (
        feed.has_grid
        and not feed.publication.forecast_days
        and not feed.history.snapshot_only
        and not query.filters
    )
    if not rows and awaits_rows and span.end - span.start >= feed.step:
        yield _nothing_of(query, chunk, span, now)
        return
    lacks = f"it has no rows for {listed(lacking)}" if lacking else ""
    reason = lacks or incompleteness(query, taken, span, frame, now)
    if reason and _has_days(chunk) and not query.filters:
        yield from _day_by_day(query, taken, span, lacks, now)
        return
    yield Part(coverage=_came(span, reason, rows))


def _not_kept(chunk: Chunk, span: TimeRange) -> Part:
    """A part that the source kept no longer when its chunk was fetched."""
    error = no_data(chunk, f"{_between(span)} is too old: the source keeps only {chunk.feed.history}")
    coverage = CoveragePart(start=span.start, end=span.end, status=CoverageStatus.NOT_KEPT, reason=error.line)
    return Part(coverage=coverage, failure=error)


def _came(span: TimeRange, reason: str, rows: int) -> CoveragePart:
    """A part with rows, and what is wrong with it."""
    status = CoverageStatus.INCOMPLETE if reason else CoverageStatus.COMPLETE
    return CoveragePart(start=span.start, end=span.end, status=status, reason=reason, rows=rows)


def _has_days(chunk: Chunk) -> bool:
    """Whether a chunk is longer than a day but its rows are shorter."""
    long = chunk.size in {ChunkSize.MONTH, ChunkSize.YEAR}
    feed = chunk.feed
    return long and feed.step < DAY and not feed.publication.by_publication and not feed.dataset.forecast


def _day_by_day(
    query: ResolvedQuery, taken: Taken, span: TimeRange, lacks: str, now: datetime
) -> Iterator[Part]:
    """The parts of a longer chunk that is incomplete: days with rows, and days without."""
    chunk, frame = taken.data.chunk, taken.frame
    assert frame is not None  # noqa: S101 - for the type checker: forecasts are not looked at so
    local = frame["interval_start"].dt.convert_time_zone(chunk.zone).dt.date()
    counts = dict(local.value_counts().iter_rows())
    ahead = None if chunk.feed.has_grid else reach_of(taken)
    days = _days(span, chunk.zone)
    for empty, group in itertools.groupby(days, key=lambda day: _is_empty(day, counts, ahead, chunk.zone)):
        several = list(group)
        part = TimeRange(
            max(span.start, midnight(several[0], chunk.zone)),
            min(span.end, midnight(several[-1] + DAY, chunk.zone)),
        )
        if empty and part.end - part.start >= chunk.feed.step:
            yield from _split(query, chunk, part, now)
        else:
            rows = sum(counts.get(day, 0) for day in several)
            yield Part(coverage=_came(part, lacks or gap_in(taken, part) or outstanding(taken, part), rows))


def _split(query: ResolvedQuery, chunk: Chunk, span: TimeRange, now: datetime) -> Iterator[Part]:
    """Days without a row, split into those that are due and those that are not published yet."""
    edge = min(max(chunk.due_to(now), span.start), span.end)
    for each in (TimeRange(span.start, edge), TimeRange(edge, span.end)):
        if each.end > each.start:
            yield _nothing_of(query, chunk, each, now)


def _days(span: TimeRange, zone_name: str) -> list[date]:
    """The local days that a span touches."""
    first, last = (
        local_date(span.start, zone_name),
        local_date(span.end - INSTANT, zone_name),
    )
    return [first + number * DAY for number in range((last - first).days + 1)]


def _is_empty(day: date, counts: dict[date, int], ahead: datetime | None, zone_name: str) -> bool:
    """Whether a day has nothing: no row if the feed has a grid, else nothing published yet."""
    if ahead is not None:
        return midnight(day, zone_name) >= ahead
    return not counts.get(day)


def _nothing_of(query: ResolvedQuery, chunk: Chunk, span: TimeRange, now: datetime) -> Part:
    """A part without a row in a chunk that arrived."""
    whose = f" for {listed(query.locations)}" if query.locations else ""
    what = f"no rows{whose} from {_between(span)}: {chunk.absence(span.end, now)}"
    return _absent(chunk, no_data(chunk, what), span, now)


def _absent(chunk: Chunk, error: NoData, span: TimeRange, now: datetime) -> Part:
    """A part with nothing: not due yet, or missing."""
    early = span.start >= chunk.due_to(now)
    status = CoverageStatus.NOT_PUBLISHED if early else CoverageStatus.MISSING
    coverage = CoveragePart(start=span.start, end=span.end, status=status, reason=error.line)
    return Part(coverage=coverage, failure=error)


def _span(part: CoveragePart) -> str:
    """A span in words; a single instant is a reading."""
    if part.end - part.start < timedelta(seconds=1):
        return f"the reading at {iso_utc(part.start)}"
    return _between(TimeRange(part.start, part.end))


def _between(span: TimeRange) -> str:
    return f"{iso_utc(span.start)} to {iso_utc(span.end)}"
