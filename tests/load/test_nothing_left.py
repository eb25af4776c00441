"""Calls that end before their answer: cancelled, closed, or at the end of their event loop; nothing stays behind."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from collecting_builders import NOW, Plugin, load_csv, load_feed, registry, served_market, service, settings
from energyopti import MarketData, SourceUnavailable, UnifiedMarketService
from energyopti.checks import Check
from energyopti.findings import Finding
from leaks import nothing_left, other_tasks, run_alone
from servers import Answer, Server, serving

CALLERS = 500
DAYS = 20


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with a document a day in June, each after a quarter of a second, and one in July at once."""
    with serving() as running:
        for number in range(1, DAYS + 1):
            day = f"2024-06-{number:02}"
            running.on(f"/load/{day}.csv", Answer(body=load_csv(day), delay=0.25))
        running.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
        yield running


def bounds(number: int) -> tuple[str, str]:
    """The range of one of many calls: two days that others ask for too."""
    first = 1 + number % (DAYS - 1)
    return f"2024-06-{first:02}", f"2024-06-{first + 2:02}"


def call(service: UnifiedMarketService, number: int) -> asyncio.Task[MarketData]:
    """One of many calls."""
    return asyncio.ensure_future(service.get_market_data("testiso", "load", *bounds(number)))


async def calls(service: UnifiedMarketService, server: Server) -> list[asyncio.Task[MarketData]]:
    """Many calls, of which some have requests under way and the others wait in line."""
    tasks = [call(service, number) for number in range(CALLERS)]
    while len(server.asked) < 8:  # noqa: ASYNC110 - another thread answers
        await asyncio.sleep(0.001)
    return tasks


async def still_works(service: UnifiedMarketService) -> bool:
    """Whether the service answers another question."""
    return len(await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")) == 24


def test_cancelled_callers_take_nothing_from_the_others(server: Server, tmp_path: Path) -> None:
    """Of 500 callers every second one goes: the others get their days, each of which is requested once."""

    async def go() -> None:
        async with service(served_market(server.url), tmp_path) as opened:
            tasks = await calls(opened, server)
            for task in tasks[::2]:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError) for end in ends[::2])
            assert {len(end) for end in ends[1::2] if isinstance(end, MarketData)} == {48}
            assert len(opened._chunks._flights) == 0
        assert other_tasks() == set()

    with nothing_left():
        run_alone(go())
    assert len(server.paths) == len(set(server.paths))


def test_all_callers_cancelled_end_the_requests(server: Server, tmp_path: Path) -> None:
    """What nobody waits for is not fetched; the same service answers the next question."""

    async def go() -> int:
        async with service(served_market(server.url), tmp_path) as opened:
            tasks = await calls(opened, server)
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError) for end in ends)
            assert len(opened._chunks._flights) == 0
            asked = len(server.asked)
            assert await still_works(opened)
            assert len(server.asked) == asked + 1
            assert other_tasks() == set()
            return asked

    with nothing_left():
        asked = run_alone(go())
    assert asked < DAYS


def test_service_closed_in_the_middle_tells_everybody(server: Server, tmp_path: Path) -> None:
    """500 callers get an error that says so, and another service answers the same questions."""

    async def go() -> None:
        opened = service(served_market(server.url), tmp_path)
        tasks = await calls(opened, server)
        await opened.aclose()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(end) for end in ends} == {SourceUnavailable}
        assert {"closed" in str(end) for end in ends} == {True}
        assert other_tasks() == set()
        async with service(served_market(server.url), tmp_path) as another:
            assert await still_works(another)

    with nothing_left():
        run_alone(go())


