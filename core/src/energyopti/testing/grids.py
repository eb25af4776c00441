"""The intervals that a chunk has, and where the clock changes among them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import polars as pl

from energyopti.blocks import nerc_holidays
from energyopti.layouts import Dates, Layout, Undated
from energyopti.market import Feed
from energyopti.query import Chunk
from energyopti.timezones import DAY, HOUR, INSTANT, hours_in_day, local_date, midnight, zone

_EDGE = 150
_UTC = pl.Datetime("us", "UTC")
_SPAN = {"start": _UTC, "end": _UTC}


@lru_cache(maxsize=64)
def clock_change_days(zone: str, first: date, last: date) -> tuple[date, ...]:
    """The local days between two that do not have 24 hours."""
    count = (last - first).days + 1
    return tuple(
        day for day in (first + number * DAY for number in range(count)) if hours_in_day(day, zone) != 24
    )


def clock_change(day: date, name: str) -> datetime | None:
    """The hour of a local day at which its clock changes; None if it does not."""
    start = midnight(day, name)
    hours = (start + number * HOUR for number in range(1, hours_in_day(day, name)))
    before = start.astimezone(zone(name)).utcoffset()
    return next((hour for hour in hours if hour.astimezone(zone(name)).utcoffset() != before), None)


def grid(chunk: Chunk, feed: Feed, layout: Layout) -> pl.DataFrame:
    """The intervals of a chunk's own grid: of dates the first one, of an undated document the chunk."""
    start = chunk.start
    if isinstance(layout.time, Undated):
        return pl.DataFrame({"start": [start], "end": [chunk.end]}, schema=_SPAN)
    if isinstance(layout.time, Dates):
        lasts = layout.time.lasts if layout.time.end is None else "1mo"
        first = pl.Series([start]).dt.convert_time_zone(layout.zone)
        end = first.dt.offset_by(lasts).dt.convert_time_zone("UTC")[0]
        return pl.DataFrame({"start": [start], "end": [end]}, schema=_SPAN)
    if feed.closes_at_midnight:
        start = start - INSTANT + feed.step
    count = max(0, -((start - chunk.end) // feed.step))
    numbers = range(count) if count <= 3 * _EDGE else _where_it_matters(start, feed.step, count, layout.zone)
    starts = (pl.Series(numbers, dtype=pl.Int64) * round(feed.step / INSTANT)).cast(pl.Duration("us"))
    begins = starts + pl.Series([start], dtype=_UTC)
    return pl.DataFrame({"start": begins, "end": begins + feed.step})


def _where_it_matters(start: datetime, step: timedelta, count: int, name: str) -> list[int]:
    """Which intervals of a long chunk are at its edges and around the changes of its clock."""
    days = (local_date(start, name) - DAY, local_date(start + count * step, name) + DAY)
    kept = {*range(_EDGE), *range(count - _EDGE, count)}
    for day in clock_change_days(name, *days):
        low, high = ((midnight(each, name) - start) // step for each in (day, day + DAY))
        change = _change(start, step, max(0, low), min(count - 1, high), name)
        if change is not None:
            kept |= {*range(max(0, change - _EDGE), min(count, change + _EDGE))}
    return sorted(kept)


def _change(start: datetime, step: timedelta, low: int, high: int, name: str) -> int | None:
    """The first interval of another offset than that of the first one, between two of a grid."""

    def offset(number: int) -> timedelta | None:
        return (start + number * step).astimezone(zone(name)).utcoffset()

    before = offset(low)
    return next((number for number in range(low + 1, high + 1) if offset(number) != before), None)


@lru_cache(maxsize=8)
def _holidays(year: int) -> tuple[date, ...]:
    return nerc_holidays(year)


@lru_cache(maxsize=512)
def block_hours(start: datetime, end: datetime, block: str, zone: str, daytime: tuple[int, int]) -> int:
    """The hours of a block between two instants, counted one by one."""
    days, _, _ = block.partition("x")
    count = 0
    while start < end:
        local = start.astimezone(ZoneInfo(zone))
        start += timedelta(hours=1)
        holiday = local.date() in _holidays(local.year)
        works = {
            "5": local.weekday() < 5,
            "2": local.weekday() < 5,
            "6": local.weekday() < 6,
            "1": local.weekday() < 6,
        }
        of_day = daytime[0] <= local.hour + 1 <= daytime[1]
        weekday = not holiday and works.get(days, True)
        count += {
            "5x16": of_day and weekday,
            "6x16": of_day and weekday,
            "2x16": of_day and not weekday,
            "1x16": of_day and not weekday,
            "7x8": not of_day,
            "7x24": True,
            "5x8+2x24": not (of_day and weekday),
            "6x8+1x24": not (of_day and weekday),
        }[block]
    return count
