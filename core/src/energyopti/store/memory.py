"""Chunks in memory: bounded in bytes; the least recently used are dropped first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from energyopti.concurrency.cache import Cache
from energyopti.query import Chunk, TimeRange
from energyopti.store.base import Covered
from energyopti.store.chunkdata import ChunkData


class Memory:
    """The newest version of each chunk, within a budget of bytes.

    A chunk larger than the whole budget is not kept.
    """

    name = "memory"

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._kept: Cache[str, ChunkData] = Cache(budget=budget, size=lambda data: data.bytes)

    @property
    def held(self) -> int:
        """The bytes of all chunks."""
        return self._kept.held

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, chunk: Chunk) -> ChunkData | None:
        """A chunk's data, fresh or not; does not wait."""
        kept = self._kept.find(chunk.key)
        return None if kept is None else kept.value

    def keep(self, data: ChunkData) -> None:
        """Keep a chunk's data in place of its earlier data; does not wait."""
        if data.bytes > self._budget:
            self._kept.drop(data.chunk.key)
        else:
            self._kept.put(data.chunk.key, data.out_of(self.name))

    def chunks(self) -> list[ChunkData]:
        """All data in memory; does not wait."""
        return list(self._kept.values())

    async def get(self, chunk: Chunk, *, as_of: datetime | None = None) -> ChunkData | None:
        """A chunk's data; with ``as_of`` only if it had been fetched by then."""
        kept = self.find(chunk)
        return None if kept is None or (as_of is not None and kept.provenance.fetched_at > as_of) else kept

    async def get_all(
        self,
        chunks: Sequence[Chunk],
        *,
        locations: Sequence[str] = (),  # noqa: ARG002 - what is in memory is whole
        rows: bool = True,  # noqa: ARG002 - the same
        as_of: datetime | None = None,
    ) -> dict[Chunk, ChunkData]:
        """The data of those chunks that are in memory, always with the rows of all locations."""
        found = [(chunk, await self.get(chunk, as_of=as_of)) for chunk in chunks]
        return {chunk: data for chunk, data in found if data is not None}

    async def put(self, data: ChunkData) -> None:
        """Keep a chunk's data in place of its earlier data."""
        self.keep(data)

    async def coverage(self, market: str, feed: str) -> tuple[Covered, ...]:
        """The stretches of a feed that are in memory now, in time order."""
        held = [
            Covered(
                time=TimeRange(data.chunk.start, data.chunk.end),
                places=tuple(place.location for place in data.chunk.places),
                fetched_at=data.provenance.fetched_at,
                final=data.provenance.final,
            )
            for data in self.chunks()
            if (data.chunk.market.id, data.chunk.feed.name) == (market, feed)
        ]
        return tuple(sorted(held, key=lambda each: (each.time.start, each.time.end, each.places)))

    async def aclose(self) -> None:
        """Forget everything."""
        self._kept.clear()
