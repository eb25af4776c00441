"""Whole queries over real HTTP: strict and partial, shared, remembered, closed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import (
    NOW,
    Plugin,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
    service,
    settings,
)
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.errors import (
    EnergyOptiError,
    InvalidTimeRange,
    NoData,
    SourceUnavailable,
    UnknownLocation,
    UnknownMarket,
)
from energyopti.events import Event, EventKind
from energyopti.findings import FindingKind
from energyopti.service import UnifiedMarketService
from servers import Answer, Server, serving

LOAD = ("testiso", "load")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with the first five days of July; there is no other."""
    with serving() as running:
        for day in range(1, 6):
            serve(running, day)
        yield running


def serve(server: Server, day: int, *answers: Answer | bytes) -> None:
    """A day's document, the usual one or these answers."""
    date = f"2024-07-{day:02}"
    server.on(f"/load/{date}.csv", *(answers or (load_csv(date, areas=("NORTH", "SOUTH")),)))


def ask(server: Server, home: Path, start: str, end: str, **changes: Any) -> MarketData:
    """The answer of a service of its own."""

    async def go() -> MarketData:
        async with service(served_market(server.url), home) as opened:
            return await opened.get_market_data(*LOAD, start, end, **changes)

    return run(go())


def test_days_become_one_table(server: Server, tmp_path: Path) -> None:
    """One request a day; rows in the dataset's columns, UTC, in order, with everything about their origin."""
    data = ask(server, tmp_path, "2024-07-01", "2024-07-03")
    assert sorted(server.paths) == ["/load/2024-07-01.csv", "/load/2024-07-02.csv"]
    assert len(data) == 96
    assert next(iter(data)) == {
        "market": "testiso",
        "feed": "hourly_load",
        "interval_start": utc("2024-07-01T04:00"),
        "interval_end": utc("2024-07-01T05:00"),
        "location": "NORTH",
        "location_type": None,
        "load": 1100.5,
        "net_load": None,
        "status": None,
    }
    assert (data.findings, data.coverage.complete, data.stale) == ((), True, False)
    first = data.provenance[0]
    assert (first.chunk, first.feed_source, first.host) == (
        "testiso/hourly_load/2024-07-01",
        "daily file",
        "main",
    )
    assert first.urls == (f"{server.url}/load/2024-07-01.csv",)
    assert (first.kept_in, first.final, first.fetched_at) == ("source", True, NOW)
    assert len(first.sha256[0]) == 64
    assert data.raw().columns == ["Start", "Area", "MW"]


def test_hundred_equal_queries_are_one_request(server: Server, tmp_path: Path) -> None:
    """Concurrent queries for one chunk share its fetch."""
    serve(server, 1, Answer(body=load_csv("2024-07-01"), delay=0.1))

    async def go() -> list[MarketData]:
        async with service(served_market(server.url), tmp_path) as opened:
            calls = [opened.get_market_data(*LOAD, "2024-07-01", "2024-07-02") for _ in range(100)]
            return await asyncio.gather(*calls)

    assert [len(data) for data in run(go())] == [24] * 100
    assert len(server.asked) == 1


def test_cancelled_query_does_not_take_the_data_from_another(server: Server, tmp_path: Path) -> None:
    """Two ask for one day; the first gives up, the second gets it, with one request."""
    serve(server, 1, Answer(body=load_csv("2024-07-01"), delay=0.2))

    async def go() -> MarketData:
        async with service(served_market(server.url), tmp_path) as opened:
            both = [
                asyncio.ensure_future(opened.get_market_data(*LOAD, "2024-07-01", "2024-07-02"))
                for _ in range(2)
            ]
            await asyncio.sleep(0.05)
            both[0].cancel()
            with pytest.raises(asyncio.CancelledError):
                await both[0]
            return await both[1]

    assert len(run(go())) == 24
    assert len(server.asked) == 1


def test_closing_while_waiting_is_source_unavailable(server: Server, tmp_path: Path) -> None:
    """Who waits is told that the service was closed, and so is who asks afterwards."""
    serve(server, 1, Answer(body=load_csv("2024-07-01"), delay=5))

    async def go() -> None:
        opened = service(served_market(server.url), tmp_path)
        waiting = asyncio.ensure_future(opened.get_market_data(*LOAD, "2024-07-01", "2024-07-02"))
        await asyncio.sleep(0.1)
        await opened.aclose()
        with pytest.raises(SourceUnavailable, match="closed while this was in progress"):
            await waiting
        with pytest.raises(SourceUnavailable, match="this service is closed; open another"):
            await opened.get_market_data(*LOAD, "2024-07-01", "2024-07-02")

    run(go())


