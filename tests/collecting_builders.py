"""A small market that is really served: feeds, payloads, plugins and services for tests that ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from builders import feed, feed_source, market, utc
from energyopti import hookimpl
from energyopti.datasets import LOAD_FORECAST
from energyopti.example import Example
from energyopti.layouts import Absolute, CsvLayout, Number, Reading, Text
from energyopti.market import Credential, Feed, FeedSource, Host, Market
from energyopti.query import Chunk, TimeRange, plan
from energyopti.registry import Registry
from energyopti.service import UnifiedMarketService
from energyopti.settings import Settings
from energyopti.source import Collect, Expect, Source
from energyopti.store import ChunkData, ChunkProvenance, RawRows
from energyopti.timezones import midnight

if TYPE_CHECKING:
    from energyopti.checks import Check
    from energyopti.events import Event

T = TypeVar("T")
NOW = utc("2024-07-10T12:00")
"""When these tests happen: 08:00 in New York."""

SECRET = "hunter2-do-not-tell"
KEY = Credential(name="api_key", title="an API key", obtain="https://iso.example/keys")


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, which must not take long."""

    async def bounded() -> T:
        return await asyncio.wait_for(work, 20)

    return asyncio.run(bounded())


def load_csv(day: str, *, hours: Iterable[int] = range(24), areas: Sequence[str] = ("NORTH",)) -> bytes:
    """A day of hourly load in July 2024, each value another: 1000 and the day's number and the hour."""
    first = utc(f"{day}T04:00")
    lines = ["Start,Area,MW"]
    for hour in hours:
        for area in areas:
            start = (first + timedelta(hours=hour)).replace(tzinfo=None).isoformat()
            lines.append(f"{start},{area},{1000 + first.day * 100 + hour}.5")
    return "\r\n".join([*lines, ""]).encode()


def daily(path: str = "load/{day}.csv", *, expect: Expect = Expect.CSV, shared: bool = False) -> Collect:
    """A document a day, or one that several days share if the path says less than the day."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        where = path.format(day=chunk.day, month=f"{chunk.day:%Y-%m}")
        payload = await source.get(where, expect=expect, shared=shared)
        reading: Reading = await source.run(chunk.feed.layout.read, payload.content)
        return reading.published(payload.modified) if chunk.feed.dataset.forecast else reading

    return collect


def served(name: str, path: str, **changes: Any) -> FeedSource:
    """A feed source that reads its days from a path of the host."""
    return feed_source(name=name, collect=daily(path), **changes)


def load_feed(**changes: Any) -> Feed:
    """Hourly load with a document a day."""
    return feed(**{"sources": (served("daily file", "load/{day}.csv"),), **changes})


def forecast_feed(**changes: Any) -> Feed:
    """A load forecast: each day's document is published with its Last-Modified, and reaches the next day."""
    layout = CsvLayout(
        dataset=LOAD_FORECAST,
        zone="America/New_York",
        time=Absolute(names=("Start",)),
        columns=(Text("Area", to="location"), Number("MW", to="load")),
    )
    given: dict[str, Any] = {
        "name": "load_forecast_daily",
        "dataset": LOAD_FORECAST,
        "layout": layout,
        "forecast_days": 2,
        "sources": (served("daily file", "forecast/{day}.csv"),),
        "example": Example(payload=b"", rows=({"load": 1.0},)),
    }
    return feed(**{**given, **changes})


def served_market(url: str, *feeds: Feed, guarded: bool = False, **changes: Any) -> Market:
    """The market of these tests on a real address; a guarded one wants a key in each request."""
    host: dict[str, Any] = {"headers": {"X-Api-Key": KEY.name}} if guarded else {}
    host |= changes.pop("host", {})
    given = {
        "hosts": (Host(**{"name": "main", "url": url, **host}),),
        "feeds": feeds or (load_feed(),),
        **changes,
    }
    return market(credentials=(KEY,) if guarded else (), **given)


class Plugin:
    """A plugin with every hook, as much as it is given."""

    def __init__(
        self,
        *markets: Market,
        feeds: Sequence[Feed] = (),
        checks: Sequence[Check] = (),
        observe: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self._markets, self._feeds, self._checks, self._observe = markets, feeds, checks, observe
        self.asked_for_checks: list[str] = []

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """The markets given."""
        return self._markets

    @hookimpl
    def energyopti_feeds(self, market: str) -> Sequence[Feed]:
        """The feeds given, for the market of these tests."""
        return self._feeds if market == "testiso" else ()

    @hookimpl
    def energyopti_checks(self, dataset: str) -> Sequence[Check]:
        """The checks given, for load."""
        self.asked_for_checks.append(dataset)
        return self._checks if dataset == "load" else ()

    @hookimpl
    def energyopti_observe(self, event: Event) -> None:
        """Hand the event on."""
        self._observe(event)


def registry(*plugins: object) -> Registry:
    """Only these plugins, whatever is installed."""
    return Registry({f"plugin{n}": plugin for n, plugin in enumerate(plugins)}, discover=False)


def settings(home: Path, **changes: Any) -> Settings:
    """Settings that give up soon."""
    given = {"attempts": 3, "backoff": 0.005, "patience": 5.0, "timeout": 2.0, **changes}
    return Settings(home=home, **given)


def service(there: Market, home: Path, *, now: datetime = NOW, **changes: Any) -> UnifiedMarketService:
    """A service over one market."""
    return UnifiedMarketService(registry(Plugin(there)), settings(home, **changes), now=lambda: now)


def chunk_of(whose: Feed, day: str = "2024-07-01") -> Chunk:
    """One day's chunk of a feed of the market of these tests."""
    there = market(feeds=(whose,))
    noon = midnight(date.fromisoformat(day), there.zone) + timedelta(hours=12)
    return plan(there, whose, TimeRange(noon, noon + timedelta(hours=1)))[0]


def chunk_data(chunk: Chunk, frame: pl.DataFrame, **provenance: Any) -> ChunkData:
    """A chunk's data whose raw rows are numbered like its frame's."""
    given: dict[str, Any] = {
        "chunk": chunk.key,
        "feed": chunk.feed.name,
        "feed_source": "daily file",
        "host": "main",
        "urls": ("https://iso.example/day.csv",),
        "sha256": ("00",),
        "fetched_at": NOW,
    }
    came_from = ChunkProvenance(**{**given, **provenance})
    return ChunkData(
        chunk=chunk,
        frame=frame,
        raw_rows=RawRows(
            pl.DataFrame({"line": range(frame.height)}),
            pl.Series("origin", range(frame.height), dtype=pl.UInt32),
        ),
        findings=(),
        provenance=came_from,
        due_to=chunk.due_to(came_from.fetched_at),
        settled_to=chunk.settled_to(came_from.fetched_at),
    )