def test_event_loop_may_end_in_the_middle(server: Server, tmp_path: Path) -> None:
    """``asyncio.run`` ends while a task has its service open and 500 calls under way."""
    ends: list[BaseException] = []

    async def ask() -> None:
        async with service(served_market(server.url), tmp_path) as opened:
            try:
                await asyncio.gather(*await calls(opened, server))
            except BaseException as error:
                ends.append(error)
                raise

    async def go() -> None:
        task = asyncio.ensure_future(ask())
        while len(server.asked) < 8:  # noqa: ASYNC110 - another thread answers
            await asyncio.sleep(0.001)
        assert not task.done()

    with nothing_left():
        asyncio.run(go())
        assert [type(end) for end in ends] == [asyncio.CancelledError]

    async def again() -> bool:
        async with service(served_market(server.url), tmp_path) as opened:
            return await still_works(opened)

    assert run_alone(again())


def test_cancelled_scope_closes_the_service_all_the_same(server: Server, tmp_path: Path) -> None:
    """A scope of anyio cancels again and again, in the midst of closing too: connections are given back."""

    async def go() -> None:
        with anyio.CancelScope() as scope:
            async with service(served_market(server.url), tmp_path) as opened:
                assert await still_works(opened)
                async with anyio.create_task_group() as group:
                    for number in range(1, DAYS):
                        group.start_soon(opened.get_market_data, "testiso", "load", *bounds(number))
                    while len(server.asked) < 9:  # noqa: ASYNC110 - another thread answers
                        await asyncio.sleep(0.001)
                    scope.cancel()
        assert scope.cancelled_caught
        assert other_tasks() == set()

    with nothing_left():
        run_alone(go())


class Slow:
    """A plugin's check that keeps a worker thread busy until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, *_: Any) -> tuple[Finding, ...]:
        """Wait."""
        self.begun.set()
        self.go_on.wait(10)
        return ()


def slow_service(server: Server, home: Path, check: Check) -> UnifiedMarketService:
    """A service whose chunks end in a slow check."""
    plugin = Plugin(served_market(server.url, load_feed()), checks=(check,))
    return UnifiedMarketService(registry(plugin), settings(home), now=lambda: NOW)


def test_closing_waits_for_what_a_cancelled_call_has_left_running(server: Server, tmp_path: Path) -> None:
    """A thread cannot be cancelled: the call ends at once, the closing when the thread has."""
    slow = Slow()

    async def go() -> None:
        async with slow_service(server, tmp_path, slow) as opened:
            task = asyncio.ensure_future(
                opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")
            )
            while not slow.begun.is_set():  # noqa: ASYNC110 - another thread works
                await asyncio.sleep(0.001)
            task.cancel()
            began = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert time.monotonic() - began < 1.0
            asyncio.get_running_loop().call_later(0.05, slow.go_on.set)
        assert slow.go_on.is_set()
        assert other_tasks() == set()

    with nothing_left():
        run_alone(go())


def test_closing_in_a_cancelled_scope_waits_and_closes(server: Server, tmp_path: Path) -> None:
    """The same where a scope of anyio ends the call and the closing alike: no connection stays open."""
    slow = Slow()

    async def go() -> None:
        with anyio.CancelScope() as scope:
            async with slow_service(server, tmp_path, slow) as opened, anyio.create_task_group() as group:
                group.start_soon(opened.get_market_data, "testiso", "load", "2024-07-01", "2024-07-02")
                while not slow.begun.is_set():  # noqa: ASYNC110 - another thread works
                    await asyncio.sleep(0.001)
                asyncio.get_running_loop().call_later(0.05, slow.go_on.set)
                scope.cancel()
        assert slow.go_on.is_set()
        assert other_tasks() == set()

    with nothing_left():
        run_alone(go())


def test_calls_that_give_up_pile_up_no_threads(server: Server, tmp_path: Path) -> None:
    """20 calls after each other give up on slow work: it never keeps more than the market's two threads."""
    slow = Slow()

    def working() -> int:
        return sum("AnyIO" in thread.name for thread in threading.enumerate())

    async def go() -> int:
        before = working()
        async with slow_service(server, tmp_path, slow) as opened:
            for _ in range(20):
                with pytest.raises(SourceUnavailable, match="did not come within"):
                    await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02", timeout=0.05)
            most = working() - before
            slow.go_on.set()
        return most

    with nothing_left():
        assert run_alone(go()) == 2
