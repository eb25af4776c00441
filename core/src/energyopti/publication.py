"""When a source publishes what it says of a time: a declaration, and arithmetic on the market's clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TypedDict

import attrs

from energyopti.timezones import DAY, local_date, midnight, zone

_SATURDAY = 5
_INSTANT = timedelta(microseconds=1)
_YOUNG, _OLD = 35 * DAY, 120 * DAY


@attrs.frozen(kw_only=True)
class Due:
    """When what a source says of a time is out at the latest, by its own practice.

    Without ``at``, each interval is out so long ``after`` its end. With ``at``, a market-local day is out as a whole at
    that local time, so many ``days`` after it (-1: on the day before); with ``weekdays`` what would come on a Saturday or
    a Sunday comes on the Monday. ``source`` says who knows: an address, or the words of the ISO's documentation.
    """

    source: str = attrs.field(validator=attrs.validators.min_len(1))
    after: timedelta = timedelta()
    at: time | None = None
    days: int = 0
    weekdays: bool = False

    def __str__(self) -> str:
        """The same in words: ``13:30, 1 day before``, ``0:10:00 after the end of an interval``."""
        if self.at is None:
            when = "before" if self.after < timedelta() else "after"
            return f"{abs(self.after)} {when} the end of an interval"
        count = abs(self.days)
        days = f"{count} day{'s' if count > 1 else ''} {'before' if self.days < 0 else 'after'}"
        weekdays = ", Monday to Friday" if self.weekdays else ""
        return f"{self.at:%H:%M}, {days if count else 'the same day'}{weekdays}"

    def reach(self, now: datetime, zone_name: str) -> datetime:
        """The instant to which everything is due by now."""
        if self.at is None:
            return now - self.after
        last = local_date(now, zone_name)
        if now < _moment(last, self.at, zone_name):
            last -= DAY
        while self.weekdays and last.weekday() >= _SATURDAY:
            last -= DAY
        return midnight(last + (1 - self.days) * DAY, zone_name)

    def of(self, end: datetime, zone_name: str) -> datetime:
        """The instant at which what ends at another is due."""
        if self.at is None:
            return end + self.after
        day = local_date(end - _INSTANT, zone_name) + self.days * DAY
        while self.weekdays and day.weekday() >= _SATURDAY:
            day += DAY
        return _moment(day, self.at, zone_name)


class Timing(TypedDict):
    """What a feed declares of its publication, by the names of `Feed`'s own fields: ``Feed(..., **timing.PRICES)``."""

    due: Due
    settles_after: timedelta
    settles_source: str


def asked_again_after(age: timedelta) -> timedelta:
    """How long what is final is believed, by how long ago it ended: corrections grow rare, and never end."""
    if age < _YOUNG:
        return DAY
    return 7 * DAY if age < _OLD else 30 * DAY


def _moment(day: date, at: time, zone_name: str) -> datetime:
    """A local time of a day as UTC; one that the clocks skip as if they did not."""
    wall = datetime.combine(day, at, tzinfo=zone(zone_name))
    return wall.astimezone(zone("UTC"))
