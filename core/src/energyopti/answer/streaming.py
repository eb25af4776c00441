"""A long answer in parts that follow each other in time, each small enough to hold."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import attrs

from energyopti.answer.merge import merged
from energyopti.answer.result import MarketData
from energyopti.errors import EnergyOptiError
from energyopti.query import ResolvedQuery, TimeRange, plan
from energyopti.tuning.output import LONGEST_PART, PART_GROWS, PART_ROWS, SHORTEST_PART


async def parts_in_order(
    ask: Callable[[ResolvedQuery], Awaitable[MarketData]],
    queries: Sequence[ResolvedQuery],
    missing: Mapping[str, EnergyOptiError],
    *,
    now: datetime,
) -> AsyncGenerator[MarketData]:
    """The answer to queries of one or several markets, in parts of whole chunks.

    How many chunks a part has follows from how many rows the one before it had. ``missing`` are markets that cannot be
    asked. Raises what asking raises, after the parts before it.
    """
    edges = _edges(queries, now)
    first, length = 0, SHORTEST_PART
    while first < len(edges) - 1:
        last = min(first + length, len(edges) - 1)
        span = TimeRange(edges[first], edges[last])
        inside = [each for query in queries if (each := _within(query, span)) is not None]
        part = await merged(ask, inside, missing if first == 0 else {})
        yield part
        rows = max(1, len(part)) / (last - first)
        first, length = last, int(min(max(PART_ROWS / rows, 1), PART_GROWS * length, LONGEST_PART))


def _edges(queries: Sequence[ResolvedQuery], now: datetime) -> list[datetime]:
    """Where the range may be cut: at the edges of the longest chunks of any of its feeds."""
    start, end = min(query.time.start for query in queries), max(query.time.end for query in queries)
    plans = [
        plan(each.market, each.feed, TimeRange(start, end), places=each.places, now=now) for each in queries
    ]
    coarsest = min(plans, key=len)
    return [start, *(chunk.start for chunk in coarsest if start < chunk.start < end), end]


def _within(query: ResolvedQuery, span: TimeRange) -> ResolvedQuery | None:
    """The part of a query in a span; None if there is none."""
    start, end = max(query.time.start, span.start), min(query.time.end, span.end)
    return attrs.evolve(query, time=TimeRange(start, end)) if start < end else None
