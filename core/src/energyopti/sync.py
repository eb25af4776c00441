"""The blocking interface: the same calls for scripts, REPLs and notebooks.

One service runs in a background thread with its own event loop. So blocking calls also work inside a running
loop, and all calls share connections, limits and memory. Ctrl-C ends the call that waits, and what it does.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import inspect
import os
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import attrs

from energyopti import catalog, records
from energyopti.concurrency.background import Background
from energyopti.errors import EnergyOptiError
from energyopti.forking import check_forked
from energyopti.progress import Bar, progress
from energyopti.query import Query
from energyopti.registry import Registry
from energyopti.service import UnifiedMarketService
from energyopti.settings import Settings
from energyopti.store.opening import open_sql
from energyopti.tuning.calls import CLOSED_AT_EXIT_WITHIN

if TYPE_CHECKING:
    import polars as pl

    from energyopti.answer.result import MarketData
    from energyopti.events import Event

P = ParamSpec("P")
T = TypeVar("T")


def _short(error: EnergyOptiError) -> EnergyOptiError:
    """An error without the frames of energyopti's own threads: a notebook ends at the caller's line.

    What was behind it is in its ``__context__``.
    """
    error.__context__ = error.__cause__ or error.__context__
    return error.with_traceback(None)


_bars: list[Bar] = []


def _requests(event: Event) -> None:
    """Show an event of a request, which may be of several calls, in all bars."""
    for bar in tuple(_bars):
        bar.requests(event)


@contextlib.contextmanager
def _shown() -> Iterator[Bar]:
    """The bar of a call."""
    with progress() as bar:
        _bars.append(bar)
        try:
            yield bar
        finally:
            _bars.remove(bar)


class _Running:
    """The service of this process and its thread; both start at the first call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: tuple[Background, UnifiedMarketService] | None = None

    def get(self) -> tuple[Background, UnifiedMarketService]:
        with self._lock:
            if self._started is None:
                check_forked()
                service = UnifiedMarketService(
                    observe=_requests
                )  # before the thread starts: the settings may be invalid
                self._started = (Background(), service)
            return self._started

    def close(self, *, within: float | None = None) -> None:
        """End the thread; the next call starts another, with the settings of that moment."""
        with self._lock:
            if self._started is not None:
                background, service = self._started
                self._started = None
                with contextlib.suppress(TimeoutError):
                    background.call(service.aclose, within=within)
                background.close(within=within)

    def forget(self) -> None:
        """In a forked child: the thread stayed in the parent, and whoever held the lock."""
        self._lock, self._started = threading.Lock(), None


_running = _Running()
atexit.register(_running.close, within=CLOSED_AT_EXIT_WITHIN)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_running.forget)


def reset() -> None:
    """Forget the service and what is installed; the next call finds both anew."""
    _running.close()
    _registry.cache_clear()


def _blocking(
    method: Callable[Concatenate[UnifiedMarketService, P], Awaitable[T]],
) -> Callable[P, T]:
    """A method of the service as a blocking function, with progress shown on a terminal."""

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            background, service = _running.get()
            with _shown() as observe:
                kwargs.setdefault("observe", observe)
                return background.call(functools.partial(method, service, *args, **kwargs))
        except EnergyOptiError as error:
            raise _short(error) from None

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
    try:
        query = Query.of(*words, **keywords)
        background, service = _running.get()
        with _shown() as observe:
            yield from background.pulled(service.stream(query, observe=observe))
    except EnergyOptiError as error:
        raise _short(error) from None


def _ending_here(parts: Generator[T]) -> Generator[T]:
    """The same parts; errors end at the caller's line."""
    try:
        yield from parts
    except EnergyOptiError as error:
        raise _short(error) from None


def _iterated(
    method: Callable[Concatenate[UnifiedMarketService, P], AsyncGenerator[T]],
) -> Callable[P, Generator[T]]:
    """A stream of the service for a plain ``for``: leaving the loop, also by an error or Ctrl-C, closes it."""

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> Generator[T]:
        try:
            background, service = _running.get()
            return _ending_here(background.pulled(method(service, *args, **kwargs)))
        except EnergyOptiError as error:
            raise _short(error) from None

    signature = inspect.signature(method)
    parameters = list(signature.parameters.values())[1:]
    returned = f"Generator[{str(signature.return_annotation).partition('[')[2]}"
    call.__signature__ = signature.replace(parameters=parameters, return_annotation=returned)  # type: ignore[attr-defined]
    return call


watch = _iterated(UnifiedMarketService.watch)


def sql(statement: str, *, lake: str | os.PathLike[str] | None = None) -> pl.DataFrame:
    """The rows of a statement of SQL over the lake; ``lake`` is its folder, if not that of the settings.

    Tables are named ``nyiso.damlbmp_zone``, and ``lmp`` is all feeds of that dataset. Times are UTC. Nothing is fetched
    and nothing is written. Needs ``energyopti[sql]``.
    """
    check_forked()
    registry = _registry()
    settings = Settings.load(registry.markets.values())
    if lake is not None:
        settings = attrs.evolve(settings, lake=lake)
    return open_sql(settings.lake_address, registry).frame(statement)


def markets() -> pl.DataFrame:
    """The installed markets, one a row: id, title, time zone, number of feeds, datasets, reference hub."""
    return catalog.markets(_registry())


def datasets() -> pl.DataFrame:
    """The datasets, one a row: title, the installed markets that fill it, whether it is a forecast, its columns."""
    return catalog.datasets(_registry())


def feeds(market: str | None = None) -> pl.DataFrame:
    """The feeds of a market, or of all, one a row: dataset, run, interval, history, when rows are due. Raises `UnknownMarket`."""
    return catalog.feeds(_registry(), market)


def describe(name: str, feed: str | None = None) -> dict[str, Any]:
    """A dataset with its columns and their units, ``describe("lmp")``, or a feed with its sources, ``describe("nyiso", "pal")``."""
    return records.described(_registry(), name, feed)


def locations(market: str, match: str | None = None, *, type: str | None = None) -> pl.DataFrame:  # noqa: A002 - as users call it
    """The places of a market: its hubs, zones, interfaces and nodes, from all of its lists and feeds.

        energyopti.locations("pjm", "western", type="hub")

    ``match`` is a part of a name, identifier, code or common name, in any case. Lists that the market publishes are fetched, and
    kept as any answer. Raises `UnknownLocation` if nothing fits, `UnsupportedQuery` for an unknown type, and the errors of `get`.
    """
    return _blocking(catalog.locations)(market, match, type=type)


@functools.cache
def _registry() -> Registry:
    return Registry()
