"""How late publications arrive, as far as polling now and then can tell."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import attrs

from energyopti.timezones import HOUR
from energyopti.tuning.watching import ARRIVALS_KEPT, DAYS_KEPT, SURE_AFTER


@attrs.define(kw_only=True)
class Arrivals:
    """The delays of the last few arrivals, each between a poll that missed it and the poll that found it.

    ``pause`` is the shortest wait between two polls, ``stride`` the time between arrivals.
    """

    pause: timedelta
    _seen: deque[timedelta] = attrs.field(init=False, factory=lambda: deque(maxlen=ARRIVALS_KEPT))
    _missed: deque[timedelta] = attrs.field(init=False, factory=lambda: deque(maxlen=ARRIVALS_KEPT))
    _middles: deque[timedelta] = attrs.field(init=False, factory=lambda: deque(maxlen=DAYS_KEPT))
    _hits: int = attrs.field(init=False, default=0)

    def __len__(self) -> int:
        return len(self._seen)

    @property
    def longest(self) -> timedelta:
        """The longest of the last delays."""
        return max(self._seen)

    def came(self, seen: timedelta, missed: timedelta | None) -> None:
        """Record an arrival by its delay when ``seen``, and the delay of the last poll that ``missed`` it, if any."""
        if missed is not None:
            self._missed.append(missed)
        earlier = [each for each in self._missed if each < seen]
        last = max(earlier, default=seen - HOUR * 2 ** min(self._hits, 3))
        self._seen.append(seen)
        self._middles.append(last + (seen - last) / 2)
        self._hits = self._hits + 1 if missed is None else 0

    def in_a_day(self) -> list[timedelta]:
        """When to poll for daily publications: about the middle of when they may have come, and when found."""
        middles, seen = sorted(self._middles), sorted(self._seen)
        usual = middles[(len(middles) - 1) // 2]
        return self._apart([usual, seen[(len(seen) - 1) // 2], seen[-1]])

    def in_a_row(self, stride: timedelta, soonest: timedelta) -> list[timedelta]:
        """When to poll for regular publications: when half of the last were there, and when all were.

        If several in a row were found on the first poll, they may come sooner, so an earlier poll is added.
        """
        seen = sorted(self._seen)
        usual = seen[(len(seen) - 1) // 2]
        points = [usual, max(seen[-1], usual + self.pause)]
        if self._hits >= SURE_AFTER:
            sooner = max(self.pause / 2, stride / 96) * 2 ** min(self._hits - SURE_AFTER, 10)
            points.insert(0, max(soonest, usual - min(sooner, stride / 4)))
        return points

    def _apart(self, points: list[timedelta]) -> list[timedelta]:
        """The points in time, without those too close to the one before."""
        kept = points[:1]
        for each in points[1:]:
            if each >= kept[-1] + self.pause:
                kept.append(each)
        return kept
