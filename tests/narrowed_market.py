"""A market with a list of its nodes, and a feed whose source can be asked for some of them alone."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import httpx

from builders import feed, feed_source, utc
from collecting_builders import NOW, Plugin, load_feed, registry, run, served_market, settings
from energyopti.answer.result import MarketData
from energyopti.datasets import LOCATIONS
from energyopti.layouts import CsvLayout, Moment, Reading, Text, Undated
from energyopti.market import ChunkSize, Feed, Market
from energyopti.query import Chunk
from energyopti.service import UnifiedMarketService
from energyopti.source import Request, Source

ZONE = "America/New_York"
NODES = (
    "Id,Name,Kind,Until\n101,West Hub,hub,\nn-7,Mill  Creek,node,\n201,Twin,node,\n202,Twin,bus,\n"
    "301,Old Hub,hub,2020-01-01\n"
)
FIRST = ("2024-07-01", "2024-07-03")
HUB = "/load/2024-07-01/101"


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        """The time that it shows."""
        return self.at


@attrs.define
class Host:
    """A server in process: the list of nodes, and the load of any of them from a day on."""

    clock: Clock = attrs.field(factory=Clock)
    nodes: str | int = NODES
    load_status: int = 200
    asked: list[str] = attrs.field(factory=list)
    hosts: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The answer; every path is kept."""
        path = request.url.path.removeprefix("/testiso/main")
        self.asked.append(path)
        self.hosts.append(request.url.host)
        if path == "/nodes.csv":
            return answered(self.nodes)
        _, _, day, *nodes = path.split("/")
        return answered(load(day, nodes or ["101", "n-7"], until=self.clock.at), self.load_status)

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return self.asked.count(path)


def answered(body: str | int, status: int = 200) -> httpx.Response:
    """A document, or a status in its place."""
    if isinstance(body, int) or status != 200:
        return httpx.Response(body if isinstance(body, int) else status)
    return httpx.Response(200, stream=httpx.ByteStream(body.encode()))


def load(day: str, nodes: list[str], *, until: datetime) -> str:
    """Hourly load of some nodes from a day of July on, as far as it is known: 100 times the day and the hour."""
    lines, start = ["Start,Area,MW"], utc(f"{day}T04:00")
    while start < min(until, utc("2024-08-01T04:00")):
        lines += [f"{start:%Y-%m-%dT%H:%M:%S},{node},{start.day * 100 + start.hour}" for node in nodes]
        start += timedelta(hours=1)
    return "\n".join([*lines, ""])


async def collect_nodes(chunk: Chunk, source: Source) -> Reading:
    """The list of locations, as of the running day."""
    payload = await source.get("nodes.csv")
    return chunk.feed.layout.read(payload.content).spanning(chunk.start, chunk.end)


async def collect_load(chunk: Chunk, source: Source) -> Reading:
    """A document for each place; without places one for a day."""
    nodes = [f"/{place.location}" for place in chunk.places] or [""]
    payloads = await source.get_all([Request(path=f"load/{chunk.day}{node}") for node in nodes])
    return Reading.concat([chunk.feed.layout.read(payload.content) for payload in payloads])


DIRECTORY = feed(
    name="nodes",
    dataset=LOCATIONS,
    snapshot_only=True,
    step=timedelta(days=1),
    sources=(feed_source(collect=collect_nodes),),
    layout=CsvLayout(
        dataset=LOCATIONS,
        zone=ZONE,
        time=Undated(),
        columns=(
            Text("Id", to="location"),
            Text("Name", to="location_name"),
            Text("Kind", to="location_type"),
            Moment("Until", to="valid_to", formats="%Y-%m-%d"),
        ),
    ),
)


def narrow(**changes: Any) -> Feed:
    """Hourly load by node: all of a day, or some nodes of a month."""
    return load_feed(
        **{"sources": (feed_source(collect=collect_load),), "per_location": ChunkSize.MONTH, **changes}
    )


def there(*feeds: Feed, **changes: Any) -> Market:
    """A market with a list of its nodes."""
    changes = {"directory": "nodes", **changes}
    return served_market("https://data.iso.example", *(feeds or (narrow(),)), DIRECTORY, **changes)


Ask = Callable[[UnifiedMarketService], Coroutine[Any, Any, Any]]


def serve(host: Host, home: Path, *asks: Ask, market: Market | None = None, **changes: Any) -> list[Any]:
    """What one service answers, one question after the other; an error stands for itself."""
    given = settings(home, **{"attempts": 1, **changes})

    async def go() -> list[Any]:
        plugins = registry(Plugin(market or there()))
        transport = httpx.MockTransport(host)
        async with UnifiedMarketService(plugins, given, transport=transport, now=host.clock) as opened:
            return [await ask(opened) for ask in asks]

    return run(go())


def load_of(*names: str, span: tuple[str, str] = FIRST, **changes: Any) -> Ask:
    """A question for the load of some nodes."""

    async def ask(opened: UnifiedMarketService) -> MarketData:
        return await opened.get_market_data("testiso", "load", *span, locations=names or None, **changes)

    return ask


def moved(host: Host, by: timedelta, **changes: Any) -> Ask:
    """Time passes, and the host may change."""

    async def move(_: UnifiedMarketService) -> None:
        host.clock.at += by
        for name, value in changes.items():
            setattr(host, name, value)

    return move
