"""Chunks on their way into the lake: many in one commit, which costs little more than one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import anyio

from energyopti.errors import LakeError
from energyopti.query import Chunk
from energyopti.store.base import Covered, Store
from energyopti.store.chunkdata import ChunkData
from energyopti.tuning.lake import PENDING_BYTES, PENDING_ROWS, PENDING_SECONDS


class BatchStore(Store, Protocol):
    """A store that keeps several chunks at once."""

    async def put_all(self, several: Sequence[ChunkData]) -> None:
        """Keep the data of several chunks."""
        ...

    async def usual_bytes(self, chunk: Chunk) -> float | None:
        """How many bytes a chunk of this feed usually takes; None if none is there."""
        ...


class Pending:
    """A store that hands its chunks on to another one when there are enough of them, or they have waited long.

    What waits is lost with the process, and fetched again; nothing is claimed of it before. Call `flush` at the end.
    """

    def __init__(self, store: BatchStore) -> None:
        self.name = store.name
        self._store = store
        self._waiting: dict[str, ChunkData] = {}
        self._rows, self._bytes, self._since = 0, 0, 0.0
        self._turn: anyio.Lock | None = None
        self.error: LakeError | None = None
        """Why what waits could not be handed on; None if it could."""

    async def get(self, chunk: Chunk, *, as_of: datetime | None = None) -> ChunkData | None:
        """A chunk's data: that which waits, or what the other store has."""
        return (await self.get_all([chunk], as_of=as_of)).get(chunk)

    async def get_all(
        self,
        chunks: Sequence[Chunk],
        *,
        locations: Sequence[str] = (),
        rows: bool = True,
        as_of: datetime | None = None,
    ) -> dict[Chunk, ChunkData]:
        """The data of those chunks that wait, or that the other store has."""
        waiting = {} if as_of is not None else self._waiting
        here = {chunk: waiting[chunk.key].out_of(self.name) for chunk in chunks if chunk.key in waiting}
        rest = [chunk for chunk in chunks if chunk not in here]
        there = await self._store.get_all(rest, locations=locations, rows=rows, as_of=as_of) if rest else {}
        return {chunk: {**there, **here}[chunk] for chunk in chunks if chunk in there or chunk in here}

    async def put(self, data: ChunkData) -> None:
        """Keep a chunk's data; from time to time this waits until all that waits is in the other store."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting[data.chunk.key] = data
        self._rows += data.frame.height
        self._bytes += data.bytes
        waited = time.monotonic() - self._since
        if self._rows >= PENDING_ROWS or self._bytes >= PENDING_BYTES or waited >= PENDING_SECONDS:
            await self.flush()

    async def flush(self) -> None:
        """Hand on all that waits; what cannot be handed on still waits."""
        self._turn = self._turn or anyio.Lock()
        async with self._turn:
            several = dict(self._waiting)
            self._rows, self._bytes, self._since = 0, 0, time.monotonic()
            if not several:
                return
            try:
                await self._store.put_all(list(several.values()))
            except LakeError as error:
                self.error = error
                raise
            for key, data in several.items():
                if self._waiting[key] is data:
                    del self._waiting[key]

    async def usual_bytes(self, chunk: Chunk) -> float | None:
        """How many bytes a chunk of this feed usually takes in the other store."""
        return await self._store.usual_bytes(chunk)

    async def coverage(self, market: str, feed: str) -> tuple[Covered, ...]:
        """The stretches of a feed that the other store covers."""
        return await self._store.coverage(market, feed)

    async def aclose(self) -> None:
        """Hand on all that waits."""
        await self.flush()
