"""A dataset or a feed as a record, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from energyopti.errors import UnsupportedQuery
from energyopti.tuning.output import LINES_OF_AN_EXAMPLE

if TYPE_CHECKING:
    from energyopti.market import Feed, Market
    from energyopti.registry import Registry
    from energyopti.schema import Dataset


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
    """The first lines of a feed's example payload; of one that is no text, a line that says so."""
    payload = feed.example.payload
    if payload.startswith(b"PK") or b"\0" in payload:
        return [f"a workbook or an archive of {len(payload):,} bytes: energyopti read reads it"]
    return payload.decode("utf-8", "replace").splitlines()[:LINES_OF_AN_EXAMPLE]


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
