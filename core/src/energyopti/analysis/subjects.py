"""The subjects of a comparison: which markets, at which location, in which run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from energyopti.analysis.calendar import BlockChoice, Calendar
from energyopti.analysis.hours import HoursAsked
from energyopti.errors import UnknownMarket, UnsupportedQuery, suggest
from energyopti.folding import fold_location
from energyopti.vocabulary import LocationType, Run

if TYPE_CHECKING:
    from energyopti.market import Market
    from energyopti.query import TimeRange
    from energyopti.registry import Registry


@attrs.frozen(kw_only=True)
class Subject:
    """A market of a comparison at one location: its prices' run, time range and calendar.

    ``name`` is what the tables call it: the market's id, with the location where several of the market are compared.
    """

    name: str
    market: Market
    location: str
    location_type: str | None
    run: str
    span: TimeRange
    calendar: Calendar


Places = Mapping[str, str | Sequence[str]]
"""Locations by market: one, or several to be compared with each other."""


def subjects(
    registry: Registry,
    bounds: HoursAsked,
    *,
    markets: Sequence[str] | str | None,
    locations: Places | None,
    run: str | None,
    block: str,
    tz: str | None,
) -> tuple[Subject, ...]:
    """The subjects to compare: the named markets, or all that are installed and have prices.

    Naive bounds and days are on the clock of ``tz``, by default on each market's own.

    Raises `UnknownMarket` for a market that is not installed, and `UnsupportedQuery` for a location of a market that
    is not compared, or for a market with neither a reference hub nor a location.
    """
    if markets is None:
        found = [registry.market(name) for name in registry.filling("lmp")]
    else:
        found = [registry.market(name) for name in ([markets] if isinstance(markets, str) else markets)]
    compared = {market.id: market for market in found}
    if not compared:
        raise UnknownMarket("there is no market to compare", do="install a plugin, such as energyopti-nyiso")
    places = {name.strip().casefold(): _several(name, place) for name, place in (locations or {}).items()}
    for name in places:
        if name not in compared:
            raise UnsupportedQuery(
                f"a location is given for {name!r}, which is not being compared", do=suggest(name, compared)
            )
    chosen = BlockChoice.of(block)
    return tuple(
        _subject(
            market,
            place,
            run,
            span=bounds.on(tz or market.zone),
            calendar=Calendar.of(market, block=chosen, tz=tz),
            named=len(places.get(market.id, ())) > 1,
        )
        for market in compared.values()
        for place in places.get(market.id, (None,))
    )


def _several(market: str, places: str | Sequence[str]) -> tuple[str, ...]:
    """The places of a market, each once."""
    found = (places,) if isinstance(places, str) else tuple(places)
    folded = [fold_location(place) for place in found]
    twice = next((place for place, word in zip(found, folded, strict=True) if folded.count(word) > 1), None)
    if twice is not None or not found:
        what = "no location" if twice is None else f"{twice} twice"
        raise UnsupportedQuery(f"{market} is given {what}", do="name each place that is compared once")
    return found


def versus(subjects: Sequence[Subject], against: str) -> str:
    """The name of the subject that all others are compared with: by its name, its market or its location.

    Raises `UnsupportedQuery` if none or several are meant.
    """
    word = fold_location(against)
    names = [each.name for each in subjects]
    meant = [
        each.name
        for each in subjects
        if word in {fold_location(each.name), fold_location(each.location), fold_location(each.market.id)}
    ]
    if len(meant) != 1:
        what = "names several of what is compared" if meant else "is not compared"
        raise UnsupportedQuery(f"{against!r} {what}", do=suggest(against, meant or names))
    return meant[0]


def _subject(
    market: Market, place: str | None, run: str | None, *, span: TimeRange, calendar: Calendar, named: bool
) -> Subject:
    """A market at its reference hub, or at ``LOCATION`` or ``LOCATION:TYPE``."""
    location, kind = place or market.reference_hub, None
    if not location:
        raise UnsupportedQuery("no reference hub", do="give the location to compare", market=market.id)
    name, _, word = location.rpartition(":")
    if name and word in set(LocationType):
        location, kind = name, word
    return Subject(
        name=f"{market.id} {place}" if named else market.id,
        market=market,
        location=location,
        location_type=kind,
        run=run or Run.DAY_AHEAD.value,
        span=span,
        calendar=calendar,
    )
