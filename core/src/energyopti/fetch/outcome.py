"""The outcome of a chunk."""

from __future__ import annotations

import attrs

from energyopti.errors import EnergyOptiError, NoData
from energyopti.query import Chunk
from energyopti.store import ChunkData


@attrs.frozen(kw_only=True)
class Outcome:
    """The outcome of one chunk: its data, or the error in its place.

    ``kept`` is false if the error is that its source no longer keeps it.
    """

    chunk: Chunk
    data: ChunkData | None = None
    error: EnergyOptiError | None = None
    kept: bool = True


def no_data(chunk: Chunk, what: str) -> NoData:
    """The error that something of a chunk is not there."""
    return NoData(what, market=chunk.market.id, feed=chunk.feed.name, chunk=chunk.key)
