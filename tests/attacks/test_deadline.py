"""Servers that never finish: one deadline bounds all that a request does."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bounded import commanded
from builders import market
from collecting_builders import NOW, SECRET, run, served_market, settings
from energyopti.errors import SourceUnavailable
from energyopti.market import Credential, Host, Market, PasswordGrant
from energyopti.settings import HostSettings
from energyopti.source import Client, Payload, Request
from raw_servers import OK, dripping, speaking
from servers import Answer, serving

PATIENCE = 0.6
LATE = rf"did not answer completely within {PATIENCE:g} s; .*ENERGYOPTI_PATIENCE"
SOON = 8.0
"""Seconds: far below the 20 for which a server drips."""

DRIPS = {
    "status": dripping(b"HTTP/1.1 20"),
    "headers": dripping(OK + b"X-Slow: "),
    "ever more headers": dripping(OK, drop=b"X-Slow: 1\r\n"),
    "interim answers": dripping(b"", drop=b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "body": dripping(OK + b"Content-Length: 1000000\r\n\r\n"),
    "chunks": dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", drop=b"1\r\nx\r\n"),
    "body of a refusal": dripping(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000\r\n\r\n"),
}


def fetch(there: Market, home: Path, **changes: Any) -> Payload:
    """One document, with little patience."""

    async def go() -> Payload:
        given = {"patience": PATIENCE, **changes}
        opened = Client(settings(home, **given), now=lambda: NOW)
        try:
            return await opened.fetch(there, there.host("main"), Request(path="doc"))
        finally:
            await opened.aclose()

    return run(go())


@pytest.mark.parametrize("drip", DRIPS)
def test_an_answer_that_drips_is_cut_off(drip: str, tmp_path: Path) -> None:
    """No single wait is long, and all of them together are as long as the patience."""
    began = time.monotonic()
    with speaking(DRIPS[drip]) as url, pytest.raises(SourceUnavailable, match=LATE):
        fetch(served_market(url), tmp_path)
    assert PATIENCE * 0.9 < time.monotonic() - began < SOON


def test_a_server_that_takes_no_connection_is_given_up(tmp_path: Path) -> None:
    """Connecting counts: here nobody takes the connection that is offered, and nothing is ever said."""
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(SourceUnavailable, match=LATE):
            fetch(served_market(url), tmp_path, timeout=30.0)
    assert time.monotonic() - began < SOON


def test_waits_between_attempts_end_before_the_deadline(tmp_path: Path) -> None:
    """An attempt that could only begin too late is not waited for."""
    began = time.monotonic()
    with serving() as server:
        server.on("/doc", Answer(status=500))
        with pytest.raises(SourceUnavailable, match="failed through every attempt, last with status 500"):
            fetch(served_market(server.url), tmp_path, attempts=50, backoff=5.0)
    assert time.monotonic() - began < PATIENCE + 2


def test_a_token_that_drips_is_part_of_the_request(tmp_path: Path) -> None:
    """The token's host has the same deadline: all who wait for the token give up at their own."""
    grant = PasswordGrant(host="login", path="token", form={}, credentials={"password": "password"})
    credential = Credential(name="password", title="a password", obtain="https://iso.example")
    began = time.monotonic()
    with speaking(DRIPS["body"]) as url:
        hosts = (Host(name="main", url=url, bearer=grant), Host(name="login", url=url))
        there = market(hosts=hosts, credentials=(credential,))
        with pytest.raises(SourceUnavailable, match=r"within 0\.6 s"):
            fetch(there, tmp_path, credentials={("testiso", "password"): SECRET})
    assert time.monotonic() - began < SOON


def test_waiting_for_the_rate_does_not_count(tmp_path: Path) -> None:
    """Three requests at one in half a second take longer than the patience of each, and all succeed."""

    async def go() -> list[bytes]:
        hosts = {("testiso", "main"): HostSettings(rate="1/0.5")}
        opened = Client(settings(tmp_path, patience=PATIENCE, hosts=hosts), now=lambda: NOW)
        there = served_market(server.url, host={"concurrency": 1})
        try:
            calls = (opened.fetch(there, there.host("main"), Request(path="doc")) for _ in range(3))
            return [each.content for each in await asyncio.gather(*calls)]
        finally:
            await opened.aclose()

    began = time.monotonic()
    with serving() as server:
        server.on("/doc", b"a,b\n1,2\n")
        assert run(go()) == [b"a,b\n1,2\n"] * 3
    assert time.monotonic() - began > PATIENCE


@pytest.mark.exhaustive
def test_doctor_is_not_held_by_a_server_that_drips(tmp_path: Path) -> None:
    """It says that the host does not answer, and ends."""
    with speaking(dripping(OK + b"X-Slow: ", seconds=60)) as url:
        ran = commanded(
            *(sys.executable, "-m", "energyopti", "doctor", "--json"),
            seconds=40,
            env={"ENERGYOPTI_SANDBOX": url, "ENERGYOPTI_HOME": str(tmp_path)},
        )
    answers = {each["answer"] for each in json.loads(ran.out)["hosts"]}
    assert (ran.code, answers) == (1, {"does not answer completely within 5 s"})
