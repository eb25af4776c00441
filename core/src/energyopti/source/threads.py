"""Where payloads are read: outside the event loop, each market in threads of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import anyio.to_thread

from energyopti.market import Market
from energyopti.tuning.hosts import THREADS_OF_A_MARKET

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Threads:
    """A few worker threads for each market, so that no market waits for another's payloads."""

    def __init__(self) -> None:
        self._limiters: dict[str, anyio.CapacityLimiter] = {}

    def of(self, market: Market) -> anyio.CapacityLimiter:
        """The limiter of a market's threads."""
        return self._limiters.setdefault(market.id, anyio.CapacityLimiter(THREADS_OF_A_MARKET))

    async def run(self, market: Market, work: Callable[[*Ts], T], *args: *Ts) -> T:
        """Run a function in one of a market's threads and wait for it."""
        return await anyio.to_thread.run_sync(work, *args, limiter=self.of(market))
