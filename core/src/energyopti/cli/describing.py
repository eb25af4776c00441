"""``describe``: one dataset's columns, or one feed and its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from energyopti.cli.installation import installation
from energyopti.cli.listings import step, with_json, with_sandbox_ignored
from energyopti.cli.output import add_row, emit_json, fact_sheet, listing, printable, show

if TYPE_CHECKING:
    from rich.console import RenderableType

    from energyopti.market import Feed, Market
    from energyopti.schema import Column, Dataset


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
    from energyopti.records import dataset_of, described

    registry = installation(context).registry
    if as_json:
        emit_json(described(registry, name, feed))
        return
    if feed is None:
        show(*_dataset_page(dataset_of(registry, name)))
        return
    market = registry.market(name)
    show(*_feed_page(market, market.feed(feed)))


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


def _feed_page(market: Market, feed: Feed) -> list[RenderableType]:
    from rich.text import Text

    from energyopti.records import example_lines

    facts = fact_sheet()
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
    lines = [Text(printable(line), no_wrap=True, overflow="ellipsis") for line in example_lines(feed)]
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
