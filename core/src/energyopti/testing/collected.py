"""A plugin's own sandbox's answers for a feed's chunks: an ordinary one, and those around clock changes."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import attrs

from energyopti.answer.result import MarketData
from energyopti.errors import NoData
from energyopti.fetch.finish import PLUGIN_FAILURES
from energyopti.market import ChunkSize, Feed, Market
from energyopti.query import Chunk, TimeRange, plan
from energyopti.registry import Registry
from energyopti.sandbox import Answer, Ask
from energyopti.sandbox.app import Sandbox
from energyopti.sandbox.transport import SandboxTransport
from energyopti.service import UnifiedMarketService
from energyopti.settings import Settings
from energyopti.source import Client
from energyopti.store import ChunkData
from energyopti.testing.alone import Alone, alone
from energyopti.testing.damage import Spoilt, of_damaged
from energyopti.testing.grids import clock_change, clock_change_days
from energyopti.testing.guard import watching
from energyopti.testing.strategies import NOW
from energyopti.timezones import DAY, HOUR, INSTANT, hours_in_day, local_date, midnight


class _Once(Sandbox):
    """A sandbox that makes each document once, however many services ask for it."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry, now=lambda: NOW)
        self._made: dict[object, Answer] = {}

    def _answer(self, ask: Ask) -> Answer:
        key = (ask.method, ask.path, tuple(sorted(ask.params.items())), ask.body)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = super()._answer(ask)
        return made


@attrs.frozen(kw_only=True)
class Collected:
    """The answers, what the plugin did meanwhile that it must not do, and whether its code ran at all.

    ``answers`` are for `tried_chunks`, ``again`` the same from another service, asked in the opposite order after the
    feed had been given damaged documents, which did to it what ``spoilt`` says; ``alone`` is what each source gives that
    did not answer first. ``early`` is what a source has of a chunk that nobody may ask for yet. ``following`` has the answer for the chunk
    after the last of them, and the one for both together, if there is such a chunk. ``running`` is the answer for the chunk
    that is not over yet, or why there is none. ``window`` is all that a source has which keeps less than a chunk.
    """

    answers: tuple[MarketData, ...]
    again: tuple[MarketData, ...]
    following: tuple[MarketData, MarketData] | None
    running: MarketData | NoData
    window: MarketData | None
    spoilt: tuple[Spoilt, ...]
    alone: tuple[Alone, ...]
    early: ChunkData | None
    calls: tuple[str, ...]
    entered: bool


@lru_cache(maxsize=8)
def from_sandbox(
    registry: Callable[[], Registry], market: str, feed: str, *, clock_changes: bool = True
) -> Collected:
    """The answers over the in-process sandbox, range after range: of one service, then of another in the opposite order.

    Without ``clock_changes``, as for feeds that collect like another one, only on ordinary days, and once.
    """
    installed = registry()
    asked = installed.market(market).feed(feed)
    tried = tried_chunks(installed.market(market), asked, clock_changes=clock_changes)
    spans = [chunk.time for chunk in tried] or [_window(asked, installed.market(market))]
    beside = spans_beside(tried)
    sandbox = _Once(installed)
    with watching(packages_of(asked)) as watched:
        answers, running = asyncio.run(_answers(sandbox, installed, asked, market, [*spans, *beside]))
    last = len(tried)
    spoilt: tuple[Spoilt, ...] = ()
    others: tuple[Alone, ...] = ()
    early, again = None, answers[:last]
    if clock_changes:
        first = first_tried(installed.market(market), asked)
        spoilt, others, early, again = asyncio.run(_again(sandbox, installed, first, tried))
    beyond = (answers[last], answers[last + 1]) if beside else None
    return Collected(
        answers=answers[:last],
        again=again,
        following=beyond,
        running=running,
        window=None if tried else answers[0],
        spoilt=spoilt,
        alone=others,
        early=early,
        calls=tuple(watched.calls),
        entered=watched.entered,
    )


