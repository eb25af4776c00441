"""Single flight: concurrent calls for the same thing share one piece of work."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

import anyio
import attrs

from energyopti.errors import SourceUnavailable

T = TypeVar("T")
_CLOSED = "the service was closed while this was in progress; open another and ask again"


@attrs.define(eq=False)
class _Flight(Generic[T]):
    """One piece of work: its task, the scope that ends it, and how many callers wait for it."""

    task: asyncio.Task[T]
    scope: anyio.CancelScope
    waiting: int = 0


class Flights(Generic[T]):
    """Work in progress, by key.

    The work runs in its own task, so that one caller's cancellation does not take it from the others; when the last
    caller has gone, the work is cancelled too. A thread cannot be cancelled: work in a thread ends when the thread
    does, and only `close` waits for that.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight[T]] = {}
        self._unfinished: set[asyncio.Task[T]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._flights)

    async def join(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of the work in progress for a key, started if there is none."""
        if self._closed:
            raise SourceUnavailable(_CLOSED)
        flight = self._flights.get(key) or self._begin(key, work)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if flight.task.cancelled() and caller is not None and not caller.cancelling():
                raise SourceUnavailable(_CLOSED) from None
            raise
        except Exception as error:  # noqa: BLE001 - it is raised again
            # each caller gets its own exception: tracebacks and attachments are not shared
            raise copy.copy(error) from error.__cause__
        finally:
            self._leave(key, flight)

    def _begin(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> _Flight[T]:
        scope = anyio.CancelScope()
        flight = _Flight(asyncio.ensure_future(_run(work, scope)), scope)
        self._flights[key] = flight
        self._unfinished.add(flight.task)
        flight.task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _leave(self, key: Hashable, flight: _Flight[T]) -> None:
        flight.waiting -= 1
        if flight.waiting == 0 and not flight.task.done():
            flight.scope.cancel()
            self._forget(key, flight)

    def _land(self, key: Hashable, flight: _Flight[T]) -> None:
        self._forget(key, flight)
        self._unfinished.discard(flight.task)
        if not flight.task.cancelled():
            flight.task.exception()  # mark it as seen: there may be no caller left

    def _forget(self, key: Hashable, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    async def close(self) -> None:
        """Cancel all work in progress, wait until it and its threads have ended, and accept no more."""
        self._closed = True
        for flight in self._flights.values():
            flight.scope.cancel()
        await asyncio.gather(*self._unfinished, return_exceptions=True)


async def _run(work: Callable[[], Awaitable[T]], scope: anyio.CancelScope) -> T:
    """The work, until its scope is cancelled; unlike ending the task, that spares shielded parts."""
    with scope:
        return await work()
    raise asyncio.CancelledError
