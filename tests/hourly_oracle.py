"""Hourly prices by plain arithmetic: every interval, every hour, in exact fractions of seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

HOUR = timedelta(hours=1)
Interval = tuple[datetime, datetime, float]
"""Start, end, price."""


def hourly_means(
    intervals: Iterable[Interval], start: datetime, end: datetime, slack: timedelta = timedelta()
) -> list[float | None]:
    """The mean of each hour from ``start`` to ``end``, None where intervals leave out or double more than ``slack``."""
    pieces: dict[datetime, list[Interval]] = defaultdict(list)
    for low, high, price in sorted(intervals):
        hour = low.replace(minute=0, second=0, microsecond=0)
        while hour < high:
            pieces[hour].append((max(low, hour), min(high, hour + HOUR), price))
            hour += HOUR
    hours = range((end - start) // HOUR)
    return [_mean(pieces[start + number * HOUR], start + number * HOUR, slack) for number in hours]


def _mean(inside: list[Interval], start: datetime, slack: timedelta) -> float | None:
    reach, hole, twice = start, timedelta(), timedelta()
    for low, high, _ in inside:
        hole += max(timedelta(), low - reach)
        twice += max(timedelta(), min(reach, high) - low)
        reach = max(reach, high)
    hole += start + HOUR - reach
    if hole > slack or twice > slack:
        return None
    weights = [Fraction((high - low).total_seconds()) for low, high, _ in inside]
    total = sum(weight * Fraction(price) for weight, (_, _, price) in zip(weights, inside, strict=True))
    return float(total / sum(weights))
