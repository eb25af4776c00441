"""Rows as they are published: asked for when they are due, and given when they are new or were changed."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import anyio.to_thread
import attrs
import polars as pl

from energyopti.errors import (
    EnergyOptiError,
    NoData,
    PluginError,
    SchemaDrift,
    SourceUnavailable,
    UnknownLocation,
)
from energyopti.events import Event, EventKind
from energyopti.findings import Finding, FindingKind
from energyopti.frames import empty_frame
from energyopti.market import Feed
from energyopti.query import Query, TimeRange
from energyopti.result import CoveragePart, CoverageStatus, MarketData
from energyopti.timezones import DAY, HOUR

_SURVIVED: tuple[type[EnergyOptiError], ...] = (NoData, SourceUnavailable, SchemaDrift, PluginError)
_SURVIVED_LATER = (*_SURVIVED, UnknownLocation)
"""What may mend itself; that a location is not there only once it has been: it may come late into a new day."""
_SOONEST, _LATEST = timedelta(seconds=2), timedelta(minutes=1)
_ARRIVALS, _REMEMBERED = 8, 1_000

Ask = Callable[[Query], Awaitable[MarketData]]
"""How a query is answered from the source, whatever memory has."""


@attrs.define(kw_only=True)
class Timetable:
    """When a feed is asked next: as its rows were due lately, and once in its cadence in any case.

    ``delay`` is learnt: the shortest time from the end of an interval to the row's arrival, of the last few.
    """

    feed: Feed
    _arrivals: deque[timedelta] = attrs.field(init=False, factory=lambda: deque(maxlen=_ARRIVALS))
    _last: datetime | None = attrs.field(init=False, default=None)
    _failures: int = attrs.field(init=False, default=0)

    @property
    def delay(self) -> timedelta:
        """How long after the end of an interval its row comes, as far as is known."""
        return min(self._arrivals, default=timedelta())

    def arrived(self, ends: pl.Series, now: datetime) -> None:
        """Learn from the ends of the intervals of new rows; what lies ahead teaches nothing."""
        last = ends.filter(ends <= now).max()
        if not isinstance(last, datetime) or (self._last is not None and last <= self._last):
            return
        if self._last is not None:  # what was there at the beginning may have been there for long
            self._arrivals.append(now - last)
        self._last = last

    def answered(self) -> None:
        """The source answered: it is asked at its usual times again."""
        self._failures = 0

    def failed(self) -> None:
        """The source did not answer: it is asked again later and later, up to its cadence."""
        self._failures += 1

    def next(self, now: datetime) -> datetime:
        """When to ask again."""
        again = min(max(self.feed.step / 20, _SOONEST), _LATEST)
        if self._failures:
            backing_off: timedelta = again * 2 ** min(self._failures - 1, 10)
            return now + min(backing_off, self.feed.cadence)
        at_the_latest = now + self.feed.cadence
        if self._last is None:
            return at_the_latest
        due = max(self._last + self.feed.step + self.delay, now + again)
        return min(at_the_latest, due)


@attrs.define(kw_only=True)
class Span:
    """The time that is asked for: from the first moment of which not everything came, to what can be published.

    What is whole is let go a day after its end, and looked through once an hour until then, since it may be
    corrected. What failed is never let go, so that nothing is lost; what the source lacks is, once it has settled.
    """

    feed: Feed
    start: datetime
    _open: datetime = attrs.field(init=False)
    _looked_back: datetime | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self._open = self.start

    def at(self, now: datetime) -> TimeRange:
        """What is asked for now."""
        ahead = max(self.feed.ahead, timedelta()) + timedelta(days=self.feed.horizon)
        start = self._open
        if self._looked_back is None or now - self._looked_back >= HOUR:
            start, self._looked_back = self.start, now
        return TimeRange(start, max(now + ahead, start) + self.feed.step)

    def came(self, parts: tuple[CoveragePart, ...], now: datetime) -> None:
        """Go on behind what is whole."""
        settled = max(DAY, self.feed.settles_after)
        for part in parts:
            whole = part.status is CoverageStatus.COMPLETE
            failed = part.status is CoverageStatus.FAILED
            if part.end > now or failed or not (whole or part.end <= now - settled):
                break
            self._open = max(self._open, part.end)
        for part in parts:
            if part.end > min(self._open, now - DAY):
                break
            self.start = max(self.start, part.end)


async def watch(
    query: Query,
    ask: Ask,
    *,
    now: Callable[[], datetime],
    tell: Callable[[Event], None],
    pause: Callable[[float], Awaitable[bool]],
) -> AsyncGenerator[MarketData]:
    """The new and the changed rows of a query that begins at its start and has no end, poll by poll.

    ``pause`` waits so many seconds, and says whether to go on. A poll that fails is told as an event.
    """
    dataset, said = query.feed.dataset, dict[Finding, None]()
    seen, survived = empty_frame(dataset), _SURVIVED
    span, timetable = Span(feed=query.feed, start=query.time.start), Timetable(feed=query.feed)
    going = True
    while going:
        began = now()
        try:
            data = await ask(attrs.evolve(query, time=span.at(began), partial=True))
        except survived as error:
            if not isinstance(error, NoData):
                timetable.failed()
            tell(_failure(query, error.line))
        else:
            fresh, seen = await anyio.to_thread.run_sync(_compare, data.frame, seen, dataset.key, span.start)
            if fresh.height:
                survived = _SURVIVED_LATER
                timetable.arrived(fresh["interval_end"], now())
            failure = _failed(data)
            if failure:
                timetable.failed()
                tell(_failure(query, failure))
            else:
                timetable.answered()
                span.came(data.coverage.parts, began)
            if fresh.height:
                yield _update(data, fresh, said, began)
        going = await pause((timetable.next(now()) - now()).total_seconds())


def _compare(
    frame: pl.DataFrame, seen: pl.DataFrame, key: Sequence[str], start: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that were not seen as they are now, and all that are known, without what ended before a start."""
    fresh = frame.join(seen, on=frame.columns, how="anti", nulls_equal=True, maintain_order="left")
    others = seen.join(frame, on=key, how="anti", nulls_equal=True)
    return fresh, pl.concat([others, frame]).filter(pl.col("interval_end") > start)


