"""The subjects of a comparison: which markets, at which location, in which run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from energyopti.analysis.calendar import BlockChoice, Calendar
from energyopti.analysis.hours import HoursAsked
from energyopti.errors import UnknownMarket, UnsupportedQuery, suggest
from energyopti.vocabulary import LocationType, Run

if TYPE_CHECKING:
    from energyopti.market import Market
    from energyopti.query import TimeRange
    from energyopti.registry import Registry


@attrs.frozen(kw_only=True)
class Subject:
    """One market of a comparison, the location whose prices represent it, their run, time range and calendar."""

    market: Market
    location: str
    location_type: str | None
    run: str
    span: TimeRange
    calendar: Calendar


def subjects(
    registry: Registry,
    bounds: HoursAsked,
    *,
    markets: Sequence[str] | str | None,
    locations: Mapping[str, str] | None,
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
    places = {name.strip().casefold(): place for name, place in (locations or {}).items()}
    for name in places:
        if name not in compared:
            raise UnsupportedQuery(
                f"a location is given for {name!r}, which is not being compared", do=suggest(name, compared)
            )
    chosen = BlockChoice.of(block)
    return tuple(
        _subject(
            market,
            places.get(market.id),
            run,
            span=bounds.on(tz or market.zone),
            calendar=Calendar.of(market, block=chosen, tz=tz),
        )
        for market in compared.values()
    )


def _subject(
    market: Market, place: str | None, run: str | None, *, span: TimeRange, calendar: Calendar
) -> Subject:
    """A market at its reference hub, or at ``LOCATION`` or ``LOCATION:TYPE``."""
    location, kind = place or market.reference_hub, None
    if not location:
        raise UnsupportedQuery("no reference hub", do="give the location to compare", market=market.id)
    name, _, word = location.rpartition(":")
    if name and word in set(LocationType):
        location, kind = name, word
    return Subject(
        market=market,
        location=location,
        location_type=kind,
        run=run or Run.DAY_AHEAD.value,
        span=span,
        calendar=calendar,
    )
