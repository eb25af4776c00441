"""When to poll a watched feed for its next publication."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta

import attrs

from energyopti.market import Feed
from energyopti.publication import Due
from energyopti.timezones import DAY, HOUR, INSTANT, local_date, midnight
from energyopti.tuning.watching import BEFORE_DUE, LONGEST_POLL, RECOVERED_AFTER, SHORTEST_POLL, STRIDES
from energyopti.watching.arrivals import Arrivals


def pause_between(feed: Feed) -> timedelta:
    """The shortest wait after an answer without news."""
    return min(max(feed.step / 20, SHORTEST_POLL), LONGEST_POLL, feed.publication.refresh_every)


def doubled(wait: timedelta, times: int, longest: timedelta) -> timedelta:
    """The wait after a number of vain attempts: doubled each time, up to the longest."""
    grown: timedelta = wait * 2 ** min(times, 20)
    return min(grown, longest)


@attrs.define(kw_only=True)
class Timetable:
    """When a feed's next rows should come, judging by the last ones.

    A publication is recognized by a mark that moves on: the end of the newest interval; for a forecast its publish
    time; for a feed whose days are due at a time of day, how far the days reach. The delay of each mark after its due
    time is learned from the last few. The source is polled when half of them were there, when all were, and then at
    growing waits up to the feed's refresh interval.
    """

    feed: Feed
    zone: str
    _arrivals: Arrivals = attrs.field(init=False)
    _strides: deque[timedelta] = attrs.field(init=False, factory=lambda: deque(maxlen=STRIDES))
    _mark: datetime | None = attrs.field(init=False, default=None)
    _lag: timedelta = attrs.field(init=False, factory=timedelta)
    _asked: datetime | None = attrs.field(init=False, default=None)
    _vain: datetime | None = attrs.field(init=False, default=None)
    _late: int = attrs.field(init=False, default=0)
    _failures: int = attrs.field(init=False, default=0)
    _changed: bool = attrs.field(init=False, default=False)
    _beyond: bool = attrs.field(init=False, default=False)
    _polls: deque[datetime] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        feed = self.feed
        self._arrivals = Arrivals(pause=pause_between(feed))
        often = (
            min(feed.step, feed.publication.refresh_every)
            if feed.has_grid
            else feed.publication.refresh_every
        )
        self._polls = deque(maxlen=2 * math.ceil(HOUR / max(often, SHORTEST_POLL)) + 1)

    @property
    def daily(self) -> Due | None:
        """The declaration that whole days are due at a time of day; None if there is none or it is useless.

        It is useless for a source that already has days due much later: it does not say when the next day comes.
        """
        feed = self.feed
        if feed.publication.due is None or feed.publication.due.at is None:
            return None
        return (
            None
            if feed.history.snapshot_only or feed.publication.by_publication or self._beyond
            else feed.publication.due
        )

    @property
    def gridless(self) -> bool:
        """Whether rows do not show when the next ones come, so that only the refresh interval does."""
        return self.daily is None and not self.feed.has_grid

    @property
    def failing(self) -> bool:
        """Whether the source failed to answer the last poll."""
        return self._failures > 0

    @property
    def stride(self) -> timedelta:
        """How far the mark moves from one publication to the next."""
        usual = self.feed.publication.refresh_every if self.feed.dataset.forecast else self.feed.step
        enough = 1 if self._lag < -usual else STRIDES  # data published ahead is not missed so soon
        return max(usual, min(self._strides)) if len(self._strides) >= enough else usual

    def reach(self, now: datetime) -> datetime:
        """The instant up to which rows should be there, by the declaration and by what was learned."""
        declared = self.feed.due_to(now, self.zone)
        if self.daily is not None or not self.feed.has_grid or self.feed.dataset.forecast:
            return declared
        return min(
            declared, now - (self._arrivals.longest if self._arrivals else max(self._lag, timedelta()))
        )

    def expected(self, after: datetime) -> datetime:
        """When the publication after a mark is due."""
        daily = self.daily
        if daily is None:
            return after + self.stride
        return daily.of(midnight(local_date(after, self.zone) + DAY, self.zone), self.zone)

    def failed(self, at: datetime) -> None:
        """The source did not answer: poll again at growing waits, up to its refresh interval."""
        self._polled(at)
        self._failures += 1

    def answered(self, began: datetime, at: datetime, mark: datetime | None, *, changed: bool) -> None:
        """The source answered the poll that ``began``: learn from the mark, if it moved.

        ``changed`` means that rows came even though the mark did not move.
        """
        if mark is not None and self._reaches_beyond(mark, began):
            self._beyond, self._mark = True, None
            self.forget()
        moved = mark is not None and (self._mark is None or mark > self._mark)
        self._changed = changed and not moved
        if moved and mark is not None:
            self._arrived(began, mark)
        elif self._mark is not None:
            points = [self.expected(self._mark) + each for each in self._points()]
            self._vain = began if began >= points[0] else self._vain
            self._late += began >= points[-1]
        self._failures = 0
        self._polled(at)

    def _polled(self, at: datetime) -> None:
        """Count a poll, for an hour."""
        self._asked = at
        self._polls.append(at)

    def forget(self) -> None:
        """Learn the delays again: the clock was wrong, or the marks are now counted differently."""
        self._arrivals = Arrivals(pause=pause_between(self.feed))
        self._strides.clear()
        self._polls.clear()
        self._lag, self._vain, self._late = timedelta(), None, 0

    def next(self, now: datetime) -> datetime:
        """When to poll again; at most twice per publication within an hour."""
        due = self._next(now)
        first = self._polls[0] if len(self._polls) == self._polls.maxlen else None
        return due if first is None or first > now else max(due, first + HOUR)

    def _next(self, now: datetime) -> datetime:
        """When there should be something to poll for."""
        feed = self.feed
        if self._asked is None:
            return now
        asked = min(self._asked, now)
        if self._failures:
            return asked + self._wait_for_source()
        if self._mark is None or self.gridless or self._is_unlearnt:
            return asked + feed.publication.refresh_every
        expected = self.expected(self._mark)
        points = [expected + each for each in self._points()]
        due = next((each for each in points if each > asked), asked + self._wait(asked, self._mark))
        if self.daily is None and len(points) > 1 and asked >= points[-2]:  # later than usual
            due = min(due, asked + feed.publication.refresh_every)
        ahead = self.daily is None and self._mark > asked + HOUR
        due = max(due, asked + (feed.publication.refresh_every if ahead else pause_between(feed)))
        if self._changed or feed.history.snapshot_only or (self.daily is not None and self._vain is not None):
            due = min(due, asked + feed.publication.refresh_every)
        return due if self.daily is not None else min(due, asked + max(feed.publication.refresh_every, HOUR))

    def is_late(self, now: datetime) -> bool:
        """Whether a publication is overdue, or none ever came."""
        return self._mark is None or now > self.expected(self._mark) + self._points()[-1]

    def _wait_for_source(self) -> timedelta:
        """How long a failing source is left alone; it was retried several times already."""
        first = max(pause_between(self.feed), min(self.feed.publication.refresh_every / 3, RECOVERED_AFTER))
        return doubled(first, self._failures - 1, self.feed.publication.refresh_every)

    def _wait(self, asked: datetime, mark: datetime) -> timedelta:
        """How long to wait for a late publication; longer while rows reach an hour ahead."""
        refresh_every, vain = self.feed.publication.refresh_every, max(self._late - 1, 0)
        if self.daily is not None:
            return (refresh_every / 4, refresh_every / 2, refresh_every)[min(vain, 2)]
        if mark > asked + HOUR:
            return max(refresh_every, HOUR) if vain else refresh_every
        wait = doubled(pause_between(self.feed), vain, refresh_every)
        return wait if self._arrivals else max(wait, min(self.stride / 20, refresh_every))

    @property
    def _is_unlearnt(self) -> bool:
        """Whether nothing shows yet how often a forecast is made."""
        return self.daily is None and self.feed.dataset.forecast and len(self._strides) < STRIDES

    def _arrived(self, began: datetime, mark: datetime) -> None:
        """Learn how late a mark came; skip the first and those after a failure: they may have been there for long."""
        before, self._mark = self._mark, mark
        if before is None:
            self._lag = began - mark
        elif not self._failures:
            if self._vain is not None or mark - before < self.stride:
                self._strides.append(mark - before)
            due = self.expected(mark - INSTANT) if self.daily else mark
            self._arrivals.came(began - due, None if self._vain is None else self._vain - due)
        self._vain, self._late = None, 0

    def _reaches_beyond(self, mark: datetime, now: datetime) -> bool:
        """Whether the source has days that are not due even at the next due time."""
        daily = self.daily
        if daily is None:
            return False
        coming = self.expected(daily.reach(now, self.zone))
        return mark > daily.reach(coming, self.zone) + HOUR

    def _points(self) -> list[timedelta]:
        """When to poll, counted from the due time of the next mark."""
        if self.daily is not None:
            return self._arrivals.in_a_day() if self._arrivals else list(BEFORE_DUE)
        ahead = self.feed.publication.published_ahead > timedelta()
        if not self._arrivals:
            least = self._lag - self.stride
            return [least if ahead else max(least, timedelta())]
        return self._arrivals.in_a_row(
            self.stride, -self.feed.publication.published_ahead - DAY if ahead else timedelta()
        )
