"""The interface of everything that keeps chunks: memory, the lake, or a third party's store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import attrs

from energyopti.query import Chunk, TimeRange
from energyopti.store.chunkdata import ChunkData


@attrs.frozen(kw_only=True)
class Covered:
    """A stretch of one feed that a store holds.

    ``places`` are the names of the locations it was fetched for; empty if it holds every location, or (``all_but``)
    every one but these. ``final`` means that the source is unlikely to change it.
    """

    time: TimeRange
    places: tuple[str, ...] = ()
    fetched_at: datetime
    final: bool
    all_but: bool = False


class Store(Protocol):
    """Keeps chunks, each with its findings and provenance.

    A chunk is identified by its key: feed, time, locations, revisions. A store may forget chunks (memory does), but it
    never returns another chunk, part of a chunk, or rows outside the coverage it reports. Several tasks may use it at
    once. Raises `LakeError` if what it keeps cannot be read or written.
    """

    name: str
    """Its name in a result's provenance: ``memory``, ``lake``."""

    async def get(self, chunk: Chunk, *, as_of: datetime | None = None) -> ChunkData | None:
        """A chunk's data, however old; None if the store does not have it.

        With ``as_of``, the newest version fetched no later than that instant; None if there is none, even if there is
        a later one.
        """
        ...

    async def get_all(
        self,
        chunks: Sequence[Chunk],
        *,
        locations: Sequence[str] = (),
        rows: bool = True,
        as_of: datetime | None = None,
    ) -> dict[Chunk, ChunkData]:
        """The data of those chunks that the store has, each as `get` gives it.

        If ``locations`` are named, the frames may hold only their rows; if ``rows`` is false, they may be empty, since
        the caller only wants to know what is there and how new. Such data is ``narrowed``.
        """
        ...

    async def put(self, data: ChunkData) -> None:
        """Keep a chunk's data as the chunk's newest version."""
        ...

    async def coverage(self, market: str, feed: str) -> tuple[Covered, ...]:
        """The stretches of a feed that the store holds, in time order."""
        ...

    async def aclose(self) -> None:
        """Release files and connections. The store is not used afterwards."""
        ...
