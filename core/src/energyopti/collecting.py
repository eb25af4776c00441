"""One chunk from its sources: eras in order, fallback, then unified, cut, sorted and checked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs
import polars as pl

from energyopti.checks import Check, check_frame, fingerprint
from energyopti.errors import (
    EnergyOptiError,
    NoData,
    PluginError,
    SchemaDrift,
)
from energyopti.findings import Finding, FindingKind
from energyopti.frames import sort_order, unify
from energyopti.layouts import Reading
from energyopti.neighbours import in_order
from energyopti.query import Chunk
from energyopti.source import Client, Source
from energyopti.store import ChunkData, ChunkProvenance

if TYPE_CHECKING:
    from energyopti.market import Era


_FEW = 10_000
"""How many rows are finished sooner than a thread is woken for them."""


async def collect_chunk(chunk: Chunk, client: Client, checks: Sequence[Check]) -> ChunkData:
    """A chunk's data from the first of its eras that has it.

    What answers in the place of one that failed may have less: it is not final. Raises `NoData` where every era says
    that there is none, else the first other error.
    """
    refusals: list[tuple[Era, EnergyOptiError]] = []
    for era in chunk.feed.eras_for(chunk.day):
        source = Source(client, chunk, era)
        try:
            reading = await _ask(era, chunk, source)
        except EnergyOptiError as error:
            refusals.append((era, error))
            continue
        failed = tuple(_fallback(era, each) for each in refusals if not isinstance(each[1], NoData))
        reading = attrs.evolve(reading, findings=(*reading.findings, *failed))
        work = functools.partial(finish, reading, chunk, source, client.now, checks)
        little = reading.frame.height <= _FEW and not checks
        data = work() if little else await source.run(work)
        return data.unsettled() if failed else data
    raise _refusal(chunk, refusals)


async def _ask(era: Era, chunk: Chunk, source: Source) -> Reading:
    """What an era's plugin code makes of a chunk; its own mistakes become `PluginError`."""
    try:
        return await era.collect(chunk, source)
    except SchemaDrift as error:
        drift = SchemaDrift(f"{chunk} from {era.name}: {error}", column=error.column)
        raise drift from error
    except EnergyOptiError:
        raise
    except Exception as error:
        raise PluginError(
            f"{chunk} from {era.name}: the plugin failed with {type(error).__name__}: {error}; tell its author"
        ) from error


def _fallback(era: Era, refusal: tuple[Era, EnergyOptiError]) -> Finding:
    failed, error = refusal
    return Finding(
        kind=FindingKind.FALLBACK, message=f"{failed.name} failed and {era.name} answered: {error.line}"
    )


def _refusal(chunk: Chunk, refusals: Sequence[tuple[Era, EnergyOptiError]]) -> EnergyOptiError:
    """The error that says why no era answered: a failure before a mere absence, with what the others said."""
    if not refusals:
        held = ", ".join(f"{era.name} {era.holds}" for era in chunk.feed.eras)
        return NoData(f"{chunk}: no source holds that day ({held})")
    failed = next((error for _, error in refusals if not isinstance(error, NoData)), None)
    if failed is None:
        return _absence(chunk, refusals)
    others = dict.fromkeys(_said(chunk, era, error) for era, error in refusals if error is not failed)
    if others:
        line = f"{failed.line}; the other sources do not have it: {', '.join(others)}"
        failed.args = (line, *failed.args[1:])
    return failed


def _absence(chunk: Chunk, refusals: Sequence[tuple[Era, EnergyOptiError]]) -> EnergyOptiError:
    """The error that says that no source has it, which were asked, and what each covers."""
    if len(chunk.feed.eras) == 1:
        ((_, error),) = refusals
        if str(chunk) in error.line:  # a plugin's own words say more
            return error
    asked = ", ".join(era.name for era, _ in refusals)
    covers = "; ".join(_covers(era, refusals, chunk) for era in chunk.feed.eras)
    return NoData(f"{chunk}: not published yet, or never (asked {asked}): {covers}")


def _covers(era: Era, refusals: Sequence[tuple[Era, EnergyOptiError]], chunk: Chunk) -> str:
    """What days a source has, and why it has not this one: in its plugin's own words, where there are some."""
    covers = f"{era.name} covers {'' if str(era.holds) == 'all days' else 'days '}{era.holds}"
    error = next((error for each, error in refusals if each is era), None)
    if error is None:
        return f"{covers} and was not asked"
    own = error.line.partition(f"{chunk}: ")[2]
    return f"{covers}, and says: {own}" if own else covers


