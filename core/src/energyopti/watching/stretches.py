"""The time that is watched, chunk by chunk: what is open, what lacks something, and what is looked through again."""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta

import attrs

from energyopti.market import Feed
from energyopti.query import Place, ResolvedQuery, TimeRange, plan
from energyopti.timezones import DAY, HOUR, INSTANT
from energyopti.tuning import AHEAD_EVERY, FAR_BEHIND, HOLES_AFTER, OLD_HOLES_EVERY
from energyopti.watching.timetable import doubled

_NEVER = datetime.max.replace(tzinfo=UTC)


class State(enum.Enum):
    """What is known of a stretch."""

    OPEN = "rows are still to come"
    WHOLE = "all of it came"
    HOLED = "something did not come though the source has gone on"
    GIVEN_UP = "what is missing did not come until it settled"


@attrs.define(eq=False, kw_only=True)
class Stretch:
    """A chunk as far as it is watched: when it was asked for last, how often in vain, and how many rows it has.

    ``failures`` counts since the last answer; ``vain`` the answers that filled nothing of a hole, which is given up
    once it ``settles``.
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
    """The chunks from the beginning of a watch to what can be published, and which of them is asked for when.

    ``corrections`` is how long after its end a whole chunk is looked through: once an hour for a day and then once a
    day, but of all that are merely looked through no more than one an hour, or two where one is not enough.
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
        """Watch the chunks that begin before an instant too; the first one in any case."""
        if until <= self._end and self._all:
            return
        query, start = self.query, self._end
        places = tuple(map(Place, query.locations))
        span = TimeRange(start, max(until, start + INSTANT))
        for chunk in plan(query.market, query.feed, span, places=places, now=until):
            self._all.append(Stretch(name=chunk.key, start=max(chunk.start, self._end), end=chunk.end))
            self._end = chunk.end

    def edge(self, before: datetime, now: datetime) -> list[Stretch]:
        """The open ones that begin before an instant, where new rows come; the last one in any case."""
        first = now if self.feed.history.snapshot_only else self.query.time.start
        found = [each for each in self._all if each.is_open and each.start < before and each.end > first]
        return found or self._all[-1:]

    def between(self, first: Stretch, last: Stretch) -> list[Stretch]:
        """All from one to another."""
        return self._all[self._all.index(first) : self._all.index(last) + 1]

    def due(self, now: datetime) -> list[Stretch]:
        """Take those that are to be asked for again beside the edge: of those that are merely looked through one at a time."""
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
        """When `due` has something; None where nothing is to be asked for again."""
        times = (
            self._again(each, now)
            if self._is_urgent(each, now)
            else max(self._again(each, now), self._look(each, now))
            for each in self._all
        )
        return min((time for time in times if time < _NEVER), default=None)

    def looked(self, at: datetime) -> None:
        """Days that come at a time of day were asked for: that was this hour's look."""
        self._looked = at

    def recovered(self, now: datetime) -> None:
        """The source answers again: what failed a while ago is asked for at once."""
        for each in self._all:
            since = now - (each.tried or now)
            if (
                each.failures
                and since >= self.feed.publication.refresh_every
                and each.state in {State.OPEN, State.HOLED}
            ):
                each.tried = None

    def set_back(self, now: datetime) -> datetime:
        """Take the clock back to an instant: what was thought to be over is open. Say to where all is done."""
        for each in self._all:
            each.tried = min(each.tried or now, now)
            if each.state is State.HOLED and each.end > now:
                each.state = State.OPEN
        self._looked = None
        done = [each.end for each in self._all if not each.is_open]
        return max(done, default=self.query.time.start)

    def expired(self, now: datetime) -> list[Stretch]:
        """Let go of those that are not looked at any more; of a forecast from the first one on alone."""
        gone = []
        for number, each in enumerate(self._all):
            if self._is_over(each, number, now):
                gone.append(each)
            elif self.feed.publication.forecast_days:
                break
        self._all = [each for each in self._all if each not in gone]
        return gone

    def oldest_whole(self) -> Stretch | None:
        """Let go of the first one of which nothing is awaited, to make room; None where there is none."""
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
        """Publications of a forecast are made once, and the next one is another."""
        return min(self.corrections, DAY) if self.feed.publication.forecast_days else self.corrections

    def _is_urgent(self, each: Stretch, now: datetime) -> bool:
        """Whether it may have what was never told, and has not been asked for long in vain."""
        fresh = each.state is State.HOLED and now - each.end < DAY
        return fresh or (each.failures > 0 and each.state in {State.OPEN, State.HOLED})

    def _again(self, each: Stretch, now: datetime) -> datetime:
        """When to ask again for one that is not at the edge, or failed."""
        interval = self._interval(each, now)
        if interval is None:
            return _NEVER
        return now if each.tried is None else each.tried + interval

    def _interval(self, each: Stretch, now: datetime) -> timedelta | None:
        """How long after it was asked for it is asked for again; None where the edge does it."""
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
        """When the next one may be looked through: an hour after the last, or half of one if that is not enough."""
        if self._looked is None:
            return self.query.time.start
        behind = self._overdue(each, now) > FAR_BEHIND
        return self._looked + min(HOUR / 2 if behind else HOUR, (each.end - each.start) / 2)

    def _overdue(self, each: Stretch, now: datetime) -> float:
        """How long ago one was looked through, in the intervals at which it should be."""
        return (now - (each.tried or now)) / (self._interval(each, now) or HOUR)
