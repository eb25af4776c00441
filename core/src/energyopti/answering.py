"""From the outcomes of chunks to one answer: joined, filtered, explained."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.checks import repeated_chunks
from energyopti.errors import EnergyOptiError, NoData, PluginError, UnknownLocation, suggest
from energyopti.findings import Finding, FindingKind
from energyopti.frames import empty_frame, sort_order
from energyopti.query import Chunk, Query, fold_location
from energyopti.result import Coverage, CoveragePart, CoverageStatus, MarketData, RawPart
from energyopti.schema import Dataset
from energyopti.store import ChunkData, JoinedIndex, Selected, stacked
from energyopti.timezones import iso_utc

_SHOWN = 5


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of one chunk: its data, or the error in its place."""

    chunk: Chunk
    data: ChunkData | None = None
    error: EnergyOptiError | None = None


def answer(
    query: Query, outcomes: Sequence[Outcome], *, now: datetime, compared: Sequence[Finding] = ()
) -> MarketData:
    """The answer that chunks' outcomes make; ``compared`` is what was found in comparing them with others.

    Raises the first failure with the finished part attached, unless the query allows a partial answer;
    `UnknownLocation` for a location that none of the data has.
    """
    arrived = [outcome.data for outcome in outcomes if outcome.data is not None]
    _check_apart(arrived)
    frame, shares = _rows(query, arrived)
    counts = {data.chunk.key: share.height for data, share in zip(arrived, shares, strict=True)}
    parts = _parts(query, outcomes, frame, counts, now)
    failures = [part for part in parts if part.failure is not None]
    missing = tuple(_missing(part) for part in parts if part.lacking)
    findings = [finding for data in arrived for finding in data.findings]
    findings.extend(repeated_chunks([(data.chunk.key, data.fingerprint) for data in arrived]))
    findings.extend(_stale(data) for data in arrived if data.provenance.stale)
    unmatched = _unmatched(query, arrived) if query.filters and frame.is_empty() else None
    if unmatched is not None:
        findings.append(Finding(kind=FindingKind.NO_MATCH, message=unmatched))
    result = MarketData(
        queries=(query,),
        frame=frame,
        findings=(*query.findings, *findings, *compared, *missing),
        provenance=tuple(data.provenance for data in arrived),
        coverage=Coverage(
            start=query.time.start, end=query.time.end, parts=tuple(part.coverage for part in parts)
        ),
        raw_parts=tuple(
            RawPart(data.raw, data.origin, share.rows, data.left_out)
            for data, share in zip(arrived, shares, strict=True)
        ),
    )
    if arrived:
        _check_locations(query, arrived)
    if failures and not (query.partial and arrived):
        raise _with_finished(_worst(failures), result)
    if unmatched is not None and query.feed.has_grid and not query.partial:
        raise NoData(unmatched)
    return result


def _check_apart(arrived: Sequence[ChunkData]) -> None:
    """Raise `PluginError` for chunks that overlap: their rows would come twice."""
    for before, after in itertools.pairwise(data.chunk for data in arrived):
        if before.end > after.start:
            raise PluginError(f"{before} and {after} overlap: their rows would come twice; tell the author")


@attrs.frozen(kw_only=True)
class _Part:
    """One part of the range; ``failure`` is why the answer is not what was asked."""

    coverage: CoveragePart
    failure: EnergyOptiError | None = None

    @property
    def lacking(self) -> bool:
        """Whether nothing of it came."""
        return self.coverage.status not in {CoverageStatus.COMPLETE, CoverageStatus.INCOMPLETE}


@attrs.frozen(eq=False)
class _Share:
    """How many rows of an answer are a chunk's, and what finds which of the chunk's they are (None: all of them)."""

    height: int
    rows: Callable[[], pl.Series | None]


def _rows(query: Query, arrived: Sequence[ChunkData]) -> tuple[pl.DataFrame, list[_Share]]:
    """The rows that the query asks for, in order, and each chunk's share of them."""
    if not arrived:
        return empty_frame(query.feed.dataset), []
    forecast = query.feed.dataset.forecast and len(arrived) > 1
    if forecast and query.vintages == "latest" and not query.filters:
        return _last_words(query, arrived)
    chosen = [_selected(query, data) for data in arrived]
    if forecast:
        return _vintages(query, chosen)
    joined = stacked(chosen)
    if len(chosen) > 1 and query.feed.by_publication:  # what was made later may speak of an earlier time
        joined = joined.sort(*sort_order(query.feed.dataset), maintain_order=True)
    return joined, [_Share(each.frame.height, functools.partial(_own, each)) for each in chosen]


def _own(found: Selected) -> pl.Series | None:
    return found.rows


