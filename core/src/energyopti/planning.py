"""From a caller's words to a query: which market, which feed, which locations, which columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from energyopti.datasets import find_dataset
from energyopti.errors import (
    EnergyOptiError,
    InvalidTimeRange,
    NoData,
    UnknownLocation,
    UnsupportedQuery,
    suggest,
)
from energyopti.market import Feed, Market
from energyopti.query import Instant, Query, TimeRange, fold_location, validate_time_range
from energyopti.registry import Registry
from energyopti.schema import ColumnType
from energyopti.timezones import DAY, local_date, midnight

Filter = str | Sequence[str] | None
Places = Filter | Mapping[str, Filter]
"""Locations for every market, or by market."""

ALL = "all"
"""Every installed market that has what is asked for."""
_VINTAGES = ("latest", "all")


def resolve(
    registry: Registry,
    *,
    market: str,
    data_type: str,
    bounds: tuple[Instant | None, Instant | None],
    now: datetime,
    locations: Filter = None,
    run: str | None = None,
    feed: str | None = None,
    tz: str | None = None,
    partial: bool = False,
    vintages: str = "latest",
    revisions: bool = False,
    filters: Mapping[str, Filter] | None = None,
) -> Query:
    """The query that a caller means, checked; makes no request.

    Raises `UnknownMarket`, `UnknownDataset`, `UnsupportedQuery`, `UnknownLocation` and `InvalidTimeRange`.
    """
    there = registry.market(market)
    locations, filters = _locations(locations, filters or {})
    feeds = registry.feeds(there, data_type, run=run)
    if feed is not None:
        feeds = (_named_feed(there, feed, feeds, data_type, run),)
    chosen, wanted = _placed(there, feeds, _several(locations))
    if vintages not in _VINTAGES:
        raise UnsupportedQuery(f"vintages {vintages!r} means nothing; say {' or '.join(_VINTAGES)}")
    return Query(
        market=there,
        feed=chosen,
        time=_time(there, chosen, bounds, tz, now),
        locations=wanted,
        filters=_filters(chosen, filters),
        partial=partial,
        vintages=vintages,
        revisions=revisions,
    )


def resolve_several(
    registry: Registry,
    *,
    markets: str | Sequence[str],
    data_type: str,
    locations: Places = None,
    tz: str | None = None,
    partial: bool = False,
    **asked: Any,
) -> tuple[list[Query], dict[str, EnergyOptiError]]:
    """The queries that a question to several markets means, and why some cannot be asked; makes no request.

    Naive bounds are read in UTC unless ``tz`` says otherwise. A market that cannot be asked for this raises, unless
    the answer may be ``partial``.
    """
    names = _markets(registry, markets, data_type, asked.get("run"))
    queries: list[Query] = []
    missing: dict[str, EnergyOptiError] = {}
    for name in names:
        try:
            query = resolve(
                registry,
                market=name,
                data_type=data_type,
                locations=of_market(locations, name),
                tz=tz or "UTC",
                partial=partial,
                **asked,
            )
        except EnergyOptiError as error:
            if not partial:
                raise
            missing[name] = error
        else:
            queries.append(query)
    return queries, missing


def _locations(locations: Filter, filters: Mapping[str, Filter]) -> tuple[Filter, Mapping[str, Filter]]:
    """The locations and the other filters; ``location`` among these means ``locations``, common names and all."""
    one = filters.get("location")
    if one is None:
        return locations, filters
    if locations:
        raise UnsupportedQuery("locations are given twice: as locations and as the filter location; say one")
    return one, {name: value for name, value in filters.items() if name != "location"}


def _markets(
    registry: Registry, markets: str | Sequence[str], data_type: str, run: str | None
) -> Sequence[str]:
    """The markets that are meant, each once, by id."""
    if isinstance(markets, str):
        names = [each for each in registry.markets if registry.has(each, data_type, run)]
        if not names:
            raise UnsupportedQuery(f"no installed market has {data_type!r}{f' of run {run}' if run else ''}")
        return names
    if not markets:
        raise UnsupportedQuery("no market is named; name some, or say all")
    return list(dict.fromkeys(registry.market(name).id for name in markets))


def of_market(locations: Places, market: str) -> Filter:
    """The locations that are meant for one market."""
    if not isinstance(locations, Mapping):
        return locations
    folded = {name.strip().casefold(): wanted for name, wanted in locations.items()}
    return folded.get(market.strip().casefold())


def _time(
    market: Market, feed: Feed, bounds: tuple[Instant | None, Instant | None], tz: str | None, now: datetime
) -> TimeRange:
    """The range asked for; without one, the running day of a feed that keeps only what is current."""
    start, end = bounds
    if start is not None and end is not None:
        return validate_time_range(start, end, zone=tz or market.zone)
    if feed.snapshot_only and start is None and end is None:
        today = local_date(now, market.zone)
        return TimeRange(midnight(today, market.zone), midnight(today + DAY, market.zone))
    lacking = "a start" if start is None else "an end"
    raise InvalidTimeRange(
        f"{market.id}/{feed.name} needs {lacking}; the end is excluded, as in 2024-07-01 to 2024-07-02"
    )


def _placed(market: Market, feeds: Sequence[Feed], names: Sequence[str]) -> tuple[Feed, tuple[str, ...]]:
    """The feed that answers, and the locations as the ISO writes them.

    A name that a feed has as it is written means just that; else it may be one of the market's common names.
    """
    if not names:
        return feeds[0], ()
    wanted = tuple(_location(market, name) for name in names)
    for feed in feeds:
        if "location" not in feed.dataset.column_names:
            raise UnsupportedQuery(f"dataset {feed.dataset.name} has no locations; leave them out")
        for meant in (names, wanted):
            if feed.locations is None or _unknown(feed, meant) is None:
                return feed, _spelled(feed, meant if feed.locations is not None else wanted, names)
    name = _unknown(feeds[0], wanted)
    raise UnknownLocation(
        f"{market.id}/{feeds[0].name} has no location {name!r}."
        f"{suggest(str(name), feeds[0].locations or (), first=market.places)}"
    )


def _spelled(feed: Feed, meant: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Some locations as the feed itself writes them, where it has a list; ``names`` is how they were asked for."""
    listed = {fold_location(name): name for name in feed.locations or ()}
    own = {fold_location(name): name for name in feed.own_names}
    return tuple(
        own.get(fold_location(name)) or listed.get(fold_location(location), location)
        for location, name in zip(meant, names, strict=True)
    )


