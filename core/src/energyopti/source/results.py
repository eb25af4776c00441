"""Results made from documents that several chunks share, such as one sheet of a year's workbook: made once."""

from __future__ import annotations

import copy
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from energyopti.concurrency.cache import Cache
from energyopti.concurrency.flights import Flights
from energyopti.errors import SchemaDrift
from energyopti.tuning import RESULTS_KEPT, RESULTS_KEPT_FOR


class Results:
    """The last few results of the last minutes, by the work that made them; an unreadable document is one too.

    A result is kept as long as someone asks for it every few minutes.
    """

    def __init__(self, most: int = RESULTS_KEPT, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._flights: Flights[Any] = Flights()
        self._kept: Cache[Hashable, Any] = Cache(most, age=RESULTS_KEPT_FOR, clocks=(clock,))

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """A result: from the cache, in progress already, or made now. Raises what making it raises."""
        self._kept.drop_old()
        kept = self._kept.find(key)
        if kept is None:
            return await self._flights.join(key, lambda: self._make(key, make))
        self._kept.put(key, kept.value)
        if isinstance(kept.value, SchemaDrift):
            raise copy.copy(kept.value)
        return kept.value

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        try:
            result = await make()
        except SchemaDrift as drift:
            self._kept.put(key, drift)
            raise
        self._kept.put(key, result)
        return result

    async def close(self) -> None:
        """Cancel everything in progress, and forget the rest."""
        await self._flights.close()
        self._kept.clear()
