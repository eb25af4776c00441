"""What one source of a feed gives of a chunk by itself, without the sources that stand in for it."""

from __future__ import annotations

from datetime import datetime

import attrs

from energyopti.errors import EnergyOptiError
from energyopti.fetch.finish import finish
from energyopti.layouts import Reading
from energyopti.market import FeedSource
from energyopti.query import Chunk
from energyopti.source import Client, Source
from energyopti.store import ChunkData, ChunkProvenance


@attrs.frozen
class Alone:
    """The data of a chunk out of one source; or, if rows came that are none of the chunk's, what is wrong with them."""

    source: str
    chunk: Chunk
    data: ChunkData | None
    wrong: str = ""


async def alone(client: Client, chunk: Chunk, feed_source: FeedSource, now: datetime) -> Alone | None:
    """What a source gives; None if it says that it has nothing."""
    try:
        reading = await feed_source.collect(chunk, Source(client, chunk, feed_source))
    except EnergyOptiError:
        return None
    if reading.frame.is_empty():
        return None
    try:
        return Alone(feed_source.name, chunk, finished(reading, chunk, feed_source, now))
    except EnergyOptiError as error:
        return Alone(feed_source.name, chunk, None, error.what)


def finished(reading: Reading, chunk: Chunk, feed_source: FeedSource, now: datetime) -> ChunkData:
    """A reading as the chunk's data; raises what the core makes of one that cannot be."""
    provenance = ChunkProvenance(
        chunk=chunk.key,
        feed=chunk.feed.name,
        feed_source=feed_source.name,
        host=feed_source.host,
        urls=(),
        sha256=(),
        fetched_at=now,
    )
    return finish(reading, chunk, provenance)
