"""The total time that something may take."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from energyopti.errors import InvalidSettings, SourceUnavailable

T = TypeVar("T")


class Deadline:
    """A number of seconds from now, by a monotonic clock; None means no limit.

    Time that must not count, such as waiting in our own line, is added to it.
    """

    def __init__(self, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._end = math.inf if seconds is None else clock() + seconds

    @classmethod
    def of_call(cls, timeout: float | None) -> Deadline:
        """The deadline of a call with a ``timeout`` in seconds; raises `InvalidSettings` for an invalid one."""
        if timeout is not None and not timeout > 0:
            raise InvalidSettings(
                f"timeout {timeout!r} is not a time to answer in", do="give seconds, such as 30"
            )
        return cls(timeout)

    @property
    def left(self) -> float:
        """The seconds left."""
        return max(0.0, self._end - self._clock())

    def extend(self, seconds: float) -> None:
        """Add time that must not count."""
        self._end += seconds

    def scope(self) -> anyio.CancelScope:
        """A cancel scope that ends at the deadline."""
        return anyio.CancelScope(deadline=anyio.current_time() + self.left)

    async def hold(self, work: Callable[[], Awaitable[T]], what: str) -> T:
        """The result of some work; raises `SourceUnavailable` if it takes longer than the time left."""
        if self._seconds is None:
            return await work()
        with self.scope():
            return await work()
        raise self.passed(what)

    def passed(self, what: str) -> SourceUnavailable:
        """The error for something that missed the deadline."""
        return SourceUnavailable(
            f"{what} did not come within {self._seconds:g} s", do="ask again, or give it more time"
        )
