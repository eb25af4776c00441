"""From the outcomes of chunks to one answer: joined, filtered, and explained by findings and coverage."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from datetime import datetime

import attrs
import polars as pl

from energyopti.answer.coverage import Part, doubted, listed, missing, parts_of
from energyopti.answer.result import Coverage, MarketData, RawPart
from energyopti.answer.taking import Taken, found_in, within
from energyopti.errors import EnergyOptiError, NoData, PluginError, UnknownLocation, suggest
from energyopti.fetch.checks import repeated_chunks
from energyopti.fetch.outcome import Outcome
from energyopti.findings import Finding, FindingKind
from energyopti.frames import empty_frame, sort_order
from energyopti.query import ResolvedQuery, fold_location
from energyopti.schema import Dataset
from energyopti.store import ChunkData, ChunkProvenance, JoinedIndex, Selected, as_column, stacked
from energyopti.suggestions import advice


def answer(
    query: ResolvedQuery, outcomes: Sequence[Outcome], *, now: datetime, compared: Sequence[Finding] = ()
) -> MarketData:
    """The answer made of chunks' outcomes; ``compared`` are the findings from comparing them with other chunks.

    Unless the query allows a partial answer, raises the first failure with the finished part attached. Raises
    `UnknownLocation` for a location that none of the data has.
    """
    arrived = [outcome.data for outcome in outcomes if outcome.data is not None]
    _check_apart(arrived)
    frame, shares = _rows(query, arrived)
    spans = [within(query, data.chunk) for data in arrived]
    taken = {
        data.chunk.key: Taken(
            data=data,
            span=span,
            height=share.height,
            frame=share.frame,
            findings=found_in(query, data, span, share.frame),
        )
        for data, span, share in zip(arrived, spans, shares, strict=True)
    }
    parts = doubted(parts_of(query, outcomes, taken, frame, now), taken, compared)
    failures = [part for part in parts if part.failure is not None]
    lacking = tuple(missing(part) for part in parts if part.lacking)
    findings = [finding for each in taken.values() for finding in each.findings]
    findings.extend(repeated_chunks([(data.chunk.key, data.fingerprint) for data in arrived]))
    findings.extend(_stale(data) for data in arrived if data.provenance.stale)
    unmatched = _unmatched(query, arrived) if query.filters and frame.is_empty() else None
    if unmatched is not None:
        findings.append(Finding(kind=FindingKind.NO_MATCH, message=unmatched))
    result = MarketData(
        queries=(query,),
        frame=frame,
        findings=(*query.findings, *findings, *compared, *lacking),
        provenance=tuple(_provenance(each) for each in taken.values()),
        coverage=Coverage(
            start=query.time.start, end=query.time.end, parts=tuple(part.coverage for part in parts)
        ),
        raw_parts=tuple(
            RawPart(data.raw_rows, share.rows) for data, share in zip(arrived, shares, strict=True)
        ),
    )
    if arrived:
        _check_locations(query, arrived)
    if failures and not (query.partial and any(not part.lacking for part in parts)):
        raise _with_finished(_worst(failures), result)
    if unmatched is not None and query.feed.has_grid and not query.partial:
        raise NoData(unmatched)
    return result


def _provenance(taken: Taken) -> ChunkProvenance:
    """Where a chunk came from, and whether the part that a query takes of it is final."""
    said, final = taken.data.provenance, taken.data.is_final(taken.span)
    return said if final == said.final else attrs.evolve(said, final=final)


def _check_apart(arrived: Sequence[ChunkData]) -> None:
    """Raise `PluginError` for chunks that overlap: their rows would come twice."""
    for before, after in itertools.pairwise(data.chunk for data in arrived):
        if before.end > after.start:
            raise PluginError(
                f"{before} and {after} overlap: their rows would come twice",
                do="report it to the plugin's author",
            )


@attrs.frozen(eq=False)
class _Share:
    """How many rows of an answer come from a chunk, and a function that finds their numbers in it (None: all of them).

    ``frame`` are its rows before any column filter, if they do not depend on other chunks.
    """

    height: int
    rows: Callable[[], pl.Series | None]
    frame: pl.DataFrame | None = None


def _rows(query: ResolvedQuery, arrived: Sequence[ChunkData]) -> tuple[pl.DataFrame, list[_Share]]:
    """The rows that the query asks for, in order, and each chunk's share of them."""
    if not arrived:
        return empty_frame(query.feed.dataset), []
    forecast = query.feed.dataset.forecast and len(arrived) > 1
    if forecast and query.vintages == "latest" and not query.filters:
        return _latest_vintage(query, arrived)
    every = [_selected(query, data) for data in arrived]
    chosen = [_filtered(query, each) for each in every]
    if forecast:
        return _vintages(query, chosen)
    joined = stacked(chosen)
    if (
        len(chosen) > 1 and query.feed.publication.by_publication
    ):  # a later publication may cover an earlier time
        joined = joined.sort(*sort_order(query.feed.dataset), maintain_order=True)
    return joined, [
        _Share(each.frame.height, functools.partial(as_column, each.numbers), whole.frame)
        for each, whole in zip(chosen, every, strict=True)
    ]


