"""The watch itself: poll what is due, deliver what is new, wait."""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

import anyio.to_thread
import attrs
import polars as pl

from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import (
    EnergyOptiError,
    MissingCredential,
    NoData,
    PluginError,
    SchemaDrift,
    SourceUnavailable,
    UnknownLocation,
)
from energyopti.events import Event, EventKind
from energyopti.findings import Finding, FindingKind
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.timezones import DAY, INSTANT
from energyopti.tuning.chunks import FEW_ROWS
from energyopti.tuning.watching import CORRECTIONS, FINDINGS_KEPT, LONGEST_PAUSE, ROWS_KEPT
from energyopti.watching.delivered import Delivered
from energyopti.watching.progress import Progress
from energyopti.watching.stretches import Stretch, Stretches
from energyopti.watching.timetable import Timetable

_SURVIVED: tuple[type[EnergyOptiError], ...] = (NoData, SourceUnavailable, SchemaDrift, PluginError)
_SURVIVED_LATER = (*_SURVIVED, UnknownLocation, MissingCredential)
"""The errors that may go away by themselves. The second set holds only once rows came: a location may appear late in a
new day, and a missing credential may belong to a second source, asked for what is late or unreachable."""


FOREVER = datetime.max.replace(tzinfo=UTC)
_UNEVEN = timedelta(minutes=1)
_NEVER_YET = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)

Ask = Callable[[ResolvedQuery], Awaitable[MarketData]]
"""Answers a query from the source, whatever is in memory."""


async def watch(
    query: ResolvedQuery,
    ask: Ask,
    *,
    now: Callable[[], datetime],
    emit: Callable[[Event], None],
    pause: Callable[[float], Awaitable[bool]],
    corrections: timedelta = CORRECTIONS,
    versions: bool = False,
    rows_kept: int = ROWS_KEPT,
) -> AsyncGenerator[MarketData]:
    """The new and changed rows of a query that starts at its start and never ends, poll by poll.

    ``pause`` waits that many seconds and says whether to go on. A failed poll is an event. Whole chunks are rechecked
    until ``corrections`` after their end. With ``versions`` a row is delivered again even if only its version or
    status changed. At most ``rows_kept`` rows are remembered besides those of open chunks; the oldest are dropped.
    """
    watching = _Watching(
        query=query,
        ask=ask,
        now=now,
        emit=emit,
        corrections=corrections,
        versions=versions,
        rows_kept=rows_kept,
    )
    at = now()
    going = True
    while going:
        for stretches in watching.due(at):
            update = await watching.poll(stretches)
            if update is not None:
                yield update
        following = watching.next(now())
        going = await _wait(following, now, pause)
        at = max(following, now())


async def _wait(
    until: datetime, now: Callable[[], datetime], pause: Callable[[float], Awaitable[bool]]
) -> bool:
    """Wait for an instant, but never longer than its distance now; say whether to go on."""
    left = until - now()
    while True:
        step = min(left, LONGEST_PAUSE)
        if not await pause(max(step.total_seconds(), 0.0)):
            return False
        left = min(left - step, until - now())
        if left <= timedelta():
            return True


