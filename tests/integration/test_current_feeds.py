"""Feeds whose source keeps only what is current: asked without a range, and never for what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from builders import feed, feed_source, market, utc
from cli_runs import registry as cli_registry
from cli_runs import run as run_command
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
from energyopti.datasets import LOCATIONS
from energyopti.errors import InvalidTimeRange, NoData
from energyopti.layouts import CsvLayout, Text, Undated
from energyopti.query import Query
from energyopti.query.resolving import resolve
from energyopti.service import UnifiedMarketService
from energyopti.source import Expect
from energyopti.vocabulary import LocationType
from servers import Answer, Server, serving

if TYPE_CHECKING:
    from energyopti.layouts import Reading
    from energyopti.market import Feed
    from energyopti.query import Chunk, TimeRange
    from energyopti.source import Source

POINTS = b"Id,Name\r\n1,NORTH HUB\r\n2,SOUTH HUB\r\n"
TODAY = (utc("2024-07-10T04:00"), utc("2024-07-11T04:00"))


async def collect_points(chunk: Chunk, source: Source) -> Reading:
    """The one list there is, as of its chunk."""
    payload = await source.get("points.csv", expect=Expect.CSV)
    return chunk.feed.layout.read(payload.content).spanning(chunk.start, chunk.end)


def points_feed(**changes: Any) -> Feed:
    """A list of locations of which only the newest is kept."""
    layout = CsvLayout(
        dataset=LOCATIONS,
        zone="America/New_York",
        time=Undated(),
        columns=(Text("Id", to="location"), Text("Name", to="location_name")),
        constants={"location_type": LocationType.HUB.value},
    )
    given: dict[str, Any] = {
        "name": "points",
        "dataset": LOCATIONS,
        "layout": layout,
        "step": timedelta(days=1),
        "sources": (feed_source(collect=collect_points),),
        "snapshot_only": True,
        "sparse": True,
    }
    return feed(**given | changes)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with the list of locations, and the loads of two days."""
    with serving() as running:
        running.on("/points.csv", POINTS)
        for day in ("2024-07-09", "2024-07-10"):
            running.on(f"/load/{day}.csv", load_csv(day))
        yield running


def ask(server: Server, home: Path, *bounds: str, now: datetime = NOW, **query: Any) -> MarketData:
    """The list of locations, or the current loads."""

    async def go() -> MarketData:
        there = served_market(server.url, points_feed(), load_feed(snapshot_only=True, sparse=True))
        async with service(there, home, now=now) as opened:
            return await opened.get_market_data("testiso", query.pop("data_type", "points"), *bounds, **query)

    return run(go())


def test_what_is_current_needs_no_range(server: Server, tmp_path: Path) -> None:
    """The answer is the running day's, and complete."""
    data = ask(server, tmp_path)
    assert data.frame.select("location", "location_name", "location_type").rows() == [
        ("1", "NORTH HUB", "hub"),
        ("2", "SOUTH HUB", "hub"),
    ]
    assert data.frame.select("interval_start", "interval_end").unique().rows() == [TODAY]
    assert (data.query.time.start, data.query.time.end) == TODAY
    assert [part.status for part in data.coverage.parts] == [CoverageStatus.COMPLETE]
    assert (data.findings, server.paths) == ((), ["/points.csv"])


@pytest.mark.parametrize("bounds", [("2024-07-10", "2024-07-11"), ("2024-07-10T04:00Z", "2024-07-10T05:00Z")])
def test_running_day_can_be_named(server: Server, tmp_path: Path, bounds: tuple[str, str]) -> None:
    """By its date, or by a part of it."""
    assert len(ask(server, tmp_path, *bounds)) == 2


def running_day(now: str) -> TimeRange:
    """The range that a query without one means at a time."""
    there = registry(Plugin(market(feeds=(points_feed(),))))
    (query,), _ = resolve(there, Query.of("testiso", "points"), utc(now))
    return query.time


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2024-07-11T03:59", "2024-07-10T04:00", "2024-07-11T04:00"),
        ("2024-07-11T04:00", "2024-07-11T04:00", "2024-07-12T04:00"),
        ("2024-03-10T12:00", "2024-03-10T05:00", "2024-03-11T04:00"),
        ("2024-11-03T06:30", "2024-11-03T04:00", "2024-11-04T05:00"),
        ("2025-01-01T04:30", "2024-12-31T05:00", "2025-01-01T05:00"),
    ],
    ids=["last minute", "first minute", "23 hours", "25 hours", "new year in UTC"],
)
def test_running_day_is_the_markets_own(now: str, start: str, end: str) -> None:
    """On the market's clock, from midnight to midnight, however long that is."""
    span = running_day(now)
    assert (span.start, span.end) == (utc(start), utc(end))


