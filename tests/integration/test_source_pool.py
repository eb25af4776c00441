"""Connections to a host: one for each request that is under way, used again, and closed in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from collecting_builders import NOW, run, served_market, settings
from energyopti.source import Client, Request
from servers import Answer, Server, serving

ASKED_AT_ONCE = 40
SLOW = Answer(body=b"here", delay=0.02)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose document takes a moment."""
    with serving() as running:
        running.on("/doc", SLOW)
        yield running


async def ask(client: Client, server: Server, times: int) -> set[int]:
    """Ask for the document so many times at once; give the connections that were used."""
    market = served_market(server.url)
    before = len(server.asked)
    calls = (client.fetch(market, market.host("main"), Request(path="doc")) for _ in range(times))
    payloads = await asyncio.gather(*calls)
    assert [each.content for each in payloads] == [b"here"] * times
    return {each.port for each in server.asked[before:]}


def test_one_after_the_other_has_one_connection(server: Server, tmp_path: Path) -> None:
    """Where nothing else is under way, the connection of the last request is used again."""

    async def go() -> list[set[int]]:
        client = Client(settings(tmp_path), now=lambda: NOW)
        try:
            return [await ask(client, server, 1) for _ in range(4)]
        finally:
            await client.aclose()

    assert len(set.union(*run(go()))) == 1


def test_requests_at_once_have_a_connection_each_and_no_more(server: Server, tmp_path: Path) -> None:
    """As many as the host takes at once; the next requests find them open."""
    allowed = served_market(server.url).host("main").concurrency

    async def go() -> tuple[set[int], set[int]]:
        client = Client(settings(tmp_path), now=lambda: NOW)
        try:
            return await ask(client, server, ASKED_AT_ONCE), await ask(client, server, ASKED_AT_ONCE)
        finally:
            await client.aclose()

    first, second = run(go())
    assert len(first) == allowed
    assert second == first


def test_connection_that_the_host_has_closed_is_replaced(server: Server, tmp_path: Path) -> None:
    """What a dropped connection was asked for is asked for again, on another."""
    server.on("/doc", SLOW, Answer(dropped=True), SLOW)

    async def go() -> tuple[set[int], set[int]]:
        client = Client(settings(tmp_path), now=lambda: NOW)
        try:
            return await ask(client, server, 1), await ask(client, server, 1)
        finally:
            await client.aclose()

    first, second = run(go())
    assert len(second) == 2
    assert first < second
