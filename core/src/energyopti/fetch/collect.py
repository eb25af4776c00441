"""One chunk from its sources: in order, with fallback, and gaps filled from the next source."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from energyopti.checks import Check
from energyopti.errors import (
    EnergyOptiError,
    MissingCredential,
    NoData,
    PluginError,
    SchemaDrift,
    SourceUnavailable,
)
from energyopti.fetch.finish import PLUGIN_FAILURES, completed, finish
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.query import Chunk
from energyopti.store import ChunkData, ChunkProvenance
from energyopti.tuning.chunks import FEW_ROWS

if TYPE_CHECKING:
    from energyopti.market import FeedSource
    from energyopti.source import Client, Request, Source


_SHOWN = 3


async def collect_chunk(
    chunk: Chunk,
    client: Client,
    checks: Sequence[Check],
    *,
    newer_than: datetime | None = None,
    kept: ChunkData | None = None,
    doubted: bool = False,
) -> ChunkData:
    """A chunk's data from the first of its sources that has it.

    A document without a row of the chunk counts as absent: the next feed source is asked. Once the chunk is due, data
    with gaps is completed from the other sources. Data from a source that replaces a failed one may be less complete,
    so it is not final. Data already ``kept`` is reused if its sources say that nothing changed. With ``newer_than``,
    shared documents fetched before that instant are fetched again. ``doubted`` means that the chunk seems to lack some
    of its locations. Raises `NoData` if every feed source says that there is none, else the first other error.
    """
    from energyopti.source import Source  # the HTTP side, which answers out of the lake do without

    refusals: list[tuple[FeedSource, EnergyOptiError]] = []
    found: ChunkData | None = None
    reading: Reading | None = None
    sources: list[Source] = []
    failed_first = False
    feed_sources = chunk.feed.sources_for(chunk.day, client.now() - chunk.end)
    if not feed_sources:
        raise _placed(_refusal(chunk, refusals, client.now()), chunk)
    first = Source(client, chunk, feed_sources[0], newer_than=newer_than, doubted=doubted)
    if kept is not None and await _stands(kept, first):
        return kept.as_of(client.now())
    for feed_source in feed_sources:
        source = first.beside(feed_source)
        try:
            came = await _ask(feed_source, chunk, source)
            if found is not None and reading is not None:
                came = completed(reading, came, chunk, names=(found.provenance.feed_source, feed_source.name))
            data = await _finished(came, chunk, [*sources, source], client.now(), checks)
        except EnergyOptiError as error:
            refusals.append((feed_source, _placed(error, chunk)))
            continue
        if found is not None and data.frame.height <= found.frame.height:
            continue  # it adds nothing
        if found is None:
            failed_first = any(not isinstance(error, NoData) for _, error in refusals)
        found, reading, sources = data, came, [*sources, source]
        if found.whole or chunk.due_to(client.now()) < chunk.end:
            break
    if found is None:
        why = _unreached(refusals, client) or _refusal(chunk, refusals, client.now())
        raise _placed(why, chunk)
    found = _with_refusals(found, refusals)
    return found.unsettled() if failed_first else found


def _placed(error: EnergyOptiError, chunk: Chunk) -> EnergyOptiError:
    """An error with its market, feed and chunk; only this function adds them, so the code that raises it need not."""
    return error.add_parts(market=chunk.market.id, feed=chunk.feed.name, chunk=chunk.key)


async def _stands(kept: ChunkData, source: Source) -> bool:
    """Whether the sources still have what is kept; if they do not answer, the chunk is fetched as usual."""
    if not kept.may_stand or (source.feed_source.in_stages and not kept.provenance.final):
        return False
    try:
        return await source.unchanged(kept.receipts)
    except EnergyOptiError:
        return False


async def _finished(
    reading: Reading, chunk: Chunk, sources: Sequence[Source], now: datetime, checks: Sequence[Check]
) -> ChunkData:
    """A reading as the chunk's data; a large one is processed in a thread."""
    work = functools.partial(finish, reading, chunk, _provenance(chunk, sources, now), checks)
    little = reading.frame.height <= FEW_ROWS and not checks
    data = work() if little else await sources[-1].run(work)
    return attrs.evolve(data, receipts=tuple(receipt for source in sources for receipt in source.receipts))


def _provenance(chunk: Chunk, sources: Sequence[Source], now: datetime) -> ChunkProvenance:
    """Where a chunk came from: usually one source, or all that it was put together from.

    It is as old as the oldest of its documents that other chunks share.
    """
    receipts = [receipt for source in sources for receipt in source.receipts]
    return ChunkProvenance(
        chunk=chunk.key,
        feed=chunk.feed.name,
        feed_source=" and ".join(source.feed_source.name for source in sources),
        host=" and ".join(dict.fromkeys(source.feed_source.host for source in sources)),
        urls=tuple(dict.fromkeys(receipt.url for receipt in receipts)),
        sha256=tuple(dict.fromkeys(receipt.sha256 for receipt in receipts)),
        fetched_at=min([now, *(receipt.fetched_at for receipt in receipts if receipt.can_change)]),
    )


