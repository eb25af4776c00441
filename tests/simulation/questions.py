"""What is asked, and when: by chance, from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

from simulation.truth import DAY, Truth, local_midnight

_HOUR = timedelta(hours=1)


@attrs.frozen(kw_only=True)
class Question:
    """One query, and the instant at which it is asked."""

    at: datetime
    feed: str
    start: datetime
    end: datetime
    locations: tuple[str, ...] = ()
    partial: bool = False

    def __str__(self) -> str:
        whose = f" of {', '.join(self.locations)}" if self.locations else ""
        how = "partial" if self.partial else "strict"
        return f"{self.at:%m-%d %H:%M:%S}Z: {self.feed}{whose} {self.start:%m-%d %H:%M} to {self.end:%m-%d %H:%M} {how}"


def _days(first: int, count: int) -> Callable[[date, str, random.Random], tuple[datetime, datetime]]:
    """So many local days from a day before (or after) the running one on."""

    def span(today: date, zone: str, chance: random.Random) -> tuple[datetime, datetime]:
        start = today + first * DAY
        return local_midnight(start, zone), local_midnight(start + count * DAY, zone)

    return span


def _past(today: date, zone: str, chance: random.Random) -> tuple[datetime, datetime]:
    return _days(-chance.randint(1, 34), 1)(today, zone, chance)


def _several(today: date, zone: str, chance: random.Random) -> tuple[datetime, datetime]:
    count = chance.randint(2, 8)
    return _days(-chance.randint(count - 1, 30), count)(today, zone, chance)


def _hours(today: date, zone: str, chance: random.Random) -> tuple[datetime, datetime]:
    start = local_midnight(today - chance.choice((0, 0, 1, 2, 9)) * DAY, zone) + chance.randint(0, 23) * _HOUR
    return start, start + chance.randint(1, 12) * _HOUR


def _month_end(today: date, zone: str, chance: random.Random) -> tuple[datetime, datetime]:
    first = today.replace(day=1) if today.day > 3 else (today.replace(day=1) - DAY).replace(day=1)
    return local_midnight(first - 2 * DAY, zone), local_midnight(first + 2 * DAY, zone)


def _long(today: date, zone: str, chance: random.Random) -> tuple[datetime, datetime]:
    count = chance.randint(15, 28)
    return _days(-chance.randint(count - 1, 32), count)(today, zone, chance)


_SPANS: Sequence[tuple[float, Callable[[date, str, random.Random], tuple[datetime, datetime]]]] = (
    (0.18, _past),
    (0.16, _days(0, 1)),
    (0.13, _days(1, 1)),
    (0.07, _days(0, 2)),
    (0.08, _days(-1, 1)),
    (0.05, _days(-2, 5)),
    (0.12, _hours),
    (0.12, _several),
    (0.06, _month_end),
    (0.03, _long),
)


def asked(
    truths: Mapping[str, Truth], zone: str, start: datetime, end: datetime, count: int, chance: random.Random
) -> list[Question]:
    """So many questions, in the order of time; every third is asked soon after something got out."""
    names = sorted(truths)
    outs = {name: truths[name].outs(start, end) for name in names}
    spans, weights = [span for _, span in _SPANS], [weight for weight, _ in _SPANS]
    found = []
    for _ in range(count):
        name = chance.choice(names)
        at = start + chance.random() * (end - start)
        if outs[name] and chance.random() < 0.33:
            at = min(
                end, chance.choice(outs[name]) + timedelta(seconds=chance.choice((1, 45, 400, 2_000, 4_000)))
            )
        at = at.replace(microsecond=0)
        span = chance.choices(spans, weights)[0]
        local = at.astimezone(ZoneInfo(zone)).date()
        begin, until = span(local, zone, chance)
        if truths[name].published.newest_of:
            begin, until = _days(0, 1)(local, zone, chance)
        kept = truths[name].published.kept
        if kept is not None and begin < at - kept + 2 * DAY:
            begin, until = _days(-1, 1)(local, zone, chance)
        places = sorted(truths[name].published.locations)
        some = (
            tuple(sorted(chance.sample(places, min(len(places), chance.randint(1, 2)))))
            if truths[name].published.place == "location" and chance.random() < 0.5
            else ()
        )
        found.append(
            Question(at=at, feed=name, start=begin, end=until, locations=some, partial=chance.random() < 0.5)
        )
    return sorted(found, key=lambda each: (each.at, each.feed, each.start))
