"""What is made of documents that several chunks share, such as one sheet of a year's workbook: made once."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from energyopti.errors import SchemaDrift
from energyopti.flights import Flights

_MOST = 16


class Results:
    """The last few results by the work that made them; that a document cannot be read is kept too."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._flights: Flights[Any] = Flights()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """A result: kept, on its way already, or made now. Raises what making it does."""
        if key not in self._kept:
            return await self._flights.join(key, lambda: self._make(key, make))
        self._kept.move_to_end(key)
        kept = self._kept[key]
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
        self._kept[key] = result
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def close(self) -> None:
        """Cancel what is under way, and forget the rest."""
        await self._flights.close()
        self._kept.clear()
