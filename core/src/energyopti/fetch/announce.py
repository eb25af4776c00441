"""Events about a query while it is answered: how much there is to fetch, and findings."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from energyopti.events import Event, EventKind
from energyopti.fetch.outcome import Outcome
from energyopti.findings import Finding
from energyopti.query import Chunk, ResolvedQuery
from energyopti.settings import Settings
from energyopti.source.waiting import Wait
from energyopti.tuning.chunks import LONG_WAIT

_log = logging.getLogger("energyopti")


def planned(query: ResolvedQuery, known: Mapping[Chunk, Outcome | None], settings: Settings) -> Event:
    """The event that says how many chunks a query has; if a host's limit makes them slow, the log says so too."""
    market, feed = query.market, query.feed
    unknown = [chunk for chunk, outcome in known.items() if outcome is None]
    wait = Wait.of(market, [feed.sources_for(chunk.day) for chunk in unknown], settings)
    event = Event(
        kind=EventKind.QUERY_PLANNED,
        market=market.id,
        subject=feed.name,
        feed=feed.name,
        count=len(known),
        seconds=wait.seconds,
        detail=str(wait) if wait.seconds >= LONG_WAIT else "",
    )
    if event.detail:
        _log.warning("%s/%s: %s", market.id, feed.name, event.detail)
    return event


def found(query: ResolvedQuery, finding: Finding) -> Event:
    """The event of a finding."""
    return Event(
        kind=EventKind.FINDING,
        market=query.market.id,
        subject=finding.chunk or query.feed.name,
        detail=finding.message,
        count=finding.rows,
        feed=query.feed.name,
    )
