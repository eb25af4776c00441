"""``describe``: one dataset's columns, or one feed and its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from energyopti.cli.installation import installation
from energyopti.cli.listings import step, with_json, with_sandbox_ignored
from energyopti.cli.output import add_row, emit_json, listing, printable, show
from energyopti.errors import UnsupportedQuery

if TYPE_CHECKING:
    from rich.console import RenderableType

    from energyopti.market import Feed, Market
    from energyopti.registry import Registry
    from energyopti.schema import Column, Dataset

_EXAMPLE_LINES = 6


@click.command("describe")
@click.argument("name", metavar="DATASET|MARKET", help="A dataset, or a market.")
@click.argument("feed", required=False, metavar="[FEED]", help="One of the market's feeds.")
@with_json
@with_sandbox_ignored
@click.pass_context
def describe(context: click.Context, name: str, feed: str | None, *, as_json: bool) -> None:
    """Show a dataset's columns, or a feed and its sources.

    As in describe lmp, or describe nyiso pal.
    """
    registry = installation(context).registry
    if feed is None:
        dataset = _dataset(registry, name)
        emit_json(_dataset_record(dataset)) if as_json else show(*_dataset_page(dataset))
        return
    market = registry.market(name)
    found = market.feed(feed)
    emit_json(_feed_record(market, found)) if as_json else show(*_feed_page(market, found))


def _dataset(registry: Registry, name: str) -> Dataset:
    """The dataset of that name; raises if the name is a market, since that does not say which feed."""
    folded = name.strip().casefold()
    if folded not in registry.datasets and folded in registry.markets:
        raise UnsupportedQuery(
            f"{folded} is a market",
            do=f"add a feed: energyopti describe {folded} FEED (energyopti feeds {folded} lists them)",
        )
    return registry.dataset(name)


def _dataset_record(dataset: Dataset) -> dict[str, Any]:
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


def _dataset_page(dataset: Dataset) -> list[RenderableType]:
    from rich.text import Text

    table = listing("column", "type", "unit", "key", "null", "description")
    for column in table.columns[:-1]:
        column.no_wrap = True
    for each in dataset.columns:
        key, null = "key" if each.key else "", "null" if each.nullable else ""
        add_row(table, each.name, str(each.type), each.unit or "", key, null, _meaning(each))
    head = Text.assemble((dataset.name, "bold"), f": {dataset.title}")
    return [head, *([Text(dataset.description)] if dataset.description else []), "", table]


def _meaning(column: Column) -> str:
    """A column's description, with the words it can hold."""
    if not column.choices:
        return column.description
    return f"{column.description}: {', '.join(column.choices)}"


def _feed_record(market: Market, feed: Feed) -> dict[str, Any]:
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
        "example": _example(feed),
    }


def _feed_page(market: Market, feed: Feed) -> list[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    facts = Table.grid(padding=(0, 2))
    facts.add_column(no_wrap=True)
    for name, fact in _facts(market, feed):
        add_row(facts, name, fact)
    sources = listing("source", "host", "asked first", "has")
    for feed_source in feed.sources:
        add_row(
            sources,
            feed_source.name,
            feed_source.host,
            str(feed_source.preferred),
            str(feed_source.available),
        )
    lines = [Text(printable(line), no_wrap=True, overflow="ellipsis") for line in _example(feed)]
    head = Text.assemble((f"{market.id}/{feed.name}", "bold"), f": {feed.title}")
    return [head, "", facts, "", sources, "", Text("as published:", style="bold"), *lines]


def _facts(market: Market, feed: Feed) -> list[tuple[str, str]]:
    """The facts about a feed, line by line."""
    facts = [
        ("dataset", feed.dataset.name),
        ("run", str(feed.run) if feed.run else ""),
        ("step", f"{step(feed.step)}{', with extra ones between' if feed.irregular else ''}"),
        ("chunk", f"{feed.chunk} ({market.zone})"),
        ("history from", str(feed.history.since)),
        ("kept", f"only {feed.history}" if str(feed.history) else ""),
        ("reaches", f"{feed.publication.forecast_days} days ahead" if feed.publication.forecast_days else ""),
        ("due", f"{feed.publication.due} ({feed.publication.due.source})" if feed.publication.due else ""),
        (
            "settles",
            f"{step(feed.publication.settles_after)} after a day's end ({feed.publication.settles_source or 'a guess'})",
        ),
        ("documented at", feed.documented_at),
        ("unconfirmed", "; ".join(map(str, feed.unconfirmed))),
        ("derived", ", ".join(feed.derived)),
        ("locations", ", ".join(feed.locations.closed or ())),
        ("for all of them", " or ".join(feed.locations.all_locations_keywords)),
        ("terms", str(market.terms or "")),
    ]
    return [(name, fact) for name, fact in facts if fact]


def _example(feed: Feed) -> list[str]:
    """The first lines of the feed's example payload."""
    lines = feed.example.payload.decode("utf-8", "replace").splitlines()
    return lines[:_EXAMPLE_LINES]