@attrs.define(kw_only=True, eq=False)
class _Watching:
    """One watch: what it knows about its feed, what it delivered, and what it waits for."""

    query: ResolvedQuery
    ask: Ask
    now: Callable[[], datetime]
    emit: Callable[[Event], None]
    corrections: timedelta
    versions: bool
    rows_kept: int
    _delivered: Delivered = attrs.field(init=False)
    _timetable: Timetable = attrs.field(init=False)
    _stretches: Stretches = attrs.field(init=False)
    _progress: Progress = attrs.field(init=False)
    _said: dict[Finding, None] = attrs.field(init=False, factory=dict)
    _survived: tuple[type[EnergyOptiError], ...] = attrs.field(init=False, default=_SURVIVED)
    _begun: bool = attrs.field(init=False, default=False)
    _clock: datetime = attrs.field(init=False, default=_NEVER_YET)
    _edge: frozenset[Stretch] = attrs.field(init=False, factory=frozenset)

    def __attrs_post_init__(self) -> None:
        query = self.query
        self._delivered = Delivered(
            dataset=query.feed.dataset,
            latest=query.vintages == "latest",
            versions=self.versions,
            provisional=query.feed.irregular,
        )
        self._timetable = Timetable(feed=query.feed, zone=query.market.zone)
        self._stretches = Stretches(query=query, corrections=self.corrections)
        self._progress = Progress(query=query)

    def due(self, at: datetime) -> list[list[Stretch]]:
        """The stretches to poll at an instant; adjacent ones are polled together."""
        self._check_clock()
        edge = self._edge_at(at)
        due = self._timetable.next(at) <= at
        self._edge = frozenset(edge) if due else frozenset()
        if due and self._timetable.daily is not None:
            self._stretches.looked(at)
        others = () if self._timetable.failing else self._stretches.due(at)
        return self._runs({*self._edge, *others})

    def next(self, now: datetime) -> datetime:
        """When to poll next."""
        looks = None if self._timetable.failing else self._stretches.next(now)
        edge = self._timetable.next(now)
        return edge if looks is None else min(edge, looks)

    async def poll(self, stretches: Sequence[Stretch]) -> MarketData | None:
        """Poll adjacent stretches; returns the new rows, or None."""
        began = self.now()
        span = self._span(stretches, began)
        query = attrs.evolve(self.query, time=span, partial=True, with_earlier_publications=not self._begun)
        try:
            data = await self.ask(query)
        except self._survived as error:
            if isinstance(error, NoData):
                self._lacks(stretches, began, error.line)
            else:
                self._fails(stretches, stretches, error.line)
            return None
        news = functools.partial(self._delivered.news, data.frame, self._known_until(stretches))
        fresh = news() if len(data) <= FEW_ROWS else await anyio.to_thread.run_sync(news)
        if fresh.height:
            self._survived = _SURVIVED_LATER
        self._takes(stretches, data, began, changed=fresh.height > 0)
        return _update(data, fresh, self._said, began) if fresh.height else None

    def _check_clock(self) -> None:
        """If the clock was set back, forget what was learned by it: nothing may wait for that time to come."""
        now = self.now()
        if now < self._clock - _UNEVEN:
            self._progress.set_back(self._stretches.set_back(now))
            self._timetable.forget()
        self._clock = now

    @property
    def _mark(self) -> datetime | None:
        """The mark by which the timetable recognizes publications."""
        if self._timetable.daily is not None:
            return self._progress.front
        forecast = self.query.feed.dataset.forecast
        return self._progress.published if forecast else self._progress.newest

    def _edge_at(self, at: datetime) -> list[Stretch]:
        """The stretches where new rows come: all at first, later the open ones; only the last if the source fails."""
        limit = self._limit(at)
        self._stretches.grow(max(limit, self.now() + self.query.feed.publication.published_ahead))
        edge = self._stretches.edge(limit if self._begun else FOREVER, at)
        if self._timetable.failing:
            return edge[-1:]
        return [each for each in edge if each is edge[-1] or not each.failures]

    def _limit(self, at: datetime) -> datetime:
        """The instant before which everything awaited begins."""
        feed, front = self.query.feed, self._progress.front
        reach = self._timetable.reach(at)
        daily = self._timetable.daily
        if daily is not None:
            zone = self.query.market.zone
            return max(reach, daily.reach(self._timetable.expected(front), zone))
        if self._progress.by_rows:
            return max(reach, front + INSTANT)
        ahead = (
            timedelta()
            if feed.publication.forecast_days
            else max(feed.publication.published_ahead, timedelta())
        )
        return at + ahead + INSTANT

    def _runs(self, asked: set[Stretch]) -> list[list[Stretch]]:
        """Adjacent stretches grouped, newest first; for a forecast, everything from the first one on.

        A stretch that failed is polled alone, so that it does not take others down with it.
        """
        ordered = sorted(asked, key=lambda each: each.start)
        if ordered and self.query.feed.publication.forecast_days:
            return [self._stretches.between(ordered[0], ordered[-1])]
        runs: list[list[Stretch]] = []
        for each in ordered:
            alone = each.failures or (runs and runs[-1][-1].failures)
            if runs and runs[-1][-1].end == each.start and not alone:
                runs[-1].append(each)
            else:
                runs.append([each])
        return runs[::-1]

    def _span(self, stretches: Sequence[Stretch], began: datetime) -> TimeRange:
        """The time range to query: publications cover more than the time they are made in."""
        feed, start, end = self.query.feed, stretches[0].start, stretches[-1].end
        if feed.publication.forecast_days:
            ahead = max(feed.publication.published_ahead, timedelta()) + timedelta(
                days=feed.publication.forecast_days
            )
            end = max(end, began + ahead + feed.step)
        return TimeRange(start, end)

    def _known_until(self, stretches: Sequence[Stretch]) -> datetime | None:
        """Until when rows are remembered whose intervals need not lie in their chunk."""
        feed = self.query.feed
        return stretches[-1].end if feed.history.snapshot_only or feed.publication.by_publication else None

    def _takes(
        self, stretches: Sequence[Stretch], data: MarketData, began: datetime, *, changed: bool
    ) -> None:
        """Learn from an answer, part of which may have failed."""
        failed, why = _failures(stretches, data)
        answered = [each for each in stretches if each not in failed]
        mine = self._edge.intersection(stretches)
        for each in answered:
            each.tried, each.failures = began, 0
        self._give_up(self._progress.came(answered, data, began, self._timetable.reach(began)))
        if failed:
            self._fails(failed, () if mine - {*failed} else mine, why)
        else:
            self._begun = True
        if mine - {*failed}:
            self._answers(began, changed=changed)
        self._let_go()

    def _lacks(self, stretches: Sequence[Stretch], began: datetime, why: str) -> None:
        """The source has none of what was asked for: worth an event if it is late."""
        for each in stretches:
            each.tried, each.failures = began, 0
        self._give_up(self._progress.nothing_came(stretches, began, self._timetable.reach(began)))
        if not self._edge.isdisjoint(stretches):
            if self._timetable.is_late(began):
                self._emit(EventKind.POLL_FAILED, why)
            self._answers(began, changed=False)
        self._let_go()

    def _answers(self, began: datetime, *, changed: bool) -> None:
        """The source answered for the newest rows."""
        if self._timetable.failing:
            self._stretches.recovered(began)
        self._timetable.answered(began, self.now(), self._mark, changed=changed)

    def _fails(self, failed: Sequence[Stretch], edge: Collection[Stretch], why: str) -> None:
        """Some stretches could not be polled; if the newest is among them, the source itself counts as failing."""
        for each in failed:
            each.tried, each.failures = self.now(), each.failures + 1
        if not self._edge.isdisjoint(edge):
            self._timetable.failed(self.now())
        self._emit(EventKind.POLL_FAILED, why)

    def _give_up(self, stretches: Sequence[Stretch]) -> None:
        for each in stretches:
            days = self.query.feed.publication.settles_after / DAY
            why = f"{each.name}: the missing part has not come in {days:g} days; giving up"
            self._emit(EventKind.GAP_GIVEN_UP, why)

    def _let_go(self) -> None:
        """Forget what is no longer rechecked, and the oldest rows beyond the limit."""
        for each in self._stretches.expired(self.now()):
            self._delivered.forget(each.start, each.end)
        while (
            len(self._delivered) > self.rows_kept and (oldest := self._stretches.oldest_whole()) is not None
        ):
            self._delivered.forget(oldest.start, oldest.end)

    def _emit(self, kind: EventKind, why: str) -> None:
        query = self.query
        feed = query.feed.name
        self.emit(Event(kind=kind, market=query.market.id, subject=feed, detail=why, feed=feed))


