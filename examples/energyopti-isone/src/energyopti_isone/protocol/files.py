"""The files that ISONE publishes: one CSV a day and feed."""

from __future__ import annotations

from energyopti import Chunk, FeedSource
from energyopti.layouts import Reading
from energyopti.source import Expect, Source


async def daily_file(chunk: Chunk, source: Source) -> Reading:
    """Read a day from its own file."""
    feed = chunk.feed
    # TODO: the path is a placeholder, and so is that a file holds a day of the market's own clock. The sandbox serves the same.
    payload = await source.get(f"{feed.name}/{chunk.day:%Y%m%d}.csv", expect=Expect.CSV)
    return await source.run(feed.layout.read, payload.content)


FILES = FeedSource(name="daily files", host="files", collect=daily_file)
