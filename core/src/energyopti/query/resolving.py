"""From a caller's words to a resolved query: which market, feed, locations and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from energyopti.errors import (
    EnergyOptiError,
    InvalidTimeRange,
    NoData,
    UnknownLocation,
    UnsupportedQuery,
    suggest,
)
from energyopti.findings import Finding
from energyopti.market import Feed, Market
from energyopti.query import Query, ResolvedQuery, TimeRange, fold_location, instant, validate_time_range
from energyopti.query.ranges import repeated
from energyopti.query.shape import Every, check_blocks, check_columns, condition
from energyopti.query.spoken import spoken_bounds
from energyopti.query.strays import place_names, whose
from energyopti.registry import Registry
from energyopti.schema import ColumnType
from energyopti.suggestions import advice
from energyopti.timezones import DAY, local_date, midnight


def resolve(
    registry: Registry, query: Query, now: datetime
) -> tuple[list[ResolvedQuery], dict[str, EnergyOptiError]]:
    """A query resolved for each of its markets, and the errors of markets that cannot be asked; makes no request.

    A market that cannot be asked raises `UnknownMarket`, `UnknownDataset`, `UnsupportedQuery`, `UnknownLocation` or
    `InvalidTimeRange`, unless others can be asked and the answer may be partial.
    """
    names = asked_markets(registry, query)
    if query.all_markets:
        names, query = _by_place(registry, names, query)
    resolved: list[ResolvedQuery] = []
    missing: dict[str, EnergyOptiError] = {}
    for name in names:
        try:
            resolved.append(resolve_for(registry, name, query, now))
        except EnergyOptiError as error:
            if not query.partial or len(names) == 1:
                raise
            missing[name] = error
    return resolved, missing


def resolve_for(registry: Registry, market: str, query: Query, now: datetime) -> ResolvedQuery:
    """A query resolved for one market and checked; makes no request. Raises the same errors as `resolve`."""
    there = registry.market(market)
    locations, filters = _locations(query.locations_of(market), query.filters)
    feeds = registry.feeds(there, query.data, run=query.run)
    if query.feed is not None:
        feeds = (_named_feed(there, query.feed, feeds, query.data, query.run),)
    chosen, wanted = _placed(registry, there, feeds, locations)
    _check_shape(query, there, chosen)
    span, remarks = _time(there, chosen, query, now)
    return ResolvedQuery(
        market=there,
        feed=chosen,
        time=span,
        findings=remarks,
        locations=wanted,
        filters=_filters(chosen, filters),
        partial=query.partial,
        vintages=query.vintages,
        revisions=query.revisions,
        as_of=query.as_of,
        raw=query.raw,
    )


def _check_shape(query: Query, market: Market, feed: Feed) -> None:
    """Raise `UnsupportedQuery` for a shape that the feed's rows cannot have."""
    if query.resample is not None:
        check_blocks(Every.of(query.resample), market)
    if query.where is not None:
        condition(query.where, feed.dataset)
    check_columns(query.columns, feed.dataset)


def resolve_watches(registry: Registry, query: Query, now: datetime) -> list[ResolvedQuery]:
    """A query resolved for a watch of each of its markets, from its start on, by default from the first instant of the current day."""
    return [_resolve_watch(registry, name, query, now) for name in asked_markets(registry, query)]


def _resolve_watch(registry: Registry, name: str, query: Query, now: datetime) -> ResolvedQuery:
    market = registry.market(name)
    today = midnight(local_date(now, market.zone), market.zone)
    zone = query.tz or market.zone
    first, _ = spoken_bounds(query.start, None, now, zone)
    start = today if first is None else instant(first, zone)
    whole = attrs.evolve(query, start=start, end=max(start, now) + DAY)
    return resolve_for(registry, market.id, whole, now)