def _failures(stretches: Sequence[Stretch], data: MarketData) -> tuple[list[Stretch], str]:
    """The stretches that could not be polled though others, or memory, answered; and why."""
    parts = [part for part in data.coverage.parts if part.status is CoverageStatus.FAILED]
    stale = dict.fromkeys(part.chunk for part in data.provenance if part.stale)
    failed = [
        each
        for each in stretches
        if each.name in stale or any(part.start < each.end and each.start < part.end for part in parts)
    ]
    if stale.keys() - {each.name for each in stretches}:  # a chunk of a market's own location list
        failed = [*stretches]
    whys = [*(part.reason for part in parts), *(f"{chunk} could not be fetched again" for chunk in stale)]
    return failed, next(iter(whys), "")


def _update(data: MarketData, fresh: pl.DataFrame, said: dict[Finding, None], began: datetime) -> MarketData:
    """A poll's answer, reduced to its new rows and new findings; rows still awaited do not count as missing."""
    feed, zone_name = data.query.feed, data.query.market.zone
    due_to = min(began, feed.due_to(began, zone_name))
    news = [each for each in map(functools.partial(_settled, due_to=due_to), data.findings) if each]
    news = [each for each in news if each not in said]
    last = [*said, *news][-FINDINGS_KEPT:]
    said.clear()
    said.update(dict.fromkeys(last))
    return attrs.evolve(data, frame=fresh, findings=tuple(news), raw_parts=())


def _settled(finding: Finding, due_to: datetime) -> Finding | None:
    """A finding, if waiting will not fix it; a gap that reaches up to the due time is not a gap yet."""
    if finding.kind in {FindingKind.MISSING_PART, FindingKind.UNAVAILABLE}:
        return None
    if finding.kind is FindingKind.GAP and all(high >= due_to for _, high in finding.spans):
        return None
    return finding
