"""Chunks beyond memory: what a store has of them, and what it is given. A store that fails costs no answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from energyopti.concurrency.cache import Cache
from energyopti.concurrency.flights import Flights
from energyopti.errors import LakeError
from energyopti.events import EventKind
from energyopti.fetch.context import FetchContext
from energyopti.fetch.corrected import StoredReports
from energyopti.fetch.known import instants_of, joined_days
from energyopti.query import AsOf, Chunk, plan
from energyopti.store import ChunkData, Memory, SeriesCounts, Store
from energyopti.tuning.lake import PUT_AGAIN_AFTER, PUTS_KEPT

_log = logging.getLogger("energyopti")


class StoredChunks:
    """A store behind memory: what it has is put into memory, unless it is only part of a chunk."""

    def __init__(
        self, store: Store, memory: Memory, series: SeriesCounts, *, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._memory = memory
        self._series = series
        self._now = now
        self._reports = StoredReports(store)
        self._flights: Flights[Mapping[Chunk, ChunkData]] = Flights()
        self._put: Cache[str, datetime] = Cache(PUTS_KEPT)

    async def find(
        self, chunks: Sequence[Chunk], context: FetchContext, *, gone: Sequence[Chunk] = ()
    ) -> dict[Chunk, ChunkData]:
        """The data of those chunks that the store has and that are new enough to answer from.

        Only what memory does not have, or has from an earlier fetch, is read. Other data goes into memory, where a fetch
        looks for what it can build on. Of ``gone`` chunks, which no source keeps any longer, all data is given: marked
        stale, unless it is final.
        """
        wanted = [*chunks, *gone]
        try:
            wanted = await self._unread(wanted)
            there = await self._read(wanted, context.locations) if wanted else {}
            found = await self._reports.held_against(there)
            old = [chunk for chunk in chunks if chunk in found and not self._is_fresh(found[chunk], context)]
            parts = [chunk for chunk in old if found[chunk].narrowed] or _unheard_of(found, context.locations)
            found |= await self._reports.held_against(await self._store.get_all(parts)) if parts else {}
        except LakeError as error:
            self._failed([*chunks, *gone][0], context, error)
            return {}
        for data in found.values():
            self._series.add(data)
            if not data.narrowed:
                self._memory.keep(data)
        fresh = {chunk: found[chunk] for chunk in chunks if chunk in found and chunk not in set(old)}
        fresh |= {chunk: self._last(found[chunk], context) for chunk in gone if chunk in found}
        for chunk in fresh:
            context.emit(EventKind.STORE_HIT, chunk)
        return fresh

    async def divided(self, chunks: Sequence[Chunk], context: FetchContext) -> list[Chunk]:
        """The chunks; a long one of some locations is divided where the store has all that is needed of it.

        Such a chunk may be a year, of which a query needs a day that the store has from a chunk of all locations.
        """
        parts = {chunk: self._parts(chunk, context) for chunk in chunks if _is_long(chunk)}
        every = [part for several in parts.values() for part in several]
        if not every:
            return list(chunks)
        try:
            missing = set(await self.missing(every, context))
        except LakeError as error:
            self._failed(every[0], context, error)
            return list(chunks)
        return [
            each
            for chunk in chunks
            for each in (parts[chunk] if chunk in parts and missing.isdisjoint(parts[chunk]) else [chunk])
        ]

    def _parts(self, chunk: Chunk, context: FetchContext) -> tuple[Chunk, ...]:
        """What a query needs of a chunk, in chunks as long as those of all locations."""
        return plan(
            chunk.market,
            chunk.feed,
            context.of(chunk),
            places=chunk.places,
            revisions=chunk.revisions,
            now=self._now(),
            size=chunk.feed.chunk,
        )

    async def missing(self, chunks: Sequence[Chunk], context: FetchContext) -> list[Chunk]:
        """Those chunks that the store does not have, or not new enough to answer from; no row is read."""
        found = await self._reports.held_against(await self._store.get_all(chunks, rows=False))
        return [chunk for chunk in chunks if chunk not in found or not self._is_fresh(found[chunk], context)]

    def shortest(self, chunks: Sequence[Chunk], context: FetchContext) -> list[Chunk]:
        """The chunks, long ones of some locations divided, whatever the store has."""
        return [
            each for chunk in chunks for each in (self._parts(chunk, context) if _is_long(chunk) else [chunk])
        ]

    async def as_known(self, chunks: Sequence[Chunk], as_of: AsOf) -> dict[Chunk, ChunkData]:
        """The data of those chunks that had been fetched by an instant, as it was then.

        If each day has an instant of its own, a chunk's days are taken one by one; a chunk of which a day had not been
        fetched by its instant is not given. Raises `LakeError` if the store cannot be read.
        """
        instants = {chunk: instants_of(chunk, as_of) for chunk in chunks}
        found: dict[datetime, dict[Chunk, ChunkData]] = {}
        for instant in sorted({instant for days in instants.values() for _, instant in days}):
            then = [chunk for chunk, days in instants.items() if any(at == instant for _, at in days)]
            found[instant] = await self._store.get_all(then, as_of=instant)
        known = {}
        for chunk, days in instants.items():
            parts = [(span, found[at][chunk]) for span, at in days if chunk in found[at]]
            if len(parts) == len(days):
                known[chunk] = joined_days(chunk, parts)
        return known

    async def _read(self, chunks: Sequence[Chunk], locations: tuple[str, ...]) -> Mapping[Chunk, ChunkData]:
        """Chunks out of the store; concurrent calls for the same ones read them once."""
        return await self._flights.join(
            (*chunks, locations), lambda: self._store.get_all(chunks, locations=locations)
        )

    async def aclose(self) -> None:
        """Wait for what is being read."""
        await self._flights.close()

    async def _unread(self, chunks: Sequence[Chunk]) -> list[Chunk]:
        """Those chunks that memory does not have, or that the store has from a later fetch."""
        held = {chunk: kept for chunk in chunks if (kept := self._memory.find(chunk)) is not None}
        there = await self._store.get_all(list(held), rows=False) if held else {}
        newer = {
            chunk
            for chunk, data in there.items()
            if data.provenance.fetched_at > held[chunk].provenance.fetched_at
        }
        return [chunk for chunk in chunks if chunk not in held or chunk in newer]

    async def put(self, data: ChunkData, context: FetchContext, *, kept: ChunkData | None = None) -> None:
        """Keep a chunk's data beyond memory.

        If only the time of the fetch differs from what was ``kept``, that is done once an hour: a watch asks twice a
        minute.
        """
        key, at = data.chunk.key, data.provenance.fetched_at
        last = self._put.find(key)
        if last is not None and at - last.value < PUT_AGAIN_AFTER and _says_the_same(data, kept):
            return
        try:
            await self._store.put(data)
            self._put.put(key, at)
        except LakeError as error:
            self._failed(data.chunk, context, error)

    def _is_fresh(self, data: ChunkData, context: FetchContext) -> bool:
        return data.fresh(self._now(), context.max_age, context.of(data.chunk))

    def _last(self, data: ChunkData, context: FetchContext) -> ChunkData:
        """Data that no source can replace."""
        return data if data.is_final(context.of(data.chunk)) else data.out_of(self._store.name, stale=True)

    def _failed(self, chunk: Chunk, context: FetchContext, error: LakeError) -> None:
        _log.warning("%s: %s", self._store.name, error.line)
        context.emit(EventKind.STORE_FAILED, chunk, error.line)


def _unheard_of(found: Mapping[Chunk, ChunkData], locations: Sequence[str]) -> list[Chunk]:
    """A chunk that says which locations there are, if one of those asked for has no row."""
    if not found or not all(data.narrowed for data in found.values()):
        return []
    if all(any(data.index.names(name) for data in found.values()) for name in locations):
        return []
    return [list(found)[-1]]


def _says_the_same(data: ChunkData, kept: ChunkData | None) -> bool:
    """Whether data differs from earlier data only in when it was fetched."""
    if kept is None or data.provenance.final != kept.provenance.final or data.findings != kept.findings:
        return False
    return data.frame is kept.frame or data.frame.equals(kept.frame)


def _is_long(chunk: Chunk) -> bool:
    """Whether a chunk of some locations is longer than one of all."""
    return bool(chunk.places) and chunk.size is not chunk.feed.chunk
