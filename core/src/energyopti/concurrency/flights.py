"""One flight for all who ask: concurrent calls for one thing share one piece of work."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

import anyio
import attrs

from energyopti.errors import SourceUnavailable

T = TypeVar("T")
_CLOSED = "the service was closed while this was on its way; open another and ask again"


@attrs.define(eq=False)
class _Flight(Generic[T]):
    """One piece of work: its task, the scope that ends it, and how many wait for it."""

    task: asyncio.Task[T]
    scope: anyio.CancelScope
    waiting: int = 0


class Flights(Generic[T]):
    """Work under way, by key.

    The work runs in a task of its own, so that one caller's cancellation does not take it from the others;
    when the last caller has gone, the work is cancelled too. A thread cannot be cancelled: work that has one is
    over when the thread is, and nobody waits for that but `close`.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight[T]] = {}
        self._unfinished: set[asyncio.Task[T]] = set()
        self._closed = False

    def __len__(self) -> int:
        return len(self._flights)

    async def join(self, key: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """The result of the work under way for a key, which is begun if there is none."""
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
            # each caller gets an exception of its own: tracebacks and attachments are not shared
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
            flight.task.exception()  # seen: nobody may be left to ask

    def _forget(self, key: Hashable, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

    async def close(self) -> None:
        """Cancel all work under way, wait until it has ended with its threads, and take no more."""
        self._closed = True
        for flight in self._flights.values():
            flight.scope.cancel()
        await asyncio.gather(*self._unfinished, return_exceptions=True)


async def _run(work: Callable[[], Awaitable[T]], scope: anyio.CancelScope) -> T:
    """The work, until its scope is cancelled: what must not be interrupted in it is not, as a task's end would."""
    with scope:
        return await work()
    raise asyncio.CancelledError