def _selected(query: Query, data: ChunkData) -> Selected:
    """The rows of a chunk that the query asks for; of a forecast the last publications alone, if asked so."""
    feed, index = query.feed, data.index
    inside = query.time.start <= data.chunk.start and data.chunk.end <= query.time.end
    inside = (inside and not feed.dataset.forecast) or feed.by_publication
    if feed.dataset.forecast and query.vintages == "latest":
        index = index.latest(_vintage_key(feed.dataset))
    found = index.select(query.locations, None if inside else (query.time.start, query.time.end))
    if not query.filters:
        return found
    conditions = [pl.col(name).is_in(list(values)) for name, values in query.filters.items()]
    return found.keep(found.frame.select(pl.all_horizontal(conditions).fill_null(value=False)).to_series())


def _vintage_key(dataset: Dataset) -> list[str]:
    """What tells the intervals of a forecast apart, whenever they were published."""
    return [name for name in dataset.key if name != "publish_time"]


def _last_words(query: Query, arrived: Sequence[ChunkData]) -> tuple[pl.DataFrame, list[_Share]]:
    """Of publications that overlap in time the last for each interval; what stands is found once for all queries."""
    dataset = query.feed.dataset
    first, *later = (data.index for data in arrived)
    joined = first.joined(later, _vintage_key(dataset), sort_order(dataset))
    span = None if query.feed.by_publication else (query.time.start, query.time.end)
    return _shared_out(joined, joined.select(query.locations, span))


def _vintages(query: Query, chosen: Sequence[Selected]) -> tuple[pl.DataFrame, list[_Share]]:
    """Publications overlap in time: keep the last for each interval if asked so, and bring them in order."""
    dataset = query.feed.dataset
    latest = query.vintages == "latest"  # each publication says its own last word alone already
    joined = JoinedIndex(chosen, sort_order(dataset), last_of=_vintage_key(dataset) if latest else None)
    return _shared_out(joined, joined.select((), None))


def _shared_out(joined: JoinedIndex, found: Selected) -> tuple[pl.DataFrame, list[_Share]]:
    """Some rows of several publications, and the share of each."""
    return found.frame.clone(), [
        _Share(height, functools.partial(joined.rows, found, number))
        for number, height in enumerate(joined.heights(found))
    ]


def _check_locations(query: Query, arrived: Sequence[ChunkData]) -> None:
    """Raise for a location that none of the chunks has, where nothing says that there is such a one.

    The feed's closed list may say so, the market's usual places, or the list in which names were looked up.
    """
    looked_up = query.places and query.market.directory is not None
    if not query.locations or query.feed.locations is not None or looked_up:
        return
    usual = {fold_location(name) for name in (*query.market.places, *query.feed.own_names)}
    for name in query.locations:
        if fold_location(name) in usual or any(data.index.names(name) for data in arrived):
            continue
        known = {each for data in arrived for each in data.index.known}
        if known:
            raise UnknownLocation(
                f"{query.market.id}/{query.feed.name} has no location {name!r}."
                f"{suggest(name, known, first=query.market.places)}"
                f"{_instead(arrived)}"
            )


def _unmatched(query: Query, arrived: Sequence[ChunkData]) -> str | None:
    """Which filter no row of the data fits; None where there is no row to fit any."""
    frames = [data.frame for data in arrived if data.frame.height]
    if not frames:
        return None
    feed = f"{query.market.id}/{query.feed.name}"
    for name, values in query.filters.items():
        known = {word for frame in frames for word in frame[name].unique().drop_nulls()}
        if known.isdisjoint(values):
            return f"no row of {feed} has {name} {_listed(values)}.{suggest(values[0], known)}"
    wanted = ", ".join(f"{name} {_listed(values)}" for name, values in query.filters.items())
    return f"no row of {feed} has all of {wanted}"


def _instead(arrived: Sequence[ChunkData]) -> str:
    """What was said where another source than the usual one answered: it may have fewer locations."""
    said = [
        finding.message
        for data in arrived
        for finding in data.findings
        if finding.kind is FindingKind.FALLBACK
    ]
    return f" But the usual source did not answer: {'; '.join(dict.fromkeys(said))}" if said else ""


def _parts(
    query: Query, outcomes: Sequence[Outcome], frame: pl.DataFrame, counts: Mapping[str, int], now: datetime
) -> list[_Part]:
    """What became of each part of the range, in the order of time."""
    parts = []
    for outcome in outcomes:
        start, end = max(outcome.chunk.start, query.time.start), min(outcome.chunk.end, query.time.end)
        error = outcome.error
        if end <= start:  # an earlier publication that reaches into the range
            if error is not None:
                parts.append(_earlier(query, error))
        elif outcome.data is not None:
            rows = counts[outcome.chunk.key]
            parts.append(_arrived(query, outcome.data, start, end, rows, now))
        elif error is not None:
            parts.append(_lacking(query, frame, error, start, end, now))
    return parts


def _earlier(query: Query, error: EnergyOptiError) -> _Part:
    """A publication before the range that failed: what it said of the range is not known."""
    coverage = CoveragePart(
        start=query.time.start, end=query.time.end, status=CoverageStatus.FAILED, reason=error.line
    )
    return _Part(coverage=coverage, failure=error)


