"""Chunks: the units that a range is cut into, aligned to a feed's own grid on the market's clock."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import cached_property
from urllib.parse import quote

import attrs

from energyopti.market import ChunkSize, Feed, Market
from energyopti.query.places import Place
from energyopti.query.ranges import TimeRange
from energyopti.timezones import DAY, HOUR, INSTANT, iso_utc, local_date, midnight
from energyopti.tuning.chunks import LONGEST_SELECTION

_PLAIN = " &()*,:;@#"
_CALLED = {ChunkSize.DAY: "%Y-%m-%d", ChunkSize.MONTH: "%Y-%m", ChunkSize.YEAR: "%Y"}
"""The ISO 8601 form of a chunk's local span, as precise as the chunk is long."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Chunk:
    """One market-local hour, day, month or year of a feed: the unit of all work.

    ``[start, end)`` is the UTC span of the ``interval_start`` values that belong to it; for a forecast feed, the
    span that its publications belong to. With ``places`` it holds only these locations, with ``revisions`` also the
    superseded rows.
    """

    market: Market
    feed: Feed
    start: datetime
    end: datetime
    size: ChunkSize
    places: tuple[Place, ...] = ()
    revisions: bool = False

    @property
    def zone(self) -> str:
        """The market's time zone."""
        return self.market.zone

    @cached_property
    def day(self) -> date:
        """The market-local day on which the chunk begins."""
        return local_date(self.start, self.zone)

    @property
    def time(self) -> TimeRange:
        """The chunk's span."""
        return TimeRange(self.start, self.end)

    @cached_property
    def key(self) -> str:
        """The chunk's name in caches, stores and messages: ``nyiso/pal/2024-07-01``.

        A day is ``2024-07-01``, a month ``2024-07``, a year ``2024``, so the name tells where the chunk begins and
        ends, and no two spans share one.
        """
        local = iso_utc(self.start) if self.size is ChunkSize.HOUR else f"{self.day:{_CALLED[self.size]}}"
        revisions = "/revisions" if self.revisions else ""
        return f"{self.market.id}/{self.feed.name}/{local}{_selection(self.places)}{revisions}"

    def due_to(self, now: datetime) -> datetime:
        """The instant up to which all rows of its feed are due by now."""
        return self.feed.due_to(now, self.zone) + self._shift

    def absence(self, end: datetime, now: datetime) -> str:
        """Why there is nothing up to an instant: not published yet, or missing."""
        due = self.feed.due_at(end, self.zone)
        return f"it is not published yet: due {iso_utc(due)}" if now < due else f"it was due {iso_utc(due)}"

    def settled_to(self, now: datetime) -> datetime:
        """The instant up to which its feed's days have settled by now."""
        return (
            midnight(local_date(now - self.feed.publication.settles_after, self.zone), self.zone)
            + self._shift
        )

    @property
    def _shift(self) -> timedelta:
        """How long after midnight its days begin."""
        return INSTANT if self.feed.closes_at_midnight else timedelta()

    def previous(self) -> Chunk:
        """The chunk just before this one."""
        span = TimeRange(self.start - INSTANT, self.start)
        before = plan(
            self.market, self.feed, span, places=self.places, revisions=self.revisions, now=self.end
        )
        return before[0]

    def __str__(self) -> str:
        return self.key

    def __repr__(self) -> str:
        return f"<Chunk {self.key}>"


def _selection(places: tuple[Place, ...]) -> str:
    """Some locations in a chunk's name: a few by name, many by their hash."""
    if not places:
        return ""
    words = "+".join(sorted(quote(place.location, safe=_PLAIN) for place in places))
    return f"/{words if len(words) <= LONGEST_SELECTION else hashlib.sha256(words.encode()).hexdigest()[:16]}"


def plan(
    market: Market,
    feed: Feed,
    span: TimeRange,
    *,
    places: tuple[Place, ...] = (),
    revisions: bool = False,
    now: datetime | None = None,
    size: ChunkSize | None = None,
) -> tuple[Chunk, ...]:
    """The chunks that together hold every interval that starts in the span, in order.

    They are aligned to the feed's own grid, so overlapping queries share chunks. No two overlap: every instant
    belongs to exactly one. Chunks of some ``places`` may be longer than those of all locations, and their length may
    depend on how long ago they are, seen from ``now``; a ``size`` makes them of that length.
    """
    shift = INSTANT if feed.closes_at_midnight else timedelta()
    edge = _floor(span.start - shift, size or _size(feed, places, span.start - shift, now), market.zone)
    chunks = []
    while edge + shift < span.end:
        length = size or _size(feed, places, edge, now)
        following = _next(edge, length, market.zone)
        start, end = edge + shift, following + shift
        chunks.append(
            Chunk(
                market=market,
                feed=feed,
                start=start,
                end=end,
                size=length,
                places=places,
                revisions=revisions,
            )
        )
        edge = following
    return tuple(chunks)


def _size(feed: Feed, places: tuple[Place, ...], at: datetime, now: datetime | None) -> ChunkSize:
    """How long a chunk is around an instant."""
    length = feed.locations.per_location
    if not places or length is None:
        return feed.chunk
    return length if isinstance(length, ChunkSize) else length(places, at, now or at)


_REACH = {ChunkSize.DAY: DAY, ChunkSize.MONTH: 31 * DAY, ChunkSize.YEAR: 366 * DAY}
"""A step from the beginning of a chunk into the next one."""


def _floor(instant: datetime, size: ChunkSize, zone: str) -> datetime:
    """The last edge of the grid that is not after the instant."""
    if size is ChunkSize.HOUR:
        return instant.replace(minute=0, second=0, microsecond=0)
    return midnight(_first_day(local_date(instant, zone), size), zone)


def _next(edge: datetime, size: ChunkSize, zone: str) -> datetime:
    """The edge of the grid after this one."""
    if size is ChunkSize.HOUR:
        return edge + HOUR
    return midnight(_first_day(local_date(edge, zone) + _REACH[size], size), zone)


def _first_day(day: date, size: ChunkSize) -> date:
    """The first day of the day, month or year that holds a day."""
    if size is ChunkSize.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if size is ChunkSize.MONTH else day
