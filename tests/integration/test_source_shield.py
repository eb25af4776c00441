"""Who it is that turns a request away: the service, a shield or network before it, or nobody at all."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import feed_source
from collecting_builders import (
    KEY,
    SECRET,
    daily,
    load_csv,
    load_feed,
    run,
    served_market,
    service,
    settings,
)
from energyopti import FindingKind, MarketData
from energyopti.errors import AuthenticationFailed, MissingCredential, NoData, RateLimited, SourceUnavailable
from energyopti.layouts import Reading
from energyopti.market import Host, Market
from energyopti.query import Chunk
from energyopti.source import Client, Collect, Payload, Request, Source
from energyopti.source.sniff import is_refusing_page
from energyopti.source.statuses import is_unreached
from servers import Answer, Server, serving

DOCUMENT = "/load/2024-07-01.csv"
HELD = {("testiso", KEY.name): SECRET}
PAGE = b"<html><head><title>Access Denied</title></head><body>Incident 1-2</body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def ask(there: Market, home: Path, start: str = "2024-07-01", **changes: Any) -> MarketData:
    """Load up to the end of 1 July."""

    async def go() -> MarketData:
        async with service(there, home, **changes) as opened:
            return await opened.get_market_data("testiso", "load", start, "2024-07-02")

    return run(go())


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (PAGE, HTML),
        (PAGE, {}),
        (b"\r\n<!DOCTYPE HTML PUBLIC '-//IETF//DTD HTML 2.0//EN'>\n<HTML>Forbidden</HTML>", {}),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'/>", {}),
        (b"<!-- edge --><head><title>Blocked</title></head>", HTML),
        (b"Access Denied. Incident 1-2", HTML),
    ],
    ids=["html", "untyped", "doctype", "xhtml", "fragment", "words called html"],
)
@pytest.mark.parametrize("guarded", [True, False])
def test_forbidding_page_is_not_of_the_credential(
    server: Server, tmp_path: Path, body: bytes, headers: dict[str, str], guarded: bool
) -> None:
    """With a key or without: the network or a shield says it, once, and the error says so."""
    server.on(DOCUMENT, Answer(status=403, body=body, headers=headers))
    with pytest.raises(SourceUnavailable, match=r"is blocked \(status 403 with an HTML page\): this network"):
        ask(served_market(server.url, guarded=guarded), tmp_path, credentials=HELD)
    assert server.paths == [DOCUMENT]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (403, b'{"message": "<html>invalid key</html>"}', HTML),
        (403, b'"quota <html>"', {}),
        (403, b"[1]", HTML),
        (403, b"", HTML),
        (403, b"Forbidden", {"Content-Type": "text/plain"}),
        (401, b'{"statusCode": 401}', {}),
        (401, PAGE, HTML),
    ],
)
def test_services_own_words_are_of_the_credential(
    server: Server, tmp_path: Path, status: int, body: bytes, headers: dict[str, str]
) -> None:
    """Whatever type they are called; and a 401 is about credentials by its name."""
    server.on(DOCUMENT, Answer(status=status, body=body, headers=headers))
    with pytest.raises(AuthenticationFailed, match=f"status {status}.*check ENERGYOPTI_TESTISO_API_KEY"):
        ask(served_market(server.url, guarded=True), tmp_path, credentials=HELD)


@pytest.mark.parametrize(("body", "refused"), [(PAGE, True), (b'{"error": "access_denied"}', False)])
def test_page_is_no_refused_login(server: Server, tmp_path: Path, body: bytes, refused: bool) -> None:
    """Where a token is asked for, a 403 is the plugin's to read, but not a page in place of the login's answer."""
    server.on("/doc", Answer(status=403, body=body))

    async def go() -> Payload:
        there = served_market(server.url)
        client = Client(settings(tmp_path))
        try:
            return await client.fetch(there, there.host("main"), Request(path="doc", accept=(403,)))
        finally:
            await client.aclose()

    with pytest.raises(SourceUnavailable, match="is blocked") if refused else contextlib.nullcontext():
        assert run(go()).content == body


@given(st.binary(max_size=60), st.sampled_from([b"{", b"[", b'"']), st.sampled_from(["", "text/html"]))
def test_json_is_never_a_page(rest: bytes, first: bytes, kind: str) -> None:
    """Whatever it quotes."""
    assert not is_refusing_page(b" \n" + first + b"<html>" + rest, kind)


def test_blocked_source_gives_way_to_the_next(server: Server, tmp_path: Path) -> None:
    """The next source answers, with a finding that the first was blocked."""
    server.on("/blocked/2024-07-01.csv", Answer(status=403, body=PAGE))
    server.on(DOCUMENT, load_csv("2024-07-01"))
    feed_sources = (
        feed_source(name="first", collect=daily("blocked/{day}.csv")),
        feed_source(name="second", collect=daily()),
    )
    data = ask(
        served_market(server.url, load_feed(sources=feed_sources), guarded=True), tmp_path, credentials=HELD
    )
    assert len(data) == 24
    (finding,) = [each for each in data.findings if each.kind is FindingKind.FALLBACK]
    assert "is blocked (status 403" in finding.message


def closed() -> str:
    """An address where nothing listens."""
    with serving() as gone:
        return gone.url


WITHOUT = r"no host could be reached \(http.*\); check the network; `--sandbox` works without it"


def test_no_host_within_reach_asks_for_the_network(tmp_path: Path) -> None:
    """Every source refuses the connection: one error that says what works without."""
    feed_sources = (
        feed_source(name="first", collect=daily()),
        feed_source(name="second", collect=daily("other/{day}.csv")),
    )
    with pytest.raises(SourceUnavailable, match=f"testiso/hourly_load/2024-07-01: {WITHOUT}") as caught:
        ask(served_market(closed(), load_feed(sources=feed_sources)), tmp_path)
    assert caught.value.unreached


async def nothing_there(_: Chunk, __: Source) -> Reading:
    """A source that knows without asking anybody."""
    raise NoData("it has no such day")


async def no_key(_: Chunk, __: Source) -> Reading:
    """A source that nobody gave its key."""
    raise MissingCredential("no key is set")


@pytest.mark.parametrize("other", [nothing_there, no_key])
@pytest.mark.parametrize("first", [True, False])
def test_source_that_asked_nobody_says_nothing_of_the_network(
    tmp_path: Path, other: Collect, first: bool
) -> None:
    """What it lacks stands beside: no host was met."""
    feed_sources = [feed_source(name="asked", collect=daily()), feed_source(name="not asked", collect=other)]
    feed_sources = feed_sources[:: -1 if first else 1]
    with pytest.raises(SourceUnavailable, match=WITHOUT):
        ask(served_market(closed(), load_feed(sources=tuple(feed_sources))), tmp_path)


def test_host_left_alone_is_still_out_of_reach(tmp_path: Path) -> None:
    """After five failures nothing is asked any more, and the error is the same for each day."""
    with pytest.raises(SourceUnavailable, match=WITHOUT):
        ask(served_market(closed()), tmp_path, "2024-06-20", attempts=1)


def test_answer_of_any_host_means_that_there_is_a_network(server: Server, tmp_path: Path) -> None:
    """A source that says that it has nothing was reached: the other's failure is its own."""
    feed_sources = (
        feed_source(name="there", collect=daily()),
        feed_source(name="here", host="second", collect=daily()),
    )
    hosts = (Host(name="main", url=closed()), Host(name="second", url=server.url))
    market = served_market("", load_feed(sources=feed_sources), hosts=hosts)
    with pytest.raises(
        SourceUnavailable, match="failed through every attempt, last with ConnectError"
    ) as caught:
        ask(market, tmp_path)
    assert "check the network" not in str(caught.value)


