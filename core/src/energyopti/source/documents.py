"""Documents that several chunks need, such as a month's archive: fetched once, kept for a while.

Documents that never change, such as those addressed by a number, are kept as long as there is room.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import attrs

from energyopti.concurrency.cache import Cache
from energyopti.concurrency.flights import Flights
from energyopti.errors import NoData
from energyopti.source.message import Payload
from energyopti.tuning.hosts import DOCUMENTS_KEPT

_WHOLE = 200
_Key = tuple[object, ...]


@attrs.frozen
class _Unmodified:
    """A note that a document still has a given hash; the document itself is not here."""

    sha256: str


_Found = Payload | NoData | _Unmodified


class Documents:
    """Payloads by request, within a budget of bytes; the absence of a document is kept too.

    They are kept for five minutes by both clocks: ``clock`` measures seconds and stops while a computer sleeps;
    ``now`` tells the time and can be set back. To make room, expired documents go first, then the least recently used.
    """

    def __init__(
        self,
        budget: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._now = now
        self._flights: Flights[Payload | _Unmodified] = Flights()
        self._kept: Cache[_Key, _Found] = Cache(
            budget=budget, size=_size, age=DOCUMENTS_KEPT, clocks=(clock, lambda: now().timestamp())
        )

    async def get(
        self,
        key: _Key,
        fetch: Callable[[], Awaitable[Payload]],
        *,
        newer_than: datetime | None = None,
        immutable: bool = False,
        absence_lasts: bool = False,
    ) -> Payload:
        """The document of a request: cached, already in progress, or fetched now. Raises what fetching raises.

        With ``newer_than``, a document found before that is fetched again; an ``immutable`` document that
        is kept is not, nor one whose ``absence_lasts``.
        """
        while True:
            kept = self._given(key, newer_than)
            if isinstance(kept, Payload):
                return kept
            found = await self._flights.join(key, lambda: self._fetch(key, fetch, immutable, absence_lasts))
            if isinstance(found, Payload):
                return found  # else another caller asked only whether it changed, and it had not

    async def get_if_changed(
        self,
        key: _Key,
        sha256: str,
        ask: Callable[[], Awaitable[Payload | None]],
        *,
        newer_than: datetime | None = None,
    ) -> Payload | None:
        """The document of a request, like `get`; None if ``ask`` says that the one with that hash is still current.

        All callers that had the same one share that answer, for as long as a document would be kept.
        """
        stands = _Unmodified(sha256)
        while True:
            kept = self._given(key, newer_than)
            if isinstance(kept, Payload):
                return kept
            if kept == stands:
                return None
            found = await self._flights.join(key, lambda: self._inquire(key, stands, ask))
            if isinstance(found, Payload):
                return found
            if found == stands:
                return None  # else another caller asked about a different version, which is current

    def _given(self, key: _Key, newer_than: datetime | None) -> Payload | _Unmodified | None:
        """What is known about a document now; None if nothing. Raises `NoData` if there is no such document."""
        kept = self._kept.peek(key)
        if kept is None:
            return None
        if newer_than is not None and kept.since is not None and kept.since[-1] < newer_than.timestamp():
            return None
        kept = self._kept.find(key)
        if kept is None:
            return None
        if isinstance(kept.value, NoData):
            raise copy.copy(kept.value)
        return kept.value

    async def _inquire(
        self, key: _Key, known: _Unmodified, ask: Callable[[], Awaitable[Payload | None]]
    ) -> Payload | _Unmodified:
        """Ask whether a document has changed, and keep the answer; a copy already kept stays."""
        try:
            payload = await ask()
        except NoData as error:
            self._kept.put(key, copy.copy(error))
            raise
        held = self._kept.peek(key)
        there = held.value if held is not None else None
        same: _Found = known
        if isinstance(there, Payload) and there.sha256 == known.sha256:
            same = attrs.evolve(there, fetched_at=self._now())
        self._kept.put(key, same if payload is None else payload)
        return known if payload is None else payload

    async def _fetch(
        self, key: _Key, fetch: Callable[[], Awaitable[Payload]], immutable: bool, absence_lasts: bool
    ) -> Payload:
        """Fetch a document and keep it; if there is none, keep that for a while: it may still come."""
        try:
            payload = await fetch()
        except NoData as error:
            # keep another error: this one's traceback holds on to everything it passed through
            self._kept.put(key, copy.copy(error), ages=not absence_lasts)
            raise
        self._kept.put(key, payload, ages=not immutable or payload.status != _WHOLE)
        return payload

    async def close(self) -> None:
        """Cancel everything in progress."""
        await self._flights.close()


def _size(kept: _Found) -> int:
    """How many bytes an entry holds."""
    return len(kept.content) if isinstance(kept, Payload) else 0
