"""A document that several days share is read once, and a range that no source covers says what each covers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from builders import feed_source, utc
from collecting_builders import (
    NOW,
    Plugin,
    chunk_of,
    load_csv,
    load_feed,
    registry,
    run,
    served,
    served_market,
    service,
    settings,
)
from energyopti.answer.result import MarketData
from energyopti.errors import NoData, SchemaDrift
from energyopti.layouts import Reading
from energyopti.market import Days, FeedSource, Market
from energyopti.query import Chunk
from energyopti.service import UnifiedMarketService
from energyopti.source import Source
from servers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def ask(there: Market, home: Path, end: str) -> MarketData:
    """Load from 1 July on."""

    async def go() -> MarketData:
        async with service(there, home) as opened:
            return await opened.get_market_data("testiso", "load", "2024-07-01", end)

    return run(go())


def monthly(read: list[str]) -> FeedSource:
    """A source whose document holds a month; ``read`` gets a word whenever it is read."""
    layout = load_feed().layout

    def month(content: bytes, word: str) -> Reading:
        read.append(word)
        return layout.read(content)

    async def collect(chunk: Chunk, source: Source) -> Reading:
        payload = await source.get("month.csv", shared=True)
        whole = await source.once(month, payload, f"{chunk.day:%Y-%m}")
        return whole.slice(chunk.start, chunk.end)

    return feed_source(name="month", collect=collect)


def test_shared_document_is_read_once_for_all_its_days(server: Server, tmp_path: Path) -> None:
    """Three days, one request, one reading; each day has its own rows and raw lines, and nothing is left to say."""
    read: list[str] = []
    server.on("/month.csv", load_csv("2024-07-01", hours=range(72)))
    data = ask(served_market(server.url, load_feed(sources=(monthly(read),))), tmp_path, "2024-07-04")
    assert (len(data), data.raw().height, data.findings) == (72, 72, ())
    assert data.frame["load"].n_unique() == 72
    assert read == ["2024-07"]
    assert server.paths == ["/month.csv"]


def test_shared_document_is_asked_for_again_once_the_services_clock_has_measured_five_minutes(
    server: Server, tmp_path: Path
) -> None:
    """Whoever moves that clock moves all that the source measures, whatever the time is."""
    seconds = [1000.0]
    server.on("/month.csv", load_csv("2024-07-01", hours=range(72)))
    plugin = Plugin(served_market(server.url, load_feed(sources=(monthly([]),))))

    async def go() -> None:
        async with UnifiedMarketService(
            registry(plugin), settings(tmp_path), now=lambda: NOW, monotonic=lambda: seconds[0]
        ) as opened:
            for day, passes in (("01", 299.0), ("02", 1.0), ("03", 0.0)):
                start = utc(f"2024-07-{day}T04:00")
                await opened.get_market_data("testiso", "load", start, start + timedelta(days=1))
                seconds[0] += passes

    run(go())
    assert server.paths == ["/month.csv"] * 2


def test_shared_document_that_cannot_be_read_is_tried_once(server: Server, tmp_path: Path) -> None:
    """Its days all fail with what is wrong with it."""
    read: list[str] = []
    server.on("/month.csv", b"Start,Area\r\n2024-07-01T04:00:00,NORTH\r\n")
    with pytest.raises(SchemaDrift, match="'MW'"):
        ask(served_market(server.url, load_feed(sources=(monthly(read),))), tmp_path, "2024-07-04")
    assert read == ["2024-07"]


async def says_why(chunk: Chunk, source: Source) -> Reading:
    """A source with words of its own."""
    raise NoData(f"{chunk}: the list begins later")


def test_range_that_no_source_covers_says_what_each_covers(server: Server, tmp_path: Path) -> None:
    """Those that were asked with their own words, where they have some, and those that were not."""
    sources = (
        feed_source(name="list", collect=says_why),
        served("file", "file/{day}.csv", available=Days(first=date(2024, 1, 1))),
        served("api", "api/{day}.csv", available=Days(first=date(2024, 8, 1))),
    )
    with pytest.raises(NoData) as caught:
        ask(served_market(server.url, load_feed(sources=sources)), tmp_path, "2024-07-02")
    assert str(caught.value) == (
        f"{chunk_of(load_feed())}: not published yet, or never (asked list, file): list covers all days, and says: the "
        "list begins later; file covers days from 2024-01-01; api covers days from 2024-08-01 and was not asked"
    )


def test_only_source_says_it_in_its_own_words(server: Server, tmp_path: Path) -> None:
    """Where there is but one, there is nothing to add."""
    there = served_market(server.url, load_feed(sources=(feed_source(name="list", collect=says_why),)))
    with pytest.raises(NoData) as caught:
        ask(there, tmp_path, "2024-07-02")
    assert str(caught.value) == f"{chunk_of(load_feed())}: the list begins later"
