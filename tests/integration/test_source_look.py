"""Bodies that came whole and say, by the market's own rules, that they are none."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from collecting_builders import NOW, run, served_market, settings
from energyopti.errors import RateLimited, SourceUnavailable
from energyopti.source import Client, Payload, Request, TryAgain
from servers import Answer, Server, serving

CSV = b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,1.5\r\n"
GOOD = Answer(body=CSV)
BUSY = Answer(body=b"<error>busy</error>")


def look(content: bytes) -> TryAgain | None:
    """What this market's bodies say."""
    if b"busy" in content:
        return TryAgain("the report is busy")
    return TryAgain("the report is in the making", after=0.2) if b"making" in content else None


REQUEST = Request(path="doc", retry_if=look)


def fetch(server: Server, home: Path, **changes: Any) -> Payload:
    """The document by a client of its own."""

    async def go() -> Payload:
        client = Client(settings(home, **changes), now=lambda: NOW)
        try:
            there = served_market(server.url)
            return await client.fetch(there, there.host("main"), REQUEST)
        finally:
            await client.aclose()

    return run(go())


def test_body_that_asks_for_another_attempt_gets_it(tmp_path: Path) -> None:
    """The second answer is the data."""
    with serving() as server:
        server.on("/doc", BUSY, GOOD)
        assert fetch(server, tmp_path).content == CSV
        assert len(server.asked) == 2


def test_body_that_never_becomes_data_is_unavailable(tmp_path: Path) -> None:
    """After every attempt, in its words."""
    with serving() as server:
        server.on("/doc", BUSY)
        with pytest.raises(SourceUnavailable, match="the report is busy"):
            fetch(server, tmp_path, attempts=2)
        assert len(server.asked) == 2


def test_wait_that_a_body_asks_for_is_kept(tmp_path: Path) -> None:
    """The next request comes no sooner; one that would have to wait too long is not made."""
    making = Answer(body=b"<error>making</error>")
    with serving() as server:
        server.on("/doc", making, GOOD)
        began = time.monotonic()
        assert fetch(server, tmp_path).content == CSV
        assert time.monotonic() - began >= 0.2
        server.on("/doc", making)
        with pytest.raises(RateLimited, match="left alone"):
            fetch(server, tmp_path, patience=0.1)