def test_clock_of_naive_bounds_does_not_move_the_running_day(server: Server, tmp_path: Path) -> None:
    """Without bounds there is nothing to read on another clock."""
    assert ask(server, tmp_path, tz="Asia/Tokyo").query.time.start == TODAY[0]


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (("2024-07-09", "2024-07-10"), "keeps only current data"),
        (("2020-01-01", "2020-01-02"), "keeps only current data"),
        (("2024-07-11", "2024-07-12"), "future"),
    ],
)
def test_other_days_are_not_asked_for(
    server: Server, tmp_path: Path, bounds: tuple[str, str], said: str
) -> None:
    """Today's list is not yesterday's: there is none, and no request is made."""
    with pytest.raises(NoData):
        ask(server, tmp_path, *bounds)
    with pytest.raises(NoData, match=said):
        ask(server, tmp_path, *bounds, partial=True)
    assert server.paths == []


def test_range_into_the_past_has_its_last_day_alone(server: Server, tmp_path: Path) -> None:
    """Strict, it raises with that day attached; partial, the others are missing parts with their reason."""
    with pytest.raises(NoData) as raised:
        ask(server, tmp_path, "2024-07-08", "2024-07-11")
    assert raised.value.finished is not None
    assert len(raised.value.finished) == 2
    data = ask(server, tmp_path, "2024-07-08", "2024-07-11", partial=True)
    assert [part.status is CoverageStatus.COMPLETE for part in data.coverage.parts] == [False, False, True]
    assert all("keeps only current data" in str(part.reason) for part in data.coverage.missing)
    assert data.frame["interval_start"].unique().to_list() == [TODAY[0]]


@pytest.mark.parametrize(
    ("bounds", "lacking"), [({"start_time": "2024-07-10"}, "an end"), ({"end_time": "2024-07-11"}, "a start")]
)
def test_half_a_range_is_none(server: Server, tmp_path: Path, bounds: dict[str, Any], lacking: str) -> None:
    """One bound alone is a mistake, though none would do."""
    with pytest.raises(InvalidTimeRange, match=f"needs {lacking}"):
        ask(server, tmp_path, **bounds)
    assert server.paths == []


def test_other_feeds_need_a_range(server: Server, tmp_path: Path) -> None:
    """A feed with a history is never asked for whatever it has."""

    async def go() -> None:
        async with service(served_market(server.url, load_feed()), tmp_path) as opened:
            await opened.get_market_data("testiso", "load")

    with pytest.raises(InvalidTimeRange, match="needs a start"):
        run(go())
    assert server.paths == []


def test_rows_that_began_before_midnight_are_kept(server: Server, tmp_path: Path) -> None:
    """What is current is what the source shows now, though its day has another date."""
    server.on("/load/2024-07-10.csv", b"Start,Area,MW\r\n2024-07-10T03:00:00,NORTH,5\r\n")
    data = ask(server, tmp_path, data_type="load")
    assert data.frame.select("interval_start", "load").rows() == [(utc("2024-07-10T03:00"), 5.0)]


def test_what_is_current_is_asked_for_again_after_its_cadence(server: Server, tmp_path: Path) -> None:
    """Within it, memory answers; then the source does, and its newest list is the answer."""
    server.on("/points.csv", POINTS, POINTS + b"3,NEW HUB\r\n")
    clock = [NOW]

    async def go() -> list[int]:
        there = served_market(server.url, points_feed())
        async with UnifiedMarketService(
            registry(Plugin(there)), settings(tmp_path), now=lambda: clock[0]
        ) as opened:
            counts = []
            for minutes in (0, 4, 6):
                clock[0] = NOW + timedelta(minutes=minutes)
                counts.append(len(await opened.get_market_data("testiso", "points")))
            return counts

    assert run(go()) == [2, 2, 3]
    assert len(server.paths) == 2


def test_absence_of_what_is_current_is_no_data(server: Server, tmp_path: Path) -> None:
    """A list that is not there is said to be missing."""
    server.on("/points.csv", Answer(status=404))
    with pytest.raises(NoData):
        ask(server, tmp_path)


@pytest.fixture
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.mark.usefixtures("_own_settings")
def test_command_without_a_range_gets_what_is_current() -> None:
    """``get`` needs neither --start nor --end; the clock of these runs shows the first of August."""
    there = cli_registry(market(feeds=(points_feed(),)))
    result = run_command("get", "testiso", "points", "-f", "csv", pages={"points.csv": POINTS}, over=there)
    assert result.exit_code == 0
    assert [line.split(",")[2:5] for line in result.stdout.splitlines()[1:]] == [
        ["2024-08-01T04:00:00Z", "2024-08-02T04:00:00Z", "1"],
        ["2024-08-01T04:00:00Z", "2024-08-02T04:00:00Z", "2"],
    ]


@pytest.mark.usefixtures("_own_settings")
@pytest.mark.parametrize("arguments", [(), ("--start", "2024-07-01"), ("--end", "2024-07-02")])
def test_command_without_a_range_is_a_mistake_elsewhere(arguments: tuple[str, ...]) -> None:
    """Exit code 2, and a word about what is lacking."""
    result = run_command("get", "testiso", "hourly_load", *arguments)
    assert result.exit_code == 2
    assert "needs a" in result.stderr
