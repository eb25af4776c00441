"""When documents are published, and what each holds: one per quarter hour, SCED run, hour or day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache, wraps

import attrs
import polars as pl

from energyopti.sandbox.series import intervals, noise
from energyopti.timezones import DAY, HOUR, INSTANT, local_date, midnight, to_utc, zone
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, QUARTER, ZONE

_SECOND = timedelta(seconds=1)
_UTC = pl.Datetime("us", "UTC")


@attrs.frozen(kw_only=True)
class Issue:
    """One document: it holds everything that begins from ``start`` to before ``end``; its name ends in ``stamp``."""

    published: datetime
    start: datetime
    end: datetime
    stamp: str = ""


Issues = Callable[[datetime, datetime], list[Issue]]
"""The documents published between two instants, both included."""

Rows = Callable[[datetime, datetime, datetime], pl.DataFrame]
"""Makes the rows that begin from an instant to before another, as known at a third."""


def by_day(rows: Rows) -> Rows:
    """The same rows, of which a local day is made at once if a part of it is asked for: reports with a document a run.

    Only for rows that do not depend on when they are known.
    """

    @lru_cache(maxsize=4)
    def of_day(day: date) -> pl.DataFrame:
        return rows(midnight(day, ZONE), midnight(day + DAY, ZONE), midnight(day + DAY, ZONE))

    @wraps(rows)
    def cut(first: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        day = local_date(first, ZONE)
        if end <= first or local_date(end - INSTANT, ZONE) != day:
            return rows(first, end, now)
        return of_day(day).filter(pl.col("interval_start").is_between(first, end, closed="left"))

    return cut


def _local(at: datetime, pattern: str) -> str:
    return at.astimezone(zone(ZONE)).strftime(pattern)


def runs(first: datetime, last: datetime) -> pl.DataFrame:
    """The SCED runs between two instants, both included: some seconds off a five-minute grid."""
    day = local_date(first, ZONE)
    made = _runs_of(day) if local_date(last, ZONE) == day else _runs(first, last)
    return made.filter(pl.col("interval_start").is_between(first, last))


@lru_cache(maxsize=8)
def _runs_of(day: date) -> pl.DataFrame:
    """The runs of a local day, which are asked for one by one."""
    return _runs(midnight(day, ZONE), midnight(day + DAY, ZONE))


def _runs(first: datetime, last: datetime) -> pl.DataFrame:
    """The runs between two instants, and some around them."""
    grid = intervals(first - FIVE_MINUTES, last, FIVE_MINUTES)
    late = pl.duration(seconds=(16 + 8 * noise(21)).floor().cast(pl.Int64))
    start = (pl.col("interval_start") + late).cast(_UTC)
    return grid.select(interval_start=start, interval_end=(start + FIVE_MINUTES).cast(_UTC))


def each_run(first: datetime, last: datetime) -> list[Issue]:
    """One document per SCED run, some seconds after it."""
    after = 12 * _SECOND
    starts = runs(first - after, last - after)["interval_start"].to_list()
    return [
        Issue(published=at + after, start=at, end=at + _SECOND, stamp=_local(at, "_%Y%m%d_%H%M%S"))
        for at in starts
    ]


def each_quarter(first: datetime, last: datetime) -> list[Issue]:
    """One document per quarter hour, shortly after it; its name has the quarter's end."""
    after = QUARTER + 62 * _SECOND
    starts = intervals(first - after, last - after, QUARTER)["interval_start"].to_list()
    return [
        Issue(published=at + after, start=at, end=at + QUARTER, stamp=_local(at + QUARTER, "_%Y%m%d_%H%M"))
        for at in starts
    ]


def each_five_minutes(first: datetime, last: datetime) -> list[Issue]:
    """A document every five minutes, half a minute later; it holds the hour before."""
    after = 32 * _SECOND
    ends = intervals(first - after, last - after, FIVE_MINUTES)["interval_start"].to_list()
    return [Issue(published=at + after, start=at - HOUR, end=at) for at in ends]


def each_day(at: time, *, days: int, covers: int = 1) -> Issues:
    """One document per local day, at a local time ``days`` after the first day that it ``covers`` (before, if negative)."""

    def issues(first: datetime, last: datetime) -> list[Issue]:
        day, found = local_date(first, ZONE), []
        while day <= local_date(last, ZONE):
            published, spoken = to_utc(datetime.combine(day, at), ZONE), day - days * DAY
            if first <= published <= last:
                bounds = midnight(spoken, ZONE), midnight(spoken + covers * DAY, ZONE)
                found.append(Issue(published=published, start=bounds[0], end=bounds[1]))
            day += DAY
        return found

    return issues


def each_hour(past: timedelta, *, behind: timedelta, ahead: timedelta) -> Issues:
    """One document per hour, some time and a few seconds past it, covering days before its own and days after."""

    def issues(first: datetime, last: datetime) -> list[Issue]:
        found = []
        for hour in intervals(first - past - HOUR, last - past, HOUR)["interval_start"].to_list():
            published, day = hour + past + hour.timestamp() // 3600 % 7 * _SECOND, local_date(hour, ZONE)
            start, end = midnight(day - behind, ZONE), midnight(day + ahead, ZONE)
            if first <= published <= last:
                found.append(Issue(published=published, start=start, end=end))
        return found

    return issues
