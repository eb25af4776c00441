"""Documents that are kept: for whom they are asked again, and for whom not, over real HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import pytest

from collecting_builders import NOW, chunk_of, run, served_market, settings
from energyopti.source import Client, Request, Source
from servers import Server, serving

LATER = timedelta(seconds=30)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


@attrs.define
class Asking:
    """A client whose clock is moved by hand, and sources on it."""

    client: Client
    url: str
    at: datetime = NOW

    def source(self, *, newer_than: datetime | None = None) -> Source:
        """A chunk's door to the server."""
        there = served_market(self.url)
        chunk = attrs.evolve(chunk_of(there.feeds[0]), market=there)
        return Source(self.client, chunk, there.feeds[0].eras[0], newer_than=newer_than)


@contextlib.asynccontextmanager
async def asking(server: Server, home: Path) -> AsyncIterator[Asking]:
    """An open client on the server."""
    opened = Asking(Client(settings(home), now=lambda: opened.at), server.url)
    try:
        yield opened
    finally:
        await opened.client.aclose()


def test_chunk_that_wants_something_newer_gets_shared_documents_anew_once(
    server: Server, tmp_path: Path
) -> None:
    """A list is asked for again, and no more for the next chunk; what is reference or never changes is not."""
    for name in ("list", "nodes", "7"):
        server.on(f"/{name}", b"a,b\n1,2\n")
    requests = [
        Request(path="list", shared=True),
        Request(path="nodes", reference=True),
        Request(path="7", immutable=True),
    ]

    async def go() -> None:
        async with asking(server, tmp_path) as there:
            await there.source().get_all(requests)
            there.at += LATER
            began = there.at
            for _ in range(2):
                await there.source(newer_than=began).get_all(requests)
                there.at += timedelta(seconds=1)
            await there.source().get_all(requests)

    run(go())
    assert sorted(server.paths) == ["/7", "/list", "/list", "/nodes"]
