"""From a reading to a chunk's data: unified, cut to the chunk, sorted, checked. Pure functions: nothing here waits."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.checks import Check
from energyopti.errors import EnergyOptiError, NoData, PluginError, SchemaDrift
from energyopti.fetch.checks import check_frame, fingerprint
from energyopti.findings import Finding, FindingKind
from energyopti.frames import sort_order, unify, with_finite, with_wholes
from energyopti.layouts import Reading
from energyopti.neighbours import extent, in_order
from energyopti.plugins import FAILURES
from energyopti.query import Chunk
from energyopti.store import ChunkData, ChunkProvenance, RawRows
from energyopti.timezones import iso_utc
from energyopti.tuning.chunks import FINDINGS_OF_A_CHECK, LONGEST_REASON

_ORIGIN = "\0origin"
PLUGIN_FAILURES = (*FAILURES, pl.exceptions.PanicException)
"""What the code of a plugin may raise; a panic of polars is no `Exception`."""
_TIMES = ("interval_start", "interval_end", "publish_time")
_UTC = pl.Datetime("us", "UTC")


def finish(
    reading: Reading, chunk: Chunk, provenance: ChunkProvenance, checks: Sequence[Check] = ()
) -> ChunkData:
    """A reading as the chunk's data: in the dataset's schema, without rows of other chunks, sorted, checked.

    ``provenance`` says where it came from and when; this function decides whether it is final. Raises `NoData` if the
    feed has a grid and no row lies in the chunk, `SchemaDrift` if rows came but none could be read, and `PluginError`
    for rows that do not fit the dataset. The errors do not name the chunk; the caller adds it.
    """
    _check_reading(reading)
    standing = reading if chunk.revisions else reading.without_superseded()
    try:
        unified, odd = with_finite(unify(standing.frame, chunk.feed, chunk.market.id))
        frame = with_wholes(unified, chunk.market)
    except pl.exceptions.PolarsError as error:
        raise PluginError(
            f"the plugin's rows do not fit dataset {chunk.feed.dataset.name}: {error}",
            do="report it to the plugin's author",
        ) from error
    nulls = [column for column in ("interval_start", "interval_end") if frame[column].null_count()]
    if nulls:
        raise PluginError(
            f"the plugin returned rows without {nulls[0]}",
            do="report it to the plugin's author",
            column=nulls[0],
        )
    due_to = chunk.due_to(provenance.fetched_at)
    if frame.is_empty():
        _check_read(standing)
        if chunk.start >= due_to and not chunk.feed.history.snapshot_only:
            raise NoData(chunk.absence(chunk.end, provenance.fetched_at))
    if not _belongs(frame, chunk):
        raise _emptiness(standing, frame, chunk, provenance.fetched_at)
    frame, origin, cut = _cut(frame, standing.origin, chunk)
    frame, origin = _sort(frame, origin, chunk)
    kept_since = chunk.feed.history.kept_since(provenance.fetched_at)
    checked = check_frame(frame, chunk, until=due_to, kept_since=kept_since)
    found = [*standing.findings, *odd, *cut]
    for check in checks:
        found.extend(_plugin_check(check, frame, chunk))
    return ChunkData(
        chunk=chunk,
        frame=frame,
        raw_rows=RawRows(standing.raw, origin, standing.left_out),
        findings=_of(chunk, [*found, *checked]),
        checked=_of(chunk, checked),
        provenance=provenance,
        fingerprint=fingerprint(frame),
        due_to=due_to,
        settled_to=chunk.settled_to(provenance.fetched_at),
    ).settled()


def _check_reading(reading: Reading) -> None:
    """Raise `PluginError` for times that are no instants, and for rows of payloads that are nowhere."""
    for name in _TIMES:
        kind = reading.frame.schema.get(name, _UTC)
        if kind != _UTC and not reading.frame.is_empty():
            raise PluginError(
                f"the plugin's {name} is {kind}, not in UTC and microseconds",
                do="report it to the plugin's author",
                column=name,
            )
    if reading.payload_rows != reading.accounted_rows:
        raise PluginError(
            f"the plugin accounts for {reading.accounted_rows} of its payloads' {reading.payload_rows} rows",
            do="report it to the plugin's author: each row must be in the frame or in a finding",
        )


def _of(chunk: Chunk, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings with the key of their chunk."""
    return tuple(attrs.evolve(finding, chunk=chunk.key) for finding in findings)


def completed(first: Reading, other: Reading, chunk: Chunk, *, names: tuple[str, str]) -> Reading:
    """A reading with the additional rows of another source; for rows that both have, the first one's count.

    ``names`` are the names of the two sources.
    """
    first, other = (each if chunk.revisions else each.without_superseded() for each in (first, other))
    key = [name for name in chunk.feed.dataset.key if name in {*first.frame.columns} & {*other.frame.columns}]
    rows = other.frame.select(key).with_row_index(_ORIGIN)
    added = rows.join(first.frame.select(key).unique(), on=key, how="anti", nulls_equal=True)[_ORIGIN]
    mask = pl.Series([False]).new_from_index(0, rows.height).scatter(added, True)
    known = Finding(
        kind=FindingKind.SUPERSEDED_ROW,
        message=f"{rows.height - len(added)} rows from {names[1]} are left out: {names[0]} has them",
        rows=rows.height - len(added),
        accounts=True,
    )
    filled = Finding(
        kind=FindingKind.FALLBACK,
        message=f"{names[0]} has only part of it: {len(added)} rows are from {names[1]}",
        rows=len(added),
    )
    other = other.keep(mask, known) if known.rows else other
    return Reading.concat([first, attrs.evolve(other, findings=(*other.findings, filled))])


