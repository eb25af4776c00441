"""Forecasts whose first run of a day comes after its first hours, and runs that are kept a month at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from collecting_builders import forecast_feed, load_csv, run, served, served_market, service
from energyopti.answer.result import MarketData
from energyopti.market import ChunkSize
from servers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def ask(
    server: Server, home: Path, start: str, end: str, *, vintages: str = "latest", **feed: Any
) -> MarketData:
    """The forecast between two times."""

    async def go() -> MarketData:
        async with service(served_market(server.url, forecast_feed(**feed)), home) as opened:
            return await opened.get_market_data("testiso", "load_forecast", start, end, vintages=vintages)

    return run(go())


def test_hours_before_the_first_run_are_from_the_day_before(server: Server, tmp_path: Path) -> None:
    """The runs of day two speak of 02:00 and later: midnight and 01:00 are what day one said of them."""
    server.on("/forecast/2024-07-01.csv", load_csv("2024-07-01", hours=range(2, 48)))
    server.on("/forecast/2024-07-02.csv", load_csv("2024-07-02", hours=range(2, 48)))
    data = ask(server, tmp_path, "2024-07-02", "2024-07-03")
    assert data.frame["load"].to_list() == [1124.5, 1125.5, *(1200.5 + hour for hour in range(2, 24))]
    assert server.paths == ["/forecast/2024-07-02.csv", "/forecast/2024-07-01.csv"]


def test_run_that_begins_within_the_asked_hour_is_early_enough(server: Server, tmp_path: Path) -> None:
    """From 01:30 on the first whole hour is 02:00: no other run is asked for."""
    server.on("/forecast/2024-07-02.csv", load_csv("2024-07-02", hours=range(2, 48)))
    data = ask(server, tmp_path, "2024-07-02T01:30", "2024-07-03")
    assert (data.frame["interval_start"].min(), server.paths) == (
        utc("2024-07-02T06:00"),
        ["/forecast/2024-07-02.csv"],
    )


def test_runs_of_a_day_that_speak_of_the_next_alone(server: Server, tmp_path: Path) -> None:
    """A day-ahead forecast says nothing of its own day: the day before does."""
    server.on("/forecast/2024-07-01.csv", load_csv("2024-07-01", hours=range(24, 48)))
    server.on("/forecast/2024-07-02.csv", load_csv("2024-07-02", hours=range(24, 48)))
    data = ask(server, tmp_path, "2024-07-02", "2024-07-03")
    assert data.frame["load"].to_list() == [1124.5 + hour for hour in range(24)]


@pytest.mark.parametrize(
    ("start", "end", "paths"),
    [
        ("2024-07-02", "2024-07-03", ["/forecast/2024-06.csv", "/forecast/2024-07.csv"]),
        ("2024-07-05", "2024-07-06", ["/forecast/2024-07.csv"]),
    ],
)
def test_months_of_runs_are_asked_as_far_as_they_reach(
    server: Server, tmp_path: Path, start: str, end: str, paths: list[str]
) -> None:
    """A forecast of three days: of the months before only those are asked whose last run reaches into the range."""
    server.on("/forecast/2024-07.csv", load_csv("2024-07-01", hours=range(9 * 24)))
    feed_sources = (served("monthly file", "forecast/{month}.csv"),)
    data = ask(
        server,
        tmp_path,
        start,
        end,
        vintages="all",
        chunk=ChunkSize.MONTH,
        forecast_days=3,
        sources=feed_sources,
    )
    assert len(data) == 24
    assert sorted(server.paths) == paths
