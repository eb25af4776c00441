"""The time that a call may take."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
import attrs

from energyopti.errors import InvalidSettings, SourceUnavailable

T = TypeVar("T")


@attrs.frozen
class Budget:
    """Until when a call may take, and how many seconds that was at its beginning (None: as long as it takes)."""

    deadline: float
    seconds: float | None

    @classmethod
    def of(cls, seconds: float | None) -> Budget:
        """So many seconds from now on; raises `InvalidSettings` for what is no time."""
        if seconds is None:
            return cls(math.inf, None)
        if not seconds > 0:
            raise InvalidSettings(
                f"timeout {seconds!r} is no time to answer in", do="give seconds, such as 30"
            )
        return cls(anyio.current_time() + seconds, seconds)

    def scope(self) -> anyio.CancelScope:
        """A scope that ends with the budget."""
        return anyio.CancelScope(deadline=self.deadline)

    async def spend(self, work: Callable[[], Awaitable[T]]) -> T:
        """What some work gives; raises `SourceUnavailable` where it takes longer than there is left."""
        if self.seconds is None:
            return await work()
        with self.scope():
            return await work()
        raise self.spent("the market's list of locations")

    def spent(self, what: str) -> SourceUnavailable:
        """The error for what did not come in time."""
        return SourceUnavailable(
            f"{what} did not come within {self.seconds:g} s", do="ask again, or give it more time"
        )
