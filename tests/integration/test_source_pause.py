"""A host that says it was asked too often, and not for how long: it is left alone for its limit's time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from collecting_builders import NOW, run, served_market, settings
from energyopti.errors import RateLimited, SourceUnavailable
from energyopti.market import RateLimit
from energyopti.settings import HostSettings
from energyopti.source import Client, Payload, Request
from servers import Answer, Server, serving

GOOD = Answer(body=b"a,b\n1,2\n")
AGAIN = Answer(status=429)
HALF_A_SECOND = RateLimit(50, timedelta(seconds=0.5))
FOUR_SECONDS = RateLimit(50, timedelta(seconds=4))
AT_ONCE = 3
"""Seconds: less than `FOUR_SECONDS`, and enough for a busy machine."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def fetch(
    server: Server,
    home: Path,
    *paths: str,
    rate: RateLimit | None = HALF_A_SECOND,
    set_rate: str | None = None,
    concurrency: int = 8,
    **changes: Any,
) -> list[Payload]:
    """Several documents at once, of a host with a limit or a setting of one."""
    hosts = {("testiso", "main"): HostSettings(rate=set_rate)}
    there = served_market(server.url, host={"rate": rate, "concurrency": concurrency})

    async def go() -> list[Payload]:
        client = Client(settings(home, hosts=hosts, **changes), now=lambda: NOW)
        try:
            calls = (client.fetch(there, there.host("main"), Request(path=path)) for path in paths)
            return list(await asyncio.gather(*calls))
        finally:
            await client.aclose()

    return run(go())


def waited(server: Server) -> float:
    """The seconds between the first two requests."""
    first, second = (each.at for each in server.asked[:2])
    return second - first


def test_host_is_left_alone_for_the_time_of_its_limit(server: Server, tmp_path: Path) -> None:
    """A limit of so many requests in half a second means: half a second."""
    server.on("/doc", AGAIN, GOOD)
    (payload,) = fetch(server, tmp_path, "doc")
    assert payload.content == GOOD.body
    assert 0.49 <= waited(server) < 2


@pytest.mark.parametrize("status", [500, 503, 504])
def test_other_failures_are_tried_again_at_once(server: Server, tmp_path: Path, status: int) -> None:
    """They do not say that anybody asked too often."""
    server.on("/doc", Answer(status=status), GOOD)
    fetch(server, tmp_path, "doc", rate=FOUR_SECONDS)
    assert waited(server) < AT_ONCE


def test_host_without_a_limit_is_tried_again_at_once(server: Server, tmp_path: Path) -> None:
    """Nothing says how long to wait: the usual backoff has to do."""
    server.on("/doc", AGAIN, GOOD)
    fetch(server, tmp_path, "doc", rate=None)
    assert waited(server) < AT_ONCE


def test_limit_that_is_switched_off_pauses_nothing(server: Server, tmp_path: Path) -> None:
    """The setting goes before what the host publishes."""
    server.on("/doc", AGAIN, GOOD)
    fetch(server, tmp_path, "doc", rate=FOUR_SECONDS, set_rate="off")
    assert waited(server) < AT_ONCE


def test_limit_that_is_set_says_how_long(server: Server, tmp_path: Path) -> None:
    """Of a host that publishes none."""
    server.on("/doc", AGAIN, GOOD)
    fetch(server, tmp_path, "doc", rate=None, set_rate="50/0.5")
    assert 0.49 <= waited(server) < 2


@pytest.mark.parametrize("said", ["0.1", "0"])
def test_what_the_host_says_goes_before_its_limit(server: Server, tmp_path: Path, said: str) -> None:
    """``Retry-After`` is waited, and not longer; 0 seconds are an answer too."""
    server.on("/doc", Answer(status=429, headers={"Retry-After": said}), GOOD)
    fetch(server, tmp_path, "doc", rate=FOUR_SECONDS)
    assert float(said) - 0.01 <= waited(server) < AT_ONCE


def test_word_that_means_nothing_is_as_no_word(server: Server, tmp_path: Path) -> None:
    """``Retry-After: soon`` does not say for how long."""
    server.on("/doc", Answer(status=429, headers={"Retry-After": "soon"}), GOOD)
    fetch(server, tmp_path, "doc")
    assert 0.49 <= waited(server) < 2


def test_pause_is_everybodys(server: Server, tmp_path: Path) -> None:
    """None of the requests that wait for their turn goes out in the meantime."""
    server.on("/a", AGAIN, GOOD)
    for path in ("b", "c"):
        server.on(f"/{path}", GOOD)
    fetch(server, tmp_path, "a", "b", "c", concurrency=1)
    assert server.paths[0] == "/a"
    assert len(server.asked) == 4
    assert min(each.at for each in server.asked[1:]) - server.asked[0].at >= 0.49


def test_limit_longer_than_patience_is_rate_limited_at_once(server: Server, tmp_path: Path) -> None:
    """Six in a minute, and five seconds of patience: the error says how long, and nobody waits."""
    server.on("/doc", AGAIN)
    began = time.monotonic()
    with pytest.raises(RateLimited, match=r"another 60 s, .*try again later"):
        fetch(server, tmp_path, "doc", rate=RateLimit(6, timedelta(minutes=1)))
    assert time.monotonic() - began < 2
    assert len(server.asked) == 1


@pytest.mark.parametrize("rate", [None, RateLimit(50, timedelta(seconds=0.05))])
def test_host_that_refuses_through_every_attempt_is_rate_limited(
    server: Server, tmp_path: Path, rate: RateLimit | None
) -> None:
    """With a limit or without one; it is a `SourceUnavailable` that says why."""
    server.on("/doc", AGAIN)
    with pytest.raises(
        SourceUnavailable, match="failed through every attempt, last with status 429"
    ) as caught:
        fetch(server, tmp_path, "doc", rate=rate)
    assert type(caught.value) is RateLimited
    assert len(server.asked) == 3