def _with_refusals(data: ChunkData, refusals: Sequence[tuple[FeedSource, EnergyOptiError]]) -> ChunkData:
    """Data with a finding for each feed source that failed."""
    failed = [each for each in refusals if not isinstance(each[1], NoData)]
    if not failed:
        return data
    findings = (
        attrs.evolve(_fallback(data.provenance.feed_source, each), chunk=data.chunk.key) for each in failed
    )
    return attrs.evolve(data, findings=(*data.findings, *findings))


async def _ask(feed_source: FeedSource, chunk: Chunk, source: Source) -> Reading:
    """A chunk as a feed source's plugin code reads it; unexpected exceptions become `PluginError`."""
    try:
        reading = await feed_source.collect(chunk, source)
        absent = [each for each in source.absent if _is_due(each, chunk, source.now)]
        return (
            attrs.evolve(reading, findings=(*reading.findings, _gap(source, absent))) if absent else reading
        )
    except SchemaDrift as error:
        error.add_parts(source=feed_source.name)
        raise
    except EnergyOptiError:
        raise
    except PLUGIN_FAILURES as error:
        raise PluginError(
            f"the plugin failed with {type(error).__name__}: {error}",
            do="report it to the plugin's author",
            source=feed_source.name,
        ) from error


def _is_due(request: Request, chunk: Chunk, now: datetime) -> bool:
    """Whether a document should exist by now, as far as it says what time it is about."""
    return request.about is None or request.about[0] < chunk.due_to(now)


def _gap(source: Source, absent: Sequence[Request]) -> Finding:
    """The finding that documents of a chunk do not exist, about their time if each says what that is."""
    spans = [each.about for each in absent if each.about is not None]
    named = ", ".join(each.path for each in absent[:_SHOWN]) + (", ..." if len(absent) > _SHOWN else "")
    return Finding(
        kind=FindingKind.GAP,
        message=f"{len(absent)} of {len(absent) + len(source.receipts)} documents do not exist: {named}",
        spans=tuple(spans) if len(spans) == len(absent) else (),
    )


def _fallback(answered: str, refusal: tuple[FeedSource, EnergyOptiError]) -> Finding:
    failed, error = refusal
    return Finding(
        kind=FindingKind.FALLBACK,
        message=f"{failed.name} failed, {answered} answered instead: {error.message}",
    )


def _refusal(
    chunk: Chunk, refusals: Sequence[tuple[FeedSource, EnergyOptiError]], now: datetime
) -> EnergyOptiError:
    """The error that says why no feed source answered: a failure rather than an absence, with what the others said.

    If rows are not due yet, the error says so, even if the credential for another source is missing.
    """
    if not refusals:
        held = ", ".join(f"{feed_source.name} {feed_source.available}" for feed_source in chunk.feed.sources)
        return NoData(f"no source has that day ({held})")
    failed = next((error for _, error in refusals if not isinstance(error, NoData)), None)
    early = chunk.start >= chunk.due_to(now) and any(isinstance(error, NoData) for _, error in refusals)
    if failed is None or (early and isinstance(failed, MissingCredential)):
        return _absence(chunk, refusals, now)
    others = dict.fromkeys(
        _said(feed_source, error) for feed_source, error in refusals if error is not failed
    )
    if others:
        failed.what = f"{failed.what}; the other sources do not have it: {', '.join(others)}"
    return failed


def _unreached(
    refusals: Sequence[tuple[FeedSource, EnergyOptiError]], client: Client
) -> SourceUnavailable | None:
    """The error of a chunk whose sources could not be reached, nor any other host so far; None if a host was."""
    errors = (error for _, error in refusals if isinstance(error, SourceUnavailable) and error.unreached)
    first = next(errors, None)
    if first is None or client.reached:
        return None
    return SourceUnavailable(
        f"no host could be reached ({first.what})",
        do="check the network; `--sandbox` works without it",
        host=first.host,
        unreached=True,
    )


def _absence(
    chunk: Chunk, refusals: Sequence[tuple[FeedSource, EnergyOptiError]], now: datetime
) -> EnergyOptiError:
    """The error that no source has the chunk; it says which were asked and which days each covers."""
    if len(chunk.feed.sources) == 1:
        ((_, error),) = refusals
        if _own_words(error):  # more precise
            return error
    asked = ", ".join(feed_source.name for feed_source, _ in refusals)
    covers = "; ".join(_covers(feed_source, refusals) for feed_source in chunk.feed.sources)
    early = chunk.absence(chunk.end, now) if chunk.start >= chunk.due_to(now) else ""
    return NoData(f"{early or 'not published yet, or never'} (asked {asked}): {covers}")


def _covers(feed_source: FeedSource, refusals: Sequence[tuple[FeedSource, EnergyOptiError]]) -> str:
    """Which days a source has, and why not this one, in its plugin's own words if it gave any."""
    covers = f"{feed_source.name} covers {'' if str(feed_source.available) == 'all days' else 'days '}{feed_source.available}"
    error = next((error for each, error in refusals if each is feed_source), None)
    if error is None:
        return f"{covers} and was not asked"
    own = _own_words(error)
    return f"{covers}, and says: {own}" if own else covers


def _said(feed_source: FeedSource, error: EnergyOptiError) -> str:
    """A source's name, with its plugin's own words about the absence."""
    own = _own_words(error)
    return f"{feed_source.name} ({own})" if own else feed_source.name


def _own_words(error: EnergyOptiError) -> str:
    """A plugin's own words about an absence; empty if the absence was a host's answer."""
    return error.what if error.host is None else ""
