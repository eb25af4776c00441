"""Data Miner's time filter works in whole minutes: how to request a chunk's last minute, and cut it again."""

from __future__ import annotations

from datetime import timedelta

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData
from energyopti.layouts import Reading
from energyopti.source import Collect, Source
from energyopti.timezones import zone
from energyopti_pjm.protocol.rows import ZONE

_MINUTE = timedelta(minutes=1)


def to_the_end(collect: Collect) -> Collect:
    """Request a chunk including its very last minute: a filter that ends at 23:59 loses the stamp 23:59:30.

    The filter works in minutes and includes its end, so that the first instant of the next chunk comes too: it is
    dropped again, by the time of a forecast's making or of a reading. At the end of a year the filter stays within
    it.
    """

    async def whole(chunk: Chunk, source: Source) -> Reading:
        within_the_year = chunk.end.astimezone(zone(ZONE)).year == chunk.day.year
        asked = attrs.evolve(chunk, end=chunk.end + _MINUTE) if within_the_year else chunk
        return _cut(await collect(asked, source), chunk)

    return whole


def _cut(reading: Reading, chunk: Chunk) -> Reading:
    """The rows that were made, or read, within a chunk; a finding counts the others."""
    made = reading.frame["publish_time" if chunk.feed.dataset.forecast else "interval_start"]
    inside = ((made >= chunk.start) & (made < chunk.end)).fill_null(value=True)
    if inside.all():
        return reading
    if not inside.any():
        raise NoData(f"{chunk}: PJM has no rows of its time: not published yet, or no longer kept")
    others = int((~inside).sum())
    finding = Finding(
        kind=FindingKind.OUTSIDE_CHUNK,
        message=f"{others} rows are of the next chunk's first instant",
        rows=others,
        accounts=True,
    )
    return reading.keep(inside, finding)