def _lacking(
    query: Query, frame: pl.DataFrame, error: EnergyOptiError, start: datetime, end: datetime, now: datetime
) -> _Part:
    """A part of which no chunk came.

    Earlier publications of a forecast may speak of all of it. A part of less than one interval at the
    range's edge, such as the one reading at midnight that stands in the file of the day before, is reported
    and does not fail the answer.
    """
    if not isinstance(error, NoData):
        coverage = CoveragePart(start=start, end=end, status=CoverageStatus.FAILED, reason=error.line)
        return _Part(coverage=coverage, failure=error)
    if query.feed.horizon and _is_covered(frame, start, end):
        return _Part(coverage=CoveragePart(start=start, end=end, status=CoverageStatus.COMPLETE))
    future = start >= now + query.feed.ahead
    status = CoverageStatus.NOT_PUBLISHED if future else CoverageStatus.NO_DATA
    coverage = CoveragePart(start=start, end=end, status=status, reason=error.line)
    sliver = end - start < query.feed.step and not frame.is_empty()
    return _Part(coverage=coverage, failure=None if sliver else error)


def _is_covered(frame: pl.DataFrame, start: datetime, end: datetime) -> bool:
    """Whether there is a row for all of a span, however long each interval is: a day may have 25 hours."""
    starts = pl.col("interval_start")
    there = frame.filter((starts >= start) & (starts < end)).unique("interval_start")
    covered: timedelta = there.select((pl.col("interval_end") - starts).sum()).item()
    return covered >= end - start


def _arrived(
    query: Query, data: ChunkData, start: datetime, end: datetime, rows: int, now: datetime
) -> _Part:
    """A part that came: whole, with gaps, or without any of the locations that were asked for."""
    chunk, feed = data.chunk, data.chunk.feed
    lacking = [name for name in query.locations if not data.index.names(name)] if feed.has_grid else []
    if lacking and len(lacking) == len(query.locations):
        return _absent(NoData(f"{chunk} has no row of {_listed(lacking)}"), start, end, now)
    awaits_rows = feed.has_grid and not feed.horizon and not feed.current and not query.filters
    if not rows and awaits_rows and end - start >= feed.step:
        whose = f" of {_listed(query.locations)}" if query.locations else ""
        return _absent(NoData(f"{chunk} has no row{whose} from {_between(start, end)}"), start, end, now)
    reason = _incompleteness(data, start, end, now)
    if lacking:
        reason = f"it has no row of {_listed(lacking)}"
    status = CoverageStatus.INCOMPLETE if reason else CoverageStatus.COMPLETE
    return _Part(coverage=CoveragePart(start=start, end=end, status=status, reason=reason, rows=rows))


def _absent(error: NoData, start: datetime, end: datetime, now: datetime) -> _Part:
    """A part of which a chunk that came has nothing."""
    status = CoverageStatus.NOT_PUBLISHED if start >= now else CoverageStatus.NO_DATA
    coverage = CoveragePart(start=start, end=end, status=status, reason=error.line)
    return _Part(coverage=coverage, failure=error)


def _incompleteness(data: ChunkData, start: datetime, end: datetime, now: datetime) -> str:
    """Why a span of a chunk is not whole; nothing where it is."""
    for finding in data.findings:
        if finding.kind is FindingKind.GAP and any(low < end and start < high for low, high in finding.spans):
            return finding.message
    feed = data.chunk.feed
    if end > now + feed.ahead and not (feed.dataset.forecast or feed.current):
        return "the rest is not published yet"
    return ""


def _listed(names: Sequence[str]) -> str:
    """A few names in words."""
    return f"{', '.join(map(repr, names[:_SHOWN]))}{', ...' if len(names) > _SHOWN else ''}"


def _missing(part: _Part) -> Finding:
    return Finding(
        kind=FindingKind.MISSING_PART,
        message=f"{_span(part.coverage)} is missing: {part.coverage.reason}",
    )


def _span(part: CoveragePart) -> str:
    """A span in words; the one instant at midnight is a reading."""
    if part.end - part.start < timedelta(seconds=1):
        return f"the reading at {iso_utc(part.start)}"
    return _between(part.start, part.end)


def _between(start: datetime, end: datetime) -> str:
    return f"{iso_utc(start)} to {iso_utc(end)}"


def _stale(data: ChunkData) -> Finding:
    return Finding(
        kind=FindingKind.STALE,
        message=f"the source failed; this is what it said at {data.provenance.fetched_at:%Y-%m-%d %H:%M:%S}Z",
        rows=data.frame.height,
        chunk=data.chunk.key,
    )


def _worst(failures: Sequence[_Part]) -> EnergyOptiError:
    """The error to raise: a failure before a mere absence."""
    errors = [part.failure for part in failures if part.failure is not None]
    return next((error for error in errors if not isinstance(error, NoData)), errors[0])


def _with_finished(error: EnergyOptiError, result: MarketData) -> EnergyOptiError:
    """The error, with the part that did arrive."""
    error.finished = result if len(result) else None
    return error
