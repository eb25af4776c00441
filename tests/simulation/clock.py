"""The clock that is moved, and those who sleep by it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any


class Clock:
    """Shows the time that it was moved to; wakes sleepers one at a time, and waits until each sleeps again."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._number = itertools.count()
        self._awake = 0
        self._quiet = asyncio.Event()
        self.began = at

    def __call__(self) -> datetime:
        """The time that it shows."""
        return self.at

    def seconds(self) -> float:
        """The same as seconds since it began, for those who measure how long things take."""
        return (self.at - self.began).total_seconds()

    @property
    def next(self) -> datetime | None:
        """When the next sleeper wakes."""
        return self._sleepers[0][0] if self._sleepers else None

    async def sleep(self, seconds: float) -> None:
        """Sleep so long by this clock."""
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        at = self.at + timedelta(seconds=max(seconds, 0.001))
        heapq.heappush(self._sleepers, (at, next(self._number), waking))
        self._done()
        await waking

    async def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin something that sleeps by this clock, and wait until it sleeps first, or is done."""
        self._awake += 1
        self._quiet.clear()
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda _: self._done())
        await self._quiet.wait()
        return task

    async def wake(self) -> None:
        """Move to the next sleeper's time, wake it, and wait until it sleeps again."""
        at, _, waking = heapq.heappop(self._sleepers)
        self.at = max(self.at, at)
        self._awake += 1
        self._quiet.clear()
        waking.set_result(None)
        await self._quiet.wait()

    def _done(self) -> None:
        self._awake -= 1
        if self._awake <= 0:
            self._quiet.set()
