"""Chunks in memory: bounded in bytes, the least recently used goes first."""

from __future__ import annotations

from energyopti.concurrency.cache import Cache
from energyopti.store.chunkdata import ChunkData


class Memory:
    """Chunk data by chunk key, within a budget of bytes.

    A chunk larger than the whole budget is not kept.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._kept: Cache[str, ChunkData] = Cache(budget=budget, size=lambda data: data.bytes)

    @property
    def held(self) -> int:
        """The bytes of all chunks."""
        return self._kept.held

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> ChunkData | None:
        """A chunk's data, fresh or not."""
        kept = self._kept.find(key)
        return None if kept is None else kept.value

    def put(self, data: ChunkData) -> None:
        """Keep a chunk's data in place of what was kept of it before; it will say that it was kept in memory."""
        if data.bytes > self._budget:
            self._kept.drop(data.chunk.key)
        else:
            self._kept.put(data.chunk.key, data.out_of("memory"))
