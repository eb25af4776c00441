"""Markets whose prices a test writes down, to be compared: a CSV a day and run, over a network made of a dict."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from builders import feed, feed_source, market
from cli_runs import Network, registry
from energyopti import Block, Run, Settings, UnifiedMarketService
from energyopti.datasets import LMP
from energyopti.example import Example
from energyopti.layouts import Absolute, CsvLayout, Number, Text
from energyopti.market import Feed, Market
from energyopti.source import Expect
from energyopti.timezones import HOUR, midnight

if TYPE_CHECKING:
    from energyopti import Chunk, CrossMarketAnalysis
    from energyopti.layouts import Reading
    from energyopti.source import Source

NEW_YORK, CHICAGO, LOS_ANGELES = "America/New_York", "America/Chicago", "America/Los_Angeles"
HEADER = "Start,End,Place,Kind,Price,Congestion,Loss"


async def collect(chunk: Chunk, source: Source) -> Reading:
    """A document a day and run."""
    payload = await source.get(f"{chunk.market}/{chunk.feed.run}/{chunk.day}.csv", expect=Expect.CSV)
    return chunk.feed.layout.read(payload.content)


def price_feed(run: Run, zone: str = NEW_YORK, **changes: Any) -> Feed:
    """Prices of one run; the document says where each interval ends."""
    layout = CsvLayout(
        dataset=LMP,
        zone=zone,
        time=Absolute(names=("Start",), end=("End",)),
        columns=(
            Text("Place", to="location"),
            Text("Kind", to="location_type"),
            Number("Price", to="lmp"),
            Number("Congestion", to="congestion"),
            Number("Loss", to="loss"),
        ),
    )
    given: dict[str, Any] = {
        "name": f"prices_{run}",
        "dataset": LMP,
        "run": run,
        "step": timedelta(hours=1),
        "layout": layout,
        "sources": (feed_source(collect=collect),),
        "sparse": True,
        "published_ahead": timedelta(days=2) if run is Run.DAY_AHEAD else timedelta(),
        "example": Example(payload=b"", rows=({"lmp": 1.0},)),
    }
    return feed(**{**given, **changes})


def priced(name: str, zone: str = NEW_YORK, runs: Sequence[Run] = (Run.DAY_AHEAD,), **changes: Any) -> Market:
    """A market with prices of some runs at a hub called HUB."""
    given: dict[str, Any] = {
        "feeds": tuple(price_feed(run, zone) for run in runs),
        "reference_hub": "HUB",
        "blocks": Block.traded("5x16", first=7, last=22),
    }
    return market(id=name, title=name, zone=zone, **{**given, **changes})


def document(rows: Sequence[tuple[datetime, datetime, float | None]], place: str = "HUB,hub") -> bytes:
    """Rows as published; a tenth of each price is congestion and a twentieth losses."""
    lines = [HEADER]
    for start, end, price in rows:
        times = ",".join(f"{each:%Y-%m-%dT%H:%M:%S}" for each in (start, end))
        parts = ",," if price is None else f"{price},{price / 10},{price / 20}"
        lines.append(f"{times},{place},{parts}")
    return "\r\n".join([*lines, ""]).encode()


def day_of(day: str, prices: Sequence[float | None], zone: str = NEW_YORK, place: str = "HUB,hub") -> bytes:
    """A local day of hourly prices from its midnight on."""
    first = midnight(date.fromisoformat(day), zone)
    return document(
        [(first + n * HOUR, first + (n + 1) * HOUR, price) for n, price in enumerate(prices)], place
    )


def compare(
    pages: Mapping[str, bytes | int],
    bounds: tuple[str, str],
    *markets: Market,
    home: Path,
    network: Network | None = None,
    now: str = "2024-12-31T12:00+00:00",
    **options: Any,
) -> CrossMarketAnalysis:
    """The comparison of these markets over these documents."""

    async def ask() -> CrossMarketAnalysis:
        transport = httpx.MockTransport(network or Network(pages))
        clock = datetime.fromisoformat(now)
        settings = Settings(home=home, attempts=1)
        async with UnifiedMarketService(
            registry(*markets), settings, transport=transport, now=lambda: clock
        ) as service:
            return await service.get_cross_market_analysis(*bounds, **options)

    return asyncio.run(ask())
