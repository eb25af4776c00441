"""Redirects: to servers that the market declares, with encryption if there was any, and never with a key."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from collecting_builders import KEY, NOW, SECRET, run, served_market, settings
from energyopti.errors import SourceUnavailable
from energyopti.market import Host, Market
from energyopti.source import Client, Payload, Request
from servers import Answer, serving

CSV = b"a,b\n1,2\n"
MOVED = r"has moved to another address, on {}.*set ENERGYOPTI_TESTISO_MAIN_URL"


def fetch(
    there: Market, home: Path, transport: httpx.AsyncBaseTransport | None = None, path: str = "doc"
) -> Payload:
    """One document by a client that holds a key."""

    async def go() -> Payload:
        given = settings(home, attempts=1, credentials={("testiso", KEY.name): SECRET})
        opened = Client(given, transports=lambda _: transport, now=lambda: NOW)
        try:
            return await opened.fetch(there, there.host("main"), Request(path=path))
        finally:
            await opened.aclose()

    return run(go())


def moving(**places: str) -> httpx.MockTransport:
    """A network where each host sends its callers to a place, and the others have the document."""

    def answer(request: httpx.Request) -> httpx.Response:
        to = places.get(f"{request.url.scheme}_{request.url.host.partition('.')[0]}")
        return (
            httpx.Response(200, content=CSV) if to is None else httpx.Response(302, headers={"Location": to})
        )

    return httpx.MockTransport(answer)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_another_server_gets_no_request(status: int, tmp_path: Path) -> None:
    """An address in the user's own network, say; the error names it and what to set."""
    with serving() as server, serving() as other:
        server.on("/doc", Answer(status=status, headers={"Location": f"{other.url}/doc"}))
        with pytest.raises(SourceUnavailable, match=MOVED.format(r"http://127\.0\.0\.1")):
            fetch(served_market(server.url), tmp_path)
        assert other.asked == []


def test_a_server_that_the_market_declares_gets_it(tmp_path: Path) -> None:
    """Its other host."""
    with serving() as server, serving() as other:
        server.on("/doc", Answer(status=302, headers={"Location": f"{other.url}/doc"}))
        other.on("/doc", CSV)
        hosts = (Host(name="main", url=server.url), Host(name="other", url=f"{other.url}/public"))
        payload = fetch(served_market(server.url, hosts=hosts), tmp_path)
    assert (payload.content, payload.url) == (CSV, f"{other.url}/doc")


def test_encryption_may_begin(tmp_path: Path) -> None:
    """From http to https of the same host."""
    network = moving(http_data="https://data.example/doc")
    assert fetch(served_market("http://data.example"), tmp_path, network).url == "https://data.example/doc"


@pytest.mark.parametrize(
    ("begin", "to"),
    [
        ("https", "http://data.example/doc"),
        ("http", "ftp://data.example/doc"),
        ("https", "https://data.example:8443/doc"),
        ("https", "https://user:word@data.example/doc"),
        ("https", "https://data.example.evil.example/doc"),
        ("https", "//evil.example/doc"),
        ("https", "https://169.254.169.254/latest/meta-data"),
    ],
)
def test_other_redirects_are_not_followed(begin: str, to: str, tmp_path: Path) -> None:
    """Not to plain http, another scheme or port, with a login, to a name that only begins alike, or to an address."""
    network = moving(**{f"{begin}_data": to})
    with pytest.raises(SourceUnavailable, match="has moved to another address"):
        fetch(served_market(f"{begin}://data.example"), tmp_path, network)


def test_encryption_that_began_does_not_end(tmp_path: Path) -> None:
    """Each step counts, not only the first address."""
    network = moving(http_data="https://data.example/doc", https_data="http://data.example/other")
    with pytest.raises(SourceUnavailable, match=r"moved to another address, on http://data\.example"):
        fetch(served_market("http://data.example"), tmp_path, network)


def test_a_request_with_a_key_follows_no_redirect(tmp_path: Path) -> None:
    """Not even on its own host: whoever answers there has not been named."""
    with serving() as server:
        server.on("/doc", Answer(status=302, headers={"Location": "/other"}))
        server.on("/other", CSV)
        with pytest.raises(SourceUnavailable, match="has moved to another address"):
            fetch(served_market(server.url, guarded=True), tmp_path)
        assert server.paths == ["/doc"]


def test_redirects_without_end_are_given_up(tmp_path: Path) -> None:
    """After a few, in one line."""
    with serving() as server:
        server.on("/doc", Answer(status=302, headers={"Location": "/doc"}))
        with pytest.raises(SourceUnavailable, match=r"/doc redirects more than 5 times; try again later"):
            fetch(served_market(server.url), tmp_path)
        assert len(server.asked) == 6
