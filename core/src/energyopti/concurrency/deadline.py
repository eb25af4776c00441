"""The time that something may take in all."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from energyopti.errors import InvalidSettings, SourceUnavailable

T = TypeVar("T")


class Deadline:
    """So many seconds from now on, by a clock that measures time; None is as long as it takes.

    What must not count, such as waiting in our own line, is added to it.
    """

    def __init__(self, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._end = math.inf if seconds is None else clock() + seconds

    @classmethod
    def of_call(cls, timeout: float | None) -> Deadline:
        """That of a call with a ``timeout`` in seconds; raises `InvalidSettings` for what is no time."""
        if timeout is not None and not timeout > 0:
            raise InvalidSettings(
                f"timeout {timeout!r} is no time to answer in", do="give seconds, such as 30"
            )
        return cls(timeout)

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self._end - self._clock())

    def extend(self, seconds: float) -> None:
        """Add the time that something took that does not count."""
        self._end += seconds

    def scope(self) -> anyio.CancelScope:
        """A scope that ends with it."""
        return anyio.CancelScope(deadline=anyio.current_time() + self.left)

    async def hold(self, work: Callable[[], Awaitable[T]], what: str) -> T:
        """What some work gives; raises `SourceUnavailable` where it takes longer than there is left."""
        if self._seconds is None:
            return await work()
        with self.scope():
            return await work()
        raise self.passed(what)

    def passed(self, what: str) -> SourceUnavailable:
        """The error for what did not come in time."""
        return SourceUnavailable(
            f"{what} did not come within {self._seconds:g} s", do="ask again, or give it more time"
        )
