"""The files behind CAISO's charts, from a server with answers written down: what it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from builders import utc
from energyopti import MarketData, NoData, Settings, UnifiedMarketService
from energyopti.settings import HostSettings
from installed import installed
from servers import Answer, Server, serving

NOW = utc("2026-07-01T07:12")
HEADER = "Time,Day ahead forecast,Hour ahead forecast,Current demand,Demand response"


@pytest.fixture
def server() -> Iterator[Server]:
    """The charts' server with scripted answers."""
    with serving() as running:
        yield running


def demand(*rows: str) -> Answer:
    """A day's file of load: a time and the load."""
    lines = [f"{time},100,101,{load}," for time, load in (row.split("=") for row in rows)]
    return Answer(body="\n".join([HEADER, *lines, ""]).encode(), headers={"content-type": "text/csv"})


def ask(server: Server, home: Path, day: str, now: datetime, feed: str = "demand") -> MarketData:
    """A day of load as it is known at some time."""
    hosts = {("caiso", "outlook"): HostSettings(url=server.url, rate="off")}
    settings = Settings(home=home, hosts=hosts, attempts=1)
    end = f"{datetime.fromisoformat(day) + timedelta(days=1):%Y-%m-%d}"

    async def go() -> MarketData:
        async with UnifiedMarketService(installed(), settings, now=lambda: now) as service:
            return await service.get_market_data("caiso", feed, day, end, partial=True)

    return asyncio.run(go())


def test_running_days_file_is_never_a_copy_of_an_earlier_answer(server: Server, tmp_path: Path) -> None:
    """Its address changes from one request to the next: a cache that goes by it has none to give."""
    server.on(
        "/current/demand.csv", demand("00:00=20000", "00:05=20100"), demand("00:00=20000", "00:05=20150")
    )
    first = ask(server, tmp_path, "2026-07-01", NOW)
    later = ask(server, tmp_path, "2026-07-01", NOW + timedelta(seconds=1))
    assert [data.frame["load"][-1] for data in (first, later)] == [20100.0, 20150.0]
    numbers = [int(request.params["_"]) for request in server.asked]
    assert numbers == [round(NOW.timestamp() * 1000), round(NOW.timestamp() * 1000) + 1000]


def test_file_of_a_day_that_is_over_keeps_its_address(server: Server, tmp_path: Path) -> None:
    """It does not change: any copy will do."""
    server.on("/history/20260629/demand.csv", demand("00:00=20000"))
    ask(server, tmp_path, "2026-06-29", NOW)
    assert [request.params for request in server.asked] == [{}]


@pytest.mark.parametrize(
    ("feed", "load"), [("demand", 20000.0), ("demand_day_ahead", 100.0), ("demand_hour_ahead", 101.0)]
)
def test_column_of_demand_response_is_known(server: Server, tmp_path: Path, feed: str, load: float) -> None:
    """It stands beside the load since 2026, mostly empty: nothing is said of it, and nothing is taken from it."""
    server.on("/history/20260629/demand.csv", demand("00:00=20000", "00:05=20000"))
    data = ask(server, tmp_path, "2026-06-29", NOW, feed)
    assert data.frame["load"].to_list() == [load, load]
    assert "unknown_column" not in {finding.kind for finding in data.findings}


AFTER_MIDNIGHT = utc("2026-07-01T07:04")
"""00:04 of 1 July in California."""


def test_day_that_just_ended_is_the_current_file_until_it_has_its_own(server: Server, tmp_path: Path) -> None:
    """It still has figures of the evening, so it is not the new day's."""
    server.on("/current/demand.csv", demand("00:00=20000", "23:50=21000", "23:55="))
    data = ask(server, tmp_path, "2026-06-30", AFTER_MIDNIGHT)
    assert data.frame.select("interval_start", "load").rows() == [
        (utc("2026-06-30T07:00"), 20000.0),
        (utc("2026-07-01T06:50"), 21000.0),
    ]
    assert [request.path for request in server.asked] == [
        "/history/20260630/demand.csv",
        "/current/demand.csv",
    ]


@pytest.mark.parametrize("rows", [("00:00=20000",), ("00:00=20000", "00:05=20010", "23:50=")])
def test_current_file_of_the_new_day_says_nothing_of_the_one_before(
    server: Server, tmp_path: Path, rows: tuple[str, ...]
) -> None:
    """Its first readings are not yesterday's at the same time of day."""
    server.on("/current/demand.csv", demand(*rows))
    with pytest.raises(NoData, match="the current file is the new day's"):
        ask(server, tmp_path, "2026-06-30", AFTER_MIDNIGHT)


def test_current_file_is_asked_for_the_last_day_only_soon_after_midnight(
    server: Server, tmp_path: Path
) -> None:
    """Half an hour later a day has a file of its own, or none."""
    server.on("/current/demand.csv", demand("00:00=20000", "23:50=21000"))
    with pytest.raises(NoData):
        ask(server, tmp_path, "2026-06-30", AFTER_MIDNIGHT + timedelta(minutes=26))
    with pytest.raises(NoData):
        ask(server, tmp_path, "2026-06-30", AFTER_MIDNIGHT, "demand_day_ahead")
    assert {request.path for request in server.asked} == {"/history/20260630/demand.csv"}
