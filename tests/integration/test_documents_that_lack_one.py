"""A chunk made of many documents, of which one may be missing: a gap with a finding, where that is declared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from builders import feed_source, utc
from collecting_builders import (
    NOW,
    Plugin,
    load_csv,
    load_feed,
    registry,
    run,
    served,
    served_market,
    service,
    settings,
)
from energyopti import UnifiedMarketService
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import NoData, SourceUnavailable
from energyopti.findings import FindingKind
from energyopti.market import Feed, FeedSource
from energyopti.query import Chunk
from energyopti.source import Collect, Expect, Request
from servers import Answer, Server, serving

if TYPE_CHECKING:
    from energyopti.layouts import Reading
    from energyopti.source import Source

HOURS = range(24)


def hourly(*, about: bool = True) -> Collect:
    """A document an hour of the day."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        payloads = await source.get_all(
            [
                Request(
                    path=f"hours/{chunk.day}/{hour:02}.csv",
                    expect=Expect.CSV,
                    about=(chunk.start + timedelta(hours=hour), chunk.start + timedelta(hours=hour + 1))
                    if about
                    else None,
                )
                for hour in HOURS
            ]
        )
        return chunk.feed.layout.read_all([payload.content for payload in payloads])

    return collect


def hours(missing: str = "skip", *, about: bool = True, **changes: Any) -> FeedSource:
    """The feed source of these tests."""
    return feed_source(name="hourly files", collect=hourly(about=about), **{"missing": missing, **changes})


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with a document for each hour of two days."""
    with serving() as running:
        for day in ("2024-07-01", "2024-07-02"):
            for hour in HOURS:
                running.on(f"/hours/{day}/{hour:02}.csv", load_csv(day, hours=[hour]))
        yield running


def lose(server: Server, *lost: int, status: int = 404, day: str = "2024-07-01") -> None:
    """Let some hours of a day be missing."""
    for hour in lost:
        server.on(f"/hours/{day}/{hour:02}.csv", Answer(status=status, body=b"no"))


def ask(
    server: Server,
    home: Path,
    *feed_sources: FeedSource,
    whose: Feed | None = None,
    end: str = "2024-07-02",
    **changes: Any,
) -> MarketData:
    """The load from the first of July on."""

    async def go() -> MarketData:
        there = served_market(server.url, whose or load_feed(sources=feed_sources))
        async with service(there, home, now=changes.pop("now", NOW)) as opened:
            return await opened.get_market_data(
                "testiso", "load", changes.pop("start", "2024-07-01"), end, **changes
            )

    return run(go())


def test_chunk_without_one_of_its_documents_has_a_gap(server: Server, tmp_path: Path) -> None:
    """The others are there, a finding names the document, and the day is incomplete and not final."""
    lose(server, 5)
    data = ask(server, tmp_path, hours())
    assert data.frame["interval_start"].to_list() == [
        utc("2024-07-01T04:00") + timedelta(hours=hour) for hour in HOURS if hour != 5
    ]
    absent, hole = (each for each in data.findings if each.kind is FindingKind.GAP)
    assert absent.message == "1 of 24 documents do not exist: hours/2024-07-01/05.csv"
    assert absent.spans == ((utc("2024-07-01T09:00"), utc("2024-07-01T10:00")),)
    assert hole.spans == absent.spans
    (part,) = data.coverage.parts
    assert (part.status, data.provenance[0].final) == (CoverageStatus.INCOMPLETE, False)


def test_many_missing_documents_are_one_finding(server: Server, tmp_path: Path) -> None:
    """It names the first of them."""
    lose(server, 1, 2, 3, 4)
    absent = ask(server, tmp_path, hours()).findings[0]
    names = ", ".join(f"hours/2024-07-01/0{hour}.csv" for hour in (1, 2, 3))
    assert absent.message == f"4 of 24 documents do not exist: {names}, ..."


def test_hours_beside_the_gap_are_complete(server: Server, tmp_path: Path) -> None:
    """Where each document says what time it is about; else any hour may lack something."""
    lose(server, 20)
    asked: dict[str, Any] = {"start": utc("2024-07-01T06:00"), "end": utc("2024-07-01T09:00")}
    data = ask(server, tmp_path, hours(), **asked)
    assert (data.findings, data.coverage.complete) == ((), True)
    data = ask(server, tmp_path, hours(about=False), **asked)
    assert [each.spans for each in data.findings] == [()]
    assert not data.coverage.complete


def test_feed_without_a_grid_has_the_gap_too(server: Server, tmp_path: Path) -> None:
    """Nothing else would show it: where rows are sparse, silence is no gap."""
    lose(server, 5)
    data = ask(server, tmp_path, whose=load_feed(sources=(hours(),), sparse=True))
    assert [each.message for each in data.findings] == [
        "1 of 24 documents do not exist: hours/2024-07-01/05.csv"
    ]
    assert not data.coverage.complete


def test_missing_document_is_an_absence_unless_declared(server: Server, tmp_path: Path) -> None:
    """The chunk is not there, as ever; without a missing one both are the same."""
    assert len(ask(server, tmp_path, hours("error"))) == len(ask(server, tmp_path, hours())) == 24
    lose(server, 5)
    with pytest.raises(NoData):
        ask(server, tmp_path, hours("error"))


def test_chunk_without_any_of_its_documents_is_absent(server: Server, tmp_path: Path) -> None:
    """That is no day of gaps."""
    lose(server, *HOURS)
    with pytest.raises(NoData):
        ask(server, tmp_path, hours())


def test_single_document_that_is_missing_is_absent(server: Server, tmp_path: Path) -> None:
    """One is not many: a list, or a day's only file."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        return chunk.feed.layout.read((await source.get(f"hours/{chunk.day}/05.csv")).content)

    lose(server, 5)
    with pytest.raises(NoData):
        ask(server, tmp_path, feed_source(collect=collect, missing="skip"))


def test_failure_is_no_absence(server: Server, tmp_path: Path) -> None:
    """A server in trouble does not say that there is no such document."""
    lose(server, 5, status=500)
    with pytest.raises(SourceUnavailable):
        ask(server, tmp_path, hours())


def test_next_source_fills_the_gap(server: Server, tmp_path: Path) -> None:
    """A chunk with a missing document is not whole: another source may have it."""
    lose(server, 5)
    server.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
    data = ask(server, tmp_path, hours(), served("daily file", "load/{day}.csv"))
    assert len(data) == 24
    assert data.provenance[0].feed_source == "hourly files and daily file"


def test_document_that_comes_later_is_fetched(server: Server, tmp_path: Path) -> None:
    """What is missing is asked for again, although all that was there is unchanged."""
    lose(server, 5)
    clock = [NOW]

    async def go() -> list[int]:
        plugin = Plugin(served_market(server.url, load_feed(sources=(hours(),))))
        async with UnifiedMarketService(registry(plugin), settings(tmp_path), now=lambda: clock[0]) as opened:
            first = await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")
            server.on("/hours/2024-07-01/05.csv", load_csv("2024-07-01", hours=[5]))
            clock[0] += timedelta(days=3)
            again = await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")
            return [len(first), len(again)]

    assert run(go()) == [23, 24]


def test_word_that_is_no_policy_is_refused() -> None:
    """When the feed is declared."""
    with pytest.raises(ValueError, match="missing"):
        hours("ignore")


def test_time_of_a_document_does_not_tell_requests_apart() -> None:
    """It is a fact about the answer, not part of the question."""
    assert Request(path="x").key == Request(path="x", about=(NOW, NOW + timedelta(hours=1))).key
