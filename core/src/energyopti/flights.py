"""One flight for all who ask: concurrent calls for one thing share one piece of work."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from energyopti.errors import SourceUnavailable

T = TypeVar("T")
_CLOSED = "the service was closed while this was on its way; open another and ask again"


class Flights(Generic[T]):
    """Work under way, by key.

    The work runs in a task of its own, so that one caller's cancellation does not take it from the others;
    when the last caller has gone, the work is cancelled too.
    """

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[T]] = {}
        self._waiting: dict[asyncio.Task[T], int] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._tasks)

    async def join(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of the work under way for a key, which is begun if there is none."""
        if self._closed:
            raise SourceUnavailable(_CLOSED)
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.ensure_future(_run(work))
            self._tasks[key] = task
            self._waiting[task] = 0
            task.add_done_callback(lambda done: self._land(key, done))
        self._waiting[task] += 1
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if task.cancelled() and caller is not None and not caller.cancelling():
                raise SourceUnavailable(_CLOSED) from None
            raise
        except Exception as error:  # noqa: BLE001 - it is raised again
            # each caller gets an exception of its own: tracebacks and attachments are not shared
            raise copy.copy(error) from error.__cause__
        finally:
            self._leave(key, task)

    def _leave(self, key: Hashable, task: asyncio.Task[T]) -> None:
        if task not in self._waiting:
            return
        self._waiting[task] -= 1
        if self._waiting[task] == 0 and not task.done():
            task.cancel()
            self._land(key, task)

    def _land(self, key: Hashable, task: asyncio.Task[T]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        self._waiting.pop(task, None)
        if task.done() and not task.cancelled():
            task.exception()  # seen: nobody may be left to ask

    async def close(self) -> None:
        """Cancel all work under way, wait until it has ended, and take no more."""
        self._closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
