"""Missing or placeholder rows: days of a list without any row, and hours padded with zeros."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import attrs

from energyopti import Chunk, Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.source import Collect, Source
from energyopti.timezones import DAY, INSTANT, local_date, midnight
from energyopti_pjm.protocol.rows import ZONE

_PADDED_FOR = timedelta(days=3)
"""How recent a padded hour may be: about two days were seen."""


def every_day(collect: Collect) -> Collect:
    """Read an event list in which every day has rows; a day without one is reported as missing."""

    async def whole(chunk: Chunk, source: Source) -> Reading:
        reading = await collect(chunk, source)
        return with_empty_days(reading, chunk, source.now)

    return whole


def with_empty_days(reading: Reading, chunk: Chunk, now: datetime) -> Reading:
    """The same reading, with a finding about the days of its chunk that are due and have no row."""
    local = reading.frame["interval_start"].dt.convert_time_zone(ZONE).dt.date()
    there, due_to = set(local.unique()), min(chunk.end, chunk.due_to(now))
    days = [each for each in _days(chunk) if midnight(each + DAY, ZONE) <= due_to and each not in there]
    if not days:
        return reading
    finding = Finding(
        kind=FindingKind.GAP,
        message=f"{len(days)} days have no row, first {days[0]}: they were due, and no day is known on which "
        "nothing happened",
        rows=len(days),
        spans=_stretches(days),
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def _days(chunk: Chunk) -> list[date]:
    """The local days of a chunk within its feed's history."""
    first, last = (
        max(chunk.day, chunk.feed.history.since),
        local_date(chunk.end - INSTANT, ZONE),
    )
    return [first + number * DAY for number in range((last - first).days + 1)]


def _stretches(days: Sequence[date]) -> tuple[tuple[datetime, datetime], ...]:
    """The time of some days, adjacent ones merged."""
    turns = [number for number, (one, next_) in enumerate(pairwise(days), start=1) if next_ - one > DAY]
    groups = [days[first:last] for first, last in pairwise([0, *turns, len(days)])]
    return tuple((midnight(each[0], ZONE), midnight(each[-1] + DAY, ZONE)) for each in groups)


def reported(collect: Collect, measure: str) -> Collect:
    """Read hours without the padded ones at the end, in which every area is exactly zero."""

    async def without_padding(chunk: Chunk, source: Source) -> Reading:
        reading = await collect(chunk, source)
        young = source.now - _PADDED_FOR
        return reading if chunk.end <= young else without_zeros(reading, measure, young)

    return without_padding


def without_zeros(reading: Reading, measure: str, since: datetime) -> Reading:
    """A reading without the all-zero hours since an instant that come after the last hour with any value."""
    import polars as pl

    start = pl.col("interval_start")
    said = (pl.col(measure) != 0).fill_null(value=True)
    until = (start <= start.filter(said).max()).fill_null(value=False)
    mask = reading.frame.select((until | (start < since)).alias("stands"))["stands"]
    others = "rows are of the last hours, in which every area has 0: they are not reported yet"
    return reading.where(mask, FindingKind.ADVISORY_ROW, others)
