"""From the updates of watches to a destination: only what it does not have, written before it counts as delivered."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import anyio
import anyio.to_thread
import attrs
import polars as pl

from energyopti.answer.result import MarketData
from energyopti.query import Chunk, ResolvedQuery, TimeRange, plan
from energyopti.settings import Settings
from energyopti.sinks.opening import Address
from energyopti.sinks.sink import Sink, Unreachable, Wanted
from energyopti.timezones import DAY, INSTANT
from energyopti.tuning.sinks import CLOSED_WITHIN, FIRST_WAIT, POSTED_AGAIN_EVERY
from energyopti.tuning.watching import ROWS_KEPT
from energyopti.watching.delivered import Delivered

_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_ORIGIN = ", first start"
"""Beside the start of a watch its first one is kept: only who asks for more than that gets it."""


@attrs.define(kw_only=True, eq=False)
class Fed:
    """One watch of a destination: what was delivered, and from when on it has to ask again after a restart."""

    query: ResolvedQuery
    start: datetime
    delivered: Delivered

    @property
    def name(self) -> str:
        """What tells it from other watches of the destination: the feed, and which of its rows."""
        query = self.query
        words = [f"{query.market.id}/{query.feed.name}", *sorted(query.locations)]
        return " ".join(
            [*words, *(f"{name}={','.join(sorted(of))}" for name, of in sorted(query.filters.items()))]
        )

    @property
    def lasting(self) -> bool:
        """Whether its rows may be asked for at any time: those of a list, or of publications without a time."""
        feed = self.query.feed
        undated = feed.publication.by_publication and "publish_time" not in feed.dataset.column_names
        return feed.history.snapshot_only or undated

    @property
    def wanted(self) -> Wanted:
        """The rows that may be asked for again."""
        feed = self.query.feed
        after = None if self.lasting else self.start
        return Wanted(feed.dataset, self.query.market.id, feed.name, after)

    def until(self, now: datetime) -> datetime | None:
        """Until when rows are remembered that need not lie in the time that is asked for."""
        feed = self.query.feed
        return now if feed.history.snapshot_only or feed.publication.by_publication else None

    def advance(self, now: datetime, corrections: timedelta, most: int) -> bool:
        """Move the start to the first time that is still asked for; says whether it moved."""
        query, before = self.query, self.start
        feed = query.feed
        due = min(now, feed.due_to(now, query.market.zone))
        rechecked = self._chunk(due - max(corrections, feed.publication.settles_after) - DAY)
        self.start = max(self.start, rechecked.start)
        self._forget()
        while len(self.delivered) > most and (first := self._chunk(self.start)).end < due - DAY:
            self.start = first.end
            self._forget()
        return self.start > before

    def _forget(self) -> None:
        if not self.lasting:
            self.delivered.forget(_EVER, self.start)

    def _chunk(self, at: datetime) -> Chunk:
        query = self.query
        return plan(query.market, query.feed, TimeRange(at, at + INSTANT))[0]


@attrs.define(kw_only=True, eq=False)
class Delivery:
    """A destination as watches write to it.

    ``corrections`` and ``versions`` are those of the watches. ``say`` is told, in a line, what keeps rows waiting.
    """

    address: Address
    settings: Settings
    now: Callable[[], datetime]
    corrections: timedelta
    versions: bool = False
    say: Callable[[str], None] = lambda _: None
    rows_kept: int = ROWS_KEPT
    _sink: Sink | None = attrs.field(init=False, default=None)
    _fed: dict[str, Fed] = attrs.field(init=False, factory=dict)
    _posting: asyncio.Task[None] | None = attrs.field(init=False, default=None)
    _said: str = attrs.field(init=False, default="")
    _turn: threading.Lock = attrs.field(init=False, factory=threading.Lock)
    _closed: bool = attrs.field(init=False, default=False)

    async def begin(self, query: ResolvedQuery) -> ResolvedQuery:
        """The query of a watch, from the first instant that an earlier process may have missed.

        Raises `OutputError` if rows cannot be written there.
        """
        if self._sink is None:
            self._sink = self.address.opened(self.settings)
        sink, feed = self._sink, query.feed
        delivered = Delivered(
            dataset=feed.dataset,
            latest=query.vintages == "latest",
            versions=self.versions,
            provisional=feed.irregular,
        )
        fed = Fed(query=query, start=query.time.start, delivered=delivered)

        def opened() -> None:
            sink.open(query)
            kept = sink.starts()
            origin = kept.get(f"{fed.name}{_ORIGIN}", _NEVER)
            if origin <= query.time.start:
                fed.start = kept[fed.name]
            else:
                sink.write(
                    feed.dataset, pl.DataFrame(), {fed.name: fed.start, f"{fed.name}{_ORIGIN}": fed.start}
                )
            delivered.remember(sink.rows(fed.wanted), fed.until(self.now()))

        await self._patiently(opened)
        self._fed[query.market.id] = fed
        if self._posting is None:
            self._posting = asyncio.create_task(self._post_again())
        return attrs.evolve(query, time=TimeRange(self._first(fed), query.time.end))

    def _first(self, fed: Fed) -> datetime:
        """From when on a watch asks: a source that keeps rows for some time is not asked for older ones."""
        history, start = fed.query.feed.history, fed.query.time.start
        if history.snapshot_only:
            return start
        if history.retention is not None:
            return min(start, max(fed.start, self.now() - history.retention))
        return fed.start

    async def news(self, update: MarketData) -> MarketData | None:
        """An update's rows that the destination does not have, or has with other values; None if there are none."""
        fed = self._fed[update.query.market.id]
        fresh = await anyio.to_thread.run_sync(fed.delivered.news, update.frame, fed.until(self.now()))
        return attrs.evolve(update, frame=fresh) if fresh.height else None

    async def write(self, update: MarketData) -> None:
        """Write an update's rows; afterwards a restart does not repeat them.

        Raises `OutputError` if they cannot be written, or if the host of a webhook refuses them for good.
        """
        assert self._sink is not None  # noqa: S101 - an update comes from a watch that has begun
        self._check()
        fed = self._fed[update.query.market.id]
        moved = fed.advance(self.now(), self.corrections, self.rows_kept)
        write = functools.partial(self._sink.write, update.dataset, update.frame, {fed.name: fed.start})
        await self._patiently(write)
        if moved:
            await self._patiently(functools.partial(self._sink.forget, fed.wanted))
        await self._flush()

    async def aclose(self) -> None:
        """Let go of the destination; what a webhook did not take is sent when it is opened again."""
        with anyio.CancelScope(shield=True):
            if self._posting is not None:
                self._posting.cancel()
                await asyncio.gather(self._posting, return_exceptions=True)
            if self._sink is not None:
                await self._sink.aclose()
                await anyio.to_thread.run_sync(self._close, self._sink)

    async def _patiently(self, work: Callable[[], None]) -> None:
        """Do some work with the destination, again and again while it is not there and there is patience."""
        left, wait = self.settings.patience, FIRST_WAIT
        while True:
            try:
                await anyio.to_thread.run_sync(self._alone, work)
            except Unreachable as error:
                if left <= 0:
                    raise
                self._tell(f"{error.line}; trying again")
                await anyio.sleep(min(wait, left))
                left, wait = left - wait, 2 * wait
            else:
                self._said = ""
                return

    def _alone(self, work: Callable[[], None]) -> None:
        """Do some work while no other thread uses the destination.

        Ctrl-C ends the wait for a thread and not the thread: what follows must not begin before that one is done.
        """
        with self._turn:
            if not self._closed:
                work()

    def _close(self, sink: Sink) -> None:
        """Close the destination once nothing uses it; work that takes too long ends with the process, undone."""
        self._closed = True
        if self._turn.acquire(timeout=CLOSED_WITHIN):
            try:
                sink.close()
            finally:
                self._turn.release()

    async def _flush(self) -> None:
        assert self._sink is not None  # noqa: S101 - as above
        if why := await self._sink.flush():
            self._tell(f"{why}; it is sent later")

    async def _post_again(self) -> None:
        """Send what an earlier process left, and then now and then what waits."""
        while True:
            await self._flush()
            await anyio.sleep(POSTED_AGAIN_EVERY)

    def _check(self) -> None:
        """Raise what ended the sending in between."""
        if self._posting is not None and self._posting.done():
            self._posting.result()

    def _tell(self, line: str) -> None:
        if line != self._said:
            self._said = line
            self.say(line)
