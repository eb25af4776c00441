"""Look up a query's locations before it is planned, if its source can be asked for single locations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import attrs
import polars as pl

from energyopti.errors import EnergyOptiError
from energyopti.findings import Finding, FindingKind
from energyopti.market import Market
from energyopti.query import Place, ResolvedQuery, fold_location
from energyopti.query.directory import Directory
from energyopti.settings import Settings
from energyopti.tuning.chunks import LISTS_KEPT

ListOf = Callable[[str, str], Awaitable[pl.DataFrame]]
"""Fetches a market's list of locations from a feed: takes the ids of both."""


class LocationResolver:
    """The directories of the markets, each fetched once a day and kept on disk."""

    def __init__(self, settings: Settings, list_of: ListOf, *, now: Callable[[], datetime]) -> None:
        self._folder = settings.home / ("directories-sandbox" if settings.sandbox else "directories")
        self._list_of = list_of
        self._now = now
        self._directories: dict[str, Directory] = {}

    async def place(self, query: ResolvedQuery) -> ResolvedQuery:
        """The query with its locations looked up; raises `UnknownLocation`, and the errors of fetching the list."""
        market = query.market
        if not query.locations or query.feed.locations.per_location is None:
            return query
        asked_for = {fold_location(name) for name in query.locations}
        every = next(
            (
                word
                for word in query.feed.locations.all_locations_keywords
                if fold_location(word) in asked_for
            ),
            None,
        )
        if every is not None:
            return attrs.evolve(query, places=(Place(every),), locations=())
        if market.directory is None:
            asked: dict[str, Place] = {}
            for name in query.locations:
                asked.setdefault(fold_location(name), Place(name))
            return attrs.evolve(query, places=tuple(asked.values()))
        directory = await self._directory(market, market.directory)
        places = directory.find(query.locations, now=self._now())
        return attrs.evolve(
            query,
            places=places,
            locations=tuple(place.location for place in places),
            findings=(*query.findings, *([_outdated(directory)] if self._is_old(directory) else [])),
        )

    async def _directory(self, market: Market, feed: str) -> Directory:
        """A market's list of locations: at most a day old, or older if it cannot be fetched."""
        kept = self._directories.get(market.id) or Directory.load(market.id, self._folder)
        if kept is None or self._is_old(kept):
            try:
                listed = await self._list_of(market.id, feed)
            except EnergyOptiError:
                if kept is None:
                    raise
            else:
                kept = Directory.of(market.id, self._now(), listed)
                kept.save(self._folder)
        self._directories[market.id] = kept
        return kept

    def _is_old(self, directory: Directory) -> bool:
        return directory.fetched_at + LISTS_KEPT < self._now()


def _outdated(directory: Directory) -> Finding:
    """The finding that names were looked up in an old list, for lack of a newer one."""
    return Finding(
        kind=FindingKind.STALE,
        message=f"the list of locations cannot be fetched; names are from the list of "
        f"{directory.fetched_at:%Y-%m-%d %H:%M:%S}Z",
    )
