"""The watched time, chunk by chunk: what is open, what lacks something, and what is rechecked."""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta

import attrs

from energyopti.market import Feed
from energyopti.query import Place, ResolvedQuery, TimeRange, plan
from energyopti.timezones import DAY, HOUR, INSTANT
from energyopti.tuning.watching import AHEAD_EVERY, FAR_BEHIND, HOLES_AFTER, OLD_HOLES_EVERY
from energyopti.watching.timetable import doubled

_NEVER = datetime.max.replace(tzinfo=UTC)


class State(enum.Enum):
    """What is known about a stretch."""

    OPEN = "rows are still to come"
    WHOLE = "all of it came"
    HOLED = "something is missing though the source has moved on"
    GIVEN_UP = "what was missing had not come by the time it settled"


@attrs.define(eq=False, kw_only=True)
class Stretch:
    """A chunk as far as it is watched: when it was last polled, how often in vain, and how many rows it has.

    ``failures`` counts failed polls since the last answer; ``vain`` counts answers that filled none of a hole, which is
    given up once it ``settles``.
    """

    name: str
    start: datetime
    end: datetime
    state: State = State.OPEN
    tried: datetime | None = None
    failures: int = 0
    vain: int = 0
    rows: int = 0
    settles: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether its rows are still to come."""
        return self.state is State.OPEN


@attrs.define(kw_only=True)
class Stretches:
    """The chunks from the start of a watch to the last that can be published, and when to poll each.

    ``corrections`` is how long after its end a whole chunk is rechecked: once an hour for a day, then once a day. All
    rechecks together are limited to one chunk an hour, or two if one is not enough.
    """

    query: ResolvedQuery
    corrections: timedelta
    _all: list[Stretch] = attrs.field(init=False, factory=list)
    _end: datetime = attrs.field(init=False)
    _looked: datetime | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self._end = self.query.time.start

    @property
    def feed(self) -> Feed:
        """The feed that is watched."""
        return self.query.feed

    def __len__(self) -> int:
        return len(self._all)

    def grow(self, until: datetime) -> None:
        """Also watch the chunks that begin before an instant; at least one chunk in any case."""
        if until <= self._end and self._all:
            return
        query, start = self.query, self._end
        places = tuple(map(Place, query.locations))
        span = TimeRange(start, max(until, start + INSTANT))
        for chunk in plan(query.market, query.feed, span, places=places, now=until):
            self._all.append(Stretch(name=chunk.key, start=max(chunk.start, self._end), end=chunk.end))
            self._end = chunk.end

    def edge(self, before: datetime, now: datetime) -> list[Stretch]:
        """The open stretches that begin before an instant, where new rows come; at least the last one."""
        first = now if self.feed.history.snapshot_only else self.query.time.start
        found = [each for each in self._all if each.is_open and each.start < before and each.end > first]
        return found or self._all[-1:]

    def between(self, first: Stretch, last: Stretch) -> list[Stretch]:
        """All stretches from the first to the last."""
        return self._all[self._all.index(first) : self._all.index(last) + 1]

    def due(self, now: datetime) -> list[Stretch]:
        """Take the stretches to poll again besides the newest; mere rechecks come one at a time."""
        waiting = [each for each in self._all if self._again(each, now) <= now]
        asked = [each for each in waiting if self._is_urgent(each, now)]
        quiet = [each for each in waiting if not self._is_urgent(each, now)]
        if quiet:
            first = max(quiet, key=lambda each: self._overdue(each, now))
            if now >= self._look(first, now):
                asked.append(first)
                self._looked = now
        return asked

    def next(self, now: datetime) -> datetime | None:
        """When `due` has something; None if nothing is to be polled again."""
        times = (
            self._again(each, now)
            if self._is_urgent(each, now)
            else max(self._again(each, now), self._look(each, now))
            for each in self._all
        )
        return min((time for time in times if time < _NEVER), default=None)

    def looked(self, at: datetime) -> None:
        """Data due at a time of day was polled: that counts as this hour's recheck."""
        self._looked = at

    def recovered(self, now: datetime) -> None:
        """The source answers again: stretches that failed a while ago are polled at once."""
        for each in self._all:
            since = now - (each.tried or now)
            if (
                each.failures
                and since >= self.feed.publication.refresh_every
                and each.state in {State.OPEN, State.HOLED}
            ):
                each.tried = None

    def set_back(self, now: datetime) -> datetime:
        """Set the clock back to an instant: stretches thought over reopen. Returns the end of what is done."""
        for each in self._all:
            each.tried = min(each.tried or now, now)
            if each.state is State.HOLED and each.end > now:
                each.state = State.OPEN
        self._looked = None
        done = [each.end for each in self._all if not each.is_open]
        return max(done, default=self.query.time.start)

    def expired(self, now: datetime) -> list[Stretch]:
        """Drop stretches that are no longer rechecked; for a forecast only from the first one on."""
        gone = []
        for number, each in enumerate(self._all):
            if self._is_over(each, number, now):
                gone.append(each)
            elif self.feed.publication.forecast_days:
                break
        self._all = [each for each in self._all if each not in gone]
        return gone

    def oldest_whole(self) -> Stretch | None:
        """Drop the first stretch that awaits nothing, to make room; None if there is none."""
        found = next((each for each in self._all if each.state in {State.WHOLE, State.GIVEN_UP}), None)
        if found is None or (self.feed.publication.forecast_days and found is not self._all[0]):
            return None
        self._all.remove(found)
        return found

    def _is_over(self, each: Stretch, number: int, now: datetime) -> bool:
        if self.feed.history.snapshot_only:
            later = self._all[number + 1 :]
            return each.end <= now and any(other.tried is not None for other in later)
        if self.feed.history.retention is not None and each.end <= now - self.feed.history.retention:
            return True
        last = each.end + self._corrections
        looked = each.tried is not None and (each.tried >= last or not self._corrections)
        return each.state in {State.WHOLE, State.GIVEN_UP} and now >= last and looked

    @property
    def _corrections(self) -> timedelta:
        """How long chunks are rechecked; a forecast is published once, and the next publication is another one."""
        return min(self.corrections, DAY) if self.feed.publication.forecast_days else self.corrections

    def _is_urgent(self, each: Stretch, now: datetime) -> bool:
        """Whether it may have rows never delivered, and has not been polled in vain for long."""
        fresh = each.state is State.HOLED and now - each.end < DAY
        return fresh or (each.failures > 0 and each.state in {State.OPEN, State.HOLED})

    def _again(self, each: Stretch, now: datetime) -> datetime:
        """When to poll a stretch again that is not the newest, or that failed."""
        interval = self._interval(each, now)
        if interval is None:
            return _NEVER
        return now if each.tried is None else each.tried + interval

    def _interval(self, each: Stretch, now: datetime) -> timedelta | None:
        """How long after a poll it is polled again; None if the poll for new rows covers it."""
        feed, age = self.feed, now - each.end
        often, seldom = feed.publication.refresh_every, max(HOUR, feed.publication.refresh_every)
        if each.failures and each.state in {State.OPEN, State.HOLED}:
            return doubled(often, each.failures - 1, seldom)
        if feed.history.snapshot_only or (
            each.is_open and not (each.rows and feed.publication.due is not None and feed.publication.due.at)
        ):
            return None
        if age < timedelta():
            return max(AHEAD_EVERY, feed.publication.refresh_every)
        if each.state is State.HOLED:
            return (
                doubled(max(often, HOLES_AFTER), each.vain, seldom)
                if age < DAY
                else max(OLD_HOLES_EVERY, often)
            )
        return seldom if age < DAY else max(DAY, often)

    def _look(self, each: Stretch, now: datetime) -> datetime:
        """When the next recheck may be: an hour after the last one, or half an hour if that is not enough."""
        if self._looked is None:
            return self.query.time.start
        behind = self._overdue(each, now) > FAR_BEHIND
        return self._looked + min(HOUR / 2 if behind else HOUR, (each.end - each.start) / 2)

    def _overdue(self, each: Stretch, now: datetime) -> float:
        """How overdue a recheck is, in units of its interval."""
        return (now - (each.tried or now)) / (self._interval(each, now) or HOUR)
