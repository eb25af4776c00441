"""Time in plain words: today, yesterday, 2024-07, last month, -7d. What they mean depends on the clock and the market's zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import attrs

from energyopti.errors import InvalidTimeRange
from energyopti.query.ranges import Instant, TimeRange, bound, instant
from energyopti.timezones import DAY, HOUR, local_date, midnight

NOW = "now"
LATEST = "latest"
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_TURNS = {"last": -1, "this": 0, "next": 1}
_YEAR = re.compile(r"(20\d\d|19\d\d)")
_MONTH = re.compile(r"(20\d\d|19\d\d)-(\d\d)")
_QUARTER = re.compile(r"(20\d\d|19\d\d)-?q([1-4])")
_BACK = re.compile(r"-\s?(\d{1,5})\s?(min|h|d|w|mo|y)")
_TURN = re.compile(r"(last|this|next) (week|month|quarter|year)")
_MONTHS = {"month": 1, "mo": 1, "quarter": 3, "year": 12, "y": 12}
_LENGTHS = {"min": timedelta(minutes=1), "h": HOUR, "d": DAY, "w": 7 * DAY}


@attrs.frozen
class Spoken:
    """A time in words, such as ``today``, ``last month``, ``2024-07``, ``2024``, ``2024-Q3``, ``now`` or ``-7d``; or ``latest``.

    Days, weeks (from Monday), months and years are those of the market's clock. ``-7d`` begins seven days before the
    current one, ``-90min`` and ``-24h`` that long ago; both last until now.
    """

    words: str

    @classmethod
    def of(cls, text: object) -> Spoken | None:
        """What a text says; None if it is not in words."""
        if not isinstance(text, str):
            return text if isinstance(text, Spoken) else None
        words = " ".join(text.casefold().replace("_", " ").split())
        known = words in {NOW, LATEST} or words in _DAYS
        known = known or any(each.fullmatch(words) for each in (_YEAR, _QUARTER, _BACK, _TURN))
        month = _MONTH.fullmatch(words)
        return cls(words) if known or (month and 1 <= int(month[2]) <= 12) else None

    def __str__(self) -> str:
        return self.words

    def span(self, now: datetime, zone: str) -> TimeRange:
        """The period that the words mean, in UTC; ``now`` itself is one without length."""
        if self.words == LATEST:
            raise InvalidTimeRange(
                "latest is the newest interval of one answer, and no bound of a range",
                do="give it to get alone, as start or period",
            )
        if self.words == NOW:
            return TimeRange(now, now)
        back = _BACK.fullmatch(self.words)
        if back is not None and back[2] in {"min", "h"}:
            return TimeRange(now - int(back[1]) * _LENGTHS[back[2]], now)
        today = local_date(now, zone)
        if back is not None:
            return TimeRange(midnight(_before(today, int(back[1]), back[2]), zone), now)
        first, last = self._days(today)
        return TimeRange(midnight(first, zone), midnight(last, zone))

    def _days(self, today: date) -> tuple[date, date]:
        """The first day of the period, and the first after it."""
        if self.words in _DAYS:
            day = today + _DAYS[self.words] * DAY
            return day, day + DAY
        turn = _TURN.fullmatch(self.words)
        if turn is not None:
            return _turned(today, _TURNS[turn[1]], turn[2])
        if quarter := _QUARTER.fullmatch(self.words):
            return _months(date(int(quarter[1]), 3 * int(quarter[2]) - 2, 1), 3)
        if month := _MONTH.fullmatch(self.words):
            return _months(date(int(month[1]), int(month[2]), 1), 1)
        return _months(date(int(self.words), 1, 1), 12)


Bound = Instant | Spoken
"""A bound of a query: a time, or words such as ``yesterday`` and ``2024-07``."""


def said_bound(name: str, value: Bound | None) -> datetime | Spoken | None:
    """A bound as a time, or in words; raises `InvalidTimeRange` for anything else."""
    spoken = Spoken.of(value)
    return spoken if spoken or value is None or isinstance(value, Spoken) else bound(name, value)


def of_period(
    period: str, start: Bound | None = None, end: Bound | None = None
) -> tuple[datetime | Spoken, datetime | None]:
    """The bounds that stand for a period: words mean theirs themselves, a date its day.

    Raises `InvalidTimeRange` for anything else, or if there are bounds too.
    """
    if start is not None or end is not None:
        raise InvalidTimeRange("a period has a start and an end of its own", do="give the one or the others")
    said = said_bound("period", period)
    if isinstance(said, Spoken):
        return said, None
    if said is None or said.tzinfo is not None or said.time() != time():
        raise InvalidTimeRange(
            f"period {period!r} is not a day, a month or a year",
            do="write today, -7d, 2024-07-01, 2024-07 or 2024",
        )
    return said, said + DAY


def spoken_bounds(
    start: datetime | Spoken | None, end: datetime | Spoken | None, now: datetime, zone: str
) -> tuple[datetime | None, datetime | None]:
    """Bounds as times, ``end`` excluded: words mean the beginning of their period, and a start without an end all of it."""
    if not isinstance(start, Spoken) and not isinstance(end, Spoken):
        return start, end
    first = _beginning(start, now, zone)
    if end is None and isinstance(start, Spoken):
        return first, start.span(now, zone).end
    return first, _beginning(end, now, zone)


def _beginning(bound: datetime | Spoken | None, now: datetime, zone: str) -> datetime | None:
    """A bound in UTC."""
    if bound is None:
        return None
    return bound.span(now, zone).start if isinstance(bound, Spoken) else instant(bound, zone)


def _before(today: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months or years before another; of a shorter month its last."""
    if unit in _LENGTHS:
        return today - count * _LENGTHS[unit]
    first = _moved(today, -count * _MONTHS[unit])
    return min(first + (today.day - 1) * DAY, _moved(first, 1) - DAY)


def _turned(today: date, turn: int, unit: str) -> tuple[date, date]:
    """The last, this or the next week, month, quarter or year."""
    if unit == "week":
        monday = today + turn * _LENGTHS["w"] - today.weekday() * DAY
        return monday, monday + _LENGTHS["w"]
    length = _MONTHS[unit]
    first = today.replace(month=(today.month - 1) // length * length + 1, day=1)
    return _months(_moved(first, turn * length), length)


def _months(first: date, count: int) -> tuple[date, date]:
    return first, _moved(first, count)


def _moved(day: date, months: int) -> date:
    """The first day of the month so many months after a day's."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
