"""Recorded dashboards of ERCOT, cell by cell, as a service gets them over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from builders import utc
from energyopti import FindingKind, MarketData, NoData, Settings, UnifiedMarketService
from energyopti.settings import HostSettings
from energyopti_ercot.feeds import dashboards as dashboard_layouts
from installed import installed
from recordings.where import recordings_of
from servers import Server, serving

CENTRAL = ZoneInfo("America/Chicago")
FOLDER = "/api/1/services/read/dashboards"
MIX, DEMAND = "fuel-mix_20241124.json", "system-wide-demand_20241125.json"
MIX_TIME, DEMAND_TIME = utc("2024-11-24T14:11"), utc("2024-11-25T08:16")
"""A minute after each was made."""

FUELS = {
    "Coal and Lignite": "coal",
    "Hydro": "hydro",
    "Natural Gas": "natural_gas",
    "Nuclear": "nuclear",
    "Other": "other",
    "Power Storage": "storage",
    "Solar": "solar",
    "Wind": "wind",
}
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def folder() -> Path:
    """ERCOT's recordings; the tests are skipped where there are none."""
    return recordings_of("ercot")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    """The recordings at their own paths."""
    with serving() as running:
        running.on(f"{FOLDER}/fuel-mix.json", (folder / MIX).read_bytes())
        running.on(f"{FOLDER}/system-wide-demand.json", (folder / DEMAND).read_bytes())
        yield running


def get(server: Server, home: Path, now: datetime, *question: str, **query: Any) -> MarketData:
    """The answer at a time to a query over the recordings."""

    async def go() -> MarketData:
        settings = Settings(home=home, hosts={("ercot", "mis"): HostSettings(url=server.url)}, attempts=1)
        async with UnifiedMarketService(installed(), settings, now=lambda: now) as service:
            return await service.get_market_data("ercot", *question, **query)

    return asyncio.run(go())


def mix(folder: Path) -> dict[tuple[datetime, str], float]:
    """Generation by mark and fuel, read with Decimal: each stamp is three seconds before its mark."""
    body = json.loads((folder / MIX).read_bytes(), parse_float=Decimal, parse_int=Decimal)
    found = {}
    for stamps in body["data"].values():
        for stamp, fuels in stamps.items():
            mark = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S%z").astimezone(UTC) + timedelta(seconds=3)
            assert mark.minute % 5 == mark.second == 0
            for fuel, figures in fuels.items():
                found[mark, fuel] = float(figures["gen"])
    return found