def _said(chunk: Chunk, era: Era, error: EnergyOptiError) -> str:
    """A source by its name, with its plugin's own words about its absence."""
    own = error.line.partition(f"{chunk}: ")[2]
    return f"{era.name} ({own})" if own else era.name


def finish(
    reading: Reading, chunk: Chunk, source: Source, now: Callable[[], datetime], checks: Sequence[Check]
) -> ChunkData:
    """A reading as the chunk's data: in the dataset's schema, without rows of other chunks, sorted, checked."""
    fetched_at = now()
    if not chunk.revisions:
        reading = reading.standing()
    try:
        frame = unify(reading.frame, chunk.feed, chunk.market.id)
    except pl.exceptions.PolarsError as error:
        raise PluginError(
            f"{chunk}: the plugin's rows do not fit dataset {chunk.feed.dataset.name}: {error}; tell its author"
        ) from error
    nulls = [column for column in ("interval_start", "interval_end") if frame[column].null_count()]
    if nulls:
        raise PluginError(f"{chunk}: the plugin returned rows without {nulls[0]}; tell its author")
    frame, origin, cut = _cut(frame, reading.origin, chunk)
    frame, origin = _sort(frame, origin, chunk)
    found = [*reading.findings, *cut, *check_frame(frame, chunk, until=fetched_at)]
    for check in checks:
        found.extend(_plugin_check(check, frame, chunk))
    final = fetched_at >= chunk.end + chunk.feed.settles_after
    return ChunkData(
        chunk=chunk,
        frame=frame,
        raw=reading.raw,
        origin=origin,
        findings=tuple(attrs.evolve(finding, chunk=chunk.key) for finding in found),
        provenance=ChunkProvenance(
            chunk=chunk.key,
            feed=chunk.feed.name,
            era=source.era.name,
            host=source.era.host,
            urls=tuple(dict.fromkeys(receipt.url for receipt in source.receipts)),
            sha256=tuple(dict.fromkeys(receipt.sha256 for receipt in source.receipts)),
            fetched_at=fetched_at,
            final=final,
        ),
        fingerprint=fingerprint(frame),
    )


def _plugin_check(check: Check, frame: pl.DataFrame, chunk: Chunk) -> tuple[Finding, ...]:
    """What a plugin's check finds; its own mistakes become `PluginError`."""
    try:
        return tuple(check(frame, chunk))
    except Exception as error:
        name = getattr(check, "__name__", repr(check))
        raise PluginError(
            f"{chunk}: the check {name} failed with {type(error).__name__}: {error}; tell its author"
        ) from error


def _cut(
    frame: pl.DataFrame, origin: pl.Series, chunk: Chunk
) -> tuple[pl.DataFrame, pl.Series, tuple[Finding, ...]]:
    """Only the rows that start in the chunk; a finding counts the others.

    Forecasts and auctions reach past theirs; what is current may have begun before midnight.
    """
    feed = chunk.feed
    if frame.is_empty() or feed.dataset.forecast or feed.current or feed.by_publication:
        return frame, origin, ()
    starts = frame["interval_start"]
    if starts.min() >= chunk.start and starts.max() < chunk.end:  # type: ignore[operator]
        return frame, origin, ()
    mask = (starts >= chunk.start) & (starts < chunk.end)
    finding = Finding(
        kind=FindingKind.OUTSIDE_CHUNK,
        message=f"{int((~mask).sum())} rows of the payload belong to another time than this chunk's",
        rows=int((~mask).sum()),
        accounts=True,
    )
    return frame.filter(mask), origin.filter(mask), (finding,)


def _sort(frame: pl.DataFrame, origin: pl.Series, chunk: Chunk) -> tuple[pl.DataFrame, pl.Series]:
    """The rows in the order of time, location and the rest of the key; most payloads are so already."""
    order = [name for name in sort_order(chunk.feed.dataset) if frame[name].null_count() < frame.height]
    if in_order([frame[name] for name in order]):
        return frame.rechunk(), origin  # whole columns are the sooner put beneath others
    sorted_frame = frame.with_columns(origin.alias("\0origin")).sort(*order, maintain_order=True)
    return sorted_frame.drop("\0origin"), sorted_frame["\0origin"]
