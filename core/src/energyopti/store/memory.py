"""Chunks in memory: bounded in bytes, the least recently used goes first."""

from __future__ import annotations

from collections import OrderedDict

from energyopti.store.chunkdata import ChunkData


class Memory:
    """Chunk data by chunk key, within a budget of bytes.

    A chunk larger than the whole budget is not kept.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._kept: OrderedDict[str, tuple[ChunkData, int]] = OrderedDict()
        self.held = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> ChunkData | None:
        """A chunk's data, fresh or not."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, data: ChunkData) -> None:
        """Keep a chunk's data in place of what was kept of it before; it will say that it was kept in memory."""
        key, size = data.chunk.key, data.bytes
        if key in self._kept:
            self.held -= self._kept.pop(key)[1]
        if size > self._budget:
            return
        self._kept[key] = (data.out_of("memory"), size)
        self.held += size
        while self.held > self._budget:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.held -= dropped
