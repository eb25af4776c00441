"""How long calls take: from memory, a thousand at once and one alone, and what a first call adds to its source's time."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import attrs
import httpx
import pytest

from builders import utc
from collecting_builders import Plugin, daily, load_csv, load_feed, registry, served_market, settings
from energyopti import EnergyOptiError, MarketData, Registry, UnifiedMarketService
from energyopti.datasets import LMP
from energyopti.layouts import Layout
from energyopti.market import Era, Feed, Market
from energyopti.timezones import DAY, local_date
from energyopti.vocabulary import Run
from energyopti_nyiso.prices import REAL_TIME_GENERATOR
from performance.nyiso_days import GENERATORS, day_of
from servers import Server, serving

pytestmark = pytest.mark.bench

NOW = utc("2026-09-15T16:00")
QUERIES = 200
CALLS = 1_000
ALONE = 2_000
ROUNDS = 15
_TABLE: list[str] = []


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


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """Print what was measured, as one table."""
    yield
    head = f"{'milliseconds':72}{'p50':>9}{'p99':>9}{'all':>9}  goal"
    print("\n" + "\n".join([head, "-" * 117, *_TABLE]))


def line(what: str, p50: float, p99: float | None, total: float | None, goal: str) -> None:
    """One line of the table, from seconds."""
    cells = ("" if each is None else f"{each * 1e3:.2f}" for each in (p50, p99, total))
    _TABLE.append(f"{what:72}" + "".join(f"{cell:>9}" for cell in cells) + f"  {goal}")


def middle(times: Sequence[float]) -> tuple[float, float]:
    """The median, and what 99 of 100 stay below."""
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def questions(installed: Registry) -> Iterator[Asked]:
    """Days of the feeds of every market, in turn: a feed's single days and some days of it together."""
    return itertools.chain.from_iterable(zip(*map(_of_market, installed.markets.values()), strict=False))


def _of_market(market: Market) -> Iterator[Asked]:
    feeds = [feed for feed in market.feeds if not feed.current and feed.keeps is None]
    for back, feed in itertools.product(range(5, 400), feeds):
        first = local_date(NOW + min(feed.ahead, timedelta()), market.zone) - back * DAY
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


def test_bench_warm_calls(tmp_path: Path) -> None:
    """1,000 calls at once over 200 queries: p99 under 100 ms; one alone: p50 under 1 ms, p99 under 5 ms.

    Calls take turns on one event loop: a call's time runs from when all were asked, and from its own beginning.
    """

    async def go() -> tuple[int, list[float], list[float], list[float]]:
        service = UnifiedMarketService(settings=settings(tmp_path, sandbox="1"), now=lambda: NOW)
        async with service:
            queries = await warmed(service)
            assert len(set(queries)) == QUERIES
            assert {asked.market for asked in queries} == set(service.registry.markets)
            own: list[float] = []
            since: list[float] = []

            async def one(asked: Asked, all_began: float) -> None:
                own.append(await timed(asked.of(service)))
                since.append(time.perf_counter() - all_began)

            began = time.perf_counter()
            await asyncio.gather(*(one(queries[n % QUERIES], began) for n in range(CALLS)))
            single = [asked for asked in queries if asked.end == _next_day(asked.start)]
            alone = [await timed(single[n % len(single)].of(service)) for n in range(ALONE)]
            return len(service.registry.markets), own, since, alone

    markets, own, since, alone = asyncio.run(go())
    whole = f"{CALLS:,} calls at once, {QUERIES} queries, {markets} markets"
    line(f"{whole}: each call", *middle(own), None, "p99 < 100")
    line(f"{whole}: since all were asked", *middle(since), max(since), "p99 < 100")
    line(f"one day from memory, {ALONE:,} times", *middle(alone), None, "p50 < 1, p99 < 5")
    assert middle(own)[1] < 0.100
    assert middle(alone)[0] < 0.001
    assert middle(alone)[1] < 0.005


def _next_day(day: str) -> str:
    return str(utc(day).date() + DAY)


def _small() -> tuple[str, Feed, bytes]:
    era = Era(name="daily file", host="main", collect=daily())
    return "a day of load, 24 rows", load_feed(eras=(era,)), load_csv("2024-07-01")


def _large() -> tuple[str, Feed, bytes]:
    feed = load_feed(
        name="prices",
        dataset=LMP,
        run=Run.REAL_TIME_5MIN,
        step=timedelta(minutes=5),
        layout=REAL_TIME_GENERATOR.layout,
        eras=(Era(name="daily file", host="main", collect=daily()),),
    )
    return "a day of prices, 164,160 rows", feed, day_of(REAL_TIME_GENERATOR, date(2024, 7, 1), GENERATORS)


@pytest.mark.parametrize("made", [_small, _large], ids=["small", "large"])
def test_bench_first_call(made: Callable[[], tuple[str, Feed, bytes]], tmp_path: Path) -> None:
    """A service's first call adds less than 100 ms to fetching the bytes with httpx and reading them.

    Both open their connection; the service checks, sorts and describes what it has read, too.
    """
    name, feed, body = made()
    with serving() as server:
        server.on("/load/2024-07-01.csv", body)
        pairs = [
            (asyncio.run(plainly(server, feed.layout)), asyncio.run(answered(server, feed, tmp_path)))
            for _ in range(ROUNDS + 1)
        ][1:]
    plain, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    added = [ours - plain for plain, ours in pairs]
    line(f"{name}: fetched with httpx and read", plain, None, None, "")
    line(f"{name}: a service's first call", ours, None, None, "")
    line(f"{name}: what it adds", statistics.median(added), None, None, "< 100")
    assert statistics.median(added) < 0.100


async def plainly(server: Server, layout: Layout) -> float:
    """The time for a document by httpx and its layout alone."""
    async with httpx.AsyncClient() as client:

        async def work() -> None:
            layout.read((await client.get(f"{server.url}/load/2024-07-01.csv")).content)

        return await timed(work())


async def answered(server: Server, feed: Feed, home: Path) -> float:
    """The time for the same as the answer of a service that knows nothing yet."""
    there = registry(Plugin(served_market(server.url, feed)))
    async with UnifiedMarketService(there, settings(home), now=lambda: NOW) as service:
        return await timed(service.get_market_data("testiso", feed.name, "2024-07-01", "2024-07-02"))
