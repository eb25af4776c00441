"""Warm calls: over four markets of generated data, all of which is in memory, a thousand at once and one alone."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import attrs

from builders import utc
from collecting_builders import settings
from energyopti import EnergyOptiError, MarketData, Registry, UnifiedMarketService
from energyopti.market import Market
from energyopti.timezones import DAY, local_date

NOW = utc("2026-09-15T16:00")
QUERIES = 200
CALLS = 1_000
BURSTS = 7
ALONE = 2_000


@attrs.frozen
class Asked:
    """One query: a market, a feed and a range of days."""

    market: str
    feed: str
    start: str
    end: str

    async def of(self, service: UnifiedMarketService) -> MarketData:
        """Its answer."""
        return await service.get_market_data(self.market, self.feed, self.start, self.end)


def middle(times: Sequence[float]) -> tuple[float, float]:
    """The median, and what 99 of 100 stay below."""
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def usual(bursts: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The same of the burst in the middle of several: what disturbs one of them does not count."""
    halves, most = zip(*map(middle, bursts), strict=True)
    return statistics.median(halves), statistics.median(most)


def questions(installed: Registry) -> Iterator[Asked]:
    """Days of the feeds of every market, in turn: a feed's single days and some days of it together."""
    return itertools.chain.from_iterable(zip(*map(_of_market, installed.markets.values()), strict=False))


def _of_market(market: Market) -> Iterator[Asked]:
    feeds = [
        feed for feed in market.feeds if not feed.history.snapshot_only and feed.history.retention is None
    ]
    for back, feed in itertools.product(range(5, 400), feeds):
        first = local_date(NOW + min(feed.publication.published_ahead, timedelta()), market.zone) - back * DAY
        yield Asked(market.id, feed.name, str(first), str(first + (1 + back % 3) * DAY))


async def warmed(service: UnifiedMarketService) -> list[Asked]:
    """Queries that the markets have answered with rows; what they need is in memory."""
    chosen: list[Asked] = []
    for asked in questions(service.registry):
        try:
            data = await asked.of(service)
        except EnergyOptiError:
            continue
        if len(data):
            chosen.append(asked)
        if len(chosen) == QUERIES:
            break
    return chosen


async def timed(work: Awaitable[object]) -> float:
    """How long some work takes, from its own beginning."""
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


@attrs.frozen
class Warm:
    """Seconds of calls: each from its own beginning, and from when all of its burst were asked; and one after the other."""

    own: Sequence[Sequence[float]]
    since: Sequence[Sequence[float]]
    alone: Sequence[float]


def measure(home: Path) -> Warm:
    """Ask 200 different queries of all markets, a thousand calls at once several times, and then days one by one."""

    async def go() -> Warm:
        service = UnifiedMarketService(settings=settings(home, sandbox="1"), now=lambda: NOW)
        async with service:
            queries = await warmed(service)
            assert len(set(queries)) == QUERIES
            assert {asked.market for asked in queries} == set(service.registry.markets)
            own: list[list[float]] = [[] for _ in range(BURSTS)]
            since: list[list[float]] = [[] for _ in range(BURSTS)]

            async def one(asked: Asked, burst: int, all_began: float) -> None:
                own[burst].append(await timed(asked.of(service)))
                since[burst].append(time.perf_counter() - all_began)

            for burst in range(BURSTS):
                began = time.perf_counter()
                await asyncio.gather(*(one(queries[n % QUERIES], burst, began) for n in range(CALLS)))
            single = [asked for asked in queries if asked.end == _next_day(asked.start)]
            alone = [await timed(single[n % len(single)].of(service)) for n in range(ALONE)]
            return Warm(own, since, alone)

    return asyncio.run(go())


def _next_day(day: str) -> str:
    return str(utc(day).date() + DAY)
