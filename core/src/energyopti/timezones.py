"""Local wall clocks and UTC: the only place that converts between them.

Scalars (query bounds, chunk edges) are converted here with `zoneinfo`; whole columns are converted by
`energyopti.layouts.decode.local`, which follows the same rules.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from energyopti.errors import InvalidTimeRange

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
"""The shortest time that is told apart."""


OWN = "market"
"""Instead of a zone: each market's own clock."""

_SPOKEN = {
    "et": "America/New_York",
    "ept": "America/New_York",
    "eastern": "America/New_York",
    "ct": "America/Chicago",
    "cpt": "America/Chicago",
    "central": "America/Chicago",
    "mt": "America/Denver",
    "mpt": "America/Denver",
    "mountain": "America/Denver",
    "pt": "America/Los_Angeles",
    "ppt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
}
"""Zones as desks say them: the prevailing time, standard or daylight. EST and the like are IANA's own names."""


def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name; raises `InvalidTimeRange` if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidTimeRange(
            f"{name!r} is not a time zone",
            do="use an IANA name such as America/New_York, or ET, CT, MT, PT or UTC",
        ) from error


def spoken_zone(name: str | None) -> str | None:
    """The IANA name of a zone as desks say it (ET, CT, MT, PT); None, each market's own clock, if it is ``market``."""
    folded = name.strip().casefold() if isinstance(name, str) else name
    return None if folded == OWN else _SPOKEN.get(folded or "", name)


def to_utc(local: datetime, zone_name: str) -> datetime:
    """A naive wall-clock reading as UTC.

    In the repeated hour it means the first pass (``fold=1`` means the second); in the hour that the
    clocks skip it raises `InvalidTimeRange` naming the valid neighbors.
    """
    there = local.replace(tzinfo=zone(zone_name))
    utc = there.astimezone(UTC)
    if utc.astimezone(there.tzinfo).replace(tzinfo=None, fold=0) != local.replace(fold=0):
        before, after = _edges_of_missing_hour(local, zone_name)
        raise InvalidTimeRange(
            f"{local:%Y-%m-%d %H:%M} does not exist in {zone_name}: the clocks skip from "
            f"{before:%H:%M} to {after:%H:%M}",
            do=f"use a time before {before:%H:%M} or from {after:%H:%M} on",
        )
    return utc


def comes_twice(local: datetime, zone_name: str) -> bool:
    """Whether a naive wall-clock reading lies in an hour that the clocks repeat."""
    there = zone(zone_name)
    first, second = (local.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first < second


def _edges_of_missing_hour(local: datetime, zone_name: str) -> tuple[datetime, datetime]:
    """The wall-clock times around a skipped one, between which the clocks skip."""
    there = zone(zone_name)
    before = local.replace(tzinfo=there, fold=0).utcoffset() or timedelta()
    after = local.replace(tzinfo=there, fold=1).utcoffset() or timedelta()
    low, high = (local - 4 * HOUR - before), (local + 4 * HOUR - after)
    while high - low > timedelta(seconds=1):  # the instant at which the offset changes, by bisection
        middle = low + (high - low) / 2
        offset = middle.replace(tzinfo=UTC).astimezone(there).utcoffset()
        low, high = (middle, high) if offset == before else (low, middle)
    change = high.replace(microsecond=0)
    return change + before, change + after


@lru_cache(maxsize=65_536)
def midnight(day: date, zone_name: str) -> datetime:
    """The UTC instant at which a local day begins."""
    return to_utc(datetime.combine(day, time()), zone_name)


def local_date(instant: datetime, zone_name: str) -> date:
    """The local day that an aware instant falls on."""
    return instant.astimezone(zone(zone_name)).date()


def hours_in_day(day: date, zone_name: str) -> int:
    """23, 24 or 25."""
    return round((midnight(day + DAY, zone_name) - midnight(day, zone_name)) / HOUR)


def iso_utc(instant: datetime) -> str:
    """``2024-07-01T04:00:00Z``, the way energyopti writes instants."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{text}Z"


__all__ = ["DAY", "HOUR", "INSTANT", "hours_in_day", "iso_utc", "local_date", "midnight", "to_utc", "zone"]