def _failed(data: MarketData) -> str:
    """Why a part could not be asked for, though another, or memory, answered; empty where none failed."""
    failed = (part.reason for part in data.coverage.parts if part.status is CoverageStatus.FAILED)
    stale = (f"{part.chunk} could not be asked for again" for part in data.provenance if part.stale)
    return next(failed, None) or next(stale, "")


def _update(data: MarketData, fresh: pl.DataFrame, said: dict[Finding, None], began: datetime) -> MarketData:
    """A poll's answer with its new rows alone, and with what was not said before; what is awaited is not missing."""
    feed, zone_name = data.query.feed, data.query.market.zone
    due_to = min(began, feed.due_to(began, zone_name))
    news = [each for each in map(functools.partial(_settled, due_to=due_to), data.findings) if each]
    news = [each for each in news if each not in said]
    said.update(dict.fromkeys(news))
    for oldest in list(said)[:-_REMEMBERED]:
        del said[oldest]
    return attrs.evolve(data, frame=fresh, findings=tuple(news), raw_parts=())


def _settled(finding: Finding, due_to: datetime) -> Finding | None:
    """A finding that waiting will not mend; a gap that reaches up to what is due is no gap yet."""
    if finding.kind is FindingKind.MISSING_PART:
        return None
    if finding.kind is FindingKind.GAP and all(high >= due_to for _, high in finding.spans):
        return None
    return finding


def _failure(query: Query, why: str) -> Event:
    return Event(kind=EventKind.POLL_FAILED, market=query.market.id, subject=query.feed.name, detail=why)
