"""What there is, as tables: markets, datasets, feeds, and the places of a market."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import polars as pl

from energyopti.errors import UnknownLocation, UnsupportedQuery, suggest
from energyopti.folding import fold_location, folded_locations
from energyopti.market import Market
from energyopti.registry import Registry
from energyopti.vocabulary import LocationType

if TYPE_CHECKING:
    from energyopti.answer.result import MarketData
    from energyopti.events import Observer

PLACES = {
    "market": pl.String,
    "location": pl.String,
    "location_name": pl.String,
    "location_type": pl.String,
    "code": pl.String,
    "zone": pl.String,
    "also": pl.String,
    "feed": pl.String,
}
"""The columns of a market's places: ``also`` are common names, ``feed`` is the list, or the first feed, that has it."""

_LISTS = "locations"
_MATCHED = ("location", "location_name", "code", "also")


def markets(registry: Registry) -> pl.DataFrame:
    """The installed markets, one a row."""
    rows = [
        {
            "market": market.id,
            "title": market.title,
            "zone": market.zone,
            "feeds": len(market.feeds),
            "datasets": ", ".join(dict.fromkeys(feed.dataset.name for feed in market.feeds)),
            "hub": market.reference_hub,
        }
        for market in registry.markets.values()
    ]
    text = dict.fromkeys(("market", "title", "zone"), pl.String)
    return pl.DataFrame(rows, schema={**text, "feeds": pl.Int64, "datasets": pl.String, "hub": pl.String})


def datasets(registry: Registry) -> pl.DataFrame:
    """The datasets, one a row, with the markets that fill each."""
    rows = [
        {
            "dataset": dataset.name,
            "title": dataset.title,
            "markets": ", ".join(registry.filling(dataset.name)),
            "forecast": dataset.forecast,
            "columns": ", ".join(dataset.column_names),
        }
        for dataset in registry.datasets.values()
    ]
    text = dict.fromkeys(("dataset", "title", "markets"), pl.String)
    return pl.DataFrame(rows, schema={**text, "forecast": pl.Boolean, "columns": pl.String})


def feeds(registry: Registry, market: str | None = None) -> pl.DataFrame:
    """The feeds of a market, or of all, one a row; raises `UnknownMarket`."""
    found = registry.markets.values() if market is None else [registry.market(market)]
    rows = [
        {
            "market": each.id,
            "feed": feed.name,
            "title": feed.title,
            "dataset": feed.dataset.name,
            "run": None if feed.run is None else str(feed.run),
            "step": feed.step,
            "history_from": feed.history.since,
            "kept": str(feed.history) or None,
            "due": None if feed.publication.due is None else str(feed.publication.due),
            "documented_at": feed.documented_at,
        }
        for each in found
        for feed in each.feeds
    ]
    text = dict.fromkeys(("market", "feed", "title", "dataset", "run"), pl.String)
    more = {"step": pl.Duration, "history_from": pl.Date}
    rest = dict.fromkeys(("kept", "due", "documented_at"), pl.String)
    return pl.DataFrame(rows, schema={**text, **more, **rest})


class Answering(Protocol):
    """What answers: a service."""

    @property
    def registry(self) -> Registry:
        """What is installed."""

    async def get_market_data(
        self, market: str, data_type: str, /, *, observe: Observer | None
    ) -> MarketData:
        """The answer about a feed that needs no bounds."""


async def locations(
    service: Answering,
    market: str,
    match: str | None = None,
    *,
    type: str | None = None,  # noqa: A002 - as users call it
    observe: Observer | None = None,
    listed: Callable[[pl.DataFrame], object] = lambda _: None,
) -> pl.DataFrame:
    """The places of a market: those of its lists, then those that its feeds declare, sorted by type and name.

    ``match`` is a part of a name, identifier, code or common name, in any case; ``type`` a location type. ``listed``
    is called with all places of the market, whatever is asked for. Raises `UnsupportedQuery` for an unknown type,
    `UnknownLocation` if nothing fits, and the errors of fetching the lists.
    """
    there, kind = service.registry.market(market), type
    if kind is not None and kind not in set(LocationType):
        raise UnsupportedQuery(
            f"no location type {kind!r}", do=suggest(kind, [str(each) for each in LocationType])
        )
    lists = [feed.name for feed in there.feeds if feed.dataset.name == _LISTS]
    answers = [await service.get_market_data(there.id, name, observe=observe) for name in lists]
    frames = [_listed(answer.frame) for answer in answers]
    every = pl.concat([*frames, _declared(there)]).unique(
        ["location", "location_type"], keep="first", maintain_order=True
    )
    # a place that a list has with its type is not also one of unknown type
    known = every.filter(pl.col("location_type").is_not_null())["location"].implode()
    every = every.filter(pl.col("location_type").is_not_null() | ~pl.col("location").is_in(known))
    names = _common_names(there)
    every = every.with_columns(
        pl.lit(there.id).alias("market"),
        pl.col("location").replace_strict(names, default=None, return_dtype=pl.String).alias("also"),
    ).select(list(PLACES))
    listed(every)
    found = every if kind is None else every.filter(pl.col("location_type") == kind)
    if match is not None:
        word = fold_location(match)
        fits = [folded_locations(pl.col(name)).str.contains(word, literal=True) for name in _MATCHED]
        found = found.filter(pl.any_horizontal(fits))
    if found.is_empty():
        what = " ".join(part for part in (kind, f"{match!r}" if match else "") if part)
        raise UnknownLocation(
            f"no place {what}", do=suggest(match or "", every["location"].to_list()), market=there.id
        )
    return found.sort("location_type", "location", nulls_last=True, maintain_order=True)


def _listed(frame: pl.DataFrame) -> pl.DataFrame:
    """A list's valid places."""
    columns = ("location", "location_name", "location_type", "code", "zone", "feed")
    valid = frame.filter(pl.col("valid_to").is_null() | (pl.col("valid_to") > pl.col("interval_start")))
    return valid.select(*(pl.col(name).cast(pl.String) for name in columns))


def _declared(market: Market) -> pl.DataFrame:
    """The places that feeds declare to be all that they have."""
    rows = [
        (name, None, feed.layout.constants.get("location_type"), None, None, feed.name)
        for feed in market.feeds
        if feed.dataset.name != _LISTS and "location" in feed.dataset.column_names
        for name in feed.locations.closed or ()
    ]
    columns = ("location", "location_name", "location_type", "code", "zone", "feed")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _common_names(market: Market) -> dict[str, str]:
    """The common names of each place."""
    found: dict[str, list[str]] = {}
    for alias, name in market.aliases.items():
        found.setdefault(name, []).append(alias)
    return {name: ", ".join(each) for name, each in found.items()}