def demand(folder: Path, figure: str) -> dict[datetime, float | None]:
    """A figure by the hour in which it holds, read with Decimal: the stamp is its end."""
    body = json.loads((folder / DEMAND).read_bytes(), parse_float=Decimal, parse_int=Decimal)
    found = {}
    for part in ("previousDay", "currentDay", "nextDay"):
        for row in body[part]["data"]:
            wall = datetime.strptime(row["timestamp"][:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CENTRAL)
            value = row.get(figure)
            found[wall.astimezone(UTC) - HOUR] = None if value is None else float(value)
    return found


def mix_of(data: MarketData) -> dict[tuple[datetime, str], float]:
    """Generation by interval and fuel, as answered."""
    rows = data.frame.select("interval_start", "fuel_native", "generation").rows()
    return {(start, fuel): value for start, fuel, value in rows}


def test_every_figure_of_the_fuel_mix_is_in_the_answers(server: Server, folder: Path, tmp_path: Path) -> None:
    """386 readings of eight fuels, none lost, doubled or moved; the day's first is not in the document, and said to lack.

    The first stamp is 00:04:57 and stands for 00:05; the last of the first day, 23:59:57, for the next midnight.
    """
    first = get(server, tmp_path, MIX_TIME, "fuel_mix", "2024-11-23", "2024-11-24")
    second = get(server, tmp_path, MIX_TIME, "fuel_mix", "2024-11-24", "2024-11-25")
    assert (len(first), len(second)) == (287 * 8, 99 * 8)
    expected = mix(folder)
    assert len(expected) == 386 * 8
    assert mix_of(first) | mix_of(second) == expected
    assert set(first.frame["interval_end"] - first.frame["interval_start"]) == {timedelta(minutes=5)}
    (gap,) = first.findings
    assert (gap.kind, gap.rows) == (FindingKind.GAP, 8)
    assert gap.spans == ((utc("2024-11-23T06:00"), utc("2024-11-23T06:05")),)
    assert second.findings == ()


def test_fuels_are_those_of_the_unified_vocabulary(server: Server, tmp_path: Path) -> None:
    """Eight, none of them by default."""
    data = get(server, tmp_path, MIX_TIME, "fuel_mix", "2024-11-23", "2024-11-24")
    assert dict(data.frame.select("fuel_native", "fuel").unique().rows()) == FUELS


def test_figures_beside_generation_are_in_the_raw_columns(
    server: Server, folder: Path, tmp_path: Path
) -> None:
    """The high limit and the capacity of the season, of every row; and the stamp as published."""
    data = get(server, tmp_path, MIX_TIME, "fuel_mix", "2024-11-23", "2024-11-25")
    days = json.loads((folder / MIX).read_bytes())["data"].values()
    raw = data.raw().select("stamp", "fuel", "hsl", "seasonalCapacity").rows()
    assert len(raw) == 386 * 8
    assert {(stamp, fuel): (hsl, capacity) for stamp, fuel, hsl, capacity in raw} == {
        (stamp, fuel): (figures["hsl"], figures["seasonalCapacity"])
        for day in days
        for stamp, fuels in day.items()
        for fuel, figures in fuels.items()
    }


def test_day_that_has_left_the_dashboard_is_no_data(server: Server, tmp_path: Path) -> None:
    """November 22 is too old; the error says that only so much is kept."""
    with pytest.raises(NoData, match="the source keeps only the last 2 days"):
        get(server, tmp_path, MIX_TIME, "fuel_mix", "2024-11-21", "2024-11-22")
    with pytest.raises(NoData, match="has only yesterday and today"):
        get(server, tmp_path, MIX_TIME, "fuel_mix", "2024-11-22", "2024-11-23")


def test_every_hour_of_demand_is_in_the_answers_or_counted(
    server: Server, folder: Path, tmp_path: Path
) -> None:
    """26 hours were over; the 22 to come of the running day are counted by a finding."""
    feed = "dashboard_system_wide_demand"
    first = get(server, tmp_path, DEMAND_TIME, feed, "2024-11-24", "2024-11-25")
    second = get(server, tmp_path, DEMAND_TIME, feed, "2024-11-25", "2024-11-26")
    answered = dict(
        row for each in (first, second) for row in each.frame.select("interval_start", "load").rows()
    )
    expected = demand(folder, "systemLoad")
    assert answered == {at: value for at, value in expected.items() if value is not None}
    assert (len(first), len(second)) == (24, 2)
    assert first.findings == ()
    assert [(each.kind, each.rows, each.accounts) for each in second.findings] == [
        (FindingKind.ADVISORY_ROW, 22, True)
    ]
    assert set(first.frame["interval_end"] - first.frame["interval_start"]) == {HOUR}


@pytest.mark.parametrize(
    ("feed", "figure", "hours"),
    [
        ("dashboard_current_load_forecast", "currentLoadForecast", 72),
        ("dashboard_day_ahead_load_forecast", "dayAheadForecast", 48),
    ],
)
def test_every_forecast_is_in_the_answer(
    server: Server, folder: Path, tmp_path: Path, feed: str, figure: str, hours: int
) -> None:
    """Of yesterday, today and (but not the day before's) tomorrow, as shown at 02:15:02."""
    end = "2024-11-27" if hours == 72 else "2024-11-26"
    data = get(server, tmp_path, DEMAND_TIME, feed, "2024-11-24", end)
    answered = dict(data.frame.select("interval_start", "load").rows())
    expected = demand(folder, figure)
    assert answered == {at: value for at, value in expected.items() if value is not None}
    assert len(data) == hours
    assert set(data.frame["publish_time"]) == {utc("2024-11-25T08:15:02")}
    assert data.coverage.complete


@pytest.mark.parametrize(
    "layout", [dashboard_layouts.DEMAND, dashboard_layouts.EXPECTED, dashboard_layouts.EXPECTED_DAY_AHEAD]
)
def test_hours_and_flags_agree_with_the_stamps(folder: Path, layout: Any) -> None:
    """Read by its hour and flag, each of the 72 rows begins an hour before the instant of its ``epoch``."""
    reading = layout.read((folder / DEMAND).read_bytes())
    body = json.loads((folder / DEMAND).read_bytes())
    epochs = [row["epoch"] for part in ("previousDay", "currentDay", "nextDay") for row in body[part]["data"]]
    starts = [datetime.fromtimestamp(epoch / 1000, UTC) - HOUR for epoch in epochs]
    assert reading.frame["interval_start"].to_list() == starts
    assert reading.payload_rows == reading.accounted_rows == 72


def test_one_fetch_serves_both_days(server: Server, tmp_path: Path) -> None:
    """A dashboard holds yesterday and today: it is asked for once."""
    before = len(server.asked)
    data = get(server, tmp_path, MIX_TIME, "fuel_mix", "2024-11-23", "2024-11-25")
    assert len(server.asked) - before == 1
    assert len(data) == 386 * 8
