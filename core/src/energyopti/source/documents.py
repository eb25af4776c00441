"""Documents that several chunks need, such as a month's archive: fetched once, kept for a while.

What never changes, such as a document that is told by its number, is kept as long as there is room.
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
from energyopti.tuning import DOCUMENTS_KEPT

_WHOLE = 200
_Key = tuple[object, ...]


@attrs.frozen
class _Unmodified:
    """That a document is still the one of a hash, which is not here."""

    sha256: str


_Found = Payload | NoData | _Unmodified


class Documents:
    """Payloads by request, within a budget of bytes; that there is no such document is kept too.

    They are kept for five minutes by either clock: ``clock`` measures seconds and stands still while a computer sleeps,
    ``now`` tells the time and can be set back. Where room is wanted, what is too old to be given goes first, then what
    was given longest ago.
    """

    def __init__(
        self,
        budget: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
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
    ) -> Payload:
        """The document of a request: kept, on its way already, or fetched now. Raises what fetching does.

        What was found before ``newer_than`` is fetched again, where that is given; an ``immutable`` document that came
        once never is.
        """
        while True:
            kept = self._given(key, newer_than)
            if isinstance(kept, Payload):
                return kept
            found = await self._flights.join(key, lambda: self._fetch(key, fetch, immutable))
            if isinstance(found, Payload):
                return found  # else somebody asked only whether it changed, and it did not

    async def get_if_changed(
        self,
        key: _Key,
        sha256: str,
        ask: Callable[[], Awaitable[Payload | None]],
        *,
        newer_than: datetime | None = None,
    ) -> Payload | None:
        """The document of a request as `get` gives it; None where ``ask`` says that the one of that hash still stands.

        That it does is known to all who had the same one, as long as a document would be kept.
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
                return None  # else somebody asked about another version, which stands

    def _given(self, key: _Key, newer_than: datetime | None) -> Payload | _Unmodified | None:
        """What is known of a document now; None where nothing is. Raises `NoData` where there is none."""
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
        """Ask whether a document has changed, and keep what is learnt; what is held of it already stays."""
        try:
            payload = await ask()
        except NoData as error:
            self._kept.put(key, copy.copy(error))
            raise
        held = self._kept.peek(key)
        there = held.value if held is not None else None
        same = there if isinstance(there, Payload) and there.sha256 == known.sha256 else known
        self._kept.put(key, same if payload is None else payload)
        return known if payload is None else payload

    async def _fetch(self, key: _Key, fetch: Callable[[], Awaitable[Payload]], immutable: bool) -> Payload:
        """Fetch a document and keep it, or keep that there is none: it may come."""
        try:
            payload = await fetch()
        except NoData as error:
            # another error is kept: the traceback of this one holds on to all it passed
            self._kept.put(key, copy.copy(error))
            raise
        self._kept.put(key, payload, ages=not immutable or payload.status != _WHOLE)
        return payload

    async def close(self) -> None:
        """Cancel what is under way."""
        await self._flights.close()


def _size(kept: _Found) -> int:
    """How many bytes something holds."""
    return len(kept.content) if isinstance(kept, Payload) else 0
