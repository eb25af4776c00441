"""What there is, as tables and records: markets, datasets, feeds, and the places of a market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from energyopti.errors import UnknownLocation, UnsupportedQuery, suggest
from energyopti.folding import fold_location, folded_locations
from energyopti.market import Feed, Market
from energyopti.registry import Registry
from energyopti.tuning.output import LINES_OF_AN_EXAMPLE
from energyopti.vocabulary import LocationType

if TYPE_CHECKING:
    from energyopti.answer.result import MarketData
    from energyopti.events import Observer
    from energyopti.schema import Dataset

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


def dataset_record(dataset: Dataset) -> dict[str, Any]:
    """A dataset with its columns, for programs."""
    return {
        "dataset": dataset.name,
        "title": dataset.title,
        "description": dataset.description,
        "forecast": dataset.forecast,
        "columns": [
            {
                "name": column.name,
                "type": str(column.type),
                "unit": column.unit,
                "key": column.key,
                "nullable": column.nullable,
                "description": column.description,
                "choices": list(column.choices),
            }
            for column in dataset.columns
        ],
    }


def feed_record(market: Market, feed: Feed) -> dict[str, Any]:
    """A feed with its sources, for programs."""
    return {
        "market": market.id,
        "feed": feed.name,
        "title": feed.title,
        "dataset": feed.dataset.name,
        "run": str(feed.run) if feed.run else None,
        "step_seconds": feed.step.total_seconds(),
        "irregular": feed.irregular,
        "chunk": str(feed.chunk),
        "history_from": str(feed.history.since),
        "snapshot_only": feed.history.snapshot_only,
        "retention_seconds": feed.history.retention.total_seconds() if feed.history.retention else None,
        "forecast_days": feed.publication.forecast_days,
        "due": str(feed.publication.due) if feed.publication.due else None,
        "due_source": feed.publication.due.source if feed.publication.due else None,
        "settles_after_seconds": feed.publication.settles_after.total_seconds(),
        "settles_source": feed.publication.settles_source or None,
        "sources": [
            {
                "name": feed_source.name,
                "host": feed_source.host,
                "preferred": str(feed_source.preferred),
                "available": str(feed_source.available),
            }
            for feed_source in feed.sources
        ],
        "documented_at": feed.documented_at,
        "unconfirmed": [
            {"fact": each.fact, "evidence": each.evidence or None, "since": str(each.since)}
            for each in feed.unconfirmed
        ],
        "derived": list(feed.derived),
        "locations": list(feed.locations.closed) if feed.locations.closed is not None else None,
        "all_locations_keywords": list(feed.locations.all_locations_keywords),
        "terms": str(market.terms) if market.terms else None,
        "example": example_lines(feed),
    }


def example_lines(feed: Feed) -> list[str]:
    """The first lines of a feed's example payload."""
    return feed.example.payload.decode("utf-8", "replace").splitlines()[:LINES_OF_AN_EXAMPLE]


def described(registry: Registry, name: str, feed: str | None = None) -> dict[str, Any]:
    """A dataset, or a market's feed, as a record. Raises `UnknownDataset`, `UnknownMarket`, or `UnsupportedQuery` for a market alone."""
    if feed is not None:
        market = registry.market(name)
        return feed_record(market, market.feed(feed))
    return dataset_record(dataset_of(registry, name))


def dataset_of(registry: Registry, name: str) -> Dataset:
    """The dataset of that name; raises if the name is a market, since that does not say which feed."""
    folded = name.strip().casefold()
    if folded not in registry.datasets and folded in registry.markets:
        raise UnsupportedQuery(
            f"{folded} is a market",
            do=f"add a feed: energyopti describe {folded} FEED (energyopti feeds {folded} lists them)",
        )
    return registry.dataset(name)


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
) -> pl.DataFrame:
    """The places of a market: those of its lists, then those that its feeds declare, sorted by type and name.

    ``match`` is a part of a name, identifier, code or common name, in any case; ``type`` a location type. Raises
    `UnsupportedQuery` for an unknown type, `UnknownLocation` if nothing fits, and the errors of fetching the lists.
    """
    there, kind = service.registry.market(market), type
    if kind is not None and kind not in set(LocationType):
        raise UnsupportedQuery(
            f"no location type {kind!r}", do=suggest(kind, [str(each) for each in LocationType])
        )
    listed = [feed.name for feed in there.feeds if feed.dataset.name == _LISTS]
    answers = [await service.get_market_data(there.id, name, observe=observe) for name in listed]
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
