"""Plugins' own checks, and what becomes of plugins' mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from builders import feed_source
from collecting_builders import (
    NOW,
    Plugin,
    daily,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
    settings,
)
from energyopti.answer.result import MarketData
from energyopti.errors import EnergyOptiError, PluginError, SchemaDrift
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Reading
from energyopti.query import Chunk
from energyopti.service import UnifiedMarketService
from energyopti.source import Collect, Source
from servers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with July in one document."""
    with serving() as running:
        running.on("/month.csv", load_csv("2024-07-01", hours=range(96)))
        running.on("/day.csv", load_csv("2024-07-01"))
        yield running


def ask(
    server: Server,
    home: Path,
    end: str = "2024-07-02",
    *,
    collect: Collect | None = None,
    **hooks: Any,
) -> tuple[MarketData, Plugin]:
    """Load from 1 July on, and the plugin that was asked."""
    source = feed_source(name="odd", collect=collect or daily("day.csv"))
    plugin = Plugin(served_market(server.url, load_feed(sources=(source,))), **hooks)

    async def go() -> MarketData:
        async with UnifiedMarketService(registry(plugin), settings(home), now=lambda: NOW) as opened:
            return await opened.get_market_data("testiso", "load", "2024-07-01", end)

    return run(go()), plugin


def test_plugin_checks_make_findings(server: Server, tmp_path: Path) -> None:
    """Named with their chunk, and no row is lost."""

    def odd(frame: pl.DataFrame, chunk: Chunk) -> Iterable[Finding]:
        yield Finding(kind=FindingKind.UNKNOWN_WORD, message="odd", rows=frame.height)

    data, _ = ask(server, tmp_path, checks=(odd,))
    assert [(each.message, each.chunk) for each in data.findings] == [
        ("odd", "testiso/hourly_load/2024-07-01")
    ]
    assert len(data) == 24


def test_plugin_checks_are_gathered_once_a_dataset(server: Server, tmp_path: Path) -> None:
    """The hook is called once, as it promises, however many chunks a query has."""
    _, plugin = ask(server, tmp_path, "2024-07-05", collect=daily("month.csv", shared=True))
    assert plugin.asked_for_checks == ["load"]


def reading(frame: pl.DataFrame) -> Reading:
    """A reading of hand-made rows."""
    origin = pl.Series("origin", range(frame.height), dtype=pl.UInt32)
    return Reading(frame=frame, raw=frame, origin=origin, payload_rows=frame.height)


async def breaks(chunk: Chunk, source: Source) -> Reading:
    """A plugin that makes a mistake."""
    raise KeyError("MW")


async def drifts(chunk: Chunk, source: Source) -> Reading:
    """A payload that is not what the layout knows."""
    raise SchemaDrift("no column 'MW'", column="MW")


async def wrong_type(chunk: Chunk, source: Source) -> Reading:
    """Rows with a word where a number is due."""
    return reading(
        pl.DataFrame({"interval_start": [chunk.start], "interval_end": [chunk.end], "load": ["much"]})
    )


async def timeless(chunk: Chunk, source: Source) -> Reading:
    """Rows without their time."""
    return reading(pl.DataFrame({"location": ["NORTH"], "load": [1.0]}))


async def other_host(chunk: Chunk, source: Source) -> Reading:
    """A document of a host that the market does not have."""
    await source.get("x", host="mian")
    raise AssertionError("there is no such host")


@pytest.mark.parametrize(
    ("collect", "error", "says"),
    [
        (
            breaks,
            PluginError,
            "from odd: the plugin failed with KeyError: 'MW'; report it to the plugin's author",
        ),
        (drifts, SchemaDrift, "from odd: no column 'MW'"),
        (wrong_type, PluginError, "the plugin's rows do not fit dataset load"),
        (timeless, PluginError, "testiso/hourly_load/2024-07-01"),
        (other_host, PluginError, "no host 'mian'. Did you mean 'main'"),
    ],
    ids=["breaks", "drifts", "wrong type", "timeless", "other host"],
)
def test_mistakes_of_a_plugin_are_named(
    server: Server, tmp_path: Path, collect: Collect, error: type[EnergyOptiError], says: str
) -> None:
    """Each in an error of ours that names chunk and source, and says who can mend it."""
    with pytest.raises(error) as caught:
        ask(server, tmp_path, collect=collect)
    assert says in str(caught.value)
    if isinstance(caught.value, SchemaDrift):
        assert caught.value.column == "MW"
