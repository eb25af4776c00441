"""Where requests go instead of the host's own address: a setting, or another transport."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from collecting_builders import NOW, Plugin, load_csv, registry, run, served_market, settings
from energyopti.answer.result import MarketData
from energyopti.errors import SourceUnavailable
from energyopti.service import UnifiedMarketService
from energyopti.settings import HostSettings
from energyopti.source import Client, Payload, Request
from servers import Answer, Server, serving

CSV = load_csv("2024-07-01")
GOOD = Answer(body=CSV)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


@contextlib.asynccontextmanager
async def client(
    home: Path, transport: Callable[[str], httpx.AsyncBaseTransport | None] = lambda _: None, **changes: Any
) -> AsyncIterator[Client]:
    """An open client that gives up soon."""
    opened = Client(settings(home, **changes), transports=transport, now=lambda: NOW)
    try:
        yield opened
    finally:
        await opened.aclose()


def test_another_address_is_a_setting(server: Server, tmp_path: Path) -> None:
    """A host's URL setting replaces the plugin's own address."""
    server.on("/doc", GOOD)
    hosts = {("testiso", "main"): HostSettings(url=f"{server.url}/")}

    async def go() -> Payload:
        async with client(tmp_path, hosts=hosts) as opened:
            there = served_market("http://127.0.0.1:9")
            return await opened.fetch(there, there.host("main"), Request(path="doc"))

    assert run(go()).url == f"{server.url}/doc"


def ask(home: Path, transport: httpx.AsyncBaseTransport) -> MarketData:
    """A day of load over a transport."""

    async def go() -> MarketData:
        there = registry(Plugin(served_market("http://iso.invalid")))
        async with UnifiedMarketService(
            there, settings(home), transport=transport, now=lambda: NOW
        ) as service:
            return await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    return run(go())


def test_transport_replaces_the_network(tmp_path: Path) -> None:
    """The usual one of httpx answers in process, and no socket is opened."""
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, content=CSV)

    assert len(ask(tmp_path, httpx.MockTransport(handle))) == 24
    assert asked == ["http://iso.invalid/load/2024-07-01.csv"]


class Stream(httpx.AsyncByteStream):
    """A body in blocks."""

    def __init__(self, *blocks: bytes) -> None:
        self._blocks = blocks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self._blocks:
            yield block


class Short(httpx.AsyncBaseTransport):
    """Promises more bytes than it sends, without an error of its own, so many times."""

    def __init__(self, times: int) -> None:
        self.left = times

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002
        """A body, short or whole."""
        self.left -= 1
        body = CSV[:100] if self.left >= 0 else CSV
        return httpx.Response(
            200, headers={"content-length": str(len(CSV))}, stream=Stream(body[:50], body[50:])
        )


def test_body_shorter_than_promised_is_asked_for_again(tmp_path: Path) -> None:
    """Whatever the transport makes of it, Content-Length is held to."""
    assert len(ask(tmp_path, Short(1))) == 24


def test_body_always_shorter_than_promised_is_truncated(tmp_path: Path) -> None:
    """The error says how many bytes came of how many."""
    with pytest.raises(SourceUnavailable, match=rf"100 bytes of {len(CSV)}: a truncated body"):
        ask(tmp_path, Short(99))
