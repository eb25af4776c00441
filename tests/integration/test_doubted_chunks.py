"""A chunk that has far fewer locations than those about it is asked for once more, of all that its source has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import attrs
import pytest

from builders import feed_source
from collecting_builders import NOW, Plugin, load_csv, load_feed, registry, run, served_market, settings
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.findings import FindingKind
from energyopti.layouts import Reading
from energyopti.query import Chunk
from energyopti.service import UnifiedMarketService
from energyopti.source import Source
from servers import Server, serving

DAYS = ("2024-07-01", "2024-07-02", "2024-07-03")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


async def verified_then_first(chunk: Chunk, source: Source) -> Reading:
    """The verified document, and of a doubted day the locations that the first one has besides."""
    verified = await source.get(f"verified/{chunk.day}.csv")
    reading: Reading = await source.run(chunk.feed.layout.read, verified.content)
    if not source.doubted:
        return reading
    first: Reading = await source.run(
        chunk.feed.layout.read, (await source.get(f"first/{chunk.day}.csv")).content
    )
    more = ~first.frame["location"].is_in(reading.frame["location"].unique().implode())
    return Reading.concat(
        [
            reading,
            attrs.evolve(
                first,
                frame=first.frame.filter(more),
                origin=first.origin.filter(more),
                payload_rows=int(more.sum()),
            ),
        ]
    )


def south_alone(day: str) -> bytes:
    """A day's document of which half was lost."""
    return load_csv(day, areas=("SOUTH",))


def answers(server: Server, home: Path, *, fills: bool = True) -> list[MarketData]:
    """Each day of three, asked one after the other of one service."""
    source = feed_source(name="verified", collect=verified_then_first, fills_when_doubted=fills)
    market = served_market(server.url, load_feed(sources=(source,), locations=None))

    async def go() -> list[MarketData]:
        async with UnifiedMarketService(registry(Plugin(market)), settings(home), now=lambda: NOW) as service:
            return [
                await service.get_market_data("testiso", "load", day, after)
                for day, after in zip(DAYS, (*DAYS[1:], "2024-07-04"), strict=True)
            ]

    return run(go())


def scripted(server: Server, *, first: bool = True) -> None:
    """Verified documents, of which the last has half of its locations, and whole ones from before."""
    for day in DAYS:
        whole = load_csv(day, areas=("NORTH", "SOUTH"))
        server.on(f"/verified/{day}.csv", south_alone(day) if day == DAYS[-1] else whole)
        if first:
            server.on(f"/first/{day}.csv", whole)


def test_missing_location_comes_from_what_the_source_has_besides(server: Server, tmp_path: Path) -> None:
    """The third day is whole; the days before were not asked for twice."""
    scripted(server)
    data = answers(server, tmp_path)[-1]
    assert data.frame["location"].unique().sort().to_list() == ["NORTH", "SOUTH"]
    assert data.coverage.complete
    assert [path for path in server.paths if "first" in path] == ["/first/2024-07-03.csv"]


@pytest.mark.parametrize("fills", [True, False], ids=["has no more", "does not fill"])
def test_day_that_cannot_be_filled_is_incomplete(server: Server, tmp_path: Path, fills: bool) -> None:
    """Half of the locations stand, and the answer says so."""
    scripted(server, first=not fills)
    data = answers(server, tmp_path, fills=fills)[-1]
    assert data.frame["location"].unique().to_list() == ["SOUTH"]
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.INCOMPLETE]
    assert FindingKind.FEWER_SERIES in {finding.kind for finding in data.findings}


def test_filled_day_that_had_settled_is_a_new_version(server: Server, tmp_path: Path) -> None:
    """The verified document lost half of its locations and changed the others: the answer is whole, and says so."""
    scripted(server)
    whole = load_csv(DAYS[-1], areas=("NORTH", "SOUTH"))
    server.on(f"/verified/{DAYS[-1]}.csv", whole, south_alone(DAYS[-1]).replace(b".5", b".75"))
    source = feed_source(name="verified", collect=verified_then_first, fills_when_doubted=True)
    market = served_market(server.url, load_feed(sources=(source,), locations=None))
    at = [NOW + timedelta(days=3)]

    async def go() -> list[MarketData]:
        async with UnifiedMarketService(
            registry(Plugin(market)), settings(tmp_path), now=lambda: at[0]
        ) as service:
            first = await service.get_market_data("testiso", "load", DAYS[0], "2024-07-04")
            at[0] += timedelta(days=1)
            return [first, await service.get_market_data("testiso", "load", DAYS[-1], "2024-07-04")]

    before, after = run(go())
    assert before.provenance[-1].final
    assert after.provenance[0].version == 2
    assert after.frame["location"].value_counts().sort("location").rows() == [("NORTH", 24), ("SOUTH", 24)]
    assert FindingKind.REVISED in {finding.kind for finding in after.findings}
