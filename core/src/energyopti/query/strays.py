"""Places that are not where they were asked for: whose they are, or what was meant."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from energyopti.errors import NoData, UnknownLocation, near_miss
from energyopti.market import Market
from energyopti.query import ResolvedQuery, fold_location
from energyopti.registry import Registry
from energyopti.suggestions import bare


@contextlib.contextmanager
def naming_places(registry: Registry, query: ResolvedQuery) -> Iterator[None]:
    """The error for a location that the feed turned out not to have says whose it is, or what was meant.

    A source that is asked for single locations says of one that it does not know that it has no data.
    """
    try:
        yield
    except UnknownLocation as error:
        if error.location is not None:
            error.do = whose(registry, query.market, error.location, error.do or "", near=error.near)
        raise
    except NoData as error:
        known = place_names(query.market)
        strays = [name for name in query.locations if fold_location(name) not in known]
        hints = (whose(registry, query.market, name, "") for name in strays)
        error.do = next(filter(None, hints), error.do)
        raise


def whose(registry: Registry, market: Market, name: str, do: str, *, near: Sequence[str] = ()) -> str:
    """Which other market has a place of that name, or which place was meant; else what the feed says to ``do``.

    ``near`` are the feed's own places that may have been meant: what it says names them. A name that differs from a
    place's only by blanks and signs, ``SP-15``, is as good as that.
    """
    others = [each for each in registry.markets.values() if each is not market]
    if owners := [each.id for each in others if fold_location(name) in place_names(each)]:
        return f"it is a place of {' and '.join(owners)}"
    if near:
        return do
    if own := near_miss(name, {*market.aliases, *market.places}):
        return own.strip()
    for each in others:
        same = [place for place in (*each.aliases, *each.places) if bare(place) == bare(name)]
        if same:
            return f"it is a place of {each.id}, called {same[0]}"
    return do


def place_names(market: Market) -> set[str]:
    """The names of a market's places that it declares, folded."""
    closed = (name for feed in market.feeds for name in feed.locations.closed or ())
    return {fold_location(name) for name in (*market.aliases, *market.places, *closed)}
