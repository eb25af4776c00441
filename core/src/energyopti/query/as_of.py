"""What was known when: an instant for a whole query, or a time of an earlier day for each of its days."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import attrs

from energyopti.errors import UnsupportedQuery
from energyopti.query.ranges import Instant, bound, instant
from energyopti.timezones import DAY, midnight, to_utc

_RULE = re.compile(r"(\d{1,3}) days? before,? (?:at )?(\d{1,2}):(\d{2})")


@attrs.frozen
class AsOf:
    """An instant (``at``, naive on the market's clock), or for each interval a local ``hour`` some ``days`` before its day."""

    at: datetime | None = None
    days: int = 0
    hour: time | None = None

    @classmethod
    def of(cls, value: AsOf | Instant) -> AsOf:
        """What a caller says: a time, or ``1 day before 10:00``. Raises `InvalidTimeRange` for anything else."""
        if isinstance(value, AsOf):
            return value
        found = _RULE.fullmatch(value.strip().casefold()) if isinstance(value, str) else None
        if found is None:
            return cls(at=bound("as_of", value))
        days, hours, minutes = map(int, found.groups())
        if hours > 23 or minutes > 59:
            raise UnsupportedQuery(f"as_of {value!r} has no such time of day", do="write 1 day before 10:00")
        return cls(days=days, hour=time(hours, minutes))

    def __str__(self) -> str:
        if self.hour is None:
            return "" if self.at is None else self.at.isoformat()
        return f"{self.days} {'day' if self.days == 1 else 'days'} before {self.hour:%H:%M}"

    @property
    def by_day(self) -> bool:
        """Whether each day has an instant of its own."""
        return self.hour is not None

    def instant(self, day: date, zone: str) -> datetime:
        """The instant for the intervals of a local day, in UTC."""
        if self.hour is None:
            assert self.at is not None  # noqa: S101 - for the type checker: it has one or the other
            return instant(self.at, zone)
        local = day - self.days * DAY
        return (
            midnight(local, zone) if self.hour == time() else to_utc(datetime.combine(local, self.hour), zone)
        )
