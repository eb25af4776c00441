"""How late what is published comes, as far as that was seen by asking now and then."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import attrs

from energyopti.timezones import HOUR
from energyopti.tuning import ARRIVALS_KEPT, DAYS_KEPT, SURE_AFTER


@attrs.define(kw_only=True)
class Arrivals:
    """The delays of the last few arrivals: each was not there when it was asked for in vain, and there later on.

    ``pause`` is the shortest wait between two questions, ``stride`` how far arrivals are apart.
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
        """Something was there so late; ``missed`` is how late it was asked for in vain last, if it was."""
        if missed is not None:
            self._missed.append(missed)
        earlier = [each for each in self._missed if each < seen]
        last = max(earlier, default=seen - HOUR * 2 ** min(self._hits, 3))
        self._seen.append(seen)
        self._middles.append(last + (seen - last) / 2)
        self._hits = self._hits + 1 if missed is None else 0

    def in_a_day(self) -> list[timedelta]:
        """When to ask for what comes once a day: about the middle of when it may have come, and when it was there."""
        middles, seen = sorted(self._middles), sorted(self._seen)
        usual = middles[(len(middles) - 1) // 2]
        return self._apart([usual, seen[(len(seen) - 1) // 2], seen[-1]])

    def in_a_row(self, stride: timedelta, soonest: timedelta) -> list[timedelta]:
        """When to ask for what comes again and again: when half of the last were there, and when all were.

        If they were there at once several times, they may come sooner, and are asked for so.
        """
        seen = sorted(self._seen)
        usual = seen[(len(seen) - 1) // 2]
        points = [usual, max(seen[-1], usual + self.pause)]
        if self._hits >= SURE_AFTER:
            sooner = max(self.pause / 2, stride / 96) * 2 ** min(self._hits - SURE_AFTER, 10)
            points.insert(0, max(soonest, usual - min(sooner, stride / 4)))
        return points

    def _apart(self, points: list[timedelta]) -> list[timedelta]:
        """The points of time from the first one on that are far enough from the one before."""
        kept = points[:1]
        for each in points[1:]:
            if each >= kept[-1] + self.pause:
                kept.append(each)
        return kept
