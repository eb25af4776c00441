"""Watches of one or several markets, and where their rows go."""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import attrs
import polars as pl

from energyopti.answer.result import MarketData
from energyopti.errors import EnergyOptiError, UnsupportedQuery
from energyopti.events import Event, EventKind
from energyopti.query import ResolvedQuery
from energyopti.query.shape import condition
from energyopti.settings import Settings
from energyopti.watching import Ask, watch
from energyopti.watching.several import as_they_come

if TYPE_CHECKING:
    import os

    from energyopti.sinks import Address, Delivery

Handler = Callable[[MarketData], Awaitable[None] | None]
"""Is given each update before it counts as delivered, and awaited if it is a coroutine function."""


Where: TypeAlias = "str | os.PathLike[str] | Address | None"
"""Where rows go: a file, a folder, the address of a database or of a webhook; None for nowhere."""


def watch_markets(
    queries: Sequence[ResolvedQuery],
    ask: Ask,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    emit: Callable[[Event], None],
    pause: Callable[[float], Awaitable[bool]],
    corrections: timedelta,
    versions: bool,
    where: str | None,
    to: Where,
    handle: Handler | None,
) -> AsyncGenerator[MarketData]:
    """A watch of each query, as one stream; the arguments are those of `energyopti.watching.watch` and of the service.

    Raises `UnsupportedQuery` for a ``where`` that is no condition and for negative ``corrections``, and `OutputError` for a ``to`` that is no destination.
    """
    if corrections < timedelta():
        raise UnsupportedQuery("corrections is negative", do="give how long days are rechecked")
    conditions = {
        each.market.id: condition(where, each.feed.dataset) for each in queries if where is not None
    }
    delivery = None
    if to is not None:
        from energyopti.sinks import Delivery, address_of

        address = address_of(to)

        def waits(line: str) -> None:
            emit(Event(kind=EventKind.DELIVERY_WAITS, market="", subject=str(address), detail=line))

        delivery = Delivery(
            address=address, settings=settings, now=now, corrections=corrections, versions=versions, say=waits
        )

    def ended(query: ResolvedQuery, error: EnergyOptiError) -> None:
        market, feed = query.market.id, query.feed.name
        emit(Event(kind=EventKind.WATCH_ENDED, market=market, subject=feed, detail=error.line))

    one = functools.partial(
        watch, ask=ask, now=now, emit=emit, pause=pause, corrections=corrections, versions=versions
    )
    return _Watches(
        queries=queries, watch=one, ended=ended, conditions=conditions, delivery=delivery, handle=handle
    ).updates()


@attrs.frozen(kw_only=True, eq=False)
class _Watches:
    """Watches of a query in each of its markets; ``ended`` is told which one ended by an error while others go on."""

    queries: Sequence[ResolvedQuery]
    watch: Callable[[ResolvedQuery], AsyncGenerator[MarketData]]
    ended: Callable[[ResolvedQuery, EnergyOptiError], None]
    conditions: Mapping[str, pl.Expr]
    delivery: Delivery | None
    handle: Handler | None

    async def updates(self) -> AsyncGenerator[MarketData]:
        """Each update of any of them: handled, written, then yielded."""
        source: AsyncGenerator[MarketData] | None = None
        delivery = self.delivery
        try:
            queries = list(self.queries)
            if delivery is not None:
                queries = [await delivery.begin(each) for each in queries]
            source = self._together(queries)
            async for found in source:
                update = self._matching(found)
                if delivery is not None and update is not None:
                    update = await delivery.news(update)
                if update is None:
                    continue
                if self.handle is not None and (handling := self.handle(update)) is not None:
                    await handling
                if delivery is not None:
                    await delivery.write(update)
                yield update
        finally:
            if source is not None:
                await source.aclose()
            if delivery is not None:
                await delivery.aclose()

    def _together(self, queries: Sequence[ResolvedQuery]) -> AsyncGenerator[MarketData]:
        if len(queries) == 1:
            return self.watch(queries[0])
        by_market = {each.market.id: each for each in queries}
        streams = {name: self.watch(each) for name, each in by_market.items()}
        return as_they_come(streams, lambda name, error: self.ended(by_market[name], error))

    def _matching(self, update: MarketData) -> MarketData | None:
        """An update's rows that meet the condition; None if none does."""
        meets = self.conditions.get(update.query.market.id)
        rows = update.frame if meets is None else update.frame.filter(meets)
        return attrs.evolve(update, frame=rows) if rows.height else None