def _locations(
    locations: tuple[str, ...], filters: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    """The locations and the other filters; a filter ``location`` is the same as ``locations``, common names included."""
    one = filters.get("location")
    if one is None:
        return locations, filters
    if locations:
        raise UnsupportedQuery(
            "locations are given twice: as locations and as the filter location", do="give one"
        )
    return one, {name: values for name, values in filters.items() if name != "location"}


def asked_markets(registry: Registry, query: Query) -> Sequence[str]:
    """The markets of a query, each once, by id."""
    if query.all_markets:
        data, run = query.data, query.run
        names = [each for each in registry.markets if registry.has(each, data, run)]
        if not names:
            raise UnsupportedQuery(f"no installed market has {data!r}{f' of run {run}' if run else ''}")
        return names
    return list(dict.fromkeys(registry.market(name).id for name in query.markets))


def _by_place(registry: Registry, names: Sequence[str], query: Query) -> tuple[Sequence[str], Query]:
    """Of all markets those that have the places asked for, each with its own; all, if a place is of none that is known."""
    if not query.locations:
        return names, query
    if isinstance(query.locations, Mapping):
        given = {name for name, places in query.locations.items() if places}
        return [name for name in names if name in given] or names, query
    known = {name: place_names(registry.market(name)) for name in names}
    places = {
        name: tuple(place for place in query.locations if fold_location(place) in words)
        for name, words in known.items()
    }
    if {place for each in places.values() for place in each} != {*query.locations}:
        return names, query
    return [name for name in names if places[name]], attrs.evolve(query, locations=places)


def _time(market: Market, feed: Feed, query: Query, now: datetime) -> tuple[TimeRange, tuple[Finding, ...]]:
    """The queried range; without one, the current day of a feed that keeps only current data. With what is to be said of it."""
    if query.newest or (feed.history.snapshot_only and query.start is None and query.end is None):
        today = local_date(now, market.zone)
        return TimeRange(midnight(today, market.zone), midnight(today + DAY, market.zone)), ()
    zone = query.tz or market.zone
    start, end = spoken_bounds(query.start, query.end, now, zone)
    if start is not None and end is not None:
        return validate_time_range(start, end, zone=zone), repeated(start, end, zone=zone)
    lacking = "a start" if start is None else "an end"
    raise InvalidTimeRange(
        f"it needs {lacking}; the end is excluded, as in 2024-07-01 to 2024-07-02 (or give a period, such as 2024-07)",
        market=market.id,
        feed=feed.name,
    )


def _placed(
    registry: Registry, market: Market, feeds: Sequence[Feed], names: Sequence[str]
) -> tuple[Feed, tuple[str, ...]]:
    """The feed that answers, and the locations as the ISO spells them.

    A name that the feed itself has means that location; any other name may be one of the market's common names.
    """
    if not names:
        return feeds[0], ()
    wanted = tuple(_location(market, name) for name in names)
    for feed in feeds:
        if "location" not in feed.dataset.column_names:
            raise UnsupportedQuery(f"dataset {feed.dataset.name} has no locations", do="leave them out")
        for meant in (names, wanted):
            if feed.locations.closed is None or _unknown(feed, meant) is None:
                return feed, _spelled(feed, meant if feed.locations.closed is not None else wanted, names)
    name, known = str(_unknown(feeds[0], wanted)), feeds[0].locations.closed or ()
    near, do = advice(name, known, first=market.places)
    raise UnknownLocation(
        f"no location {name!r}",
        location=name,
        near=near,
        do=whose(registry, market, name, do, near=near),
        market=market.id,
        feed=feeds[0].name,
    )


def _spelled(feed: Feed, meant: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Locations as the feed itself spells them, if it has a list; ``names`` is how the caller spells them."""
    listed = {fold_location(name): name for name in feed.locations.closed or ()}
    own = {fold_location(name): name for name in feed.locations.own_names}
    return tuple(
        own.get(fold_location(name)) or listed.get(fold_location(location), location)
        for location, name in zip(meant, names, strict=True)
    )


def _location(market: Market, name: str) -> str:
    """The ISO's identifier for one of the market's common names; any other name as it is."""
    aliases = {fold_location(alias): location for alias, location in market.aliases.items()}
    return aliases.get(fold_location(name), name)


def _named_feed(market: Market, name: str, feeds: Sequence[Feed], data_type: str, run: str | None) -> Feed:
    """The feed that the caller names, if it fits the rest of the query."""
    named = market.feed(name)
    if named not in feeds:
        what = f"{data_type} of run {run}" if run else data_type
        raise UnsupportedQuery(
            f"feed {named.name} does not fill {what}; use {', '.join(feed.name for feed in feeds)}",
            market=market.id,
        )
    return named


def _unknown(feed: Feed, locations: Sequence[str]) -> str | None:
    """The first location that a feed with a closed list does not have."""
    known = {fold_location(name) for name in feed.locations.closed or ()}
    return next((name for name in locations if fold_location(name) not in known), None)


def _filters(feed: Feed, filters: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The column filters, checked against the dataset and its vocabularies."""
    checked = {}
    for name, values in filters.items():
        column = feed.dataset.column(name)
        if column.type is not ColumnType.STRING:
            raise UnsupportedQuery(
                f"filters work on text columns only; {name} holds {column.type}s", column=name
            )
        for each in values:
            if column.choices and each not in column.choices:
                raise UnsupportedQuery(
                    f"{name} has no value {each!r}", do=suggest(each, column.choices), column=name
                )
        checked[name] = values
    return checked


def check_history(query: ResolvedQuery, now: datetime) -> None:
    """Raise `InvalidTimeRange` or `NoData` for a range that no source can have."""
    feed, market = query.feed, query.market
    first = midnight(feed.history.since, market.zone)
    if query.time.start < first:
        raise InvalidTimeRange(
            f"its history begins on {feed.history.since} ({market.zone}); {query.time} starts earlier",
            market=market.id,
            feed=feed.name,
        )
    published = now + feed.publication.published_ahead + timedelta(days=feed.publication.forecast_days)
    if query.time.start >= published and not (
        feed.history.snapshot_only and not feed.publication.forecast_days
    ):
        raise NoData(f"{query.time} {too_new(feed)}", market=market.id, feed=feed.name)


def too_new(feed: Feed) -> str:
    """Why a time cannot be queried yet."""
    if feed.publication.published_ahead < timedelta():
        return f"is not published yet: the source publishes more than {-feed.publication.published_ahead.days} days later"
    return "is in the future and not published yet"
