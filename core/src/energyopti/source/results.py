"""Results made from documents that several chunks share, such as one sheet of a year's workbook: made once."""

from __future__ import annotations

import copy
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any

from energyopti.concurrency.cache import Cache
from energyopti.concurrency.flights import Flights
from energyopti.errors import SchemaDrift
from energyopti.layouts import Reading
from energyopti.tuning.hosts import RESULTS_BYTES, RESULTS_KEPT, RESULTS_KEPT_FOR


def size_of(result: object) -> int:
    """About how many bytes of memory a result takes: that of its frames, wherever in it they are."""
    if isinstance(result, Reading):
        return int(result.frame.estimated_size() + result.raw.estimated_size())
    if isinstance(result, Mapping):
        return sum(map(size_of, result.values()))
    return sum(map(size_of, result)) if isinstance(result, list | tuple) else 0


class Results:
    """The last few results of the last minutes, by the work that made them; an unreadable document is one too.

    A result is kept as long as someone asks for it every few minutes.
    """

    def __init__(self, most: int = RESULTS_KEPT, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._flights: Flights[Any] = Flights()
        self._kept: Cache[Hashable, Any] = Cache(
            most, budget=RESULTS_BYTES, size=size_of, age=RESULTS_KEPT_FOR, clocks=(clock,)
        )

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
