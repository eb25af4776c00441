"""Thousands of calls at once: one request for each chunk, bounded memory, no market in another's way."""

from __future__ import annotations

import asyncio
import gc
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from collecting_builders import (
    NOW,
    Plugin,
    load_csv,
    load_feed,
    registry,
    run,
    served,
    served_market,
    settings,
)
from energyopti import MarketData, UnifiedMarketService
from energyopti.store import ChunkData
from servers import Answer, Server, serving

MARKETS = ("east", "far", "north", "west")
FIRST = date(2024, 1, 1)
DAYS = 40


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with a document a day for each of four markets; each takes a moment."""
    with serving() as running:
        for name in MARKETS:
            for number in range(DAYS):
                serve(running, name, number, delay=0.005)
        yield running


def day(number: int) -> str:
    """One of the days of these tests."""
    return str(FIRST + timedelta(days=number))


def serve(
    server: Server, name: str, number: int, *, delay: float, areas: tuple[str, ...] = ("NORTH",)
) -> None:
    """A market's document of a day."""
    server.on(f"/{name}/{day(number)}.csv", Answer(body=load_csv(day(number), areas=areas), delay=delay))


def opened(server: Server, home: Path, *, concurrency: int = 8, **changes: object) -> UnifiedMarketService:
    """A service over the markets; their days begin at 04:00 in UTC, as the documents do."""
    there = [
        served_market(
            server.url,
            load_feed(sources=(served("daily file", f"{name}/{{day}}.csv"),)),
            id=name,
            zone="Etc/GMT+4",
            host={"concurrency": concurrency},
        )
        for name in MARKETS
    ]
    return UnifiedMarketService(registry(*map(Plugin, there)), settings(home, **changes), now=lambda: NOW)


@pytest.mark.parametrize("calls", [600, pytest.param(3_000, marks=pytest.mark.exhaustive)])
def test_chunk_is_requested_once_however_many_ask(server: Server, tmp_path: Path, calls: int) -> None:
    """Hundreds of calls for ranges of up to a week that overlap in every way: each day of each market once."""
    chance = random.Random(1)

    async def go() -> list[MarketData]:
        async with opened(server, tmp_path) as service:

            def call() -> asyncio.Task[MarketData]:
                first = chance.randrange(DAYS - 7)
                bounds = (day(first), day(first + chance.randint(1, 7)))
                return asyncio.ensure_future(service.get_market_data(chance.choice(MARKETS), "load", *bounds))

            return await asyncio.gather(*(call() for _ in range(calls)))

    answers = run(go())
    assert [data for data in answers if len(data) != 24 * len(data.provenance)] == []
    assert all(data.coverage.complete for data in answers)
    asked = Counter(server.paths)
    assert {path: times for path, times in asked.items() if times > 1} == {}
    chunks = {each.chunk for data in answers for each in data.provenance}
    assert len(asked) == len(chunks)


def test_chunk_that_came_meanwhile_is_not_requested_again(server: Server, tmp_path: Path) -> None:
    """A long range comes to its last days when the first are there; another call has fetched them by then."""
    for number in range(32):
        serve(server, "east", number, delay=0.2)

    async def go() -> None:
        async with opened(server, tmp_path, concurrency=64) as service:
            long = asyncio.ensure_future(service.get_market_data("east", "load", day(0), day(DAYS)))
            await asyncio.sleep(0.02)
            await service.get_market_data("east", "load", day(32), day(DAYS))
            await long

    run(go())
    assert {path: times for path, times in Counter(server.paths).items() if times > 1} == {}


def chunks_alive() -> int:
    """How many chunks of these markets the process holds."""
    gc.collect()
    return sum(isinstance(each, ChunkData) and each.chunk.market.id in MARKETS for each in gc.get_objects())


def test_memory_is_bounded_while_chunks_pass(server: Server, tmp_path: Path) -> None:
    """160 days pass through room for a few: the rest is gone, from the store and from the process."""
    budget = 30_000
    before = chunks_alive()

    async def go() -> tuple[list[int], int, int]:
        async with opened(server, tmp_path, memory_bytes=budget) as service:
            held: list[int] = []

            async def one(name: str, number: int) -> None:
                await service.get_market_data(name, "load", day(number), day(number + 1))
                held.append(service._chunks._memory.held)

            await asyncio.gather(*(one(name, number) for name in MARKETS for number in range(DAYS)))
            return held, len(service._chunks._memory), chunks_alive()

    held, kept, alive = run(go())
    assert (len(held), max(held) <= budget) == (len(MARKETS) * DAYS, True)
    assert 1 < kept < 20
    assert alive - before == kept
    assert len(server.asked) == len(MARKETS) * DAYS


def test_flood_of_one_market_does_not_delay_another(server: Server, tmp_path: Path) -> None:
    """1,000 calls wait for a market that takes four seconds for a day; another market answers before any of them.

    Behind the flood's requests it would come after twenty seconds at the least.
    """
    for number in range(DAYS):
        serve(server, "west", number, delay=4)

    async def go() -> None:
        async with opened(server, tmp_path) as service:
            flood = [
                asyncio.ensure_future(
                    service.get_market_data("west", "load", day(n % DAYS), day(n % DAYS + 1))
                )
                for n in range(1_000)
            ]
            while len(server.asked) < 8:  # noqa: ASYNC110 - another thread answers
                await asyncio.sleep(0.001)
            data = await service.get_market_data("east", "load", day(0), day(1))
            assert len(data) == 24
            assert not any(task.done() for task in flood)
            for task in flood:
                task.cancel()
            await asyncio.gather(*flood, return_exceptions=True)

    run(go())