def spans_beside(tried: tuple[Chunk, ...]) -> list[TimeRange]:
    """The chunk beside the last of those that are tried, and both together; none where there is only one, or less."""
    if not tried or tried[-1].feed.history.snapshot_only or tried[-1].end > NOW:
        return []
    other = _beside(tried[-1])
    both = sorted((tried[-1], other), key=lambda chunk: chunk.start)
    return [other.time, TimeRange(both[0].start, both[1].end)]


def packages_of(feed: Feed) -> frozenset[str]:
    """The packages whose code collects a feed."""
    functions = [feed_source.collect for feed_source in feed.sources]
    kinds = [type(feed.layout), *functions]
    return frozenset(each.__module__.partition(".")[0] for each in kinds) - {"energyopti"}


@contextlib.asynccontextmanager
async def _service(sandbox: Sandbox, registry: Registry) -> AsyncIterator[UnifiedMarketService]:
    """A service over an in-process sandbox, which keeps what it has fetched."""
    with tempfile.TemporaryDirectory() as home:
        settings, served = Settings(home=Path(home), sandbox="1", attempts=1), SandboxTransport(sandbox)
        async with UnifiedMarketService(registry, settings, transport=served, now=lambda: NOW) as service:
            yield service


async def _answers(
    sandbox: Sandbox, registry: Registry, feed: Feed, market: str, spans: list[TimeRange]
) -> tuple[tuple[MarketData, ...], MarketData | NoData]:
    """The answers for ranges, and for the chunk that is not over yet."""
    async with _service(sandbox, registry) as service:
        answers = [await service.get_market_data(market, feed.name, each.start, each.end) for each in spans]
        now = plan(registry.market(market), feed, TimeRange(NOW, NOW + INSTANT))[0].time
        try:
            running = await service.get_market_data(market, feed.name, now.start, now.end, partial=True)
        except NoData as error:
            return tuple(answers), error
        return tuple(answers), running


async def _again(
    sandbox: Sandbox, registry: Registry, first: Chunk, tried: tuple[Chunk, ...]
) -> tuple[tuple[Spoilt, ...], tuple[Alone, ...], ChunkData | None, tuple[MarketData, ...]]:
    """What damaged documents did, what sources give alone, and the answers once more, from the last to the first."""
    async with _service(sandbox, registry) as service:
        client = service._network.client
        spoilt = await of_damaged(client, first, NOW)
        others = [
            await alone(client, chunk, feed_source, NOW)
            for chunk in tried
            if not chunk.feed.history.snapshot_only  # whoever has only the newest cannot be asked for a time
            for feed_source in chunk.feed.sources_for(chunk.day, NOW - chunk.end)[1:]
        ]
        early = await _early(client, first)
    market, feed = first.market.id, first.feed.name
    async with _service(sandbox, registry) as service:
        answers = [
            await service.get_market_data(market, feed, chunk.start, chunk.end) for chunk in reversed(tried)
        ]
    return spoilt, tuple(filter(None, others)), early, tuple(reversed(answers))


async def _early(client: Client, chunk: Chunk) -> ChunkData | None:
    """What the sources of a chunk's feed have of a time that lies beyond what the feed is published ahead."""
    feed = chunk.feed
    if feed.history.snapshot_only or feed.dataset.forecast or feed.reaches_past:
        return None  # such a publication reaches as far as it likes
    at = NOW + max(feed.publication.published_ahead, 0 * DAY) + 2 * DAY
    (later,) = plan(chunk.market, feed, TimeRange(at, at + INSTANT))
    later = following(later) if later.start < at else later
    for feed_source in feed.sources_for(later.day):
        with contextlib.suppress(*PLUGIN_FAILURES):  # nobody asks it for that: it may fail as it likes
            found = await alone(client, later, feed_source, NOW)
            if found is not None and found.data is not None:
                return found.data
    return None