def test_host_that_hangs_up_was_reached(server: Server, tmp_path: Path) -> None:
    """It is there, whatever it does."""
    server.on(DOCUMENT, Answer(dropped=True))
    with pytest.raises(SourceUnavailable, match="every attempt, last with RemoteProtocolError") as caught:
        ask(served_market(server.url), tmp_path)
    assert not caught.value.unreached


def test_certificate_that_is_not_believed_is_no_missing_network() -> None:
    """HTTP libraries call it a failed connection too, but somebody sent it."""
    assert is_unreached(httpx.ConnectError("no route"))
    assert is_unreached(httpx.ConnectTimeout("silence"))
    assert not is_unreached(httpx.ReadTimeout("silence"))
    error = httpx.ConnectError("certificate verify failed")
    error.__cause__ = OSError()
    error.__cause__.__context__ = ssl.SSLCertVerificationError()
    assert not is_unreached(error)


def test_credential_that_was_used_too_often_is_no_bad_one(server: Server, tmp_path: Path) -> None:
    """The gateway says so with a 403 and words about its quota."""
    server.on(
        DOCUMENT,
        Answer(
            status=403,
            body=b'{"message": "Out of call volume quota. Quota will be replenished in 02:10:23."}',
        ),
    )
    there = served_market(server.url, guarded=True)
    with pytest.raises(RateLimited, match=r"asked too often: .* replenished in 02:10:23"):
        ask(there, tmp_path, credentials=HELD)
