"""The source's manners: pauses that hosts ask for, concurrency, total time, the breaker."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collecting_builders import NOW, run, served_market, settings
from energyopti.errors import NoData, RateLimited, SourceUnavailable
from energyopti.market import Market
from energyopti.source import Client, Payload, Request
from energyopti.source.breaker import Breaker
from servers import Answer, Server, serving

GOOD = Answer(body=b"a,b\n1,2\n")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


@contextlib.asynccontextmanager
async def client(home: Path, **changes: Any) -> AsyncIterator[Client]:
    """An open client that gives up soon."""
    opened = Client(settings(home, **changes), now=lambda: NOW)
    try:
        yield opened
    finally:
        await opened.aclose()


async def get(opened: Client, there: Market, *paths: str, shared: bool = False) -> list[Payload]:
    """Several documents at once."""
    host = there.host("main")
    return list(
        await asyncio.gather(
            *(opened.fetch(there, host, Request(path=path, shared=shared)) for path in paths)
        )
    )


def fetch(server: Server, home: Path, *paths: str, concurrency: int = 8, **changes: Any) -> list[Payload]:
    """Several documents at once by a client of its own."""

    async def go() -> list[Payload]:
        async with client(home, **changes) as opened:
            there = served_market(server.url, host={"concurrency": concurrency})
            return await get(opened, there, *paths)

    return run(go())


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_seconds_are_waited(server: Server, tmp_path: Path, status: int) -> None:
    """The next attempt comes when the host asked for it, not before."""
    server.on("/doc", Answer(status=status, headers={"Retry-After": "0.4"}), GOOD)
    fetch(server, tmp_path, "doc")
    first, second = (each.at for each in server.asked)
    assert 0.39 <= second - first < 2


def test_retry_after_date_is_waited(server: Server, tmp_path: Path) -> None:
    """A date means the time until then: here the second after now."""
    later = (NOW + timedelta(seconds=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    server.on("/doc", Answer(status=429, headers={"Retry-After": later}), GOOD)
    fetch(server, tmp_path, "doc")
    first, second = (each.at for each in server.asked)
    assert 0.99 <= second - first < 3


@pytest.mark.parametrize(
    "said", ["Mon, 01 Jul 2024 00:00:00 GMT", "soon", "²", "Fri, 31 Dec 9999 23:59:59 -2300"]
)
def test_retry_after_that_means_nothing_delays_nothing(server: Server, tmp_path: Path, said: str) -> None:
    """A date in the past, a word or a date beyond the calendar is followed by the usual next attempt."""
    server.on("/doc", Answer(status=429, headers={"Retry-After": said}), GOOD)
    (payload,) = fetch(server, tmp_path, "doc")
    assert payload.content == GOOD.body


def test_pause_holds_every_waiting_request_of_the_host(server: Server, tmp_path: Path) -> None:
    """While one request is told to wait, none of the others that wait for their turn goes out."""
    server.on("/a", Answer(status=429, headers={"Retry-After": "0.5"}), GOOD)
    others = [f"other{n}" for n in range(5)]
    for path in others:
        server.on(f"/{path}", GOOD)
    fetch(server, tmp_path, "a", *others, concurrency=1)
    told = server.asked[0]
    assert told.path == "/a"
    assert len(server.asked) == 7
    assert min(each.at for each in server.asked[1:]) - told.at >= 0.49


def test_pause_longer_than_patience_is_rate_limited_at_once(server: Server, tmp_path: Path) -> None:
    """A host that asks for an hour is not waited for; the error says how long and what to do."""
    server.on("/doc", Answer(status=429, headers={"Retry-After": "3600"}))
    began = time.monotonic()
    with pytest.raises(
        RateLimited, match=r"testiso: host main .* another 3600 s, .*try again later"
    ) as caught:
        fetch(server, tmp_path, "doc")
    error = caught.value
    assert (error.market, error.host, error.do) == ("testiso", "main", "try again later")
    assert error.retry_after == pytest.approx(3600, abs=2)
    assert time.monotonic() - began < 2
    assert len(server.asked) == 1


def test_host_that_always_asks_to_wait_is_rate_limited(server: Server, tmp_path: Path) -> None:
    """Attempts run out: `RateLimited`, since the host kept asking for a pause."""
    server.on("/doc", Answer(status=429, headers={"Retry-After": "0.01"}))
    with pytest.raises(RateLimited, match="status 429") as caught:
        fetch(server, tmp_path, "doc")
    assert caught.value.retry_after == 0.01
    assert len(server.asked) == 3


def test_total_time_bounds_all_attempts_together(server: Server, tmp_path: Path) -> None:
    """``patience`` is seconds in all: no attempt begins after it, however short each pause is."""
    server.on("/doc", Answer(status=429, headers={"Retry-After": "0.4"}))
    with pytest.raises(RateLimited):
        fetch(server, tmp_path, "doc", attempts=10, patience=0.6)
    assert server.asked[-1].at - server.asked[0].at <= 0.6


def test_concurrency_of_a_host_is_kept(server: Server, tmp_path: Path) -> None:
    """Never more requests under way than the host allows."""
    paths = [f"doc{n}" for n in range(9)]
    for path in paths:
        server.on(f"/{path}", Answer(body=b"x", delay=0.03))
    fetch(server, tmp_path, *paths, concurrency=3)
    assert len(server.asked) == 9
    assert server.most_at_once <= 3


def test_breaker_leaves_a_failing_host_alone(server: Server, tmp_path: Path) -> None:
    """After five failures in a row no request goes out, and the error says for how long."""
    server.on("/doc", Answer(status=500))

    async def go() -> None:
        async with client(tmp_path, attempts=1) as opened:
            there = served_market(server.url)
            for _ in range(5):
                with pytest.raises(SourceUnavailable, match="status 500"):
                    await get(opened, there, "doc")
            with pytest.raises(SourceUnavailable, match=r"left alone for another \d+ s; try again then"):
                await get(opened, there, "doc")

    run(go())
    assert len(server.asked) == 5


def test_breaker_is_measured_by_the_clock_of_its_client(server: Server, tmp_path: Path) -> None:
    """A simulation moves it: half a minute later the host is asked again, and no second has passed."""
    server.on("/doc", *[Answer(status=500)] * 5, GOOD)
    seconds = [0.0]

    async def go() -> Payload:
        opened = Client(settings(tmp_path, attempts=1), now=lambda: NOW, monotonic=lambda: seconds[0])
        there = served_market(server.url)
        try:
            for _ in range(5):
                with pytest.raises(SourceUnavailable):
                    await get(opened, there, "doc")
            seconds[0] = 29.0
            with pytest.raises(SourceUnavailable, match="left alone for another 1 s"):
                await get(opened, there, "doc")
            seconds[0] = 30.0
            return (await get(opened, there, "doc"))[0]
        finally:
            await opened.aclose()

    assert run(go()).content == GOOD.body


def test_cancelled_probe_does_not_close_the_door_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first to ask after the pause gives up; the next one asks, and the host is well again."""
    server.on("/doc", *[Answer(status=500)] * 5, Answer(body=GOOD.body, delay=5), GOOD)
    monkeypatch.setattr("energyopti.source.client.Breaker", lambda clock: Breaker(cooldown=0.5, clock=clock))

    async def go() -> list[Payload]:
        async with client(tmp_path, attempts=1) as opened:
            there = served_market(server.url)
            for _ in range(5):
                with pytest.raises(SourceUnavailable):
                    await get(opened, there, "doc")
            await asyncio.sleep(0.5)
            probe = asyncio.ensure_future(get(opened, there, "doc"))
            while len(server.asked) < 6:  # noqa: ASYNC110 - another thread answers
                await asyncio.sleep(0.001)
            probe.cancel()
            with pytest.raises(asyncio.CancelledError):
                await probe
            return await get(opened, there, "doc")

    assert run(go())[0].content == GOOD.body


