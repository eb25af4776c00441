"""How long calls take: from memory, a thousand at once and one alone, and what a first call adds to its source's time."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from collecting_builders import Plugin, daily, load_csv, load_feed, registry, served_market, settings
from energyopti import UnifiedMarketService
from energyopti.datasets import LMP
from energyopti.layouts import Layout
from energyopti.market import Feed, FeedSource
from energyopti.vocabulary import Run
from energyopti_nyiso.feeds.prices import REAL_TIME_GENERATOR
from performance.nyiso_days import GENERATORS, day_of
from performance.warm import ALONE, CALLS, NOW, QUERIES, measure, middle, timed, usual
from servers import Server, serving

pytestmark = pytest.mark.bench

ROUNDS = 15
_TABLE: list[str] = []


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


def test_bench_warm_calls(tmp_path: Path) -> None:
    """1,000 calls at once over 200 queries: p99 under 100 ms; one alone: p50 under 1 ms, p99 under 5 ms.

    Calls take turns on one event loop: a call's time runs from when all were asked, and from its own beginning.
    """

    warm = measure(tmp_path)
    whole = f"{CALLS:,} calls at once, {QUERIES} queries, 4 markets"
    line(f"{whole}: each call", *usual(warm.own), None, "p99 < 100")
    line(
        f"{whole}: since all were asked",
        *usual(warm.since),
        statistics.median(map(max, warm.since)),
        "p99 < 100",
    )
    line(f"one day from memory, {ALONE:,} times", *middle(warm.alone), None, "p50 < 1, p99 < 5")
    assert usual(warm.own)[1] < 0.100
    assert middle(warm.alone)[0] < 0.001
    assert middle(warm.alone)[1] < 0.005


def _small() -> tuple[str, Feed, bytes]:
    feed_source = FeedSource(name="daily file", host="main", collect=daily())
    return "a day of load, 24 rows", load_feed(sources=(feed_source,)), load_csv("2024-07-01")


def _large() -> tuple[str, Feed, bytes]:
    feed = load_feed(
        name="prices",
        dataset=LMP,
        run=Run.REAL_TIME_5MIN,
        step=timedelta(minutes=5),
        layout=REAL_TIME_GENERATOR.layout,
        sources=(FeedSource(name="daily file", host="main", collect=daily()),),
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
