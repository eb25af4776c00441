"""Whole columns of wall-clock readings as UTC, by the rules of `energyopti.timezones`.

On the 25-hour day nothing is lost or doubled, on the 23-hour day nothing is invented: a reading that no clock showed is
null. Between two clock changes the offset is constant, so that a column becomes UTC by one subtraction; only payloads
that span a change need more work.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import attrs
import polars as pl

from energyopti.timezones import DAY, zone
from energyopti.tuning.reading import CLOCK_SEARCH

_SECOND = timedelta(seconds=1)


@attrs.frozen
class Change:
    """A clock change: where the old clock would show ``until``, the new one shows ``since``.

    ``before`` and ``after`` are the offsets from UTC.
    """

    until: datetime
    since: datetime
    before: timedelta
    after: timedelta

    @property
    def repeated(self) -> timedelta:
        """How much of the day the clocks show twice; negative if they skip it."""
        return self.until - self.since


@attrs.frozen(eq=False)
class Readings:
    """What wall-clock readings mean in UTC.

    ``first`` and ``second`` differ where the clock showed a reading twice; both are null where it never did.
    ``offset`` is that of the first reading; ``changes`` are those that may affect any reading.
    """

    wall: pl.Series
    first: pl.Series
    second: pl.Series
    repeated: pl.Series | None
    offset: timedelta
    changes: tuple[Change, ...] = ()


def readings(wall: pl.Series, zone_name: str, closes: timedelta = timedelta()) -> Readings:
    """What readings mean; ``closes`` is how long before them the clock is read, if they close an interval.

    A closing time exactly at a change may be written on the old clock or the new one: the interval up to 02:00 of the
    short day ends at 02:00 or at 03:00, and the first one up to 02:00 of the long day at 02:00 or at 01:00.
    """
    offset, changes = clock(wall, zone_name)
    if not changes:
        instant = (wall - offset).dt.replace_time_zone("UTC")
        return Readings(wall, instant, instant, None, offset)
    there = wall.fill_null(changes[0].since)
    offsets = pl.Series([offset, *(each.after for each in changes)], dtype=pl.Duration("us"))
    untils, sinces = (
        pl.Series(edges, dtype=wall.dtype)
        for edges in ([each.until + closes for each in changes], [each.since for each in changes])
    )
    old, new = untils.search_sorted(there, side="right"), sinces.search_sorted(there, side="right")
    skipped = old > new
    first, second = (
        (wall - offsets.gather(each)).dt.replace_time_zone("UTC").set(skipped, None) for each in (old, new)
    )
    repeated = (old < new) & wall.is_not_null()
    return Readings(wall, first, second, repeated if repeated.any() else None, offset, changes)


def localize(wall: pl.Series, zone_name: str) -> pl.Series:
    """Readings as UTC without further information: a repeated hour is its first pass, a skipped one null."""
    return readings(wall, zone_name).first


def clock(wall: pl.Series, zone_name: str) -> tuple[timedelta, tuple[Change, ...]]:
    """The offset at the first of some readings, and the clock changes within two days of any of them."""
    low, high = wall.min(), wall.max()
    if not isinstance(low, datetime) or not isinstance(high, datetime):
        return timedelta(), ()
    start, end = low - 2 * DAY, high + 2 * DAY
    found = (change for year in range(start.year, end.year + 1) for change in _changes(zone_name, year))
    changes = tuple(each for each in found if start <= each.since and each.until <= end)
    if changes:
        return changes[0].before, changes
    return low.replace(tzinfo=zone(zone_name)).utcoffset() or timedelta(), ()


@lru_cache(maxsize=8192)
def _changes(zone_name: str, year: int) -> tuple[Change, ...]:
    """The clock changes of a year, searched week by week."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found, offset = [], _offset(start, zone_name)
    while start < end:
        after = min(start + CLOCK_SEARCH, end)
        before, offset = offset, _offset(after, zone_name)
        if offset != before:
            found.append(_change(start, after, zone_name))
        start = after
    return tuple(found)


def _change(low: datetime, high: datetime, zone_name: str) -> Change:
    """The change between two instants, by bisection."""
    before, after = _offset(low, zone_name), _offset(high, zone_name)
    while high - low > _SECOND:
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(middle, zone_name) == before else (low, middle)
    at = high.replace(microsecond=0, tzinfo=None)
    return Change(until=at + before, since=at + after, before=before, after=after)


def _offset(instant: datetime, zone_name: str) -> timedelta:
    return instant.astimezone(zone(zone_name)).utcoffset() or timedelta()
