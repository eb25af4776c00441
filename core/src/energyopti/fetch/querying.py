"""The chunks that a query needs, from wherever they are, with the earlier publications that reach into its range."""

from __future__ import annotations

from datetime import timedelta

from energyopti.errors import NoData
from energyopti.fetch.announce import planned
from energyopti.fetch.chunks import Chunks
from energyopti.fetch.context import FetchContext
from energyopti.fetch.known import known_by
from energyopti.fetch.outcome import Outcome
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.settings import Settings
from energyopti.timezones import midnight


async def outcomes_of(
    query: ResolvedQuery, chunks: Chunks, context: FetchContext, settings: Settings
) -> list[Outcome]:
    """The outcome of each chunk of a query, in order.

    What was known at an earlier time comes from the store; for a forecast, publications tell when they were made. Raises
    `UnsupportedQuery` if nothing can tell.
    """
    if query.as_of is not None and not query.feed.dataset.forecast:
        return await chunks.as_known(chunks.plan(query), query.as_of, context)
    known = await chunks.known(await chunks.needed(query, context), context)
    event = planned(query, known, settings) if context.observer or None in known.values() else None
    if context.observer and event:
        context.observer(event)
    outcomes = await chunks.outcomes(known, context)
    if query.feed.publication.forecast_days and query.with_earlier_publications:
        outcomes = await _with_earlier(query, chunks, outcomes, context)
    if query.as_of is None:
        return outcomes
    then = [known_by(each, query.as_of) for each in outcomes]
    return [each for each in then if each.chunk.end > query.time.start or not isinstance(each.error, NoData)]


async def _with_earlier(
    query: ResolvedQuery, chunks: Chunks, outcomes: list[Outcome], context: FetchContext
) -> list[Outcome]:
    """The outcomes, preceded by those of earlier publications that reach into the range.

    With all vintages, every publication that reaches into the range; with the latest, if the first ones are
    missing or incomplete, back until one answers. A day's first publication may come too late to cover the day's
    first hours, and a truncated one does not cover the last ones.
    """
    everything = query.vintages == "all" or query.as_of is not None
    if not everything and not _lacks_some(query, outcomes[0]):
        return outcomes
    earlier: list[Outcome] = []
    chunk, reach = outcomes[0].chunk, timedelta(days=query.feed.publication.forecast_days)
    for _ in range(query.feed.publication.forecast_days - 1):
        chunk = chunk.previous()
        too_early = chunk.end + reach <= query.time.start
        if too_early or chunk.start < midnight(query.feed.history.since, query.market.zone):
            break
        (outcome,) = await chunks.outcomes(await chunks.known([chunk], context), context)
        earlier.insert(0, outcome)
        if outcome.data is not None and not everything:
            break
    return [*(each for each in earlier if not isinstance(each.error, NoData)), *outcomes]


def _lacks_some(query: ResolvedQuery, first: Outcome) -> bool:
    """Whether the first publications of a range did not come, or lack rows that those of the day before may have.

    Those reach one day less far.
    """
    if first.data is None:
        return isinstance(first.error, NoData)
    last = first.chunk.start + timedelta(days=query.feed.publication.forecast_days - 1)
    start, end = query.time.start, min(query.time.end, last)
    return start < end and not first.data.speaks_of(TimeRange(start, end))
