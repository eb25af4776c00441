"""What is made of documents that several chunks share, such as one sheet of a year's workbook: made once."""

from __future__ import annotations

import copy
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from energyopti.errors import SchemaDrift
from energyopti.flights import Flights

_MOST, _KEPT_FOR = 16, 300.0


class Results:
    """The last few results of the last minutes by the work that made them; that a document is unreadable is one too."""

    def __init__(self, most: int = _MOST, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._flights: Flights[Any] = Flights()
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """A result: kept, on its way already, or made now. Raises what making it does."""
        self._forget_old()
        if key not in self._kept:
            return await self._flights.join(key, lambda: self._make(key, make))
        _, kept = self._kept[key]
        self._keep(key, kept)
        if isinstance(kept, SchemaDrift):
            raise copy.copy(kept)
        return kept

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        try:
            result = await make()
        except SchemaDrift as drift:
            self._keep(key, drift)
            raise
        self._keep(key, result)
        return result

    def _keep(self, key: Hashable, result: Any) -> None:
        self._kept[key] = (self._clock(), result)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def _forget_old(self) -> None:
        """Drop what nobody has asked for in the last minutes."""
        while self._kept and self._clock() - next(iter(self._kept.values()))[0] >= _KEPT_FOR:
            self._kept.popitem(last=False)

    async def close(self) -> None:
        """Cancel what is under way, and forget the rest."""
        await self._flights.close()
        self._kept.clear()
