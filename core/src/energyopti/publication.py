"""When a source publishes its rows: a declaration, and arithmetic on the market's clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import attrs

from energyopti.timezones import DAY, INSTANT, local_date, midnight, zone
from energyopti.tuning.chunks import OLD, YOUNG

_SATURDAY = 5


@attrs.frozen(kw_only=True)
class Due:
    """The latest time at which a source usually publishes its rows.

    Without ``at``, each interval is out ``after`` its end (negative: before it). With ``at``, a whole market-local day
    is out at that local time, ``days`` after it (-1: on the day before); with ``weekdays``, a publication due on a
    Saturday or Sunday comes on the Monday instead. ``source`` is the evidence: an address, or the words of the ISO's
    documentation.
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
        """The instant up to which all rows are due by now."""
        if self.at is None:
            return now - self.after
        last = local_date(now, zone_name)
        if now < _moment(last, self.at, zone_name):
            last -= DAY
        while self.weekdays and last.weekday() >= _SATURDAY:
            last -= DAY
        return midnight(last + (1 - self.days) * DAY, zone_name)

    def of(self, end: datetime, zone_name: str) -> datetime:
        """When the row of an interval that ends at ``end`` is due."""
        if self.at is None:
            return end + self.after
        day = local_date(end - INSTANT, zone_name) + self.days * DAY
        while self.weekdays and day.weekday() >= _SATURDAY:
            day += DAY
        return _moment(day, self.at, zone_name)


@attrs.frozen(kw_only=True)
class Publication:
    """When the rows of a feed come out, how far ahead they reach, and when they settle.

    ``due`` is when rows are out at the latest; without it, one step or one ``refresh_every`` after their end,
    whichever is longer, plus any delay in ``published_ahead``. ``published_ahead`` is how far past now intervals may
    already be published; negative if they come out that much later. ``refresh_every`` is how old an answer may be
    before the source is asked again. A day is final once it is complete and ``settles_after`` has passed since its
    end; ``settles_source`` is the evidence for that. ``forecast_days`` is how many days one forecast covers, its own
    included. With ``by_publication`` a chunk holds what was published in its time, whatever intervals the rows cover,
    and a query's range means publication times.
    """

    due: Due | None = None
    published_ahead: timedelta = timedelta()
    refresh_every: timedelta = attrs.field(
        default=timedelta(minutes=5), validator=attrs.validators.gt(timedelta())
    )
    settles_after: timedelta = timedelta(days=7)
    settles_source: str = ""
    forecast_days: int = 0
    by_publication: bool = False

    def due_to(self, now: datetime, zone_name: str, step: timedelta) -> datetime:
        """The instant up to which all rows should be out by now."""
        return self.due.reach(now, zone_name) if self.due is not None else now - self._usual_delay(step)

    def due_at(self, end: datetime, zone_name: str, step: timedelta) -> datetime:
        """When the row of an interval that ends at ``end`` should be out."""
        return self.due.of(end, zone_name) if self.due is not None else end + self._usual_delay(step)

    def _usual_delay(self, step: timedelta) -> timedelta:
        """How late rows may come if no due time is declared."""
        return max(-self.published_ahead, timedelta()) + max(step, self.refresh_every)


def asked_again_after(age: timedelta) -> timedelta:
    """How long final data is kept before it is rechecked, by how long ago it ended: corrections get rarer, but never stop."""
    if age < YOUNG:
        return DAY
    return 7 * DAY if age < OLD else 30 * DAY


def _moment(day: date, at: time, zone_name: str) -> datetime:
    """A local time of a day as UTC; a time that the clocks skip is taken as if they did not."""
    wall = datetime.combine(day, at, tzinfo=zone(zone_name))
    return wall.astimezone(zone("UTC"))
