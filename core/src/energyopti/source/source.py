"""What a plugin sees of the HTTP side: one chunk's door to its market's hosts."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

import anyio.to_thread
import attrs

from energyopti.source.message import Expect, Payload, Request
from energyopti.together import together

if TYPE_CHECKING:
    from energyopti.market import Era
    from energyopti.query import Chunk
    from energyopti.source.client import Client

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@attrs.frozen
class Receipt:
    """What is remembered of a payload: where it came from, and its hash. Its content may go."""

    url: str
    sha256: str


class Source:
    """What a feed's ``collect`` reads from: the market's HTTP side, for one chunk and one era.

    ``get`` and ``get_all`` are the only doors; ``run`` takes work that keeps a processor busy, such
    as reading payloads, off the event loop, and ``once`` shares it between chunks. A shared document that was fetched
    before ``newer_than`` is fetched again, where that is given.
    """

    def __init__(self, client: Client, chunk: Chunk, era: Era, *, newer_than: datetime | None = None) -> None:
        self._client = client
        self._chunk = chunk
        self._newer_than = newer_than
        self.era = era
        self.receipts: list[Receipt] = []

    @property
    def now(self) -> datetime:
        """The time, for sources that keep things only so long."""
        return self._client.now()

    async def get(
        self,
        path: str,
        *,
        params: dict[str, str] | None = None,
        expect: Expect = Expect.ANY,
        shared: bool = False,
        host: str | None = None,
    ) -> Payload:
        """One document of the era's host (or of another host of the market).

        Raises `NoData` where it does not exist, and whatever else the host made of the request.
        """
        (payload,) = await self.get_all(
            [Request(path=path, params=params or {}, expect=expect, shared=shared)], host=host
        )
        return payload

    async def get_all(self, requests: Sequence[Request], *, host: str | None = None) -> list[Payload]:
        """Several documents together, in the order of the requests, under the host's limits."""
        market = self._chunk.market
        there = market.host(host or self.era.host)
        fetch = functools.partial(self._client.fetch, market, there, newer_than=self._newer_than)
        calls = [functools.partial(fetch, request) for request in requests]
        payloads = await together(calls)
        self.receipts += [Receipt(payload.url, payload.sha256) for payload in payloads]
        return payloads

    async def once(self, work: Callable[[bytes, *Ts], T], payload: Payload, *args: *Ts) -> T:
        """What a function makes of a payload and some words: for all chunks that share the document, made once.

        The last few results are kept, so that none of them may be changed. ``work`` is told by its identity: give the
        same function each time, and arguments that can be hashed.
        """
        key = (work, payload.sha256, *args)
        result: T = await self._client.results.get(key, lambda: self.run(work, payload.content, *args))
        return result

    async def run(self, work: Callable[[*Ts], T], *args: *Ts) -> T:
        """Run a function in a worker thread and wait for it."""
        return await anyio.to_thread.run_sync(work, *args, limiter=self._client.threads(self._chunk.market))