def _several(value: Filter) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _location(market: Market, name: str) -> str:
    """The ISO's identifier for one of the market's common names; any other name as it is."""
    aliases = {fold_location(alias): location for alias, location in market.aliases.items()}
    return aliases.get(fold_location(name), name)


def _named_feed(market: Market, name: str, feeds: Sequence[Feed], data_type: str, run: str | None) -> Feed:
    """The feed that the caller insists on, if it answers to the rest of the query."""
    named = market.feed(name)
    if named not in feeds:
        what = f"{data_type} of run {run}" if run else data_type
        raise UnsupportedQuery(
            f"feed {named.name} does not fill {what}; {', '.join(feed.name for feed in feeds)} would"
        )
    return named


def _unknown(feed: Feed, locations: Sequence[str]) -> str | None:
    """The first location that a feed with a closed list does not have."""
    known = {fold_location(name) for name in feed.locations or ()}
    return next((name for name in locations if fold_location(name) not in known), None)


def _filters(feed: Feed, filters: Mapping[str, Filter]) -> dict[str, tuple[str, ...]]:
    """The column filters, checked against the dataset and its vocabularies."""
    checked = {}
    for name, value in filters.items():
        if value is None:
            continue
        column = find_dataset(feed.dataset.name).column(name)
        if column.type is not ColumnType.STRING:
            raise UnsupportedQuery(f"only text columns can be filtered by; {name} holds {column.type}s")
        values = _several(value)
        for each in values:
            if column.choices and each not in column.choices:
                raise UnsupportedQuery(f"{name} is never {each!r}.{suggest(each, column.choices)}")
        checked[name] = values
    return checked


def check_history(query: Query, now: datetime) -> None:
    """Raise `InvalidTimeRange` or `NoData` for a range that no source can have."""
    feed, market = query.feed, query.market
    first = midnight(feed.history_from, market.zone)
    if query.time.start < first:
        raise InvalidTimeRange(
            f"{market.id}/{feed.name} begins on {feed.history_from} ({market.zone}); "
            f"{query.time} starts before it"
        )
    published = now + feed.published_ahead + timedelta(days=feed.forecast_days)
    if query.time.start >= published and not (feed.snapshot_only and not feed.forecast_days):
        raise NoData(f"{market.id}/{feed.name}: {query.time} {too_new(feed)}")


def too_new(feed: Feed) -> str:
    """Why a time cannot be asked for yet."""
    if feed.published_ahead < timedelta():
        return f"is not published yet: its source publishes more than {-feed.published_ahead.days} days later"
    return "is in the future and not published yet"
