"""One chunk from its sources: eras in order, fallback, and what one lacks from the next."""

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
from energyopti.findings import Finding, FindingKind
from energyopti.finishing import completed, finish
from energyopti.layouts import Reading
from energyopti.query import Chunk
from energyopti.source import Client, Source
from energyopti.store import ChunkData, ChunkProvenance

if TYPE_CHECKING:
    from energyopti.market import Era


_FEW = 10_000
"""How many rows are finished sooner than a thread is woken for them."""


async def collect_chunk(
    chunk: Chunk,
    client: Client,
    checks: Sequence[Check],
    *,
    newer_than: datetime | None = None,
    kept: ChunkData | None = None,
) -> ChunkData:
    """A chunk's data from the first of its eras that has it; of shared documents such as are ``newer_than`` an instant.

    A document without a row of the chunk is none: the next era is asked. What came with a gap is completed from the
    others, once the chunk is over. What answers in the place of one that failed may have less: it is not final. What
    was ``kept`` of it stands where its sources say that nothing changed. Raises `NoData` where every era says that there
    is none, else the first other error.
    """
    refusals: list[tuple[Era, EnergyOptiError]] = []
    found: ChunkData | None = None
    reading: Reading | None = None
    sources: list[Source] = []
    failed_first = False
    eras = chunk.feed.eras_for(chunk.day, client.now() - chunk.end)
    if not eras:
        raise _refusal(chunk, refusals, client.now())
    first = Source(client, chunk, eras[0], newer_than=newer_than)
    if kept is not None and await _stands(kept, first):
        return kept.as_of(client.now())
    for era in eras:
        source = first.beside(era)
        try:
            came = await _ask(era, chunk, source)
            if found is not None and reading is not None:
                came = completed(reading, came, chunk, names=(found.provenance.era, era.name))
            data = await _finished(came, chunk, [*sources, source], client.now(), checks)
        except EnergyOptiError as error:
            refusals.append((era, error))
            continue
        if found is not None and data.frame.height <= found.frame.height:
            continue  # it has no more than the others
        if found is None:
            failed_first = any(not isinstance(error, NoData) for _, error in refusals)
        found, reading, sources = data, came, [*sources, source]
        if found.whole or chunk.due_to(client.now()) < chunk.end:
            break
    if found is None:
        raise _unreached(chunk, refusals, client) or _refusal(chunk, refusals, client.now())
    found = _with_refusals(found, refusals)
    return found.unsettled() if failed_first else found


async def _stands(kept: ChunkData, source: Source) -> bool:
    """Whether what is kept is what its sources would say again; one that does not answer is asked as any other."""
    if not kept.may_stand:
        return False
    try:
        return await source.unchanged(kept.receipts)
    except EnergyOptiError:
        return False


async def _finished(
    reading: Reading, chunk: Chunk, sources: Sequence[Source], now: datetime, checks: Sequence[Check]
) -> ChunkData:
    """What a reading is as the chunk's data; much of it is looked at in a thread."""
    work = functools.partial(finish, reading, chunk, _provenance(chunk, sources, now), checks)
    little = reading.frame.height <= _FEW and not checks
    data = work() if little else await sources[-1].run(work)
    return attrs.evolve(data, receipts=tuple(receipt for source in sources for receipt in source.receipts))


def _provenance(chunk: Chunk, sources: Sequence[Source], now: datetime) -> ChunkProvenance:
    """Where a chunk came from: mostly one source, or those that it was put together from."""
    receipts = [receipt for source in sources for receipt in source.receipts]
    return ChunkProvenance(
        chunk=chunk.key,
        feed=chunk.feed.name,
        era=" and ".join(source.era.name for source in sources),
        host=" and ".join(dict.fromkeys(source.era.host for source in sources)),
        urls=tuple(dict.fromkeys(receipt.url for receipt in receipts)),
        sha256=tuple(dict.fromkeys(receipt.sha256 for receipt in receipts)),
        fetched_at=now,
    )


def _with_refusals(data: ChunkData, refusals: Sequence[tuple[Era, EnergyOptiError]]) -> ChunkData:
    """Data with what the eras said that failed to answer."""
    failed = [each for each in refusals if not isinstance(each[1], NoData)]
    if not failed:
        return data
    findings = (attrs.evolve(_fallback(data.provenance.era, each), chunk=data.chunk.key) for each in failed)
    return attrs.evolve(data, findings=(*data.findings, *findings))


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


def _fallback(answered: str, refusal: tuple[Era, EnergyOptiError]) -> Finding:
    failed, error = refusal
    return Finding(
        kind=FindingKind.FALLBACK, message=f"{failed.name} failed and {answered} answered: {error.line}"
    )


def _refusal(chunk: Chunk, refusals: Sequence[tuple[Era, EnergyOptiError]], now: datetime) -> EnergyOptiError:
    """The error that says why no era answered: a failure before a mere absence, with what the others said.

    What is not due yet is not there, whether or not there is a credential for another source.
    """
    if not refusals:
        held = ", ".join(f"{era.name} {era.holds}" for era in chunk.feed.eras)
        return NoData(f"{chunk}: no source holds that day ({held})")
    failed = next((error for _, error in refusals if not isinstance(error, NoData)), None)
    early = chunk.start >= chunk.due_to(now) and any(isinstance(error, NoData) for _, error in refusals)
    if failed is None or (early and isinstance(failed, MissingCredential)):
        return _absence(chunk, refusals, now)
    others = dict.fromkeys(_said(chunk, era, error) for era, error in refusals if error is not failed)
    if others:
        line = f"{failed.line}; the other sources do not have it: {', '.join(others)}"
        failed.args = (line, *failed.args[1:])
    return failed


def _unreached(
    chunk: Chunk, refusals: Sequence[tuple[Era, EnergyOptiError]], client: Client
) -> SourceUnavailable | None:
    """The error of a chunk whose sources were out of reach, as every other host was; None where one was met."""
    errors = (error for _, error in refusals if isinstance(error, SourceUnavailable) and error.unreached)
    first = next(errors, None)
    if first is None or client.reached:
        return None
    return SourceUnavailable(
        f"{chunk}: nothing could be reached; is there a network? `--sandbox` works without ({first.line})",
        unreached=True,
    )


def _absence(chunk: Chunk, refusals: Sequence[tuple[Era, EnergyOptiError]], now: datetime) -> EnergyOptiError:
    """The error that says that no source has it, which were asked, and what each covers."""
    if len(chunk.feed.eras) == 1:
        ((_, error),) = refusals
        if str(chunk) in error.line:  # a plugin's own words say more
            return error
    asked = ", ".join(era.name for era, _ in refusals)
    covers = "; ".join(_covers(era, refusals, chunk) for era in chunk.feed.eras)
    early = chunk.absence(chunk.end, now) if chunk.start >= chunk.due_to(now) else ""
    return NoData(f"{chunk}: {early or 'not published yet, or never'} (asked {asked}): {covers}")


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
