"""``plugins``, ``markets`` and ``feeds``: what is available."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from energyopti.cli.installation import installation
from energyopti.cli.output import add_row, emit_json, listing, page_width, say, show

if TYPE_CHECKING:
    from energyopti.market import Feed, Market
    from energyopti.registry import Registry

_ROOM_FOR_TITLES = 100

with_json = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
with_sandbox_ignored = click.option("--sandbox", is_flag=True, hidden=True, expose_value=False)
"""Accepted by every command; commands that only list never contact a server anyway."""


@click.command("plugins")
@with_json
@with_sandbox_ignored
@click.pass_context
def plugins(context: click.Context, *, as_json: bool) -> None:
    """List the plugins: what each brings, or why it was left out."""
    reports = installation(context).registry.reports
    if as_json:
        emit_json(
            [
                {
                    "plugin": report.name,
                    "distribution": report.distribution,
                    "version": report.version,
                    "markets": list(report.markets),
                    "error": report.error,
                }
                for report in reports
            ]
        )
        return
    if not reports:
        say("no plugin is installed; install one, such as energyopti-nyiso")
        return
    table = listing("distribution", "version", "markets", "state")
    for report in reports:
        state = report.error or "ok"
        add_row(table, report.distribution, report.version, ", ".join(report.markets), state)
    show(table)


@click.command("markets")
@with_json
@with_sandbox_ignored
@click.pass_context
def markets(context: click.Context, *, as_json: bool) -> None:
    """List the installed markets."""
    found = installation(context).registry.markets.values()
    if as_json:
        emit_json(
            [
                {
                    "market": market.id,
                    "title": market.title,
                    "zone": market.zone,
                    "feeds": len(market.feeds),
                    "datasets": datasets(market),
                }
                for market in found
            ]
        )
        return
    if not found:
        say("no market is installed; install a plugin, such as energyopti-nyiso")
        return
    table = listing("market", "title", "zone", "feeds", "datasets")
    for market in found:
        add_row(
            table, market.id, market.title, market.zone, str(len(market.feeds)), ", ".join(datasets(market))
        )
    show(table)


@click.command("feeds")
@click.argument("market", required=False, help="This market's feeds, one by one.")
@with_json
@with_sandbox_ignored
@click.pass_context
def feeds(context: click.Context, market: str | None, *, as_json: bool) -> None:
    """List what exists where, or one market's feeds.

    Without a market, datasets and runs by market; with one, its published streams.
    """
    registry = installation(context).registry
    if market is None and not as_json:
        _matrix(registry)
        return
    found = registry.markets.values() if market is None else [registry.market(market)]
    pairs = [(each, feed) for each in found for feed in each.feeds]
    if as_json:
        emit_json([_feed_record(each, feed) for each, feed in pairs])
        return
    titled = page_width() >= _ROOM_FOR_TITLES
    table = listing("market", "feed", "dataset", "run", "step", "since", *(["title"] if titled else []))
    for column in table.columns[:6]:
        column.no_wrap = True
    for each, feed in pairs:
        run = str(feed.run) if feed.run else ""
        cells = [each.id, feed.name, feed.dataset.name, run, step(feed.step), str(feed.history.since)]
        add_row(table, *cells, *([feed.title] if titled else []))
    show(table)


def _matrix(registry: Registry) -> None:
    """How many feeds fill each dataset and run, by market."""
    if not registry.markets:
        say("no market is installed; install a plugin, such as energyopti-nyiso")
        return
    counts: dict[tuple[str, str], Counter[str]] = {}
    for each in registry.capabilities:
        counts.setdefault((each.dataset, str(each.run or "")), Counter())[each.market] += 1
    known = list(registry.datasets)
    table = listing("dataset", "run", *registry.markets)
    for dataset, run in sorted(counts, key=lambda key: (known.index(key[0]), key[1])):
        cells = counts[dataset, run]
        add_row(table, dataset, run, *(str(cells[name] or "") for name in registry.markets))
    show(table)
    say("the numbers count feeds; energyopti feeds MARKET lists them")


def datasets(market: Market) -> list[str]:
    """The datasets that a market fills, in catalog order."""
    return list(dict.fromkeys(feed.dataset.name for feed in market.feeds))


def step(length: timedelta) -> str:
    """A feed's step in words: ``5 min``, ``1 h``, ``1 d``."""
    seconds = length.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _feed_record(market: Market, feed: Feed) -> dict[str, str | float | None]:
    return {
        "market": market.id,
        "feed": feed.name,
        "dataset": feed.dataset.name,
        "run": str(feed.run) if feed.run else None,
        "step_seconds": feed.step.total_seconds(),
        "history_from": str(feed.history.since),
        "title": feed.title,
    }
