"""What a plugin sees of the HTTP side: one chunk's door to its market's hosts."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

import anyio.to_thread

from energyopti.concurrency.gather import gather
from energyopti.errors import NoData, SourceUnavailable
from energyopti.source.message import Expect, Payload, Request
from energyopti.source.receipts import Receipt, hash_of

if TYPE_CHECKING:
    from energyopti.market import FeedSource, Host
    from energyopti.query import Chunk
    from energyopti.source.client import Client

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Source:
    """What a feed's ``collect`` reads from: the market's HTTP side, for one chunk and one feed source.

    ``get`` and ``get_all`` are the only doors; ``run`` takes work that keeps a processor busy, such
    as reading payloads, off the event loop, and ``once`` shares it between chunks. A shared document that was fetched
    before ``newer_than`` is fetched again, where that is given.

    ``receipts`` is what was got. Another source of the chunk asks with them whether all of it is ``unchanged``; if
    not, what came for that is what it gives to the same requests. A host that could not be connected to for one
    document is not asked for another of the chunk. ``doubted`` says that the chunk seems to lack some of its locations:
    a feed source that has more to ask should.
    """

    def __init__(
        self,
        client: Client,
        chunk: Chunk,
        feed_source: FeedSource,
        *,
        newer_than: datetime | None = None,
        doubted: bool = False,
    ) -> None:
        self._client = client
        self._chunk = chunk
        self._newer_than = newer_than
        self.feed_source = feed_source
        self.doubted = doubted
        self.receipts: list[Receipt] = []
        self._came: dict[tuple[object, ...], Payload | NoData] = {}
        self._unconnected: dict[str, SourceUnavailable] = {}

    def beside(self, feed_source: FeedSource) -> Source:
        """A source of another feed source of the chunk, that gives what came here already."""
        other = Source(
            self._client, self._chunk, feed_source, newer_than=self._newer_than, doubted=self.doubted
        )
        other._came, other._unconnected = self._came, self._unconnected
        return other

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
        """One document of the feed source's host (or of another host of the market).

        Raises `NoData` where it does not exist, and whatever else the host made of the request.
        """
        (payload,) = await self.get_all(
            [Request(path=path, params=params or {}, expect=expect, shared=shared)], host=host
        )
        return payload

    async def get_all(self, requests: Sequence[Request], *, host: str | None = None) -> list[Payload]:
        """Several documents together, in the order of the requests, under the host's limits."""
        there = self._chunk.market.host(host or self.feed_source.host)
        payloads = await gather([functools.partial(self._got, there, request) for request in requests])
        for request, payload in zip(requests, payloads, strict=True):
            excerpt = await self._excerpt(request, payload)
            self.receipts.append(Receipt.of(there.name, request, payload, excerpt))
        return payloads

    async def unchanged(self, receipts: Sequence[Receipt]) -> bool:
        """Whether the hosts answer the requests of an earlier collection as they did then.

        They are asked by conditional requests where they named the version that they gave, and otherwise by the hash
        of the answer, or of what the chunk takes from it. Neither what never changes is asked for again nor reference
        data; what is gone has changed. False where there are no receipts: nothing is known then. Raises what asking
        makes of it.
        """
        asked = {(each.host, *each.request.key): each for each in receipts if _can_change(each.request)}
        same = await gather([functools.partial(self._is_same, *each) for each in asked.items()])
        return bool(receipts) and all(same)

    async def _got(self, there: Host, request: Request) -> Payload:
        """A host's answer: what came when it was asked whether anything changed, or what comes now."""
        came = self._came.get((there.name, *request.key))
        if came is None:
            return await self._fetched(there, request)
        if isinstance(came, NoData):
            raise copy.copy(came)
        return came

    async def _fetched(self, there: Host, request: Request) -> Payload:
        """What a host answers now, unless it could not be connected to for this chunk."""
        if there.name in self._unconnected:
            error = copy.copy(self._unconnected[there.name])
            error.unreached = not self._client.reached
            raise error
        try:
            return await self._client.fetch(self._chunk.market, there, request, newer_than=self._newer_than)
        except SourceUnavailable as error:
            self._note(there.name, error)
            raise

    def _note(self, host: str, error: SourceUnavailable) -> None:
        """Remember a host that could not be connected to."""
        if error.unconnected:
            self._unconnected[host] = copy.copy(error)

    async def _is_same(self, key: tuple[object, ...], receipt: Receipt) -> bool:
        """Whether a host answers a request as it did; keeps what came instead."""
        market = self._chunk.market
        try:
            payload = await self._client.fetch_if_changed(
                market, market.host(receipt.host), receipt, newer_than=self._newer_than
            )
        except NoData as error:
            self._came[key] = copy.copy(error)
            return False
        except SourceUnavailable as error:
            self._note(receipt.host, error)
            raise
        if payload is None:
            return True
        self._came[key] = payload
        if payload.sha256 == receipt.sha256:
            return True
        excerpt = await self._excerpt(receipt.request, payload)
        return excerpt is not None and excerpt == receipt.excerpt

    async def _excerpt(self, request: Request, payload: Payload) -> str | None:
        """The hash of what the chunk takes from a document that holds more; None where it takes all of it."""
        if request.excerpt is None:
            return None
        read = await self.once(request.excerpt.read, payload)
        return hash_of(await self.run(request.excerpt.taken, read))

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


def _can_change(request: Request) -> bool:
    """Whether a request's answer is data that may be another one day."""
    return not (request.immutable or request.reference)
