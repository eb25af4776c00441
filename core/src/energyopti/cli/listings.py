"""``plugins``, ``markets`` and ``feeds``: what is available."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
import click

from energyopti.cli.installation import installation
from energyopti.cli.output import add_row, emit_json, fact_sheet, fitted, listing, page_width, say, show

if TYPE_CHECKING:
    from rich.table import Table

    from energyopti.market import Feed, Market
    from energyopti.plugins import PluginReport
    from energyopti.registry import Registry

_ROOM_FOR_TITLES = 100
_KINDS = ("feeds", "hosts", "credentials", "datasets", "checks", "sandbox", "commands", "formats")
"""What plugins bring besides markets, as reports name it."""

with_json = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
with_sandbox_ignored = click.option("--sandbox", is_flag=True, hidden=True, expose_value=False)
"""Accepted by every command; commands that only list never contact a server anyway."""


@click.command("plugins")
@click.option("--names", is_flag=True, help="Name feeds, hosts and all else, instead of counting them.")
@with_json
@with_sandbox_ignored
@click.pass_context
def plugins(context: click.Context, *, names: bool, as_json: bool) -> None:
    """List the plugins: what each brings, or why it was left out."""
    reports = installation(context).registry.inventory()
    if as_json:
        emit_json([_plugin_record(report) for report in reports])
        return
    if not reports:
        say("no plugin is installed; install one, such as energyopti-nyiso")
        return
    if names:
        show(*(_contents(report) for report in reports))
        return
    rows = [
        {
            "distribution": report.distribution,
            "version": report.version,
            "API": report.api or "",
            "markets": ", ".join(report.markets),
            "brings": ", ".join(_counts(report)),
            "state": report.error or "ok",
        }
        for report in reports
    ]
    show(*fitted(rows, whole={"distribution"}, spare=("API", "markets")))


def _plugin_record(report: PluginReport) -> dict[str, Any]:
    record = attrs.asdict(report)
    return {"plugin": record.pop("name"), **record}


def _counts(report: PluginReport) -> Iterator[str]:
    """What a plugin brings besides markets: ``12 feeds``, ``1 host``, ..."""
    for kind in _KINDS:
        number = len(getattr(report, kind))
        if number and kind == "sandbox":
            yield f"a sandbox of {number} host{'s' if number > 1 else ''}"
        elif number:
            yield f"{number} {kind if number > 1 else kind.removesuffix('s')}"
    if report.observes:
        yield "an observer"


def _contents(report: PluginReport) -> Table:
    """All that a plugin brings, by name."""

    facts = fact_sheet()
    api = f"API {report.api}" if report.api else ""
    add_row(facts, report.distribution, " ".join(part for part in (report.version, api) if part))
    add_row(facts, "  state", report.error or "ok")
    for kind in ("markets", *_KINDS):
        found = getattr(report, kind)
        if found:
            add_row(facts, f"  {kind}", ", ".join(found))
    if report.observes:
        add_row(facts, "  observer", "yes")
    return facts


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
        _say_none(installation(context).registry)
        return
    rows = [
        {
            "market": market.id,
            "title": market.title,
            "zone": market.zone,
            "feeds": str(len(market.feeds)),
            "datasets": ", ".join(datasets(market)),
        }
        for market in found
    ]
    show(*fitted(rows, whole={"market", "zone", "feeds"}, spare=("datasets",)))


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
    rows = [
        {
            "market": each.id,
            "feed": feed.name,
            "dataset": feed.dataset.name,
            "run": str(feed.run) if feed.run else "",
            "step": step(feed.step),
            "since": str(feed.history.since),
            "title": feed.title,
        }
        for each, feed in pairs
    ]
    if page_width() < _ROOM_FOR_TITLES:
        rows = [{name: cell for name, cell in row.items() if name != "title"} for row in rows]
    whole = {"market", "feed", "dataset", "run", "step", "since"}
    show(*fitted(rows, whole=whole, spare=("title", "market", "since", "step", "dataset")))


def _say_none(registry: Registry) -> None:
    """Say that there is no market, and of each plugin that was left out why."""
    for report in registry.reports:
        if report.error:
            say(report.error)
    say("no market is installed; install a plugin, such as energyopti-nyiso")


def _matrix(registry: Registry) -> None:
    """How many feeds fill each dataset and run, by market."""
    if not registry.markets:
        _say_none(registry)
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
