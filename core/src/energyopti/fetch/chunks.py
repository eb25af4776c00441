"""Chunks from wherever they are: in memory, being fetched already, or fetched now."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import attrs

from energyopti.checks import Check
from energyopti.concurrency.cache import Cache
from energyopti.concurrency.deadline import Deadline
from energyopti.concurrency.flights import Flights
from energyopti.concurrency.gather import gather
from energyopti.errors import (
    EnergyOptiError,
    NoData,
    PluginError,
    SchemaDrift,
    SourceUnavailable,
    UnsupportedQuery,
)
from energyopti.events import EventKind, fetching
from energyopti.fetch.carried import carried
from energyopti.fetch.collect import collect_chunk
from energyopti.fetch.context import FetchContext
from energyopti.fetch.corrected import corrected
from energyopti.fetch.outcome import Outcome, no_data
from energyopti.fetch.stored import StoredChunks
from energyopti.fetch.window import rolls
from energyopti.findings import Finding, FindingKind
from energyopti.query import AsOf, Chunk, ResolvedQuery, TimeRange, plan
from energyopti.query.resolving import too_new
from energyopti.registry import Registry
from energyopti.store import ChunkData, Memory, SeriesCounts, Store
from energyopti.store.versions import lost_some, spoiled, succeeding
from energyopti.tuning.chunks import CHUNKS_AT_ONCE, PLANS_KEPT, SHORT_PLAN

if TYPE_CHECKING:
    from energyopti.source import Client


class Chunks:
    """How a service gets chunks, and those it has; each is fetched once, however many calls need it."""

    def __init__(
        self,
        registry: Registry,
        client: Callable[[], Client],
        memory: Memory,
        store: Store | None = None,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._registry = registry
        self._client = client
        self._memory = memory
        self._now = now
        self._flights: Flights[ChunkData] = Flights()
        self._series = SeriesCounts()
        self._stored = None if store is None else StoredChunks(store, memory, self._series, now=now)
        self._checks: dict[str, tuple[Check, ...]] = {}
        self._planned: Cache[tuple[str, str, TimeRange, bool], tuple[Chunk, ...]] = Cache(PLANS_KEPT)
        self._closed = False

    async def aclose(self) -> None:
        """Cancel the fetches in progress, wait for their threads, and fetch no more."""
        self._closed = True
        await self._flights.close()
        if self._stored is not None:
            await self._stored.aclose()

    def plan(self, query: ResolvedQuery) -> tuple[Chunk, ...]:
        """The chunks of a query; those of the last short ranges are kept, since computing their keys takes time."""
        key = (query.market.id, query.feed.name, query.time, query.revisions)
        kept = None if query.places else self._planned.peek(key)
        if kept is not None and kept.value[0].feed is query.feed:
            return kept.value
        chunks = plan(
            query.market,
            query.feed,
            query.time,
            places=query.places,
            revisions=query.revisions,
            now=self._now(),
        )
        if (
            not query.places and len(chunks) <= SHORT_PLAN
        ):  # the length of chunks of some locations may depend on the time
            self._planned.put(key, chunks)
        return chunks

    async def needed(self, query: ResolvedQuery, context: FetchContext) -> Sequence[Chunk]:
        """The chunks that a query needs: those of its plan, or shorter ones that the store has."""
        chunks = self.plan(query)
        if self._stored is None or not query.places:
            return chunks
        if all(self._known(chunk, context) is not None for chunk in chunks):
            return chunks
        with context.deadline.scope():
            return await self._stored.divided(chunks, context)
        return chunks

    async def known(self, chunks: Sequence[Chunk], context: FetchContext) -> dict[Chunk, Outcome | None]:
        """The outcome of each chunk that is known without asking a source; None for the others."""
        outcomes = {chunk: self._known(chunk, context) for chunk in chunks}
        if self._stored is None:
            return outcomes
        unknown = [chunk for chunk, outcome in outcomes.items() if outcome is None]
        gone = [chunk for chunk, outcome in outcomes.items() if outcome is not None and not outcome.kept]
        if unknown or gone:
            with context.deadline.scope():
                found = await self._stored.find(unknown, context, gone=gone)
                outcomes |= {chunk: Outcome(chunk=chunk, data=data) for chunk, data in found.items()}
        return outcomes

    async def outcomes(self, known: Mapping[Chunk, Outcome | None], context: FetchContext) -> list[Outcome]:
        """The outcome of each chunk: known ones at once, the others fetched several at a time.

        If there are many, each that is fetched is cut to what is needed as it comes; the first one stays whole and can say
        what else there is.
        """
        outcomes = dict(known)
        for chunk, outcome in known.items():
            if outcome is not None:
                context.emit(EventKind.CHUNK_FINISHED, chunk)
        unknown = [chunk for chunk, outcome in known.items() if outcome is None]
        whole = set(known if len(known) <= SHORT_PLAN else [next(iter(known))])
        if unknown:
            limit = anyio.CapacityLimiter(CHUNKS_AT_ONCE)

            async def one(chunk: Chunk) -> None:
                async with limit:
                    # another call may have fetched it while this one waited
                    outcome = self._known(chunk, context) or await self._fetched(chunk, context)
                    outcomes[chunk] = outcome if chunk in whole else outcome.slim(context)
                context.emit(EventKind.CHUNK_FINISHED, chunk)

            with context.deadline.scope():
                await gather([functools.partial(one, chunk) for chunk in unknown])
        return [outcome or self._late(chunk, context.deadline) for chunk, outcome in outcomes.items()]

    async def as_known(self, chunks: Sequence[Chunk], as_of: AsOf, context: FetchContext) -> list[Outcome]:
        """The outcome of each chunk as it was known at an instant, which only a store can tell."""
        if self._stored is None:
            raise UnsupportedQuery(
                "what was known at an earlier time is in the lake, and there is none",
                do="fill one with `energyopti backfill`, and keep it up to date with `energyopti sync`",
            )
        chunks = self._stored.shortest(chunks, context)
        known = await context.deadline.hold(functools.partial(self._stored.as_known, chunks, as_of), "it")
        return [
            Outcome(chunk=chunk, data=known[chunk])
            if chunk in known
            else Outcome(chunk=chunk, error=no_data(chunk, f"it had not been fetched as of {as_of}"))
            for chunk in chunks
        ]

    async def missing(self, chunks: Sequence[Chunk], context: FetchContext) -> list[Chunk]:
        """Those chunks that have to be asked of a source: neither memory nor the store has them new enough."""
        unknown = [chunk for chunk in chunks if self._known(chunk, context) is None]
        return unknown if self._stored is None else await self._stored.missing(unknown, context)

    async def fill(
        self, chunks: Sequence[Chunk], context: FetchContext, *, jobs: int, done: Callable[[Outcome], None]
    ) -> None:
        """Get chunks into the store, so many at once; ``done`` is given each outcome, which is not held any longer."""
        limit = anyio.CapacityLimiter(jobs)

        async def one(chunk: Chunk) -> None:
            async with limit:
                known = (await self.known([chunk], context))[chunk]
                done(known or await self._fetched(chunk, context))

        await gather([functools.partial(one, chunk) for chunk in chunks])

    def _late(self, chunk: Chunk, deadline: Deadline) -> Outcome:
        """The outcome of a chunk that missed the deadline: its data from memory, marked stale, or an error."""
        kept = self._memory.find(chunk)
        if kept is not None:
            return Outcome(chunk=chunk, data=kept.out_of("memory", stale=True))
        return Outcome(chunk=chunk, error=_placed(deadline.passed("it"), chunk))

    async def _fetched(self, chunk: Chunk, context: FetchContext) -> Outcome:
        """A chunk's data from its source, or the error in its place."""
        if self._closed:
            return Outcome(chunk=chunk, error=_placed(SourceUnavailable("the service was closed"), chunk))
        try:
            with fetching(chunk.feed.name):
                return Outcome(chunk=chunk, data=await self._chunk(chunk, context))
        except EnergyOptiError as error:
            return Outcome(chunk=chunk, error=error)

    def _known(self, chunk: Chunk, context: FetchContext) -> Outcome | None:
        """The outcome of a chunk without asking a source: its data from memory, or that no source can have it."""
        kept = self._memory.find(chunk)
        if kept is not None and kept.fresh(self._now(), context.max_age, context.of(chunk)):
            context.emit(EventKind.MEMORY_HIT, chunk)
            return Outcome(chunk=chunk, data=kept)
        if self._lies_ahead(chunk):
            return Outcome(chunk=chunk, error=no_data(chunk, f"it {too_new(chunk.feed)}"))
        gone = self._gone(chunk)
        if gone is None:
            return None
        if kept is not None:  # no source can add to it
            final = kept.is_final(context.of(chunk))
            return Outcome(chunk=chunk, data=kept if final else kept.out_of("memory", stale=True))
        return Outcome(chunk=chunk, error=gone, kept=False)

    def _gone(self, chunk: Chunk) -> NoData | None:
        """Why no source has a chunk any longer; None if one may."""
        feed = chunk.feed
        if feed.history.retention is not None and chunk.end <= self._now() - feed.history.retention:
            return no_data(chunk, f"it is too old: the source keeps only {feed.history}")
        if feed.history.snapshot_only and chunk.end <= self._now():
            return no_data(chunk, f"the source keeps only {feed.history}")
        return None

    def _lies_ahead(self, chunk: Chunk) -> bool:
        """Whether nothing of a chunk can be published yet; current data exists from the day's first instant."""
        reach = self._now() + chunk.feed.publication.published_ahead
        return chunk.start > reach if chunk.feed.history.snapshot_only else chunk.start >= reach

    async def _chunk(self, chunk: Chunk, context: FetchContext) -> ChunkData:
        """A chunk from its source; the kept data, marked stale, if the source fails, is damaged or has it no more."""
        kept = self._memory.find(chunk)
        try:
            return await self._flights.join(chunk.key, lambda: self._fetch(chunk, context))
        except (SourceUnavailable, NoData):
            if kept is None:
                raise
            return kept.out_of("memory", stale=True)
        except (SchemaDrift, PluginError) as error:
            if kept is None:
                raise
            damaged = Finding(
                kind=FindingKind.DAMAGED,
                message=f"what the source has now cannot be read: {error.message}",
                chunk=chunk.key,
            )
            return attrs.evolve(kept.out_of("memory", stale=True), findings=(*kept.findings, damaged))

    async def _fetch(self, chunk: Chunk, context: FetchContext) -> ChunkData:
        dataset = chunk.feed.dataset.name
        if dataset not in self._checks:
            self._checks[dataset] = self._registry.checks(dataset)
        kept = self._memory.find(chunk)
        newer_than = context.newer_than or self._now() - chunk.feed.publication.refresh_every
        data = await collect_chunk(
            chunk, self._client(), self._checks[dataset], newer_than=newer_than, kept=kept
        )
        if self._series.findings([data]) and any(each.fills_when_doubted for each in chunk.feed.sources):
            data = await self._filled(data, newer_than)
        if kept is not None:
            if rolls(chunk):  # what is kept may have to be read
                data = await anyio.to_thread.run_sync(carried, kept, data)
            if (why := spoiled(kept, data)) is not None:
                raise SchemaDrift(why)
            if lost_some(kept, data):
                return kept.out_of("memory", stale=True)
            data = succeeding(kept, data)
        await self._keep(data, context, before=kept)
        self._series.add(data)
        for each in corrected(data, self._memory.chunks):
            await self._keep(each, context)
        return data

    async def _keep(self, data: ChunkData, context: FetchContext, *, before: ChunkData | None = None) -> None:
        self._memory.keep(data)
        if self._stored is not None:
            await self._stored.put(data, context, kept=before)

    async def _filled(self, data: ChunkData, newer_than: datetime | None) -> ChunkData:
        """A chunk that has far fewer series than its neighbors, completed with what else its sources have."""
        checks = self._checks[data.chunk.feed.dataset.name]
        try:
            fuller = await collect_chunk(
                data.chunk, self._client(), checks, newer_than=newer_than, doubted=True
            )
        except EnergyOptiError:
            return data
        return fuller if fuller.frame.height > data.frame.height else data

    def compared(self, outcomes: Iterable[Outcome]) -> tuple[Finding, ...]:
        """Findings about arrived chunks that differ from the known chunks near them."""
        return self._series.findings(outcome.data for outcome in outcomes if outcome.data is not None)


def _placed(error: EnergyOptiError, chunk: Chunk) -> EnergyOptiError:
    """An error with its market, feed and chunk."""
    return error.add_parts(market=chunk.market.id, feed=chunk.feed.name, chunk=chunk.key)
