"""What every place that keeps chunks can do: memory, the lake, or a third party's own."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import attrs

from energyopti.query import Chunk, TimeRange
from energyopti.store.chunkdata import ChunkData


@attrs.frozen(kw_only=True)
class Covered:
    """A stretch of one feed that a store holds.

    ``places`` are the locations it was asked for, by name; empty where it holds every location. ``final`` says that the
    source will hardly change it any more.
    """

    time: TimeRange
    places: tuple[str, ...] = ()
    fetched_at: datetime
    final: bool


class Store(Protocol):
    """Keeps chunks, each with everything that was found about it.

    A chunk is known by its key: feed, time, locations, revisions. A store may forget (memory does), but it never answers
    with another chunk, with a part of one, or with rows whose coverage it does not claim. It may be used by several tasks
    at once. Raises `LakeError` where what it keeps cannot be read or written.
    """

    name: str
    """What a result's provenance calls it: ``memory``, ``lake``."""

    async def get(self, chunk: Chunk, *, as_of: datetime | None = None) -> ChunkData | None:
        """A chunk's data, whatever its age; None where the store has nothing of it.

        ``as_of`` asks for the newest version that was fetched no later than that instant: None where the store has none,
        even if it has a later one.
        """
        ...

    async def put(self, data: ChunkData) -> None:
        """Keep a chunk's data as its newest version."""
        ...

    async def coverage(self, market: str, feed: str) -> tuple[Covered, ...]:
        """What the store holds of a feed, in the order of time."""
        ...

    async def aclose(self) -> None:
        """Give back what the store holds open. Nothing is asked of it afterwards."""
        ...
