"""Which time ranges one request to Data Miner may cover, and how long chunks of a few places are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import attrs

from energyopti import Chunk
from energyopti.market import ChunkSize, Narrowing
from energyopti.query import Place
from energyopti.timezones import DAY, zone
from energyopti.vocabulary import LocationType
from energyopti_pjm.protocol.rows import ZONE

_LONGEST = 365 * DAY
_MINUTE = timedelta(minutes=1)
TYPES = {
    LocationType.HUB: ("HUB",),
    **dict.fromkeys((LocationType.ZONE, LocationType.REGION, LocationType.SYSTEM), ("ZONE",)),
    LocationType.INTERFACE: ("INTERFACE",),
    LocationType.AGGREGATE: ("AGGREGATE", "RESIDUAL_METERED_EDC"),
}
"""The kinds of places that the archive can filter by, in PJM's words; nodes are too many.

PJM-RTO and MID-ATL/APS, which hold zones, are zones to PJM.
"""


@attrs.frozen(kw_only=True)
class Archive:
    """How old rows in the archive are, and whether its type filter works for them."""

    after: timedelta
    by_type: bool = True

    def edge(self, now: datetime) -> datetime:
        """The instant before which rows are archived: a UTC midnight."""
        return (now - self.after).replace(hour=0, minute=0, second=0, microsecond=0)


@attrs.frozen
class Span:
    """A part of a chunk that one request may cover."""

    start: datetime
    end: datetime
    archived: bool = False


def spans(chunk: Chunk, now: datetime, archive: Archive | None) -> list[Span]:
    """The parts of a chunk that each fit one request."""
    edge = archive.edge(now) if archive is not None else datetime.min.replace(tzinfo=now.tzinfo)
    cuts = {chunk.start, chunk.end}
    if chunk.start < edge < chunk.end:
        cuts.add(edge)
    years = range(chunk.start.year + 1, chunk.end.year + 1)
    turns = {datetime(year, 1, 1, tzinfo=now.tzinfo) for year in years}
    cuts |= {turn for turn in turns if turn < edge}  # the archive requires a single UTC year
    ordered = sorted(cut for cut in cuts if chunk.start <= cut <= chunk.end)
    found = []
    for start, end in itertools.pairwise(ordered):
        while end - start > _LONGEST:
            found.append(Span(start, start + _LONGEST, archived=start < edge))
            start += _LONGEST  # noqa: PLW2901 - what is left of the span
        found.append(Span(start, end, archived=start < edge))
    return found


def narrowing(archive: Archive, size: ChunkSize) -> Narrowing:
    """How long chunks of some places are: a day if the archive has to return all nodes, else a given size."""

    def per_location(places: Sequence[Place], at: datetime, now: datetime) -> ChunkSize:
        local = at.astimezone(zone(ZONE))
        month = 1 if size is ChunkSize.YEAR else local.month
        first = local.replace(month=month, day=1, hour=0, minute=0, second=0, microsecond=0)
        by_type = archive.by_type and {each.type for each in places} <= TYPES.keys()
        return size if by_type or first.astimezone(UTC) >= archive.edge(now) else ChunkSize.DAY

    return per_location


def between(start: datetime, end: datetime) -> str:
    """A time filter on the Eastern clock; its end is included, so it is one minute earlier."""
    first, last = (at.astimezone(zone(ZONE)) for at in (start, end - _MINUTE))
    return f"{first:%m/%d/%Y %H:%M}to{last:%m/%d/%Y %H:%M}"