def tried_chunks(market: Market, feed: Feed, *, clock_changes: bool = True) -> tuple[Chunk, ...]:
    """An ordinary day's chunk that a source has, and, if wanted, the last 23- and 25-hour days before it.

    Of chunks of an hour, the two at the change of such a day's clock. For a source that keeps only current data, the
    current chunk. Of a source that keeps less than two days, the last chunk that it has whole, if there is one.
    """
    if feed.history.snapshot_only:
        return plan(market, feed, TimeRange(NOW, NOW + INSTANT))
    days = [
        day
        for day in _days(market, feed, clock_changes=clock_changes)
        if feed.history.retention is None or midnight(day, market.zone) > NOW - feed.history.retention
    ]
    if not days:
        return _last_whole(market, feed)
    instants = [at for day in days for at in _instants(market, feed, day)]
    found = [plan(market, feed, TimeRange(at, at + INSTANT))[0] for at in instants]
    return tuple({chunk.key: chunk for chunk in found}.values())


def first_tried(market: Market, feed: Feed) -> Chunk:
    """The first of the chunks that are tried; of a source that keeps less than one, the current chunk."""
    tried = tried_chunks(market, feed, clock_changes=False)
    return (tried or plan(market, feed, TimeRange(NOW - INSTANT, NOW)))[0]


def _instants(market: Market, feed: Feed, day: date) -> tuple[datetime, ...]:
    """The noon of a day; of a feed with chunks of an hour, the hours before and after the change of the day's clock."""
    change = clock_change(day, market.zone) if feed.chunk is ChunkSize.HOUR else None
    return (midnight(day, market.zone) + 12 * HOUR,) if change is None else (change - HOUR, change)


def _last_whole(market: Market, feed: Feed) -> tuple[Chunk, ...]:
    """The last chunk that is out by the kit's clock, if the source still has all of it."""
    due, since = feed.due_to(NOW, market.zone), feed.history.kept_since(NOW)
    (chunk,) = plan(market, feed, TimeRange(due - INSTANT, due))
    chunk = chunk if chunk.end <= due else chunk.previous()
    return (chunk,) if since is None or chunk.start >= since else ()


def _window(feed: Feed, market: Market) -> TimeRange:
    """The whole intervals that a source has which keeps less than a chunk."""
    due, kept = feed.due_to(NOW, market.zone), feed.history.retention or DAY
    first = midnight(local_date(NOW, market.zone), market.zone) - 2 * DAY
    start, end = -((first - (NOW - kept)) // feed.step), (due - first) // feed.step
    return TimeRange(first + start * feed.step, first + end * feed.step)


def _beside(chunk: Chunk) -> Chunk:
    """The next chunk; the one before if the next is not out by the kit's clock or its source no longer has it."""
    after, before, retention = following(chunk), chunk.previous(), chunk.feed.history.retention
    kept = retention is None or before.start >= NOW - retention
    there = after.end <= after.due_to(NOW) and bool(chunk.feed.sources_for(after.day))
    return before if kept and not there else after


def following(chunk: Chunk) -> Chunk:
    """The next chunk."""
    (after,) = plan(chunk.market, chunk.feed, TimeRange(chunk.end, chunk.end + INSTANT))
    return after


def _days(market: Market, feed: Feed, *, clock_changes: bool = True) -> tuple[date, ...]:
    """An ordinary day that a source has, in a finished chunk; and the last 23- and 25-hour days before it."""
    ordinary = date(2026, 11, 10)
    if feed.history.retention is not None and feed.history.retention < 12 * DAY:
        ordinary = local_date(NOW - feed.history.retention, market.zone) + DAY
    while not feed.sources_for(ordinary) or not _is_over(market, feed, ordinary):
        ordinary -= 7 * DAY
    if not clock_changes:
        return (ordinary,)
    first = max(feed.history.since, ordinary - 800 * DAY)
    changes = clock_change_days(market.zone, first, ordinary)
    last = {hours_in_day(day, market.zone): day for day in changes}
    return (ordinary, *last.values())


def _is_over(market: Market, feed: Feed, day: date) -> bool:
    """Whether a day's chunk is out by the kit's clock; of the current month, the rest is still to come."""
    noon = midnight(day, market.zone) + 12 * HOUR
    chunk = plan(market, feed, TimeRange(noon, noon + INSTANT))[0]
    return chunk.end <= chunk.due_to(NOW)