def test_absent_documents_do_not_open_the_breaker(server: Server, tmp_path: Path) -> None:
    """A 404 is an answer: a host that has none of many days is a healthy one."""

    async def go() -> None:
        async with client(tmp_path) as opened:
            there = served_market(server.url)
            for _ in range(8):
                with pytest.raises(NoData):
                    await get(opened, there, "doc")

    run(go())
    assert len(server.asked) == 8


def test_shared_document_is_fetched_once(server: Server, tmp_path: Path) -> None:
    """A month's archive serves all its days, asked for together or one after the other."""
    server.on("/month", Answer(body=b"x", delay=0.05))

    async def go() -> list[Payload]:
        async with client(tmp_path) as opened:
            there = served_market(server.url)
            gather = await get(opened, there, *["month"] * 5, shared=True)
            return [*gather, *await get(opened, there, "month", shared=True)]

    assert [payload.content for payload in run(go())] == [b"x"] * 6
    assert len(server.asked) == 1


def test_missing_shared_document_is_asked_for_once(server: Server, tmp_path: Path) -> None:
    """That there is no archive of a month is known after the first 404."""

    async def go() -> None:
        async with client(tmp_path) as opened:
            there = served_market(server.url)
            for _ in range(3):
                with pytest.raises(NoData, match="status 404"):
                    await get(opened, there, "month", shared=True)

    run(go())
    assert len(server.asked) == 1


def test_failed_shared_document_is_asked_for_again(server: Server, tmp_path: Path) -> None:
    """A failure is not remembered: the next chunk tries anew."""
    server.on("/month", Answer(status=400), GOOD)

    async def go() -> list[Payload]:
        async with client(tmp_path) as opened:
            there = served_market(server.url)
            with pytest.raises(SourceUnavailable):
                await get(opened, there, "month", shared=True)
            return await get(opened, there, "month", shared=True)

    assert run(go())[0].content == GOOD.body


def test_shared_documents_stay_within_their_budget(server: Server, tmp_path: Path) -> None:
    """The oldest documents go first, absent ones too; the last one stays even if it alone is too large."""
    for name in ("one", "two"):
        server.on(f"/{name}", b"x" * 600)

    async def go() -> None:
        async with client(tmp_path, document_bytes=1000) as opened:
            there = served_market(server.url)
            with pytest.raises(NoData):
                await get(opened, there, "absent", shared=True)
            for name in ("one", "two", "two", "one"):
                await get(opened, there, name, shared=True)

    run(go())
    assert server.paths == ["/absent", "/one", "/two", "/one"]