def test_closing_in_the_middle_of_a_long_query_blames_nobody_else(server: Server, tmp_path: Path) -> None:
    """Days that had not begun are not there because the service was closed, not by a plugin's fault."""
    for day in range(1, 31):
        server.on(f"/load/2024-06-{day:02}.csv", Answer(body=load_csv(f"2024-06-{day:02}"), delay=0.1))
        server.on(f"/load/2024-05-{day:02}.csv", Answer(body=load_csv(f"2024-05-{day:02}"), delay=0.1))

    async def go() -> MarketData:
        opened = service(served_market(server.url), tmp_path)
        await opened.get_market_data(*LOAD, "2024-05-01", "2024-05-02")
        waiting = asyncio.ensure_future(
            opened.get_market_data(*LOAD, "2024-05-01", "2024-06-30", partial=True)
        )
        while len(server.asked) < 3:  # noqa: ASYNC110 - another thread answers
            await asyncio.sleep(0.01)
        await opened.aclose()
        return await waiting

    reasons = {part.reason for part in run(go()).coverage.parts if part.status is CoverageStatus.FAILED}
    assert reasons
    assert [reason for reason in reasons if "closed" not in reason or "plugin" in reason] == []


def test_missing_day_is_strict_unless_partial_is_asked_for(server: Server, tmp_path: Path) -> None:
    """Strict: `NoData` with the finished days attached. Partial: those days, and a finding for the other."""
    with pytest.raises(NoData, match="testiso/hourly_load/2024-07-06: not published yet, or never") as caught:
        ask(server, tmp_path, "2024-07-05", "2024-07-07")
    assert caught.value.finished is not None
    assert len(caught.value.finished) == 48
    data = ask(server, tmp_path, "2024-07-05", "2024-07-07", partial=True)
    assert len(data) == 48
    assert [each.kind for each in data.findings] == [FindingKind.MISSING_PART]
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.COMPLETE, CoverageStatus.MISSING]


def test_failed_day_in_a_partial_answer_is_failed(server: Server, tmp_path: Path) -> None:
    """Told apart from a day that the source does not have."""
    serve(server, 2, Answer(status=500))
    data = ask(server, tmp_path, "2024-07-01", "2024-07-03", partial=True)
    assert data.coverage.missing[0].status is CoverageStatus.FAILED
    assert "status 500" in data.coverage.missing[0].reason


@pytest.mark.parametrize(
    ("start", "end", "error", "says"),
    [
        ("1999-12-31", "2000-01-02", InvalidTimeRange, "begins on 2000-01-01"),
        ("2024-07-11", "2024-07-12", NoData, "is in the future and not published yet"),
        ("2024-07-02", "2024-07-01", InvalidTimeRange, "runs backwards"),
    ],
)
def test_range_that_no_source_can_have_makes_no_request(
    server: Server, tmp_path: Path, start: str, end: str, error: type[EnergyOptiError], says: str
) -> None:
    """Before the history, in the future, reversed: an error before any request."""
    with pytest.raises(error, match=says):
        ask(server, tmp_path, start, end)
    assert server.asked == []


def test_days_to_come_are_not_asked_for(server: Server, tmp_path: Path) -> None:
    """Of a range that reaches past today only what can be there is requested."""
    serve(server, 10, load_csv("2024-07-10", hours=range(8)))
    data = ask(server, tmp_path, "2024-07-10", "2024-07-13", partial=True)
    assert server.paths == ["/load/2024-07-10.csv"]
    assert [part.status for part in data.coverage.parts] == [
        CoverageStatus.INCOMPLETE,
        CoverageStatus.NOT_PUBLISHED,
        CoverageStatus.NOT_PUBLISHED,
    ]


