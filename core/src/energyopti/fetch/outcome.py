"""The outcome of a chunk."""

from __future__ import annotations

import attrs

from energyopti.errors import EnergyOptiError, NoData
from energyopti.fetch.context import FetchContext
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

    def slim(self, context: FetchContext) -> Outcome:
        """The same outcome with only those rows that are needed, and the source's own columns only if asked for."""
        data = self.data
        if data is not None and context.locations and not data.narrowed:
            data = data.at(context.locations)
        elif data is not None and not context.locations and not context.keeps_raw:
            data = data.without_raw()
        return attrs.evolve(self, data=data)


def no_data(chunk: Chunk, what: str) -> NoData:
    """The error that something of a chunk is not there."""
    return NoData(what, market=chunk.market.id, feed=chunk.feed.name, chunk=chunk.key)
