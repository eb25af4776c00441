"""What a plugin sees of the HTTP side: one chunk's access to its market's hosts."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

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

    ``get`` and ``get_all`` are the only ways to fetch. ``run`` moves CPU-bound work, such as reading payloads, off the
    event loop; ``once`` shares it between chunks. With ``newer_than``, a shared document fetched before that is fetched
    again.

    ``receipts`` lists what was fetched. Another source of the chunk uses them to ask whether all of it is
    ``unchanged``; if not, it reuses the answers it got for that. A host that could not be connected to for one
    document is not asked for another of the chunk. ``doubted`` means that the chunk seems to lack some of its
    locations: a feed source that has more to ask should do so. ``absent`` are the requests whose documents do not exist,
    where the feed source skips these.
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
        self.absent: list[Request] = []
        self._came: dict[tuple[object, ...], Payload | NoData] = {}
        self._unconnected: dict[str, SourceUnavailable] = {}

    def beside(self, feed_source: FeedSource) -> Source:
        """A source for another feed source of the chunk, which reuses what was fetched here."""
        other = Source(
            self._client, self._chunk, feed_source, newer_than=self._newer_than, doubted=self.doubted
        )
        other._came, other._unconnected = self._came, self._unconnected
        return other

    @property
    def now(self) -> datetime:
        """The time, for sources that keep things only for a while."""
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
        """One document from the feed source's host (or another host of the market).

        Raises `NoData` if it does not exist, and whatever else came of the request.
        """
        (payload,) = await self.get_all(
            [Request(path=path, params=params or {}, expect=expect, shared=shared)], host=host
        )
        return payload

    async def get_all(self, requests: Sequence[Request], *, host: str | None = None) -> list[Payload]:
        """Several documents together, in the order of the requests, under the host's limits.

        If one does not exist, `NoData` is raised; where the feed source skips absent documents, only if none exists.
        """
        there = self._chunk.market.host(host or self.feed_source.host)
        skips = self.feed_source.missing == "skip" and len(requests) > 1
        get = self._found if skips else self._got
        answers = await gather([functools.partial(get, there, request) for request in requests])
        found = [
            (request, answer)
            for request, answer in zip(requests, answers, strict=True)
            if not isinstance(answer, NoData)
        ]
        if answers and not found:
            raise next(answer for answer in answers if isinstance(answer, NoData))
        self.absent += [
            each for each, answer in zip(requests, answers, strict=True) if isinstance(answer, NoData)
        ]
        for request, payload in found:
            excerpt = await self._excerpt(request, payload)
            self.receipts.append(Receipt.of(there.name, request, payload, excerpt))
        return [payload for _, payload in found]

    async def _found(self, there: Host, request: Request) -> Payload | NoData:
        """A host's answer, or that it has no such document."""
        try:
            return await self._got(there, request)
        except NoData as error:
            return error

    async def unchanged(self, receipts: Sequence[Receipt]) -> bool:
        """Whether the hosts still answer the requests of an earlier collection as they did then.

        Hosts that named a version get a conditional request; for the others, the hash of the answer is compared, or
        of the part that the chunk takes from it. Immutable documents and reference data are not asked for again; a
        document that is gone counts as changed. False if there are no receipts, since nothing is known then. Raises
        what asking raises.
        """
        asked = {(each.host, *each.request.key): each for each in receipts if each.can_change}
        same = await gather([functools.partial(self._is_same, *each) for each in asked.items()])
        return bool(receipts) and all(same)

    async def _got(self, there: Host, request: Request) -> Payload:
        """A host's answer: the one from the check for changes, or one fetched now."""
        came = self._came.get((there.name, *request.key))
        if came is None:
            return await self._fetched(there, request)
        if isinstance(came, NoData):
            raise copy.copy(came)
        return came

    async def _fetched(self, there: Host, request: Request) -> Payload:
        """A host's answer now, unless it could not be connected to for this chunk."""
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
        """Whether a host answers a request as it did; keeps the new answer if not."""
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
        """The hash of the chunk's part of a larger document; None if the chunk takes all of it."""
        if request.excerpt is None:
            return None
        read = await self.once(request.excerpt.read, payload)
        return hash_of(await self.run(request.excerpt.taken, read))

    async def once(self, work: Callable[[bytes, *Ts], T], payload: Payload, *args: *Ts) -> T:
        """What a function makes of a payload and some arguments: made once, for all chunks that share the document.

        The last few results are kept, so callers must not change them. ``work`` is recognized by identity: pass the
        same function each time, and hashable arguments.
        """
        key = (work, payload.sha256, *args)
        result: T = await self._client.results.get(key, lambda: self.run(work, payload.content, *args))
        return result

    async def run(self, work: Callable[[*Ts], T], *args: *Ts) -> T:
        """Run a function outside the event loop and wait for it: in a worker thread, or where the client has it run."""
        return await self._client.threads.run(self._chunk.market, work, *args)
