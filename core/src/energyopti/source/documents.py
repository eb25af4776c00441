"""Documents that several chunks need, such as a month's archive: fetched once, kept for a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from energyopti.errors import NoData
from energyopti.flights import Flights
from energyopti.source.message import Payload

_KEPT_FOR = 300.0


class Documents:
    """Payloads by request, within a budget of bytes; that there is no such document is kept too."""

    def __init__(self, budget: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget = budget
        self._clock = clock
        self._flights: Flights[Payload] = Flights()
        self._kept: OrderedDict[tuple[object, ...], tuple[float, Payload | NoData]] = OrderedDict()
        self._held = 0

    async def get(self, key: tuple[object, ...], fetch: Callable[[], Awaitable[Payload]]) -> Payload:
        """The document of a request: kept, on its way already, or fetched now. Raises what fetching does."""
        since, kept = self._kept.get(key, (0.0, None))
        if kept is None or self._clock() - since >= _KEPT_FOR:
            return await self._flights.join(key, lambda: self._fetch(key, fetch))
        if isinstance(kept, NoData):
            raise NoData(str(kept))
        return kept

    async def _fetch(self, key: tuple[object, ...], fetch: Callable[[], Awaitable[Payload]]) -> Payload:
        """Fetch a document and keep it, or keep that there is none."""
        try:
            payload = await fetch()
        except NoData as error:
            # another error is kept: the traceback of this one holds on to all it passed
            self._keep(key, NoData(str(error)))
            raise
        self._keep(key, payload)
        return payload

    def _keep(self, key: tuple[object, ...], kept: Payload | NoData) -> None:
        """Keep what was found, as the newest; drop what is too old to be given, and the oldest above the budget."""
        self._drop(key)
        self._kept[key] = (self._clock(), kept)
        self._held += _size(kept)
        while self._clock() - next(iter(self._kept.values()))[0] >= _KEPT_FOR:
            self._drop(next(iter(self._kept)))
        while self._held > self._budget and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[object, ...]) -> None:
        _, dropped = self._kept.pop(key, (0.0, None))
        self._held -= _size(dropped)

    async def close(self) -> None:
        """Cancel what is under way."""
        await self._flights.close()


def _size(kept: Payload | NoData | None) -> int:
    """How many bytes something holds."""
    return len(kept.content) if isinstance(kept, Payload) else 0
