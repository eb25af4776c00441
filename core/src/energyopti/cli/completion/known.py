"""What completion knows, from the commands and the installed markets: slow, so it is kept on disk."""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterable
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from energyopti.cli.completion.candidates import KINDS
from energyopti.cli.completion.words import VERSION, Command, Dataset, Feed, Known, Market, Parameter
from energyopti.output.formats import FORMATS
from energyopti.plugins import COMMANDS, GROUP, brought
from energyopti.plugins import FORMATS as FORMATS_GROUP
from energyopti.schema import ColumnType
from energyopti.vocabulary import LocationType

if TYPE_CHECKING:
    from energyopti import market as declared
    from energyopti import schema
    from energyopti.registry import Registry

_KINDS = {
    "as_of": "time",
    "column": "filter",
    "data": "data",
    "dataset": "dataset",
    "end": "time",
    "feed": "feed",
    "feeds": "lake_feed",
    "form": "format",
    "kind": "location_type",
    "lake": "folder",
    "location": "place",
    "market": "market",
    "match": "place",
    "max_time": "duration",
    "name": "described",
    "out_tz": "zone",
    "period": "period",
    "resample": "length",
    "run": "run",
    "since": "time",
    "start": "time",
    "timezone": "zone",
    "tz": "zone",
}
"""What the value of a parameter is, by the parameter's name: the same in all commands."""

_IN_COMMANDS = {
    ("compare", "location"): "market_place",
    ("compare", "market"): "market_or_all",
    ("describe", "feed"): "feed_of_described",
    ("get", "market"): "markets",
    ("spreads", "against"): "place",
    ("lake export", "feed"): "lake_feed",
    ("lake rebuild", "archive"): "folder",
    ("new-plugin", "folder"): "folder",
    ("new-plugin", "market"): "",
    ("watch", "form"): "watched_format",
}
"""Where it is something else."""


def known(app: click.Group, registry: Registry) -> Known:
    """All that can be completed here; commands of plugins that cannot be imported are only named."""
    return {
        "version": VERSION,
        "watched": watched(),
        "app": _command(app, click.Context(app, info_name="energyopti", **app.context_settings), ""),
        "markets": {name: _market(each) for name, each in registry.markets.items()},
        "datasets": {name: _dataset(each) for name, each in registry.datasets.items()},
        "formats": list(dict.fromkeys([*FORMATS, *brought(FORMATS_GROUP)])),
        "zones": sorted(zoneinfo.available_timezones()),
        "location_types": [str(each) for each in LocationType],
    }


def watched() -> dict[str, int]:
    """The folders in which something changes when what is installed does, each with when it last changed.

    They are those of the import path, and those of energyopti and its plugins, which may be edited where they are.
    """
    packages = {
        "energyopti",
        *(
            point.module.partition(".")[0]
            for group in (GROUP, COMMANDS, FORMATS_GROUP)
            for point in entry_points(group=group)
        ),
    }
    found = {Path(each) for each in sys.path[1:]}
    for name in packages:
        spec = find_spec(name)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            inside = Path(place).rglob("*/")
            found |= {Path(place), *(each for each in inside if each.name != "__pycache__" and each.is_dir())}
    return {str(each): each.stat().st_mtime_ns for each in sorted(found) if each.is_dir()}


def _command(command: click.Command, context: click.Context, words: str) -> Command:
    options: list[Parameter] = []
    arguments: list[Parameter] = []
    for each in command.get_params(context):
        if isinstance(each, click.Argument):
            arguments.append(_parameter(each, words))
        elif not getattr(each, "hidden", False):
            options.append(_parameter(each, words))
    return {
        "help": command.get_short_help_str(80),
        "options": options,
        "arguments": arguments,
        "commands": {
            name: _command(each, click.Context(each, context), f"{words} {name}".strip())
            for name, each in _below(command, context)
        },
    }


def _below(command: click.Command, context: click.Context) -> Iterable[tuple[str, click.Command]]:
    """The commands of a group by their names."""
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        each = command.get_command(context, name)
        if each is not None:
            yield name, each


def _parameter(parameter: click.Parameter, words: str) -> Parameter:
    kind = parameter.type
    choices = [str(getattr(each, "value", each)) for each in getattr(kind, "choices", ())]
    name = parameter.name or ""
    named = "choice" if choices else "file" if isinstance(kind, click.Path) else _KINDS.get(name, "")
    named = _IN_COMMANDS.get((words, name), named)
    said: str = getattr(parameter, "help", None) or ""
    names = [] if isinstance(parameter, click.Argument) else [*parameter.opts, *parameter.secondary_opts]
    return {
        "names": names,
        "help": said.rstrip("."),
        "flag": bool(getattr(parameter, "is_flag", False) or getattr(parameter, "count", False)),
        "many": parameter.multiple or parameter.nargs == -1,
        "kind": named if named in KINDS else "",
        "choices": choices,
    }


def _market(market: declared.Market) -> Market:
    names: dict[str, list[str]] = {}
    for alias, place in market.aliases.items():
        names.setdefault(place, []).append(alias)
    hub = {market.reference_hub: "the reference hub"} if market.reference_hub else {}
    return {
        "title": market.title,
        "by_name": market.directory is not None,
        "feeds": {feed.name: _feed(feed) for feed in market.feeds},
        "places": {**hub, **{place: ", ".join(each) for place, each in names.items()}},
    }


def _feed(feed: declared.Feed) -> Feed:
    return {
        "dataset": feed.dataset.name,
        "run": str(feed.run or ""),
        "title": feed.title,
        "places": list(feed.locations.closed or ()),
    }


def _dataset(dataset: schema.Dataset) -> Dataset:
    return {
        "title": dataset.title,
        "columns": {
            each.name: list(each.choices) for each in dataset.columns if each.type is ColumnType.STRING
        },
    }