def _selected(query: ResolvedQuery, data: ChunkData) -> Selected:
    """The rows of a chunk in a query's time and locations; of a forecast only the last publications, if queried so."""
    feed, index = query.feed, data.index
    inside = query.time.start <= data.chunk.start and data.chunk.end <= query.time.end
    inside = (inside and not feed.dataset.forecast) or feed.publication.by_publication
    if feed.dataset.forecast and query.vintages == "latest":
        index = index.latest(_vintage_key(feed.dataset))
    return index.select(query.locations, None if inside else (query.time.start, query.time.end))


def _filtered(query: ResolvedQuery, found: Selected) -> Selected:
    """The rows that pass a query's filters."""
    if not query.filters:
        return found
    conditions = [pl.col(name).is_in(list(values)) for name, values in query.filters.items()]
    return found.keep(found.frame.select(pl.all_horizontal(conditions).fill_null(value=False)).to_series())


def _vintage_key(dataset: Dataset) -> list[str]:
    """The columns that identify an interval of a forecast, whenever it was published."""
    return [name for name in dataset.key if name != "publish_time"]


def _latest_vintage(query: ResolvedQuery, arrived: Sequence[ChunkData]) -> tuple[pl.DataFrame, list[_Share]]:
    """For each interval the last of the overlapping publications; joined once for all queries."""
    dataset = query.feed.dataset
    first, *later = (data.index for data in arrived)
    joined = first.joined(later, _vintage_key(dataset), sort_order(dataset))
    span = None if query.feed.publication.by_publication else (query.time.start, query.time.end)
    return _allocate(joined, joined.select(query.locations, span))


def _vintages(query: ResolvedQuery, chosen: Sequence[Selected]) -> tuple[pl.DataFrame, list[_Share]]:
    """The rows of publications that overlap in time, in order; only the last for each interval if queried so."""
    dataset = query.feed.dataset
    latest = query.vintages == "latest"  # within a publication, only the last rows were selected already
    joined = JoinedIndex(chosen, sort_order(dataset), last_of=_vintage_key(dataset) if latest else None)
    return _allocate(joined, joined.select((), None))


def _allocate(joined: JoinedIndex, found: Selected) -> tuple[pl.DataFrame, list[_Share]]:
    """The found rows of several publications, and the share of each."""
    return found.frame.clone(), [
        _Share(height, functools.partial(joined.rows, found, number))
        for number, height in enumerate(joined.heights(found))
    ]


def _check_locations(query: ResolvedQuery, arrived: Sequence[ChunkData]) -> None:
    """Raise `UnknownLocation` for a location that none of the chunks has, unless it is known to exist.

    It is known from the feed's closed list, the market's usual locations, or the list that names were looked up in.
    """
    looked_up = query.places and query.market.directory is not None
    if not query.locations or query.feed.locations.closed is not None or looked_up:
        return
    usual = {fold_location(name) for name in (*query.market.places, *query.feed.locations.own_names)}
    for name in query.locations:
        if fold_location(name) in usual or any(data.index.names(name) for data in arrived):
            continue
        known = {each for data in arrived for each in data.index.known}
        if known:
            near, do = advice(name, known, first=query.market.places)
            raise UnknownLocation(
                f"no location {name!r}",
                location=name,
                near=near,
                do=f"{do}{_instead(arrived)}",
                market=query.market.id,
                feed=query.feed.name,
            )


def _unmatched(query: ResolvedQuery, arrived: Sequence[ChunkData]) -> str | None:
    """The filter that no row of the data passes; None if there are no rows at all."""
    frames = [data.frame for data in arrived if data.frame.height]
    if not frames:
        return None
    feed = f"{query.market.id}/{query.feed.name}"
    for name, values in query.filters.items():
        known = {word for frame in frames for word in frame[name].unique().drop_nulls()}
        if known.isdisjoint(values):
            return f"no row of {feed} has {name} {listed(values)}.{suggest(values[0], known)}"
    wanted = ", ".join(f"{name} {listed(values)}" for name, values in query.filters.items())
    return f"no row of {feed} has all of {wanted}"


def _instead(arrived: Sequence[ChunkData]) -> str:
    """A note that another source than the usual one answered, since it may have fewer locations."""
    said = [
        finding.message
        for data in arrived
        for finding in data.findings
        if finding.kind is FindingKind.FALLBACK
    ]
    return f" But the usual source did not answer: {'; '.join(dict.fromkeys(said))}" if said else ""


def _stale(data: ChunkData) -> Finding:
    return Finding(
        kind=FindingKind.STALE,
        message=f"the source failed; this is its data as of {data.provenance.fetched_at:%Y-%m-%d %H:%M:%S}Z",
        rows=data.frame.height,
        chunk=data.chunk.key,
    )


def _worst(failures: Sequence[Part]) -> EnergyOptiError:
    """The error to raise: a failure rather than an absence."""
    errors = [part.failure for part in failures if part.failure is not None]
    return next((error for error in errors if not isinstance(error, NoData)), errors[0])


def _with_finished(error: EnergyOptiError, result: MarketData) -> EnergyOptiError:
    """The error, with the part that arrived."""
    error.finished = result if len(result) else None
    return error
