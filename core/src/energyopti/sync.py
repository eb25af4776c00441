"""The blocking interface: the same calls for scripts, REPLs and notebooks.

One service runs in a background thread with its own event loop. So blocking calls also work inside a running
loop, and all calls share connections, limits and memory.
"""

from __future__ import annotations

import atexit
import functools
import inspect
import os
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import attrs
from anyio.from_thread import BlockingPortal, start_blocking_portal

from energyopti.progress import progress
from energyopti.query import Query
from energyopti.registry import Registry
from energyopti.service import UnifiedMarketService
from energyopti.settings import Settings
from energyopti.store.opening import open_sql

if TYPE_CHECKING:
    import polars as pl

    from energyopti.answer.result import MarketData

P = ParamSpec("P")
T = TypeVar("T")


class _Background:
    """The service of this process and its thread; both start at the first call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._running: tuple[BlockingPortal, UnifiedMarketService] | None = None

    def running(self) -> tuple[BlockingPortal, UnifiedMarketService]:
        with self._lock:
            if self._running is None:
                service = UnifiedMarketService()  # before the thread starts: the settings may be invalid
                portal = self._stack.enter_context(start_blocking_portal())
                self._stack.enter_context(portal.wrap_async_context_manager(service))
                self._running = (portal, service)
            return self._running

    def close(self) -> None:
        """End the thread; the next call starts another, with the settings of that moment."""
        with self._lock:
            self._stack.close()
            self._running = None


_background = _Background()
atexit.register(_background.close)


def reset() -> None:
    """Forget the service and what is installed; the next call finds both anew."""
    _background.close()
    _registry.cache_clear()


def _blocking(
    method: Callable[Concatenate[UnifiedMarketService, P], Awaitable[T]],
) -> Callable[P, T]:
    """A method of the service as a blocking function, with progress shown on a terminal."""

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        portal, service = _background.running()
        with progress() as observe:
            kwargs.setdefault("observe", observe)
            return portal.call(functools.partial(method, service, *args, **kwargs))

    signature = inspect.signature(method)
    parameters = list(signature.parameters.values())[1:]
    call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return call


get = _blocking(UnifiedMarketService.get_market_data)
compare = _blocking(UnifiedMarketService.get_cross_market_analysis)


def stream(*words: Any, **keywords: Any) -> Generator[MarketData]:
    """The answer to a query in parts, in order of time, each small enough to hold: for ranges of any length.

    It takes the arguments of `get`. Raises the errors of `get`, those of a part after the parts before it.
    """
    query = Query.of(*words, **keywords)
    portal, service = _background.running()
    with progress() as observe:
        yield from pulled(portal, service.stream(query, observe=observe))


def pulled(portal: BlockingPortal, parts: AsyncGenerator[T]) -> Generator[T]:
    """What an asynchronous generator of another thread yields, one after the other."""
    try:
        while True:
            try:
                yield portal.call(anext, parts)
            except StopAsyncIteration:
                return
    finally:
        portal.call(parts.aclose)


def sql(statement: str, *, lake: str | os.PathLike[str] | None = None) -> pl.DataFrame:
    """The rows of a statement of SQL over the lake; ``lake`` is its folder, if not that of the settings.

    Tables are named ``nyiso.damlbmp_zone``, and ``lmp`` is all feeds of that dataset. Times are UTC. Nothing is fetched
    and nothing is written. Needs ``energyopti[sql]``.
    """
    registry = _registry()
    settings = Settings.load(registry.markets.values())
    if lake is not None:
        settings = attrs.evolve(settings, lake=lake)
    return open_sql(settings.lake_address, registry).frame(statement)


@functools.cache
def _registry() -> Registry:
    return Registry()