def _belongs(frame: pl.DataFrame, chunk: Chunk) -> bool:
    """Whether a document's rows belong to a chunk: some lie in it, or near it if the feed is sparse.

    A forecast's chunk includes the time its forecasts reach. Auctions always belong: they may cover any time.
    """
    feed = chunk.feed
    if feed.publication.by_publication:
        return True
    if frame.is_empty():
        return feed.sparse
    beside = feed.step if feed.sparse else timedelta()  # stamps with seconds are requested past the end
    earliest, latest = (
        chunk.start - beside,
        chunk.end + timedelta(days=feed.publication.forecast_days) + beside,
    )
    starts, ends = frame["interval_start"], frame["interval_end"]
    if starts.min() >= earliest and starts.max() < latest:  # type: ignore[operator] # as it mostly is
        return True
    begun = starts >= earliest if _is_cut(chunk) else ends > earliest
    return bool((begun & (starts < latest)).any())


def _check_read(reading: Reading) -> None:
    """Raise `SchemaDrift` if a document has rows but none can be read: that is not an absence."""
    for finding in reading.findings:
        if finding.kind is FindingKind.REJECTED_ROW:
            raise SchemaDrift(
                f"none of the document's {reading.payload_rows} rows can be read: {finding.message}",
                column=finding.column,
            )


def _emptiness(reading: Reading, frame: pl.DataFrame, chunk: Chunk, now: datetime) -> EnergyOptiError:
    """Why a document has nothing for a chunk: it has no rows, or only rows of other times."""
    if frame.height:
        first, last = extent(frame)
        return NoData(
            f"all {frame.height} rows of the document are for other times, {iso_utc(first)} to {iso_utc(last)}"
        )
    left = [each.message for each in reading.findings if each.accounts]
    why = f" ({left[0]})" if left else ""
    return NoData(f"the document has no rows for it{why}; {chunk.absence(chunk.end, now)}")


def _plugin_check(check: Check, frame: pl.DataFrame, chunk: Chunk) -> tuple[Finding, ...]:
    """What a plugin's check finds; a check that fails or finds nonsense is left out, and the finding names it."""
    try:
        found = tuple(itertools.islice(check(frame.clone(), chunk), FINDINGS_OF_A_CHECK + 1))
        if len(found) > FINDINGS_OF_A_CHECK:
            raise ValueError(f"it found more than {FINDINGS_OF_A_CHECK:,} things in one chunk")
        for each in found:
            if not isinstance(each, Finding):
                raise TypeError(f"it found {each!r}, which is not a Finding")
    except PLUGIN_FAILURES as error:
        name = ".".join(str(getattr(check, each, "")) for each in ("__module__", "__qualname__")).strip(".")
        why = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON]
        return (
            Finding(
                kind=FindingKind.CHECK_FAILED,
                message=f"the check {name or repr(check)} failed with {why}; it is left out, report it to the plugin's author",
            ),
        )
    return found


def _is_cut(chunk: Chunk) -> bool:
    """Whether rows of other times belong to other chunks.

    Not so for forecasts and auctions, which reach past theirs, nor for current data, which may begin before midnight.
    """
    feed = chunk.feed
    return not (feed.dataset.forecast or feed.history.snapshot_only or feed.publication.by_publication)


def _cut(
    frame: pl.DataFrame, origin: pl.Series, chunk: Chunk
) -> tuple[pl.DataFrame, pl.Series, tuple[Finding, ...]]:
    """Only the rows that start in the chunk; a finding counts the others."""
    if frame.is_empty() or not _is_cut(chunk):
        return frame, origin, ()
    starts = frame["interval_start"]
    if starts.min() >= chunk.start and starts.max() < chunk.end:  # type: ignore[operator]
        return frame, origin, ()
    mask = (starts >= chunk.start) & (starts < chunk.end)
    finding = Finding(
        kind=FindingKind.OUTSIDE_CHUNK,
        message=f"{int((~mask).sum())} rows of the payload are for another time than this chunk's",
        rows=int((~mask).sum()),
        accounts=True,
        spans=(extent(frame.filter(~mask)),),
    )
    return frame.filter(mask), origin.filter(mask), (finding,)


def _sort(frame: pl.DataFrame, origin: pl.Series, chunk: Chunk) -> tuple[pl.DataFrame, pl.Series]:
    """The rows sorted by time, location and the rest of the key; most payloads already are."""
    order = [name for name in sort_order(chunk.feed.dataset) if frame[name].null_count() < frame.height]
    if in_order([frame[name] for name in order]):
        return frame.rechunk(), origin  # contiguous columns are faster to stack
    sorted_frame = frame.with_columns(origin.alias(_ORIGIN)).sort(*order, maintain_order=True)
    return sorted_frame.drop(_ORIGIN), sorted_frame[_ORIGIN]