def test_days_that_are_published_late_are_not_asked_for(server: Server, tmp_path: Path) -> None:
    """Three days late: on July 10 at 08:00 July 7 is out till 08:00, and July 8 is not asked for."""
    for day in (6, 7):
        serve(server, day)
    there = served_market(server.url, load_feed(published_ahead=timedelta(days=-3)))

    async def go() -> MarketData:
        async with service(there, tmp_path) as opened:
            with pytest.raises(
                NoData, match="not published yet: the source publishes more than 3 days later"
            ):
                await opened.get_market_data(*LOAD, "2024-07-08", "2024-07-09")
            assert server.asked == []
            return await opened.get_market_data(*LOAD, "2024-07-05", "2024-07-09", partial=True)

    data = run(go())
    assert sorted(server.paths) == [f"/load/2024-07-0{day}.csv" for day in (5, 6, 7)]
    assert [part.status for part in data.coverage.parts] == [
        CoverageStatus.COMPLETE,
        CoverageStatus.COMPLETE,
        CoverageStatus.COMPLETE,  # all of its rows came, some of them early
        CoverageStatus.NOT_PUBLISHED,
    ]
    assert "more than 3 days later" in data.coverage.parts[-1].reason


def test_unknown_location_is_found_in_the_data(server: Server, tmp_path: Path) -> None:
    """Where the feed has no closed list, the data decide."""
    with pytest.raises(UnknownLocation, match=r"'SOTH'.*'SOUTH'"):
        ask(server, tmp_path, "2024-07-01", "2024-07-02", locations="SOTH")


def test_hole_outside_the_question_is_no_hole_in_the_answer(server: Server, tmp_path: Path) -> None:
    """All of the morning came, whatever the evening lacks: the coverage is complete."""
    serve(server, 1, load_csv("2024-07-01", hours=[*range(18), *range(20, 24)]))
    data = ask(server, tmp_path, "2024-07-01T00:00", "2024-07-01T06:00")
    assert len(data) == 6
    assert data.coverage.complete


def test_events_tell_the_story_of_a_query(server: Server, tmp_path: Path) -> None:
    """Planned with its chunks, each fetch, each chunk; findings; and hits of memory the next time."""
    serve(server, 2, load_csv("2024-07-02", hours=range(23), areas=("NORTH", "SOUTH")))
    seen: list[Event] = []
    mine: list[Event] = []

    async def go() -> None:
        there = registry(Plugin(served_market(server.url), observe=seen.append))
        async with UnifiedMarketService(there, settings(tmp_path), now=lambda: NOW) as opened:
            for _ in range(2):
                await opened.get_market_data(*LOAD, "2024-07-01", "2024-07-03", observe=mine.append)

    run(go())
    kinds = [event.kind for event in seen]
    assert kinds.count(EventKind.QUERY_PLANNED) == 2
    assert kinds.count(EventKind.FETCH_FINISHED) == 2
    assert kinds.count(EventKind.CHUNK_FINISHED) == 4
    assert kinds.count(EventKind.FINDING) == 2
    assert [event.subject for event in seen if event.kind is EventKind.MEMORY_HIT] == [
        "testiso/hourly_load/2024-07-01",
        "testiso/hourly_load/2024-07-02",
    ]
    assert [event.count for event in mine if event.kind is EventKind.QUERY_PLANNED] == [2, 2]
    fetching = {EventKind.FETCH_STARTED, EventKind.FETCH_FINISHED}  # other calls may wait for the same fetch
    assert mine == [event for event in seen if event.kind not in fetching]


def test_raising_plugin_observer_costs_nothing(server: Server, tmp_path: Path) -> None:
    """The answer is whole."""

    def fail(event: Event) -> None:
        raise RuntimeError("an observer's own mistake")

    async def go() -> MarketData:
        there = registry(Plugin(served_market(server.url), observe=fail))
        async with UnifiedMarketService(there, settings(tmp_path), now=lambda: NOW) as opened:
            return await opened.get_market_data(*LOAD, "2024-07-01", "2024-07-02")

    assert len(run(go())) == 48


def test_service_takes_what_is_installed_and_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without arguments: the installed plugins and the settings of this machine."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path))

    async def go() -> None:
        async with UnifiedMarketService() as opened:
            assert opened.settings.home == tmp_path
            with pytest.raises(UnknownMarket):
                await opened.get_market_data("atlantis", "load", "2024-07-01", "2024-07-02")

    run(go())


def test_home_that_is_no_folder_costs_a_warning(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A limit that cannot be shared is kept by this process; the warning names the folder."""
    home = tmp_path / "file"
    home.write_text("not a folder")

    async def go() -> None:
        from energyopti.market import RateLimit

        limited = served_market(server.url, host={"rate": RateLimit(5, timedelta(seconds=1))})
        async with service(limited, home) as opened:
            assert len(await opened.get_market_data(*LOAD, "2024-07-01", "2024-07-02")) == 48

    run(go())
    assert str(home) in caplog.text
