"""Half-open spans of time, and the bounds that callers give."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import attrs

from energyopti.errors import InvalidTimeRange
from energyopti.findings import Finding, FindingKind
from energyopti.timezones import comes_twice, iso_utc, midnight, to_utc

Instant = datetime | date | str
"""A query bound: an aware datetime, a naive one, a plain date, or any of them as ISO text."""


@attrs.frozen
class TimeRange:
    """A half-open span ``[start, end)`` in UTC."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        return f"{iso_utc(self.start)} to {iso_utc(self.end)}"

    def overlap(self, other: TimeRange) -> timedelta:
        """How much of the other range lies in this one."""
        return max(min(self.end, other.end) - max(self.start, other.start), timedelta())


def validate_time_range(start: Instant, end: Instant, *, zone: str) -> TimeRange:
    """The range between two bounds, ``end`` excluded.

    Aware bounds are taken as they are; naive ones and plain dates are read on the clock of ``zone``, where
    a bound in the repeated hour means its first pass. Raises `InvalidTimeRange` for a bound that cannot be
    read or lies in the hour that the clocks skip, for a mix of naive and aware bounds, and for a reversed or
    empty range.
    """
    first, last = bound("start", start), bound("end", end)
    if (first.tzinfo is None) != (last.tzinfo is None):
        raise InvalidTimeRange(
            f"start {start} and end {end}: one has a time zone and the other has none",
            do="give both or neither",
        )
    span = TimeRange(_instant(first, zone), _instant(last, zone))
    if span.end <= span.start:
        what = "is empty" if span.end == span.start else "runs backwards"
        raise InvalidTimeRange(
            f"the range {start} to {end} {what}", do="end is excluded and must be after start"
        )
    return span


def repeated(start: Instant, end: Instant, *, zone: str) -> tuple[Finding, ...]:
    """A finding for each naive bound that the clock of a zone shows twice: which pass is taken."""
    naive = [
        (name, at)
        for name, at in (("start", bound("start", start)), ("end", bound("end", end)))
        if at.tzinfo is None and comes_twice(at, zone)
    ]
    return tuple(
        Finding(
            kind=FindingKind.REPEATED_HOUR,
            message=f"{name} {at:%Y-%m-%d %H:%M} comes twice on the clock of {zone}: "
            f"the {'second' if at.fold else 'first'} pass is taken, {iso_utc(to_utc(at, zone))}; "
            "an offset from UTC names the other",
        )
        for name, at in naive
    )


def instant(value: Instant, zone: str) -> datetime:
    """One bound in UTC, read like the bounds of a range."""
    return _instant(bound("since", value), zone)


def bound(name: str, value: Instant) -> datetime:
    """One bound as a datetime, naive or aware as given."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(value.strip())
    except (AttributeError, TypeError, ValueError):
        raise InvalidTimeRange(
            f"{name} {value!r} is not a time", do="write 2024-07-01, 2024-07-01T05:00 or 2024-07-01T05:00Z"
        ) from None


def _instant(bound: datetime, zone: str) -> datetime:
    try:
        if bound.tzinfo:
            return bound.astimezone(UTC)
        begins = bound.time() == time() and not bound.fold  # the beginning of a day is cached
        return midnight(bound.date(), zone) if begins else to_utc(bound, zone)
    except OverflowError:
        raise InvalidTimeRange(f"{bound} is outside the calendar") from None
